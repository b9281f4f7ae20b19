"""The Model Context Protocol over HTTP (Streamable HTTP): one message per request, answered in JSON.

The official SDK runs inside a worker, with its limits and without the right to open files. An asyncio loop
normally opens files, so that other threads and sockets can wake it; here there are none.
"""

from __future__ import annotations

import asyncio
import json
import selectors
import time
from collections.abc import Mapping
from typing import Any

from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp_types import JSONRPC_VERSION

from iomgraph.queries import execution, parameters
from iomgraph.queries.execution import Answer
from iomgraph.queries.library import Query
from iomgraph.serving import payload, problem
from iomgraph.serving.api import choices
from iomgraph.serving.mcp import server
from iomgraph.serving.mcp.tools import Tools
from iomgraph.serving.message import Request, Response
from iomgraph.serving.release import Release

_ACCEPT = "application/json, text/event-stream"
"""The SDK requires both types, although it answers in JSON; our clients need not send them."""

_LARGEST = 1 << 30
"""Most bytes of a body; the server itself has a lower limit."""


class Mcp:
    """A service that answers requests at `/mcp`, within the worker's limits of time and memory.

    Args:
        release: the release.
    """

    def __init__(self, release: Release) -> None:
        self._release = release
        tools = Tools(release.queries, choices.read(release), self._ask)

        async def call(name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
            return tools.call(name, arguments)

        self._server = server.make(tools, call)
        self._loop = asyncio.SelectorEventLoop(_Nothing())
        # Some libraries open files at their first use, which a worker can't.
        first = json.dumps({"jsonrpc": JSONRPC_VERSION, "id": 1, "method": "tools/list"}).encode()
        for headers in ({}, {"mcp-protocol-version": "2026-07-28"}):
            self._answer(Request("POST", "/mcp", headers=headers, body=first))

    def _ask(self, query: Query, given: Mapping[str, str]) -> Answer:
        prefixes = self._release.context.prefixes
        terms = parameters.terms(query, given, self._release.names, prefixes)
        return execution.answer(self._release.store, query.bound(terms), prefixes=prefixes)

    @problem.told
    def answer(self, request: Request) -> Response:
        """Answer a request to `/mcp`."""
        problem.only(request, "POST")
        payload.media_type(request, "application/json")
        return self._answer(request)

    def _answer(self, request: Request) -> Response:
        return self._loop.run_until_complete(_exchange(self._server, request))


async def _exchange(made: Server[Any], request: Request) -> Response:
    """Pass a request to the SDK by ASGI, and return the response."""
    asked = [{"type": "http.request", "body": request.body, "more_body": False}]
    told: list[Mapping[str, Any]] = []

    async def receive() -> Any:
        return asked.pop() if asked else await asyncio.Event().wait()

    async def send(message: Any) -> None:
        told.append(message)

    headers = {**request.headers, "content-type": "application/json", "accept": _ACCEPT}
    scope = {
        "type": "http",
        "method": request.method,
        "path": request.path,
        "query_string": b"",
        "headers": [(name.encode(), value.encode("latin-1", "replace")) for name, value in headers.items()],
    }
    manager = StreamableHTTPSessionManager(
        made, json_response=True, stateless=True, max_request_body_size=_LARGEST
    )
    async with manager.run():
        await manager.handle_request(scope, receive, send)
    start, *pieces = told
    kept = tuple(
        (name.decode("latin-1").title(), value.decode("latin-1"))
        for name, value in start["headers"]
        if name == b"content-type"
    )
    body = b"".join(piece.get("body", b"") for piece in pieces)
    return Response(start["status"], (*kept, ("Cache-Control", "no-store")), body)


class _Nothing(selectors.BaseSelector):
    """A selector without events and without files."""

    def __init__(self) -> None:
        self._keys: dict[Any, selectors.SelectorKey] = {}

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        """Note a file, which never gets events."""
        self._keys[fileobj] = selectors.SelectorKey(fileobj, 0, events, data)
        return self._keys[fileobj]

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        """Forget a file."""
        return self._keys.pop(fileobj)

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait until the next timer.

        Raises:
            RuntimeError: if there is no timer, since the wait would never end.
        """
        if timeout is None:
            raise RuntimeError("nothing is left to wait for")
        time.sleep(max(0.0, timeout))
        return []

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        """Return the registered files."""
        return self._keys
