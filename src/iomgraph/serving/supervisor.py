"""The processes behind a pool: the loader and its workers, started, watched, killed and replaced."""

from __future__ import annotations

import asyncio
import json
import os
import pickle
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from io import FileIO
from typing import Protocol

from iomgraph.errors import PublicationError
from iomgraph.serving import frames
from iomgraph.serving.channel import Channel
from iomgraph.serving.loader import Contents, Order

_LOOK = 1.0
"""Seconds between two checks of the loader."""

_PATIENCE = 30.0
"""Most seconds for a loader to fork or kill, which takes milliseconds on an idle machine."""

_ALLOCATION = {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=2000"}
"""Settings of the allocator, because queries use and free thousands of small blocks."""


class Owner(Protocol):
    """The owner of the workers."""

    def joined(self, pid: int) -> Channel:
        """Make the protocol of a new worker's connection."""

    def ready(self, pid: int) -> None:
        """Note that a new worker can be asked."""

    def died(self, pid: int, death: Death) -> None:
        """Note that a worker has died, as reported by the loader."""

    def orphaned(self) -> None:
        """Note that the loader has died: no worker is replaced any more."""

    def event(self, name: str) -> object:
        """Note an event, for the metrics and the log."""


@dataclass(frozen=True, slots=True)
class Death:
    """The end of a worker.

    Args:
        signal: the signal that ended it; 0 if it ended by itself.
        begun: number of the request that it began last.
    """

    signal: int
    begun: int


class Supervisor:
    """The loader of one release, and the processes that it forks.

    Args:
        order: the release to load, and the limits of its workers.
        owner: takes births and deaths.
    """

    def __init__(self, order: Order, owner: Owner) -> None:
        self._order, self._owner = order, owner
        self._connecting: set[asyncio.Task[None]] = set()
        self._unanswered: list[float] = []
        self.is_orphaned = False
        self.contents: Contents
        self.archive: FileIO

    async def start(self) -> None:
        """Start the loader, and wait until it has loaded the release.

        Raises:
            PublicationError: if the release can't be loaded; the attempt leaves no traces.
        """
        self._loop = asyncio.get_running_loop()
        self._control, theirs = socket.socketpair()
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
        self._watch = self._loop.create_task(self._watching())
        try:
            self.contents, self.archive = await self._loop.run_in_executor(None, self._loaded)
        except BaseException:
            self._watch.cancel()
            self._end()
            raise
        self._loop.add_reader(self._control.fileno(), self._read)

    def _loaded(self) -> tuple[Contents, FileIO]:
        assert self._process.stdin  # noqa: S101
        try:
            self._process.stdin.write(pickle.dumps(self._order))
            self._process.stdin.close()
            kind, _, body, descriptor = frames.receive(self._control)
        except (EOFError, OSError):
            raise PublicationError(
                "the release can't be loaded: its process died", step="free memory"
            ) from None
        if kind != frames.READY:
            what, where, step = json.loads(body)
            raise PublicationError(what, where=where, step=step)
        return pickle.loads(body), FileIO(descriptor)  # noqa: S301 (of our own process)

    def fork(self) -> None:
        """Have the loader fork another worker."""
        self._tell(frames.FORK)

    def kill(self, pid: int) -> None:
        """End a worker that has not ended yet."""
        if self.is_orphaned:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        else:
            self._tell(frames.KILL, pid)

    def _tell(self, kind: bytes, number: int = 0) -> None:
        self._unanswered.append(self._loop.time())
        # The watch notices a loader that has gone or stopped reading.
        with suppress(OSError):
            self._control.send(frames.frame_of(kind, number), socket.MSG_DONTWAIT)

    def _read(self) -> None:
        """Read a birth or a death from the loader."""
        try:
            kind, number, body, descriptor = frames.receive(self._control)
        except (EOFError, OSError):
            self._loop.remove_reader(self._control.fileno())
            self.is_orphaned = True
            self._owner.event("loader")
            self._owner.orphaned()
            return
        self._unanswered.clear()
        if kind == frames.BORN:
            connection, channel = socket.socket(fileno=descriptor), self._owner.joined(number)
            connecting = self._loop.create_task(self._connect(number, connection, channel))
            self._connecting.add(connecting)
            connecting.add_done_callback(self._connecting.discard)
        elif kind == frames.DIED:
            ended, was_stopped, begun = frames.DEATH.unpack(body)
            if was_stopped:
                self._owner.event("stuck")
            self._owner.died(number, Death(ended, begun))

    async def _connect(self, pid: int, connection: socket.socket, channel: Channel) -> None:
        connection.setblocking(False)
        await self._loop.create_unix_connection(lambda: channel, sock=connection)
        self._owner.ready(pid)

    async def _watching(self) -> None:
        """Kill a loader that is suspended or hangs; its death is reported like any other."""
        while not self.is_orphaned:
            await asyncio.sleep(_LOOK)
            late = self._unanswered and self._loop.time() - self._unanswered[0] > _PATIENCE
            if late or self._is_stopped():
                self._owner.event("stuck")
                self._process.kill()

    def _is_stopped(self) -> bool:
        options = os.WSTOPPED | os.WNOHANG | os.WNOWAIT
        with suppress(ChildProcessError):
            return os.waitid(os.P_PID, self._process.pid, options) is not None
        return False

    async def close(self) -> None:
        """End all processes."""
        self._watch.cancel()
        self._loop.remove_reader(self._control.fileno())
        await self._loop.run_in_executor(None, self._end)

    def _end(self) -> None:
        self._control.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
