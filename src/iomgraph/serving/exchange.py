"""One exchange over ASGI: receives a request, sends a response, and notices a client that leaves.

See https://asgi.readthedocs.io/en/latest/specs/www.html for the messages.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from functools import lru_cache
from typing import TypeVar
from urllib.parse import unquote_to_bytes

from starlette.types import Receive, Scope, Send

from iomgraph.serving.message import LargeContent, Request, Response
from iomgraph.serving.problem import RequestError

T = TypeVar("T")

_PIECE = 64 << 10
"""Bytes to send at once; a reader that takes them makes progress."""
_QUICK = 0.05
"""Seconds after which to check if the client is still connected."""
_WITHOUT_CONTENT = (204, 304)
_NO_CONTROL = dict.fromkeys([*range(32), 127])

_COMMON = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", "ETag, Link, Location, Retry-After, X-Release"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    # Without this header, some servers add their own name.
    ("Server", "iomgraph"),
)
_PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""The policy that pages state themselves, with a ban on frames."""


class DisconnectError(Exception):
    """The client closed the connection before it had its response."""


class Exchange:
    """A request and its response.

    Args:
        scope: scope of the connection, by ASGI.
        receive: returns the next message from the client.
        send: takes the next message to it.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._gone: asyncio.Task[None] | None = None

    async def request(self) -> Request:
        """Read the request, with its body if the method has one.

        Raises:
            RequestError: with 400, if the decoded address is not UTF-8.
            DisconnectError: if the client leaves before its body is complete.
        """
        scope = self._scope
        headers: dict[str, str] = {}
        for name, value in scope["headers"]:
            key, text = name.decode("latin-1"), value.decode("latin-1")
            # Several lines of one name are one list (RFC 9110, section 5.3).
            headers[key] = f"{headers[key]}, {text}" if key in headers else text
        method = scope["method"]
        body = await self._body() if method not in ("GET", "HEAD", "OPTIONS") else b""
        try:
            return Request(method, _path(scope), (), headers, body, scope["query_string"].decode())
        except ValueError:
            raise RequestError(400, "the address can't be read", step="percent-encode it, in UTF-8") from None

    async def _body(self) -> bytes:
        pieces = []
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise DisconnectError
            pieces.append(message.get("body", b""))
            if not message.get("more_body", False):
                return b"".join(pieces)

    async def answer(self, work: Awaitable[T]) -> T:
        """Wait for an answer; cancel the work if the client leaves.

        Raises:
            DisconnectError: if the client left.
        """
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None  # noqa: S101

        def leave(_: object) -> None:
            if waits:
                task.cancel()

        def watch() -> None:
            self._watch().add_done_callback(leave)

        waits = True
        timer = loop.call_later(_QUICK, watch)
        try:
            return await work
        except asyncio.CancelledError:
            if self._gone and self._gone.done() and task.uncancel() == 0:
                raise DisconnectError from None
            raise
        finally:
            waits = False
            timer.cancel()

    def _watch(self) -> asyncio.Task[None]:
        """Start watching for a disconnect, of which servers tell only one reader."""
        if self._gone is None:
            self._gone = asyncio.get_running_loop().create_task(self._leaves())
        return self._gone

    async def _leaves(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def respond(self, response: Response) -> None:
        """Send a response, piece by piece if it is large.

        Raises:
            DisconnectError: if the client leaves, or the content can't be read, before the end. The
                connection then breaks off before the length that was announced.
        """
        has_content = self._scope["method"] != "HEAD" and response.status not in _WITHOUT_CONTENT
        await self._send(
            {
                "type": "http.response.start",
                "status": response.status,
                "headers": _headers(response),
            }
        )
        body = response.body
        if not has_content:
            await self._send({"type": "http.response.body", "body": b""})
        elif isinstance(body, bytes):
            await self._send({"type": "http.response.body", "body": body})
        else:
            await self._stream(body)

    async def _stream(self, body: LargeContent) -> None:
        length, gone = len(body), self._watch()
        for start in range(0, length, _PIECE):
            try:
                piece = body.read(start, _PIECE)
            except OSError:
                piece = b""
            if gone.done() or not piece:
                raise DisconnectError
            more = start + _PIECE < length
            await self._send({"type": "http.response.body", "body": piece, "more_body": more})

    def close(self) -> None:
        """Stop watching the client."""
        if self._gone:
            self._gone.cancel()


def _path(scope: Scope) -> str:
    """The path of a request, below the mount point of the application.

    Raises:
        ValueError: if it is not UTF-8, or has a NUL.
    """
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    raw = raw.partition(b"?")[0]
    path = (unquote_to_bytes(raw) if b"%" in raw else raw).decode()
    if "\0" in path:
        raise ValueError("NUL in a path")
    root = scope.get("root_path", "")
    return path.removeprefix(root) if root else path


def _headers(response: Response) -> list[tuple[bytes, bytes]]:
    # Only validators and lengths differ between most responses.
    tags = [(b"etag", _value(value)) for name, value in response.headers if name == "ETag"]
    rest = tuple(pair for pair in response.headers if pair[0] != "ETag") if tags else response.headers
    if response.status not in _WITHOUT_CONTENT:
        tags.append((b"content-length", b"%d" % len(response.body)))
    return [*_encoded(rest), *tags]


@lru_cache(maxsize=4096)
def _encoded(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[bytes, bytes], ...]:
    """Encode headers, adding those for security and for access from other sites."""
    present = {name for name, _ in headers}
    kind = next((value for name, value in headers if name == "Content-Type"), "")
    more = [pair for pair in _COMMON if pair[0] not in present]
    if kind.startswith(("text/html", "image/svg")) and "Content-Security-Policy" not in present:
        more.append(("Content-Security-Policy", _PAGE_POLICY))
    return tuple((name.lower().encode("latin-1"), _value(value)) for name, value in (*headers, *more))


def _value(text: str) -> bytes:
    """Encode a value so that it can't start another header line."""
    return text.translate(_NO_CONTROL).encode("latin-1", "replace")
