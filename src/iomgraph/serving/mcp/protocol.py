"""The protocol: JSON-RPC 2.0 messages, and what is answered to each.

Two ages of it are spoken. Up to 2025-11-25 a client begins with `initialize`; from 2026-07-28 on every
request says its version itself (`_meta`), there is `server/discover`, and results say that they are
complete. Nothing is kept between messages in either, so that any worker can answer any of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from iomgraph.serving.mcp.tools import Tools
from iomgraph.version import __version__

STATELESS = "2026-07-28"
VERSIONS = (STATELESS, "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05")
"""Versions of the protocol, the newest first (https://modelcontextprotocol.io/specification/)."""

PARSE, INVALID, UNKNOWN_METHOD, BAD_PARAMS = -32700, -32600, -32601, -32602
"""Errors of JSON-RPC 2.0, section 5.1."""
MISMATCH, UNSUPPORTED = -32020, -32022
"""Errors of this protocol: headers are not as the message, a version is not spoken here."""

_META = "io.modelcontextprotocol/"
_MOST = 20
"""Messages in a batch."""
_KEPT = 300_000
"""Milliseconds that the list of tools may be kept for."""
_INSTRUCTIONS = (
    "Questions on the projects of the IOM Development Fund, asked of one release of iomgraph. Every tool "
    "only reads. An answer says how many rows there are in all; ask for more with offset. Things are named "
    "by IRIs whose last part is what parameters take, such as LM.0024 for a project or GEO for a state."
)


class Protocol:
    """Answers messages.

    Args:
        tools: that are offered.
    """

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._server = {"name": "iomgraph", "title": "iomgraph", "version": __version__}

    def answer(self, message: Any) -> dict[str, Any] | list[dict[str, Any]] | None:
        """Answer a message, or a batch of them, which version 2025-03-26 has.

        Args:
            message: any JSON.

        Returns:
            the response, or those of the batch; None to notifications, which get none.
        """
        if not isinstance(message, list):
            return self._one(message)
        if not 0 < len(message) <= _MOST:
            return error(None, INVALID, f"a batch has from 1 to {_MOST} messages")
        return [told for told in map(self._one, message) if told is not None] or None

    def _one(self, message: Any) -> dict[str, Any] | None:
        if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
            return error(None, INVALID, "this is no JSON-RPC 2.0 message")
        key, method = message.get("id"), message.get("method")
        if "id" not in message:
            return None
        if not isinstance(key, str | int) or isinstance(key, bool):
            return error(None, INVALID, "the id is neither a text nor a whole number")
        if not isinstance(method, str):
            # A client that answers us answers nothing that we asked.
            return (
                None
                if "result" in message or "error" in message
                else error(key, INVALID, "there is no method")
            )
        params = message.get("params", {})
        if not isinstance(params, dict):
            return error(key, BAD_PARAMS, "the params are no object")
        asked = version_of(message)
        if asked is not None and asked not in VERSIONS:
            return unsupported(key, asked)
        return self._called(key, method, params, stateless=is_stateless(message))

    def _called(
        self, key: str | int, method: str, params: dict[str, Any], *, stateless: bool
    ) -> dict[str, Any]:
        if stateless and not _tells_of_itself(params):
            return error(key, BAD_PARAMS, "a request has its version and the client's capabilities in _meta")
        known = _STATELESS_METHODS if stateless else _METHODS
        if method not in known:
            return error(key, UNKNOWN_METHOD, f"there is no such method: {method[:100]}")
        result = known[method](self, params)
        if isinstance(result, str):
            return error(key, BAD_PARAMS, result)
        if stateless:
            result = {**result, "resultType": "complete", "_meta": {f"{_META}serverInfo": self._server}}
        return {"jsonrpc": "2.0", "id": key, "result": result}

    def _initialize(self, params: Mapping[str, Any]) -> dict[str, Any]:
        asked = params.get("protocolVersion")
        # One that is not spoken here is answered with the newest of those that begin so.
        spoken = asked if asked in VERSIONS[1:] else VERSIONS[1]
        return {**self._capabilities(), "protocolVersion": spoken, "serverInfo": self._server}

    def _discover(self, _: Mapping[str, Any]) -> dict[str, Any]:
        return {**self._capabilities(), "supportedVersions": list(VERSIONS), **_cached()}

    def _capabilities(self) -> dict[str, Any]:
        return {"capabilities": {"tools": {"listChanged": False}}, "instructions": _INSTRUCTIONS}

    def _ping(self, _: Mapping[str, Any]) -> dict[str, Any]:
        return {}

    def _list(self, params: Mapping[str, Any]) -> dict[str, Any] | str:
        if params.get("cursor"):
            return "there is no such cursor: all tools are on one page"
        return {"tools": self._tools.told()}

    def _list_kept(self, params: Mapping[str, Any]) -> dict[str, Any] | str:
        found = self._list(params)
        return found if isinstance(found, str) else {**found, **_cached()}

    def _call(self, params: Mapping[str, Any]) -> dict[str, Any] | str:
        name, arguments = params.get("name"), params.get("arguments") or {}
        if not isinstance(name, str) or not isinstance(arguments, dict):
            return "a call has a name, and an object of arguments"
        if name not in self._tools:
            return f"there is no such tool: {name[:100]}"
        return self._tools.call(name, arguments)


_METHODS = {
    "initialize": Protocol._initialize,
    "ping": Protocol._ping,
    "tools/list": Protocol._list,
    "tools/call": Protocol._call,
}
_STATELESS_METHODS = {
    "server/discover": Protocol._discover,
    "tools/list": Protocol._list_kept,
    "tools/call": Protocol._call,
}


def _cached() -> dict[str, Any]:
    return {"ttlMs": _KEPT, "cacheScope": "public"}


def _tells_of_itself(params: Mapping[str, Any]) -> bool:
    meta = params.get("_meta")
    return (
        isinstance(meta, Mapping)
        and f"{_META}protocolVersion" in meta
        and isinstance(meta.get(f"{_META}clientCapabilities"), Mapping)
    )


def version_of(message: Mapping[str, Any]) -> Any:
    """The version that a message says it is of; None where it says nothing."""
    params = message.get("params")
    meta = params.get("_meta") if isinstance(params, Mapping) else None
    return meta.get(f"{_META}protocolVersion") if isinstance(meta, Mapping) else None


def is_stateless(message: Mapping[str, Any]) -> bool:
    """Whether a message is of the later age."""
    return version_of(message) == STATELESS or message.get("method") == "server/discover"


def unsupported(key: str | int | None, asked: object) -> dict[str, Any]:
    """Make the response to a message of a version that is not spoken here."""
    data = {"supported": list(VERSIONS), "requested": str(asked)[:100]}
    return error(key, UNSUPPORTED, "this version of the protocol is not spoken here", data)


def error(key: str | int | None, code: int, message: str, data: Any = None) -> dict[str, Any]:
    """Make the response that says what is wrong with a message.

    Args:
        key: id of the message; None if it can't be known.
        code: one of those of JSON-RPC, or of the protocol.
        message: what is wrong.
        data: more on it.
    """
    told = {"code": code, "message": message, **({} if data is None else {"data": data})}
    return {"jsonrpc": "2.0", "id": key, "error": told}
