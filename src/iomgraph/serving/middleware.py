"""The limits of requests and responses, as ASGI middleware: each class enforces one of them.

Limits of the HTTP server itself (heads, trailers, idle connections) are in `server.py`.
"""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from iomgraph.errors import IomgraphError
from iomgraph.serving import problem
from iomgraph.serving.clients import Clients
from iomgraph.serving.exchange import DisconnectError, Exchange
from iomgraph.serving.limits import Limits
from iomgraph.serving.log import Log
from iomgraph.serving.message import Response
from iomgraph.serving.metrics import Metrics
from iomgraph.serving.problem import RequestError

SERVICE, CLIENT = "iomgraph.service", "iomgraph.client"
"""Keys of a scope: the service that answers, and the key of the client."""

_STEP = 16 << 10
"""Bytes of a body that a client has to send within each time limit."""
_BODIES = 64 << 20
"""Most bytes of incoming bodies in memory at once."""


class StalledError(Exception):
    """A client has not read for too long."""


@dataclass
class Progress:
    """The progress of a response.

    Args:
        status: HTTP status; 0 before it begins.
        sent: bytes of content.
        complete: all of it was sent.
    """

    status: int = 0
    sent: int = 0
    complete: bool = False


@dataclass
class Observer:
    """Middleware that counts and logs each exchange, and turns errors into responses.

    Args:
        app: the application inside.
        log: takes each exchange, and each fault of ours.
        metrics: takes each exchange.
        clients: names the client of a request.
    """

    app: ASGIApp
    log: Log
    metrics: Metrics
    clients: Clients

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request, and record its outcome."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start, progress = time.perf_counter(), Progress()
        client = scope.get("client")
        forwarded = next((value for name, value in scope["headers"] if name == b"x-forwarded-for"), b"")
        scope[CLIENT] = self.clients.key(client[0] if client else "", forwarded.decode("latin-1"))

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                progress.status = message["status"]
            await send(message)
            if message["type"] == "http.response.body":
                progress.sent += len(message.get("body", b""))
                progress.complete = not message.get("more_body", False)

        self.metrics.in_progress += 1
        try:
            why = await self._passed_on(scope, receive, noting, progress)
        finally:
            self.metrics.in_progress -= 1
        seconds = time.perf_counter() - start
        self.metrics.answered(scope.get(SERVICE, "none"), progress.status, progress.sent, seconds)
        if not progress.complete:
            self.metrics.cut()
        self.log.request(
            scope["method"],
            scope["path"],
            progress.status,
            progress.sent,
            seconds,
            scope[CLIENT],
            cut="" if progress.complete else why,
        )

    async def _passed_on(self, scope: Scope, receive: Receive, send: Send, progress: Progress) -> str:
        """Pass on a request; return the reason if its response was not completed."""
        try:
            await self.app(scope, receive, send)
        except DisconnectError:
            if progress.status == 0:
                # Servers report a malformed body like a disconnect, so the client may still be there to read
                # this.
                await Exchange(scope, receive, send).respond(problem.response(_incomplete()))
            return "client left"
        except StalledError:
            return "client does not read"
        except Exception as error:
            known = error if isinstance(error, IomgraphError) else RequestError(500, "the answer failed")
            if not isinstance(error, IomgraphError):
                self.log.event("answer failed", what=f"{type(error).__name__}: {error}")
            if progress.status == 0:
                await Exchange(scope, receive, send).respond(problem.suited(known, _accept(scope)))
            return "answer failed"
        return "answer failed"


def _accept(scope: Scope) -> str:
    lines = [value.decode("latin-1") for name, value in scope["headers"] if name == b"accept"]
    return ", ".join(lines)


def _incomplete() -> RequestError:
    return RequestError(400, "the request body is malformed or incomplete", where="body", headers=_CLOSE)


_HOST = re.compile(rb"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]+)(?::[0-9]*)?")
"""The host and port of an address (RFC 3986, section 3.2.2)."""


