"""The connection to a worker, which carries requests and, in the same order, their answers."""

from __future__ import annotations

import asyncio
from typing import Protocol

from iomgraph.serving import worker_messages
from iomgraph.serving.byte_budget import LargeBody
from iomgraph.serving.message import Response

SMALL = 64 << 10
"""Most bytes of an answer that does not need a reservation."""


class Owner(Protocol):
    """The receiver of events from a channel."""

    def reserve(self, number: int, size: int) -> LargeBody | None:
        """Reserve room for the answer to a request; None if there is none."""

    def answered(self, number: int, response: Response, fault: str) -> None:
        """Take the answer to a request, with any fault on our side."""

    def unbuffered(self, number: int) -> None:
        """Note that the answer to a request was dropped for lack of room."""

    def recalled(self) -> None:
        """Note that the worker has forgotten the requests that were recalled."""

    def closed(self) -> None:
        """Note that the worker has gone."""


class Channel(asyncio.BufferedProtocol):
    """The connection to a worker; a large answer is read into the memory where it stays.

    Args:
        owner: takes the events.
        longest: most bytes of an answer; a worker that sends more is cut off.
    """

    def __init__(self, owner: Owner, longest: int) -> None:
        self._owner, self._longest = owner, longest
        self._scratch, self._filled = bytearray(2 * SMALL), 0
        self._head: tuple[int, bytes, bytes] = 0, b"", b""
        self._large: LargeBody | None = None
        self._left = 0
        self._transport: asyncio.Transport | None = None

    def send(self, payload: bytes) -> None:
        """Send a request, or recall earlier ones."""
        assert self._transport  # noqa: S101
        self._transport.write(payload)

    def abort(self) -> None:
        """Break the connection off."""
        if self._transport:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def eof_received(self) -> None:
        self._owner.closed()

    def connection_lost(self, _: Exception | None) -> None:
        self._owner.closed()

    def get_buffer(self, _: int) -> memoryview:
        if self._large:
            return memoryview(self._large.memory)[len(self._large) - self._left :]
        if self._left:
            # There is no room for this body, so it is read into the same memory over and over.
            return memoryview(self._scratch)[: self._left]
        return memoryview(self._scratch)[self._filled :]

    def buffer_updated(self, count: int) -> None:
        if not self._left:
            self._filled += count
            self._parse()
            return
        self._left -= count
        if not self._left:
            self._filled = 0
            self._end_large()

    def _parse(self) -> None:
        """Take the complete answers; a partial last one stays."""
        start, size = 0, worker_messages.ANSWER.size
        while self._filled - start >= size:
            number, head, body, tag = worker_messages.ANSWER.unpack_from(self._scratch, start)
            middle = start + size + head
            if head > worker_messages.LONGEST_HEAD or body > self._longest:
                self.abort()
                return
            if self._filled < middle + (body if body <= SMALL else 0):
                break
            self._head = number, bytes(self._scratch[start + size : middle]), tag
            start = middle + body
            if body > SMALL:
                self._begin_large(middle, body)
                if self._left:
                    return
                self._end_large()
            elif number:
                self._answer(bytes(self._scratch[middle:start]))
            else:
                self._owner.recalled()
        self._keep(start)

    def _keep(self, start: int) -> None:
        """Move the remaining bytes to the front, and make room for more."""
        rest = self._scratch[start : self._filled]
        self._filled = len(rest)
        if self._filled + SMALL > len(self._scratch):
            self._scratch = rest + bytes(len(rest) + 2 * SMALL)
        else:
            self._scratch[: self._filled] = rest

    def _begin_large(self, start: int, size: int) -> None:
        come = min(size, self._filled - start)
        self._large, self._left = self._owner.reserve(self._head[0], size), size - come
        if self._large:
            self._large.memory[:come] = self._scratch[start : start + come]

    def _end_large(self) -> None:
        large, self._large = self._large, None
        if large is None:
            self._owner.unbuffered(self._head[0])
        else:
            self._answer(large)

    def _answer(self, body: bytes | LargeBody) -> None:
        number, head, tag = self._head
        status, headers, fault = worker_messages.read_head(head)
        self._owner.answered(number, Response(status, headers + worker_messages.tag_header(tag), body), fault)
