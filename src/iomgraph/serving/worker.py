"""A worker: a process that answers one request after another, and can open nothing.

It ends itself where an answer passes a limit of time (the timers of the kernel see to that, whatever the
engine is doing) or of memory; the process that it was forked from tells with what signal.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import pickle
import resource
import signal
import socket
import struct
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from iomgraph.serving import problem
from iomgraph.serving.limits import Limits
from iomgraph.serving.message import Request, Response
from iomgraph.serving.problem import RequestError
from iomgraph.serving.services import Service

BEFORE = struct.Struct("!II32s")
"""Before an answer: how long its head is, and its body; and what tells its body from others."""

_NO_TAG = bytes(32)

_PAGES = Path("/proc/self/statm")
_LOOK = 16
"""After so many answers a worker looks at how much memory it has."""

_MOST_ANSWERS = 100_000
"""After so many a worker is replaced, so that what fragments its memory does not add up."""

TIME, CPU, MEMORY = signal.SIGALRM, signal.SIGPROF, signal.SIGABRT
"""The signals that a worker is ended by where an answer passes a limit."""


def work(connection: socket.socket, services: Mapping[str, Service], limits: Limits) -> None:
    """Answer requests until the server has gone, or this process has grown old.

    Args:
        connection: to the server; no other descriptor is used.
        services: name to what answers.
        limits: of an answer.
    """
    _confine(connection, limits)
    start = _memory()
    # Reads ahead, so that several requests that wait take one call of the system.
    asking = connection.makefile("rb")
    for number in range(_MOST_ANSWERS):
        try:
            (length,) = struct.unpack("!I", asking.read(4))
            name, *asked = pickle.loads(asking.read(length))  # noqa: S301 (of our own process)
        except (EOFError, OSError, struct.error, pickle.UnpicklingError):
            return  # The server has gone.
        signal.setitimer(signal.ITIMER_REAL, limits.seconds)
        signal.setitimer(signal.ITIMER_PROF, limits.cpu_seconds)
        response, fault = _answer(services[name], Request(*asked), limits)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)
        connection.sendall(_written(response, fault))
        if number % _LOOK == 0 and _memory() - start > limits.memory // 2:
            return


def _answer(service: Service, request: Request, limits: Limits) -> tuple[Response, str]:
    """Get an answer, and what is wrong with us if it is our fault that there is none."""
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
            400, "the query of the address can't be read", step="percent-encode UTF-8"
        ) from None


def _written(response: Response, fault: str) -> bytes:
    body = response.body
    assert isinstance(body, bytes)  # noqa: S101
    headers, names = list(response.headers), {name for name, _ in response.headers}
    # The tag stands apart, so that the heads of most answers are the same bytes.
    is_tagged = response.status == 200 and "ETag" not in names
    tag = hashlib.sha256(body).hexdigest()[:32].encode() if is_tagged else _NO_TAG
    if "Cache-Control" not in names:
        headers.append(("Cache-Control", "no-cache"))
    head = json.dumps((response.status, headers, fault)).encode()
    return BEFORE.pack(len(head), len(body), tag) + head + body


@lru_cache(maxsize=512)
def head_of(head: bytes) -> tuple[int, tuple[tuple[str, str], ...], str]:
    """Read the head of an answer: status, headers, and what went wrong on our side."""
    status, headers, fault = json.loads(head)
    return status, tuple((name, value) for name, value in headers), fault


def tag_of(tag: bytes) -> tuple[tuple[str, str], ...]:
    """The header that tells an answer from others, where a worker gave it one."""
    return () if tag == _NO_TAG else (("ETag", f'"{tag.decode()}"'),)


def _confine(connection: socket.socket, limits: Limits) -> None:
    """Give up what an answer does not need: opening anything, memory without end, dumps of it."""
    for number in (TIME, CPU, MEMORY, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    here = connection.fileno()
    os.closerange(3, here)
    os.closerange(here + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    size = _size()
    gc.freeze()
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    most = size + limits.memory
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard == resource.RLIM_INFINITY or hard > most:
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _size() -> int:
    """Bytes of memory that this process has mapped; of those it uses, where the system does not tell."""
    if _PAGES.exists():
        return int(_PAGES.read_text().split()[0]) * resource.getpagesize()
    return _memory()


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