@dataclass
class HostCheck:
    """Middleware that refuses requests without exactly one Host, with two lengths, or in an unknown coding.

    Args:
        app: the application inside.
    """

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request if it names one host."""
        if scope["type"] == "http":
            self._check_host(scope)
            self._check_coding(scope)
        await self.app(scope, receive, send)

    def _check_host(self, scope: Scope) -> None:
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        what = ""
        # granian adds an empty one if there is none.
        if not any(hosts):
            what = "the request names no host" if scope["http_version"] == "1.1" else ""
        elif len(hosts) > 1:
            what = "the request names more than one host"
        elif not _HOST.fullmatch(hosts[0]):
            what = "the request names no host that there can be"
        if what:
            step = "send the header Host once, as example.org or example.org:8000"
            raise RequestError(400, what, where="Host", step=step, headers=_CLOSE)

    def _check_coding(self, scope: Scope) -> None:
        headers = dict(scope["headers"])
        if b"transfer-encoding" in headers and b"content-length" in headers:
            # Servers that use different ones of them see different requests (section 11.2).
            raise RequestError(
                400,
                "the request gives the length of its body in two ways",
                where="Content-Length, Transfer-Encoding",
                step="send one of the two",
                headers=_CLOSE,
            )
        coding = headers.get(b"transfer-encoding", b"chunked")
        if coding.strip().lower() != b"chunked":
            raise RequestError(
                501,
                "the request has an unsupported transfer coding",
                where="Transfer-Encoding",
                step="send Content-Length, or Transfer-Encoding: chunked",
                headers=_CLOSE,
            )


@dataclass
class ServerMethods:
    """Middleware that answers requests without a resource: OPTIONS *, and CONNECT (RFC 9110, 9.3).

    Args:
        app: the application inside.
    """

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request if it names a resource."""
        if scope["type"] == "http" and scope["method"] == "CONNECT":
            raise RequestError(
                501,
                "this server is not a proxy",
                where="CONNECT",
                step="ask it for a resource, with GET",
                headers=_CLOSE,
            )
        if scope["type"] == "http" and scope["method"] == "OPTIONS" and scope["path"] in _SERVER:
            told = Response(204, (("Allow", "GET, HEAD, POST, OPTIONS"),))
            await Exchange(scope, receive, send).respond(told)
            return
        await self.app(scope, receive, send)


_SERVER = ("*", "/*")
"""Paths that stand for the server itself; some ASGI servers put a slash before."""


@dataclass
class BodyLimit:
    """Middleware that limits the size and the time of a request body, and the size of all incoming bodies.

    A client must send each 16 KiB within `Limits.body_seconds`.

    Args:
        app: the application inside.
        limits: `body` and `body_seconds`.
    """

    app: ASGIApp
    limits: Limits
    _held: int = field(default=0, init=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request; refuse its body as soon as it exceeds a limit."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if length.isdigit() and int(length) > self.limits.body:
            raise self._too_large()
        body = _Body(self, receive)
        try:
            await self.app(scope, body.receive, send)
        finally:
            self._held -= body.size

    def took(self, size: int, more: int) -> None:
        """Count a further part of a body.

        Args:
            size: size of the body so far.
            more: bytes by which it grew.

        Raises:
            RequestError: with 413, if it is too large; with 503, if all bodies together are.
        """
        self._held += more
        if size > self.limits.body:
            raise self._too_large()
        if self._held > _BODIES:
            raise RequestError(
                503, "too many request bodies at once", step="try again later", headers=(*_CLOSE, *_LATER)
            )

    def _too_large(self) -> RequestError:
        return RequestError(
            413,
            f"the request body has more than {self.limits.body:,} bytes",
            step="send less",
            headers=_CLOSE,
        )


_CLOSE = (("Connection", "close"),)
"""For responses to a body that is not read completely, since the rest of it follows in the stream."""
_LATER = (("Retry-After", "5"),)


class _Body:
    """An incoming body."""

    def __init__(self, limit: BodyLimit, receive: Receive) -> None:
        self._limit, self._receive = limit, receive
        self._seconds = limit.limits.body_seconds
        self._end = asyncio.get_running_loop().time() + self._seconds
        self._goal, self.size, self._complete = _STEP, 0, False

    async def receive(self) -> Message:
        """Return the next message, or stop waiting for it."""
        if self._complete:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._end):
                message = await self._receive()
        except TimeoutError:
            raise RequestError(408, "the request body took too long to come in", headers=_CLOSE) from None
        more = len(message.get("body", b""))
        self.size += more
        self._complete = not message.get("more_body", False)
        self._limit.took(self.size, more)
        if self.size >= self._goal:
            self._goal = self.size + _STEP
            self._end = asyncio.get_running_loop().time() + self._seconds
        return message


@dataclass
class ReaderDeadline:
    """Middleware that breaks off a response if its reader stalls for `Limits.body_seconds`.

    The deadline starts again for each piece of 64 KiB, so that slow and steady readers get everything.

    Args:
        app: the application inside.
        limits: `body_seconds`.
    """

    app: ASGIApp
    limits: Limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        streams = False

        async def within_time(message: Message) -> None:
            nonlocal streams
            streams = streams or message.get("more_body", False)
            if not streams:
                await send(message)  # The server holds a response in one piece.
                return
            try:
                async with asyncio.timeout(self.limits.body_seconds):
                    await send(message)
            except TimeoutError:
                raise StalledError from None

        await self.app(scope, receive, within_time if scope["type"] == "http" else send)
