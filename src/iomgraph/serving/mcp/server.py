"""The tools behind the official SDK of the Model Context Protocol, for any transport."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import mcp_types as types
from mcp.server.caching import CacheHint
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError

from iomgraph.serving.mcp.tools import Tools
from iomgraph.version import __version__

Call = Callable[[str, Mapping[str, Any]], Awaitable[dict[str, Any]]]
"""A function that calls a tool by name with arguments."""

_FRESH = CacheHint(ttl_ms=300_000, scope="public")
_INSTRUCTIONS = (
    "Questions on the projects of one release, with the page or file behind each fact. Every tool "
    "only reads. An answer says how many rows there are in all; ask for more with offset. Things are named "
    "by IRIs whose last part is what parameters take, such as LM.0024 for a project or GEO for a state."
)

# Without a handler, the SDK's log of malformed messages would go to standard error as plain text.
logging.getLogger("mcp").addHandler(logging.NullHandler())
logging.getLogger("mcp").propagate = False


def make(tools: Tools, call: Call) -> Server[Any]:
    """Make a server that offers tools.

    Args:
        tools: the tools.
        call: calls one of them.
    """
    listed = [types.Tool.model_validate(tool) for tool in tools.told()]

    async def on_list(
        _: ServerRequestContext[Any], params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        if params and params.cursor:
            raise MCPError(types.INVALID_PARAMS, "there is no such cursor: all tools are on one page")
        return types.ListToolsResult(tools=listed)

    async def on_call(
        _: ServerRequestContext[Any], params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        if params.name not in tools:
            raise MCPError(types.INVALID_PARAMS, f"there is no such tool: {params.name[:100]}")
        return types.CallToolResult.model_validate(await call(params.name, params.arguments or {}))

    return Server(
        "iomgraph",
        version=__version__,
        title="iomgraph",
        instructions=_INSTRUCTIONS,
        cache_hints={"tools/list": _FRESH, "server/discover": _FRESH},
        on_list_tools=on_list,
        on_call_tool=on_call,
    )
