"""The Model Context Protocol over standard input and output, one message per line, by the official SDK.

The SDK answers, but we read the lines ourselves, because the SDK does not limit their length, silently drops
malformed ones, and cancels pending answers at the end of input.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import anyio
import mcp_types as types
from anyio import CapacityLimiter, to_thread
from mcp.shared.message import SessionMessage

from iomgraph.queries import library, sandbox
from iomgraph.queries.execution import Answer
from iomgraph.queries.library import Query
from iomgraph.serving.api import choices
from iomgraph.serving.mcp import server
from iomgraph.serving.mcp.tools import Tools
from iomgraph.serving.release import Release
from iomgraph.settings import resources

LONGEST = 1 << 20
"""Most bytes of a message."""


def serve(release: Path, seconds: float, lines: BinaryIO, out: BinaryIO) -> None:
    """Answer messages until there are no more.

    Args:
        release: folder of the release; each query runs in a process of its own, one at a time, with limits of
            time and memory.
        seconds: time limit of an answer, including the loading of the release.
        lines: the input of messages.
        out: the output, only for responses.

    Raises:
        IomgraphError: if it is not a release, or damaged.
    """

    # That process itself moves a query under the base IRI of the release.
    def ask(query: Query, given: Mapping[str, str]) -> Answer:
        return sandbox.ask(sandbox.Request(release, query, given), seconds)

    tools = Tools(library.read_all(resources() / "queries"), choices.read(Release.open(release)), ask)
    anyio.run(_Stdio(tools, lines, out).run)


class _Stdio:
    """The incoming and outgoing lines."""

    def __init__(self, tools: Tools, lines: BinaryIO, out: BinaryIO) -> None:
        self._tools, self._lines, self._out = tools, lines, out
        self._owed: set[types.RequestId | None] = set()
        self._one = CapacityLimiter(1)

    async def run(self) -> None:
        """Answer until there are no more lines."""
        made = server.make(self._tools, self._call)
        self._changed = anyio.Condition()
        self._to_server, incoming = anyio.create_memory_object_stream[SessionMessage | Exception]()
        outgoing, self._from_server = anyio.create_memory_object_stream[SessionMessage]()
        async with anyio.create_task_group() as group:
            group.start_soon(self._read)
            group.start_soon(self._write)
            await made.run(incoming, outgoing, made.create_initialization_options())

    async def _call(self, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return await to_thread.run_sync(self._tools.call, name, arguments, limiter=self._one)

    async def _read(self) -> None:
        async with self._to_server:
            async for line in self._split():
                try:
                    message = types.jsonrpc_message_adapter.validate_json(line, by_name=False)
                except ValueError:
                    self._tell(_error(types.PARSE_ERROR, "this is not a message of JSON-RPC 2.0"))
                    continue
                if isinstance(message, types.JSONRPCRequest):
                    self._owed.add(message.id)
                elif isinstance(message, types.JSONRPCNotification):
                    # A cancelled request does not get an answer.
                    self._owed.discard((message.params or {}).get("requestId"))
                await self._to_server.send(SessionMessage(message))
            async with self._changed:
                while self._owed:
                    await self._changed.wait()

    async def _write(self) -> None:
        async for one in self._from_server:
            self._tell(one.message)
            if isinstance(one.message, types.JSONRPCResponse | types.JSONRPCError):
                self._owed.discard(one.message.id)
                async with self._changed:
                    self._changed.notify_all()

    def _tell(self, message: types.JSONRPCMessage) -> None:
        text = message.model_dump_json(by_alias=True, exclude_unset=True)
        self._out.write(text.encode() + b"\n")
        self._out.flush()

    async def _split(self) -> AsyncIterator[bytes]:
        """Yield the lines, and refuse those that are too long."""
        while line := await to_thread.run_sync(self._lines.readline, LONGEST + 1):
            if len(line) > LONGEST:
                while line and not line.endswith(b"\n"):
                    line = await to_thread.run_sync(self._lines.readline, LONGEST)
                self._tell(_error(types.INVALID_REQUEST, f"a message has {LONGEST:,} bytes at most"))
            elif line.strip():
                yield line


def _error(code: int, message: str) -> types.JSONRPCError:
    return types.JSONRPCError(jsonrpc="2.0", id=None, error=types.ErrorData(code=code, message=message))
