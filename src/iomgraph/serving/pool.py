"""The pool of query workers, which passes requests to workers and returns their answers."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from io import FileIO

from iomgraph.serving import limit_errors, worker, worker_messages
from iomgraph.serving.byte_budget import ByteBudget
from iomgraph.serving.channel import Channel
from iomgraph.serving.job_queue import SHORT_SLICE, ClientFullError, JobQueue, QueueFullError
from iomgraph.serving.limits import Limits
from iomgraph.serving.loader import Contents, Order
from iomgraph.serving.message import Request, Response
from iomgraph.serving.problem import RequestError
from iomgraph.serving.supervisor import Death, Supervisor
from iomgraph.serving.worker_proxy import Query, WorkerProxy

_GRACE = 2.0
"""Seconds beyond the limit after which a worker is killed if its own timers did not end it."""

_TICK = 0.025
"""Seconds between two checks of running and waiting queries."""

_AHEAD = 8
"""Number of queries to send a worker while all are busy, so that it need not sleep between short ones."""

_QUICK = 0.025
"""Seconds of a query after which its worker gets no more queries ahead, and its waiting ones are recalled."""

_TRIES = 2
"""Number of workers that a query may lose through no fault of its own."""

_AGAIN = frozenset({0, signal.SIGKILL, signal.SIGTERM})
"""Ends of a worker that are not the query's fault: old age, or somebody ended it by hand."""

Event = Callable[[str, str], object]


