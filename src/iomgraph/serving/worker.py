"""A worker: a process that answers one request after another, and can only open connections to a store.

It ends if an answer exceeds its limit of time (which timers of the kernel enforce, whatever the engine is
doing) or of memory; the loader, which forked it, reports the signal to the server.
"""

from __future__ import annotations

import gc
import mmap
import os
import resource
import signal
import socket
import struct
from collections import deque
from collections.abc import Mapping
from pathlib import Path

from iomgraph.serving import problem, worker_messages
from iomgraph.serving.limits import Limits
from iomgraph.serving.message import Request, Response
from iomgraph.serving.problem import RequestError
from iomgraph.serving.services import Service

BEGUN = struct.Struct("!I")
"""The number of the request that a worker began last."""

FILES = 32
"""Descriptors of a worker with a store elsewhere: for its connection, and for looking up its address."""

_PIECE = 256 << 10

_PAGES = Path("/proc/self/statm")
_LOOK = 16
"""Answers after which a worker checks its memory."""

_MOST_ANSWERS = 100_000
"""Answers after which a worker is replaced, so that fragmentation of its memory does not add up."""

TIME, CPU, MEMORY = signal.SIGALRM, signal.SIGPROF, signal.SIGABRT
"""The signals that end a worker when an answer exceeds a limit."""


def work(
    connection: socket.socket,
    services: Mapping[str, Service],
    limits: Limits,
    begun: mmap.mmap,
    files: int = 0,
) -> None:
    """Answer requests until the server has gone, or this process has grown old.

    Args:
        connection: connection to the server; no other descriptor is used.
        services: name to service.
        limits: limits of an answer.
        begun: memory shared with the loader, with the number of the request begun last.
        files: number of further descriptors: 0, or `FILES` for a store elsewhere.
    """
    _confine(connection, limits, files)
    start = _memory()
    inbox = _Inbox(connection)
    for count in range(_MOST_ANSWERS):
        try:
            number, head, body = inbox.next()
        except (EOFError, OSError):
            return  # The server has gone.
        BEGUN.pack_into(begun, 0, number)
        name, request = worker_messages.read_request(head, body)
        signal.setitimer(signal.ITIMER_REAL, limits.seconds)
        signal.setitimer(signal.ITIMER_PROF, limits.cpu_seconds)
        response, fault = _answer(services[name], request, limits)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)
        connection.sendall(worker_messages.answer(number, response, fault))
        if count % _LOOK == 0 and _memory() - start > limits.memory // 2:
            return


class _Inbox:
    """The received requests, which the server may recall until they are begun."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._buffer = bytearray()
        self._pending: deque[tuple[int, bytes, bytes]] = deque()

    def next(self) -> tuple[int, bytes, bytes]:
        """Wait for the next request: its number, head and body.

        Raises:
            EOFError: if the server has gone.
        """
        while True:
            try:
                # Read all received bytes first, because the last ones may be a recall.
                piece = self._connection.recv(_PIECE, socket.MSG_DONTWAIT if self._pending else 0)
            except BlockingIOError:
                return self._pending.popleft()
            if not piece:
                raise EOFError("the server has gone")
            self._buffer += piece
            self._parse()

    def _parse(self) -> None:
        start, size = 0, worker_messages.REQUEST.size
        while len(self._buffer) - start >= size:
            number, head, body = worker_messages.REQUEST.unpack_from(self._buffer, start)
            middle = start + size
            if number == 0:
                self._forget(after=head)
                start = middle
                continue
            if len(self._buffer) < middle + head + body:
                break
            start = middle + head + body
            parts = bytes(self._buffer[middle : middle + head]), bytes(self._buffer[middle + head : start])
            self._pending.append((number, *parts))
        del self._buffer[:start]

    def _forget(self, after: int) -> None:
        self._pending = deque(one for one in self._pending if one[0] <= after)
        self._connection.sendall(worker_messages.RECALLED)


def _answer(service: Service, request: Request, limits: Limits) -> tuple[Response, str]:
    """Get an answer, with our fault if there is none because of us."""
    try:
        response = service.answer(_read(request))
        assert isinstance(response.body, bytes)  # noqa: S101 (a worker has no files)
        if len(response.body) > limits.bytes:
            raise RequestError(413, f"the answer has more than {limits.bytes:,} bytes", step="ask for less")
        return response, ""
    except RequestError as error:
        return problem.response(error), ""
    except MemoryError:
        os.kill(os.getpid(), MEMORY)
        raise
    except Exception as error:
        return problem.response(RequestError(500, "the answer failed")), f"{type(error).__name__}: {error}"


def _read(request: Request) -> Request:
    try:
        return request.read()
    except ValueError:
        raise RequestError(
            400, "the query string of the address can't be read", step="percent-encode UTF-8"
        ) from None


def _confine(connection: socket.socket, limits: Limits, files: int) -> None:
    """Give up rights that answers do not need: opening files, unlimited memory, core dumps."""
    for number in (TIME, CPU, MEMORY, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    here = connection.fileno()
    os.closerange(3, here)
    os.closerange(here + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    size = _size()
    gc.freeze()
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    most = size + limits.memory
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard == resource.RLIM_INFINITY or hard > most:
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _size() -> int:
    """Bytes of memory that this process has mapped; if the system does not tell, bytes in use."""
    if _PAGES.exists():
        return int(_PAGES.read_text().split()[0]) * resource.getpagesize()
    return _memory()


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
