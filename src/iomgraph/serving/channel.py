"""The connection to a worker: one request goes out at a time, and its answer comes in."""

from __future__ import annotations

import asyncio
from typing import Protocol

from iomgraph.serving import wire
from iomgraph.serving.byte_budget import LargeBody
from iomgraph.serving.message import Response

SMALL = 64 << 10
"""Bytes of an answer that is held without being counted; larger ones need a reservation."""


class Owner(Protocol):
    """The one that learns what comes through a channel."""

    def reserve(self, size: int) -> LargeBody | None:
        """Reserve room for a large answer; None if there is none."""

    def answered(self, response: Response, fault: str) -> None:
        """Take the answer, and what went wrong on our side, if something did."""

    def unbuffered(self) -> None:
        """Note that an answer was thrown away, because there was no room for it."""

    def closed(self) -> None:
        """Note that the worker has gone."""


class Channel(asyncio.BufferedProtocol):
    """The connection to a worker; a large answer is read into the memory where it stays.

    Args:
        owner: learns what comes.
        longest: number of bytes of an answer, at most; a worker that sends more is cut off.
    """

    def __init__(self, owner: Owner, longest: int) -> None:
        self._owner, self._longest = owner, longest
        self._scratch, self._filled = bytearray(2 * SMALL), 0
        self._head: tuple[bytes, bytes] = b"", b""
        self._large: LargeBody | None = None
        self._left = 0
        self._transport: asyncio.Transport | None = None

    def send(self, payload: bytes) -> None:
        """Send a request; the answer to the one before has come."""
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
            # There is no room for this body: it is read over and over into the same memory.
            return memoryview(self._scratch)[: self._left]
        return memoryview(self._scratch)[self._filled :]

    def buffer_updated(self, count: int) -> None:
        if not self._left:
            self._filled += count
            self._look()
            return
        self._left -= count
        if not self._left:
            large, self._large, self._filled = self._large, None, 0
            if large is None:
                self._owner.unbuffered()
            else:
                self._answer(large)

    def _look(self) -> None:
        """See whether a head has come, and the body behind it, if it is small."""
        if self._filled < wire.ANSWER.size:
            return
        head, body, tag = wire.ANSWER.unpack_from(self._scratch)
        start = wire.ANSWER.size + head
        if head > wire.LONGEST_HEAD or body > self._longest:
            self.abort()
        elif self._filled < start + (body if body <= SMALL else 0):
            self._grow(start + SMALL)
        else:
            self._head = bytes(self._scratch[wire.ANSWER.size : start]), tag
            if body > SMALL:
                self._begin_large(start, body)
            else:
                content = bytes(self._scratch[start : start + body])
                self._filled = 0
                self._answer(content)

    def _grow(self, size: int) -> None:
        if size > len(self._scratch):
            self._scratch = self._scratch + bytes(size - len(self._scratch))

    def _begin_large(self, start: int, size: int) -> None:
        come = self._filled - start
        self._large, self._left = self._owner.reserve(size), size - come
        if self._large:
            self._large.memory[:come] = self._scratch[start : self._filled]

    def _answer(self, body: bytes | LargeBody) -> None:
        head, tag = self._head
        status, headers, fault = wire.read_head(head)
        self._owner.answered(Response(status, headers + wire.tag_header(tag), body), fault)
