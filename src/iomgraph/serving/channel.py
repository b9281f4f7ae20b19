"""The channel to a worker: jobs go out, and answers come in, in the same order."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from iomgraph.serving import problem, worker
from iomgraph.serving.message import Response
from iomgraph.serving.problem import RequestError

Then = Callable[[Response, str], None]
"""Takes an answer, and what went wrong on our side, if something did."""


@dataclass(eq=False, slots=True)
class Job:
    """Something that a worker is to answer.

    Args:
        payload: the request, as a worker reads it.
        then: takes the answer; None once it has been given, or nobody waits for it any more.
        tries: how many workers have begun with it.
        deadline: when it is given up, by the clock of the loop.
        overdue: whether its worker was ended for that.
    """

    payload: bytes
    then: Then | None
    tries: int = 0
    deadline: float = 0.0
    overdue: bool = False

    def end(self, response: Response, fault: str = "") -> None:
        """Give the answer to who waits for it."""
        then, self.then = self.then, None
        if then:
            then(response, fault)

    def stop(self, error: RequestError) -> None:
        """Say why there is no answer."""
        self.end(problem.response(error))


class Owner(Protocol):
    """Who is told of what comes through a channel."""

    def joined(self, one: Channel) -> None:
        """A worker is there."""

    def answered(self, one: Channel, response: Response, fault: str) -> None:
        """A worker has answered the first of its jobs."""

    def ended(self, one: Channel) -> None:
        """A worker has gone."""


class Channel(asyncio.Protocol):
    """The connection to a worker.

    Args:
        owner: is told of what comes.
        number: of the worker's process.

    Attributes:
        jobs: that it was given and has not answered; None where an answer is wanted no more.
        since: when it turned to the first of them.
        signal: what the worker was ended by, once the loader has told; 0 if it ended by itself.
        closed: whether the worker has gone, as far as this connection tells.
        unread: whether it had a single job then, and had not looked at it.
    """

    __slots__ = ("_buffer", "_owner", "closed", "jobs", "number", "signal", "since", "transport", "unread")

    def __init__(self, owner: Owner, number: int) -> None:
        self._owner, self.number = owner, number
        self._buffer = bytearray()
        self.jobs: deque[Job | None] = deque()
        self.since = 0.0
        self.signal: int | None = None
        self.closed = self.unread = False
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]
        self._owner.joined(self)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        buffer, start, size = self._buffer, 0, worker.BEFORE.size
        while len(buffer) - start >= size:
            head, body, tag = worker.BEFORE.unpack_from(buffer, start)
            middle = start + size + head
            if len(buffer) < middle + body:
                break
            status, headers, fault = worker.head_of(bytes(buffer[start + size : middle]))
            content = bytes(memoryview(buffer)[middle : middle + body])
            start = middle + body
            self._owner.answered(self, Response(status, headers + worker.tag_of(tag), content), fault)
        del buffer[:start]

    def eof_received(self) -> None:
        assert self.transport  # noqa: S101
        self._gone(unread=self.transport.get_write_buffer_size() > 0)

    def connection_lost(self, error: Exception | None) -> None:
        # The system tells of an error where something was left unread.
        self._gone(unread=error is not None)

    def _gone(self, *, unread: bool) -> None:
        if not self.closed:
            self.closed, self.unread = True, unread and len(self.jobs) == 1
            self._owner.ended(self)
