"""The protocol over HTTP: one message a request (Streamable HTTP), answered in JSON, with no session."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from iomgraph.queries import execution, parameters
from iomgraph.queries.execution import Answer
from iomgraph.queries.library import Query
from iomgraph.serving import payload, problem
from iomgraph.serving.api import choices
from iomgraph.serving.mcp import headers, protocol
from iomgraph.serving.mcp.protocol import Protocol
from iomgraph.serving.mcp.tools import Tools
from iomgraph.serving.message import Request, Response
from iomgraph.serving.problem import RequestError
from iomgraph.serving.release import Release

PATH = re.compile("/mcp")

_STATUS = {protocol.INVALID: 400, protocol.UNSUPPORTED: 400, protocol.MISMATCH: 400}
_STATELESS_STATUS = {protocol.UNKNOWN_METHOD: 404, protocol.BAD_PARAMS: 400}
_BATCHED = "2025-03-26"
"""The version that has batches; who sends no header is taken to speak it."""


class Mcp:
    """Answers requests at `/mcp`; limits of time and memory are those of the server.

    Args:
        release: the release.
    """

    def __init__(self, release: Release) -> None:
        self._release = release
        self._protocol = Protocol(Tools(release.queries, choices.read(release), self._ask))

    def _ask(self, question: Query, given: Mapping[str, str]) -> Answer:
        store, prefixes = self._release.store, self._release.context.prefixes
        terms = parameters.terms(question, given, store, prefixes)
        return execution.ask(store, question.bound(terms), prefixes=prefixes)

    @problem.told
    def answer(self, request: Request) -> Response:
        """Answer a request whose path fits `PATH`."""
        problem.only(request, "POST")
        payload.media_type(request, "application/json")
        try:
            message = payload.read(request.body, "body")
        except RequestError as error:
            return _json(protocol.error(None, protocol.PARSE, error.what), 400)
        told = self._refused(request, message) or self._protocol.answer(message)
        return Response(202) if told is None else _json(told, _status(request, message, told))

    def _refused(self, request: Request, message: Any) -> dict[str, Any] | None:
        """What is wrong with the headers: with the version, or with what they say of the message."""
        single = message if isinstance(message, dict) else {}
        key = single.get("id") if isinstance(single.get("id"), str | int) else None
        asked = request.headers.get(headers.VERSION.lower())
        if asked is not None and asked not in protocol.VERSIONS:
            return protocol.unsupported(key, asked)
        if isinstance(message, list) and asked not in (None, _BATCHED):
            return protocol.error(None, protocol.INVALID, f"version {asked} has no batches")
        if "id" in single and headers.is_stateless(request, single):
            wrong = headers.mismatch(request, single)
            return protocol.error(key, protocol.MISMATCH, f"header mismatch: {wrong}") if wrong else None
        return None


def _status(request: Request, message: Any, told: Mapping[str, Any] | list[dict[str, Any]]) -> int:
    """The status of HTTP: some errors are the request's; those of a call are in the answer alone."""
    code = told["error"]["code"] if isinstance(told, Mapping) and "error" in told else 0
    if isinstance(message, dict) and headers.is_stateless(request, message):
        return _STATELESS_STATUS.get(code, _STATUS.get(code, 200))
    return _STATUS.get(code, 200)


def _json(told: object, status: int) -> Response:
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(status, (("Content-Type", "application/json"), ("Cache-Control", "no-store")), body)
