"""A connection of HTTP/1.1 (RFC 9112): requests come in within limits, and are answered one after another.

httptools parses, with the parser of Node. Everything that may take long is bounded by a deadline on the
monotonic clock, which one sweep a second looks at: the clock of the wall may jump, and slow clients may come
by the hundred.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from email.utils import formatdate
from functools import lru_cache, partial
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote_to_bytes

import httptools

from iomgraph.serving import problem
from iomgraph.serving.byte_budget import LargeBody
from iomgraph.serving.limits import Limits
from iomgraph.serving.message import Drop, Extent, Reply, Request, Response
from iomgraph.serving.problem import RequestError

Answerer = Callable[[Request, Reply], Response | Drop]
Observer = Callable[[Request, Response, float, str], None]

_CHUNK = 256 << 10
_AHEAD = 8
"""So many requests may be sent before the first of them is answered; then reading waits."""
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_BODILESS = (204, 304)
_NO_CONTROL = dict.fromkeys([*range(32), 127])


class Hub:
    """What connections have in common: the limits, the one who answers, and the sweep for the late.

    Args:
        limits: of requests and connections.
        answerer: gives the response to a request, or replies later; then it gives what to call if nobody
            waits any more. It does not raise.
        observer: told of each answer: request, response, seconds, and the client's address.
    """

    def __init__(self, limits: Limits, answerer: Answerer, observer: Observer) -> None:
        self.limits, self.answerer, self.observer = limits, answerer, observer
        self.open: set[Connection] = set()
        self.closing = False
        self.date = b""
        self._tick()

    def _tick(self) -> None:
        self.date = b"Date: " + formatdate(time.time(), usegmt=True).encode() + b"\r\n"

    async def sweep(self) -> None:
        """Look for the late, for ever."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(1)
            self._tick()
            now = loop.time()
            for one in list(self.open):
                if now > one.deadline:
                    one.late()

    async def drain(self, seconds: float) -> None:
        """Close connections as their answers end, and all of them in the end."""
        self.closing = True
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        for one in list(self.open):
            one.close_if_idle()
        while self.open and loop.time() < end:
            await asyncio.sleep(0.05)
        for one in list(self.open):
            one.abort()


