"""The pool of workers, seen from the server: who is free, who waits, who has died and of what."""

from __future__ import annotations

import asyncio
import json
import os
import pickle
import signal
import socket
import struct
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from io import FileIO

from iomgraph.errors import PublicationError
from iomgraph.serving import endings, frames, worker
from iomgraph.serving.channel import Channel, Job, Then
from iomgraph.serving.limits import Limits
from iomgraph.serving.loader import Contents, Order
from iomgraph.serving.message import Request, Response

_GRACE = 2.0
"""Seconds over the limit, after which the server ends a worker whose own timers did not."""

_DEPTH = 16
"""So many jobs are sent to a worker at once while all are busy: it need not sleep between two short ones."""

_SLOW = 0.1
"""Seconds after which a worker counts as slow: those who wait behind its answer are given to others."""

_IDLE_WORK = 1.0
"""Seconds that a worker may go on with what was given to another; a fork costs some, too."""

_AGAIN = frozenset({0, signal.SIGKILL, signal.SIGTERM})
"""How a worker ends through no fault of the query: it had grown old, or somebody ended it by hand."""

_ALLOCATION = {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=2000"}
"""A query takes and gives back thousands of small pieces of memory: most are given out again at once so."""

Event = Callable[[str], object]


@dataclass(eq=False)
class Pool:
    """Workers that answer from one release.

    Args:
        order: what they load.
        workers: how many there are.
        event: told of each limit that is hit, and of each worker that is replaced, by name.
    """

    order: Order
    workers: int
    event: Event
    contents: Contents = field(init=False)
    archive: FileIO = field(init=False)
    orphaned: bool = field(init=False, default=False)
    _idle: list[Channel] = field(default_factory=list)
    _waiting: deque[Job] = field(default_factory=deque)
    _known: dict[int, Channel] = field(default_factory=dict)
    _making: set[asyncio.Task[object]] = field(default_factory=set)
    _draining: bool = False

    @property
    def limits(self) -> Limits:
        """Those that its workers keep."""
        return self.order.limits

    @property
    def waiting(self) -> int:
        """How many jobs wait: in the queue, or with a worker behind another job."""
        return len(self._waiting) + sum(max(0, len(one.jobs) - 1) for one in self._known.values())

    @property
    def alive(self) -> int:
        """How many workers there are."""
        return len(self._known)

    @property
    def busy(self) -> int:
        """How many of them are working."""
        return sum(bool(one.jobs) for one in self._known.values())

    async def start(self) -> None:
        """Load the release and start the workers.

        Raises:
            PublicationError: if the release can't be loaded; nothing is left of the attempt.
        """
        self._loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-P", "-c", "from iomgraph.serving import loader; loader.main()"]
        self._process = subprocess.Popen(  # noqa: S603
            [*command, str(theirs.fileno())],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            env={**_ALLOCATION, **os.environ},
            start_new_session=True,
        )
        theirs.close()
        self._control = ours
        assert self._process.stdin  # noqa: S101
        self._process.stdin.write(pickle.dumps(self.order))
        self._process.stdin.close()
        try:
            kind, _, body, descriptor = await self._loop.run_in_executor(None, frames.receive, ours)
            if kind != frames.READY:
                what, where, step = json.loads(body)
                raise PublicationError(what, where=where, step=step)
        except EOFError:
            self._end()
            raise PublicationError(
                "the release can't be loaded: its process died", step="free memory"
            ) from None
        except BaseException:
            self._end()
            raise
        self.contents, self.archive = pickle.loads(body), FileIO(descriptor)  # noqa: S301 (of our own process)
        self._ready = asyncio.Event()
        self._loop.add_reader(ours.fileno(), self._told)
        for _ in range(self.workers):
            self._fork()
        await self._ready.wait()
        self._watch = self._loop.create_task(self._watching())

    def ask(self, service: str, request: Request, then: Then) -> Callable[[], object]:
        """Have a request answered by a worker.

        Args:
            service: that answers it.
            request: what is asked.
            then: takes the answer, later; it does not raise.

        Returns:
            what to call if nobody waits for the answer any more.

        Raises:
            RequestError: if the queue is full.
        """
        given = (
            service,
            request.method,
            request.path,
            request.query,
            request.headers,
            request.body,
            request.search,
        )
        body = pickle.dumps(given, 5)
        job = Job(struct.pack("!I", len(body)) + body, then)
        if not self._idle and self.waiting >= self.limits.queue:
            self.event("queue")
            raise endings.full()
        free = self._free()
        if free:
            self._give(free, job)
        else:
            job.deadline = self._loop.time() + self.limits.seconds
            self._waiting.append(job)
        return partial(self._drop, job)

    def _free(self) -> Channel | None:
        """Who takes the next job: an idle worker, or else one that has been quick so far."""
        if self._idle:
            return self._idle.pop()
        now = self._loop.time()
        quick = [
            one
            for one in self._known.values()
            if 0 < len(one.jobs) < _DEPTH and now - one.since < _SLOW and not one.closed
        ]
        return min(quick, key=lambda one: len(one.jobs), default=None)

    def _give(self, one: Channel, job: Job) -> None:
        one.jobs.append(job)
        if len(one.jobs) == 1:
            self._begins(one)
        assert one.transport  # noqa: S101
        one.transport.write(job.payload)

    def _begins(self, one: Channel) -> None:
        """A worker turns to the first of its jobs."""
        one.since = self._loop.time()
        job = one.jobs[0]
        if job:
            job.deadline = one.since + self.limits.seconds + _GRACE
            job.tries += 1

    def _drop(self, job: Job) -> None:
        job.then = None
        if job in self._waiting:
            self._waiting.remove(job)
        for one in self._known.values():
            if one.jobs and one.jobs[0] is job:
                self._tell(frames.KILL, one.number)

    def answered(self, one: Channel, response: Response, fault: str) -> None:
        """A worker has answered the first of its jobs."""
        job = one.jobs.popleft()
        if one.jobs:
            self._begins(one)
        self._next(one)
        if job:
            job.end(response, fault)

    def _next(self, one: Channel) -> None:
        """Give a worker what waits, as long as it is quick."""
        while self._waiting and len(one.jobs) < _DEPTH:
            job = self._waiting.popleft()
            if job.then:
                self._give(one, job)
        if not one.jobs and one not in self._idle:
            self._idle.append(one)

    def joined(self, one: Channel) -> None:
        """A worker is there."""
        self._ready.set()
        self._next(one)

    def ended(self, one: Channel) -> None:
        """A worker has gone, as its connection and the loader tell; both have to."""
        if one.closed and one in self._idle:
            self._idle.remove(one)
        if one.closed and one.signal is None and self.orphaned:
            one.signal = signal.SIGKILL
        if not one.closed or one.signal is None:
            return
        self._known.pop(one.number, None)
        jobs, one.jobs = one.jobs, deque()
        if not self._draining and not self.orphaned:
            self.event("replaced")
            self._fork()
        self._again([job for job in list(jobs)[1:] if job])
        job = jobs[0] if jobs else None
        if job is None or job.then is None:
            return
        # A worker that was dead before it looked at the job has not tried.
        if one.signal in _AGAIN and job.tries - one.unread < 2:
            job.tries -= one.unread
            self._again([job])
            return
        name, error = endings.passed(worker.TIME if job.overdue else one.signal, self.limits)
        self.event(name)
        job.stop(error)

    def _again(self, jobs: list[Job]) -> None:
        """Put jobs that were given to a worker back to the head of the queue, and give them to the idle."""
        now = self._loop.time()
        for job in reversed(jobs):
            job.deadline = now + self.limits.seconds
            self._waiting.appendleft(job)
        while self._idle and self._waiting:
            self._next(self._idle.pop())

    def _fork(self) -> None:
        self._tell(frames.FORK)

    def _tell(self, kind: bytes, number: int = 0) -> None:
        with suppress(OSError):  # The loader has gone; its end is told by the reader.
            frames.send(self._control, kind, number)

    def _told(self) -> None:
        """The loader tells of a birth or a death."""
        try:
            kind, number, body, descriptor = frames.receive(self._control)
        except (EOFError, OSError):
            self._loop.remove_reader(self._control.fileno())
            self.orphaned = True
            self.event("loader")
            for one in list(self._known.values()):
                self.ended(one)
            return
        if kind == frames.BORN:
            connection = socket.socket(fileno=descriptor)
            connection.setblocking(False)
            one = self._known[number] = Channel(self, number)
            making = self._loop.create_task(self._loop.create_unix_connection(lambda: one, sock=connection))
            self._making.add(making)
            making.add_done_callback(self._making.discard)
        elif kind == frames.DIED and number in self._known:
            self._known[number].signal = body[0]
            self.ended(self._known[number])

    async def _watching(self) -> None:
        """End what its own timers did not, let nobody wait for ever, or behind somebody who is slow."""
        while True:
            await asyncio.sleep(_SLOW / 4)
            now = self._loop.time()
            for one in self._known.values():
                head = one.jobs[0] if one.jobs else None
                if head and now > head.deadline and not head.overdue:
                    head.tries, head.overdue = 2, True
                    self._tell(frames.KILL, one.number)
                if one.jobs and head is None and now - one.since > _IDLE_WORK:
                    # It works for nobody: what it has to do was given to another.
                    self._tell(frames.KILL, one.number)
                elif len(one.jobs) > 1 and now - one.since > _SLOW:
                    behind = [job for job in list(one.jobs)[1:] if job]
                    one.jobs = deque([head, *[None] * (len(one.jobs) - 1)])
                    self._again(behind)
            while self._waiting and now > self._waiting[0].deadline:
                job = self._waiting.popleft()
                if job.then:
                    self.event("queue")
                    job.stop(endings.full())

    async def close(self) -> None:
        """End everything, answers that are being worked out with it, and give the documents up."""
        self._draining = True
        self._watch.cancel()
        self._loop.remove_reader(self._control.fileno())
        for one in list(self._known.values()):
            if one.transport:
                one.transport.abort()
            for job in one.jobs:
                if job:
                    job.stop(endings.full())
        while self._waiting:
            self._waiting.popleft().stop(endings.full())
        self._control.close()
        await self._loop.run_in_executor(None, self._end)
        # Who still reads a document has the file open until the end.
        del self.archive

    def _end(self) -> None:
        self._control.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