class Pool:
    """WorkerProxys that answer from one release.

    There are at least two processes, so that one is free for quick queries.

    Args:
        order: the release to load, and the limits.
        workers: number of queries to answer at once.
        budget: limits the bytes of large answers.
        event: takes the name of each event, such as a limit hit or a worker replaced, and its cause, if
            known.
    """

    def __init__(self, order: Order, workers: int, budget: ByteBudget, event: Event) -> None:
        self.limits: Limits = order.limits
        self.budget = budget
        self._event, self._size = event, max(2, workers)
        self._queue = JobQueue[Query](
            self._size, self.limits.seconds, self.limits.queue, per_client=self.limits.client
        )
        self._supervisor = Supervisor(order, self)
        self._workers: dict[int, WorkerProxy] = {}
        self._idle: list[WorkerProxy] = []
        self._is_closing = False

    @property
    def contents(self) -> Contents:
        """The description of the loaded release."""
        return self._supervisor.contents

    @property
    def archive(self) -> FileIO:
        """The file that holds the documents of the release."""
        return self._supervisor.archive

    @property
    def waiting(self) -> int:
        """Number of queries that wait: in the queue, or behind another at a worker."""
        return len(self._queue) + sum(max(0, len(one.queries) - 1) for one in self._workers.values())

    @property
    def alive(self) -> int:
        """Number of workers."""
        return len(self._workers)

    @property
    def busy(self) -> int:
        """Number of workers that work on a query."""
        return sum(bool(one.queries) for one in self._workers.values())

    async def start(self) -> None:
        """Load the release and start the workers.

        Raises:
            PublicationError: if the release can't be loaded; the attempt leaves no traces.
        """
        self._loop = asyncio.get_running_loop()
        await self._supervisor.start()
        self._started = asyncio.Event()
        for _ in range(self._size):
            self._supervisor.fork()
        await self._started.wait()
        self._ticking = self._loop.create_task(self._tick())

    async def ask(self, service: str, request: Request, client: str) -> Response:
        """Have a request answered by a worker.

        Cancelling the waiting task abandons the query: it leaves the queue, or its worker is stopped.

        Args:
            service: name of the service that answers it.
            request: the request of a client.
            client: key of the client, for its fair share.

        Returns:
            the answer, which may be an error that the service found in the request.

        Raises:
            RequestError: if a limit is exceeded, or too many wait.
        """
        query = self.submit(worker_messages.request(service, request), client)
        try:
            return await query.answer
        except asyncio.CancelledError:
            self.abandon(query)
            raise

    def submit(self, payload: bytes, client: str) -> Query:
        """Submit a request, written by `worker_messages.request`; its `answer` comes later.

        Raises:
            RequestError: if too many wait already.
        """
        if self._is_closing or self._is_lost:
            raise limit_errors.closed()
        answer = self._loop.create_future()
        query = Query(client=client, arrived=self._loop.time(), payload=payload, answer=answer)
        try:
            displaced = self._queue.add(query)
        except ClientFullError:
            self._event("client", "")
            raise limit_errors.client_full(self.limits.client) from None
        except QueueFullError:
            self._event("queue", "")
            raise limit_errors.full() from None
        if displaced:
            self._refuse(displaced)
        self._dispatch()
        return query

    def abandon(self, query: Query) -> None:
        """Abandon a query whose answer nobody waits for any more."""
        query.answer.cancel()
        if query in self._queue:
            self._queue.remove(query)

    @property
    def _is_lost(self) -> bool:
        """True if no worker is left, and none will come."""
        return self._supervisor.is_orphaned and not self._workers

    def _refuse(self, query: Query) -> None:
        self._event("queue", "")
        query.fail(limit_errors.full())

    def _dispatch(self) -> None:
        """Give waiting queries to workers: first to idle ones, then to those that have been quick so far."""
        now = self._loop.time()
        while self._idle and (query := self._queue.start(now)):
            self._idle.pop().send(query)
        while self._queue and not self._idle and (one := self._next_quick(now)):
            query = self._queue.start_ahead()
            if query is None:
                return
            one.send(query)

    def _next_quick(self, now: float) -> WorkerProxy | None:
        """Find the worker with the fewest queries among those that are quick."""
        quick = [
            one
            for one in self._workers.values()
            if 0 < len(one.queries) < _AHEAD
            and not (one.is_ending or one.is_recalling)
            and _is_quick(next(iter(one.queries.values())), now)
        ]
        return min(quick, key=lambda one: len(one.queries), default=None)

    def answered(self, one: WorkerProxy, number: int, response: Response | RequestError, fault: str) -> None:
        """Take the answer of a worker, or the reason why it was dropped."""
        now = self._loop.time()
        query = one.queries.pop(number, None)
        one.free_since = now
        if one.head:
            self._queue.begin(one.head, now)
        if query:
            self._queue.finish(query, now)
            if isinstance(response, RequestError):
                self._event("buffered", "")
                query.fail(response)
            elif not query.answer.done():
                query.answer.set_result(response)
        if fault:
            self._event("failed", fault)
        self.freed(one)

    def freed(self, one: WorkerProxy) -> None:
        """Give a worker more queries, if it can take them."""
        if not (one.queries or one.is_ending or one.is_recalling or one in self._idle):
            self._idle.append(one)
        self._dispatch()

    def joined(self, pid: int) -> Channel:
        """Note a new worker, and return the protocol for its connection."""
        self._workers[pid] = WorkerProxy(self, self.limits.bytes, pid)
        return self._workers[pid].channel

    def ready(self, pid: int) -> None:
        """Note that a new worker can be asked."""
        self._started.set()
        if pid in self._workers:
            self.freed(self._workers[pid])

    def died(self, pid: int, death: Death) -> None:
        """Note the end of a worker, as reported by the loader."""
        if pid in self._workers:
            self._workers[pid].death = death
            self.ended(self._workers[pid])

    def orphaned(self) -> None:
        """Note that the loader has gone: remaining workers continue, and none is replaced."""
        for one in list(self._workers.values()):
            self.ended(one)
        self._give_up_if_lost()

    def event(self, name: str) -> None:
        """Note an event of the processes."""
        self._event(name, "")

    def ended(self, one: WorkerProxy) -> None:
        """Note that a worker has gone, once both its connection and the loader have reported it."""
        if one in self._idle:
            self._idle.remove(one)
        if one.is_closed and one.death is None and self._supervisor.is_orphaned:
            one.death = Death(signal.SIGKILL, max(one.queries, default=0))
        if not one.is_closed or one.death is None or self._workers.pop(one.pid, None) is None:
            return
        if not self._is_closing and not self._supervisor.is_orphaned:
            self._event("replaced", "")
            self._supervisor.fork()
        self._lose(one, one.death)
        self._give_up_if_lost()

    def _lose(self, one: WorkerProxy, death: Death) -> None:
        """Take a dead worker's queries back."""
        queries, one.queries = one.queries, {}
        for number, query in reversed(queries.items()):
            if number > death.begun:
                self._again(query)
            else:
                self._lost(query, death)

    def _again(self, query: Query) -> None:
        """Queue a query without a worker again, if anybody waits for its answer."""
        if query.answer.done():
            self._queue.remove(query)
        else:
            self._queue.put_back(query)

    def _lost(self, query: Query, death: Death) -> None:
        """Retry a query that lost its worker, or report the limit that it exceeded."""
        query.tries += 1
        if query.answer.done() or (death.signal in _AGAIN and query.tries < _TRIES):
            self._again(query)
            return
        self._queue.remove(query)
        name, error = limit_errors.passed(death.signal, self.limits)
        self._event(name, "")
        query.fail(error)

    def _give_up_if_lost(self) -> None:
        if self._is_lost:
            for query in self._queue.clear():
                query.fail(limit_errors.closed())

    async def _tick(self) -> None:
        """Apply the queue's rules, and kill workers whose timers failed."""
        while True:
            await asyncio.sleep(_TICK)
            now = self._loop.time()
            for query in self._queue.give_way(now):
                self._event("requeued", "")
                self._stop(query)
                if query.answer.done():
                    self._queue.remove(query)
            for one in list(self._workers.values()):
                self._check(one, now)
            for query in self._queue.expire(now):
                self._refuse(query)
            self._dispatch()

    def _check(self, one: WorkerProxy, now: float) -> None:
        """Recall queries behind a slow one, and stop workers that work for nobody or for too long."""
        query = one.head
        if query is None:
            if one.is_recalling and not one.is_ending and now - one.free_since > SHORT_SLICE:
                self._end(one)
            return
        if len(one.queries) > 1 and now - query.began > _QUICK and not one.is_ending:
            for behind in reversed(one.recall()):
                self._again(behind)
        is_late = now - query.began > self.limits.seconds + _GRACE
        if is_late or (query.answer.done() and now - query.began > SHORT_SLICE):
            self._queue.remove(query)
            self._stop(query)
            if is_late:
                self._event("time", "")
                query.fail(limit_errors.passed(worker.TIME, self.limits)[1])

    def _stop(self, query: Query) -> None:
        """End the worker that works on a query."""
        for one in self._workers.values():
            if one.head is query:
                _, *behind = one.queries.values()
                one.queries = {}
                for other in reversed(behind):
                    self._again(other)
                self._end(one)

    def _end(self, one: WorkerProxy) -> None:
        one.is_ending = True
        self._supervisor.kill(one.pid)

    async def close(self) -> None:
        """End everything, including running queries, and release the documents."""
        self._is_closing = True
        self._ticking.cancel()
        for one in self._workers.values():
            one.channel.abort()
            for query in one.queries.values():
                query.fail(limit_errors.closed())
            if self._supervisor.is_orphaned:
                self._supervisor.kill(one.pid)
        for query in self._queue.clear():
            query.fail(limit_errors.closed())
        await self._supervisor.close()
        # Readers of a document keep the file open until their end.
        del self._supervisor.archive


def _is_quick(query: Query, now: float) -> bool:
    return not query.is_slow and now - query.began < _QUICK