class Connection(asyncio.Protocol):
    """One connection."""

    __slots__ = (
        "_body",
        "_drained",
        "_drop",
        "_expects",
        "_head",
        "_headers",
        "_hub",
        "_in_body",
        "_keeps",
        "_loop",
        "_parser",
        "_peer",
        "_queue",
        "_started",
        "_taken",
        "_target",
        "_transport",
        "deadline",
    )  # fmt: skip

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._queue: list[tuple[Request | RequestError, bool]] = []
        self._drop: Drop | None = None
        self._drained: asyncio.Future[None] | None = None
        self._keeps, self._in_body, self._taken, self._peer = True, False, 0, ""
        self._started = 0.0
        self.deadline = math.inf
        self.on_message_begin()

    # What asyncio tells.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]
        hub = self._hub
        peer = transport.get_extra_info("peername")
        self._peer = str(peer[0]) if isinstance(peer, tuple) else ""
        hub.open.add(self)
        self.deadline = self._loop.time() + hub.limits.head_seconds
        if len(hub.open) > hub.limits.connections or hub.closing:
            self._refuse(RequestError(503, "too many connections", headers=(("Retry-After", "5"),)))

    def data_received(self, data: bytes) -> None:
        if not self._keeps:
            return
        if not self._in_body:
            if not self._taken and not self._queue and self._drop is None:
                self.deadline = self._loop.time() + self._hub.limits.head_seconds
            self._taken += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # Of other protocols we speak none; the request is answered in this one.
            self._keeps = False
        except httptools.HttpParserError:
            self._refuse(RequestError(400, "this is no HTTP request"))
        else:
            if not self._in_body and self._taken > self._hub.limits.head:
                self._refuse(_too_long())

    def connection_lost(self, _: Exception | None) -> None:
        self._hub.open.discard(self)
        self._keeps = False
        self._queue.clear()
        if self._drop:
            self._drop()
        if self._drained and not self._drained.done():
            self._drained.cancel()

    def pause_writing(self) -> None:
        self._drained = self._loop.create_future()
        self.deadline = self._loop.time() + self._hub.limits.body_seconds

    def resume_writing(self) -> None:
        if self._drained and not self._drained.done():
            self._drained.set_result(None)
        self._drained = None
        self.deadline = math.inf if self._drop else self._loop.time() + self._hub.limits.idle_seconds

    # What the parser tells.

    def on_message_begin(self) -> None:
        self._target = b""
        self._headers: dict[str, str] = {}
        self._body = bytearray()
        self._expects = False

    def on_url(self, url: bytes) -> None:
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        if key == "expect":
            self._expects = text.lower() == "100-continue"
        # Several lines of one name are one list (RFC 9110, section 5.3).
        self._headers[key] = f"{self._headers[key]}, {text}" if key in self._headers else text

    def on_headers_complete(self) -> None:
        limits = self._hub.limits
        if self._taken > limits.head and self._length() > limits.head:
            self._refuse(_too_long())
            return
        self._in_body, self._taken = True, 0
        length = self._headers.get("content-length", "0")
        if length.isdecimal() and int(length) > limits.body:
            self._refuse(_too_large(limits))
            return
        if self._drop is None and (length != "0" or "transfer-encoding" in self._headers):
            self.deadline = self._loop.time() + limits.body_seconds
        if self._expects and self._transport and not self._queue and self._drop is None:
            self._transport.write(_CONTINUE)

    def _length(self) -> int:
        return len(self._target) + sum(len(name) + len(value) for name, value in self._headers.items())

    def on_body(self, body: bytes) -> None:
        self._body += body
        if len(self._body) > self._hub.limits.body:
            self._refuse(_too_large(self._hub.limits))

    def on_message_complete(self) -> None:
        self._in_body, self._taken = False, 0
        if not self._keeps:
            return
        keeps = self._parser.should_keep_alive()
        self._queue.append((self._request(), keeps))
        if self._drop is None and len(self._queue) == 1:
            self._advance()
        elif len(self._queue) > _AHEAD and self._transport:
            self._transport.pause_reading()

    def _request(self) -> Request | RequestError:
        try:
            if "host" not in self._headers and self._parser.get_http_version() == "1.1":
                return RequestError(400, "the request names no host", where="Host")
            return request(self._parser.get_method().decode(), self._target, self._headers, bytes(self._body))
        except (ValueError, httptools.HttpParserError):
            return RequestError(400, "the address can't be read", step="percent-encode it, in UTF-8")

    # Answers.

    def _advance(self) -> None:
        """Answer what is next in the queue, and what comes after it."""
        while self._queue and self._drop is None:
            asked, keeps = self._queue.pop(0)
            self.deadline = math.inf
            self._started = self._loop.time()
            if isinstance(asked, RequestError):
                self._finish(Request("GET", "/"), problem.response(asked), keeps=False)
                return
            answer = self._hub.answerer(asked, partial(self._answered, asked, keeps))
            if isinstance(answer, Response):
                self._send(asked, answer, keeps=keeps)
            else:
                self._drop = answer

    def _answered(self, asked: Request, keeps: bool, response: Response) -> None:
        """Send an answer that came later, and go on with what was asked behind it."""
        self._drop = None
        self._send(asked, response, keeps=keeps)
        self._go_on()

    def _go_on(self) -> None:
        self._advance()
        if self._transport and self._keeps and not self._transport.is_closing():
            self._transport.resume_reading()

    def _send(self, asked: Request, response: Response, *, keeps: bool) -> None:
        if isinstance(response.body, bytes) or asked.method == "HEAD":
            self._finish(asked, response, keeps=keeps)
        else:
            self._drop = self._loop.create_task(self._stream(asked, response, response.body, keeps)).cancel

    async def _stream(
        self, asked: Request, response: Response, body: Extent | LargeBody, keeps: bool
    ) -> None:
        """Send what is too large to hold; if that fails, the connection breaks off before its end."""
        assert self._transport  # noqa: S101
        self._transport.write(self._head_of(response, len(body), keeps=keeps))
        sent = 0
        while sent < len(body):
            try:
                piece = body.read(sent, _CHUNK)
            except OSError:
                piece = b""
            if not piece:
                self._transport.abort()
                return
            self._transport.write(piece)
            sent += len(piece)
            if self._drained:
                await self._drained
        self._drop = None
        self._ended(asked, response, keeps)
        self._go_on()

    def _finish(self, asked: Request, response: Response, *, keeps: bool) -> None:
        if not self._transport or self._transport.is_closing():
            return
        content = b"" if asked.method == "HEAD" else response.body
        assert isinstance(content, bytes)  # noqa: S101
        self._transport.write(self._head_of(response, len(response.body), keeps=keeps) + content)
        self._ended(asked, response, keeps)

    def _ended(self, asked: Request, response: Response, keeps: bool) -> None:
        now = self._loop.time()
        self._hub.observer(asked, response, now - self._started, self._peer)
        if keeps and self._keeps and not self._hub.closing:
            if self._drained is None:
                self.deadline = now + self._hub.limits.idle_seconds
        else:
            self._close()

    def _head_of(self, response: Response, length: int, *, keeps: bool) -> bytes:
        # Validators differ from answer to answer; the rest of a head is the same for most.
        tags = [value for name, value in response.headers if name == "ETag"]
        rest = tuple(pair for pair in response.headers if pair[0] != "ETag")
        head = _encoded(response.status, rest) + self._hub.date
        if tags:
            head += b"ETag: " + tags[0].translate(_NO_CONTROL).encode("latin-1", "replace") + b"\r\n"
        if response.status not in _BODILESS:
            head += b"Content-Length: %d\r\n" % length
        return head + (
            b"\r\n" if keeps and self._keeps and not self._hub.closing else b"Connection: close\r\n\r\n"
        )

    def _refuse(self, error: RequestError) -> None:
        """Say what is wrong, and go: what follows in the stream can't be understood, or is not wanted."""
        if not self._keeps:
            return
        self._keeps = False
        self._queue.clear()
        if self._drop is None:
            self._started = self._loop.time()
            self._finish(Request("GET", "/"), problem.response(error), keeps=False)
        self._close()

    def _close(self) -> None:
        self._keeps = False
        self.deadline = self._loop.time() + self._hub.limits.head_seconds
        if self._transport and self._drop is None:
            self._transport.close()

    # Deadlines.

    def late(self) -> None:
        """A deadline has passed: whoever has begun to ask is told, whoever does not read is not."""
        if self._keeps and self._drained is None and (self._taken or self._in_body) and self._drop is None:
            self._refuse(RequestError(408, "the request took too long to come in"))
        else:
            self.abort()

    def close_if_idle(self) -> None:
        """Close, unless something is being answered."""
        if self._drop is None and not self._queue:
            self._close()

    def abort(self) -> None:
        """Break off."""
        if self._transport:
            self._transport.abort()


