"""What a request over HTTP says twice: in its headers, for who passes it on, and in its message.

Revision 2026-07-28 of the protocol, Streamable HTTP, has both be the same, so that nobody on the way takes
a request for another one than is answered.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from iomgraph.serving.mcp import protocol
from iomgraph.serving.message import Request

VERSION = "MCP-Protocol-Version"
_METHOD, _NAME = "Mcp-Method", "Mcp-Name"
_BEFORE, _BEHIND = "=?base64?", "?="
"""What stands around a name that no header can carry as it is."""


def is_stateless(request: Request, message: Mapping[str, Any]) -> bool:
    """Whether a request is of the revision that has these headers, as either of the two says."""
    return request.headers.get(VERSION.lower()) == protocol.STATELESS or protocol.is_stateless(message)


def mismatch(request: Request, message: Mapping[str, Any]) -> str:
    """Say which header is missing, or is not what the message says; nothing if all is well.

    Example:
        >>> meta = {"io.modelcontextprotocol/protocolVersion": "x"}
        >>> message = {"method": "ping", "params": {"_meta": meta}}
        >>> headers = {"mcp-protocol-version": "x", "mcp-method": "tools/list"}
        >>> mismatch(Request("POST", "/mcp", headers=headers), message)
        'Mcp-Method is tools/list, and the message says ping'
    """
    said = {VERSION: protocol.version_of(message), _METHOD: message.get("method")}
    if said[_METHOD] == "tools/call":
        params = message.get("params")
        said[_NAME] = params.get("name") if isinstance(params, Mapping) else None
    for name, value in said.items():
        given = request.headers.get(name.lower())
        if given is None:
            return f"there is no {name}"
        if not given.isascii() or (_decoded(given) if name == _NAME else given) != value:
            return f"{name} is {given[:100]}, and the message says {str(value)[:100]}"
    return ""


def _decoded(value: str) -> str | None:
    if not (value.startswith(_BEFORE) and value.endswith(_BEHIND)):
        return value
    try:
        return base64.b64decode(value[len(_BEFORE) : -len(_BEHIND)], validate=True).decode()
    except ValueError:
        return None
