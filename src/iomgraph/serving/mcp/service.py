"""The protocol over HTTP: one message a request (Streamable HTTP), answered in JSON, with no session."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from iomgraph.publication import answers, arguments
from iomgraph.publication.answers import Answer
from iomgraph.publication.questions import Question
from iomgraph.serving import payload, problem
from iomgraph.serving.api import choices
from iomgraph.serving.loaded import Loaded
from iomgraph.serving.mcp import protocol
from iomgraph.serving.mcp.protocol import Protocol
from iomgraph.serving.mcp.tools import Tools
from iomgraph.serving.message import Request, Response
from iomgraph.serving.problem import RequestError

PATH = re.compile("/mcp")

_STATUS = {protocol.PARSE: 400, protocol.INVALID: 400, protocol.UNSUPPORTED: 400}
"""Errors that are the request's; those of the call are in the answer."""


class Mcp:
    """Answers requests at `/mcp`; limits of time and memory are those of the server.

    Args:
        loaded: the release.
    """

    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded
        self._protocol = Protocol(Tools(loaded.questions, choices.read(loaded), self._ask))

    def _ask(self, question: Question, given: Mapping[str, str]) -> Answer:
        store, prefixes = self._loaded.store, self._loaded.context.prefixes
        terms = arguments.terms(question, given, store, prefixes)
        return answers.ask(store, question.bound(terms), prefixes=prefixes)

    @problem.told
    def answer(self, request: Request) -> Response:
        """Answer a request whose path fits `PATH`."""
        problem.only(request, "POST")
        _from_here(request)
        payload.media_type(request, "application/json")
        asked = request.headers.get("mcp-protocol-version", "")
        if asked and asked not in protocol.VERSIONS:
            data = {"supported": list(protocol.VERSIONS), "requested": asked[:100]}
            told = protocol.error(
                None, protocol.UNSUPPORTED, "this version of the protocol is not spoken here", data
            )
            return _json(told)
        try:
            message = payload.read(request.body, "body")
        except RequestError as error:
            return _json(protocol.error(None, protocol.PARSE, error.what))
        told_back = self._protocol.answer(message)
        return Response(202) if told_back is None else _json(told_back)


def _from_here(request: Request) -> None:
    """Refuse pages of other sites, so that none can speak for who reads it (DNS rebinding)."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() != request.headers.get("host", "").lower():
        raise RequestError(403, "a page of another site asks", where=origin[:100], step="ask from a program")


def _json(message: Mapping[str, object]) -> Response:
    error = message.get("error")
    status = _STATUS.get(error["code"], 200) if isinstance(error, dict) else 200
    body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(status, (("Content-Type", "application/json"), ("Cache-Control", "no-store")), body)