def request(method: str, target: bytes, headers: dict[str, str], body: bytes) -> Request:
    """Read the target of a request (RFC 9112, section 3.2).

    Raises:
        ValueError: if it is no UTF-8 once it is decoded.

    Example:
        >>> request("GET", b"/a%20b?x=%C3%A9", {}, b"").path
        '/a b'
    """
    parts: Any = httptools.parse_url(target) if target != b"*" else None
    path = parts.path or b"/" if parts else b"*"
    path = (unquote_to_bytes(path) if b"%" in path else path).decode()
    if "\0" in path:
        raise ValueError("NUL in a path")
    search = (parts.query or b"").decode() if parts else ""
    return Request(method, path, (), headers, body, search)


def _too_long() -> RequestError:
    return RequestError(431, "the head of the request is too long", step="send a query with POST")


def _too_large(limits: Limits) -> RequestError:
    return RequestError(413, f"the body has more than {limits.body:,} bytes", step="send less")


@lru_cache(maxsize=4096)
def _encoded(status: int, headers: tuple[tuple[str, str], ...]) -> bytes:
    """The head of a response; no value can begin a line of its own."""
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
    lines += [f"{name}: {value.translate(_NO_CONTROL)}" for name, value in headers]
    return ("\r\n".join(lines) + "\r\n").encode("latin-1", "replace")
