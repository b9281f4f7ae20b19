"""Errors that a client receives: what went wrong, where, and what to do (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache, wraps
from http import HTTPStatus
from typing import TypeVar

import jinja2

from iomgraph.errors import IomgraphError, UnknownThingError
from iomgraph.publication import templates
from iomgraph.serving.message import Request, Response
from iomgraph.serving.negotiation import best

S = TypeVar("S")

MEDIA_TYPE = "application/problem+json"
_PAGE = "text/html"
_ABSENT = (404, 410)


class RequestError(IomgraphError):
    """A request can't be answered.

    Args:
        status: HTTP status, 4xx.
        what: its fault.
        where: the part of the request at fault.
        step: the next step for the client.
        headers: headers that belong to the status, such as Allow.
    """

    def __init__(
        self,
        status: int,
        what: str,
        *,
        where: object = "",
        step: str = "",
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(what, where=where, step=step)
        self.status = status
        self.headers = headers


def response(error: IomgraphError) -> Response:
    """Write an error for a client; one that is not a `RequestError` is the client's fault: 400 or 404.

    Example:
        >>> from iomgraph.errors import QueryError
        >>> print(response(QueryError("no such question", where="x", step="see /api/")).body.decode(), end="")
        {"title": "Bad Request", "status": 400, "detail": "no such question: x", "next": "see /api/"}
    """
    told = document(error)
    headers = error.headers if isinstance(error, RequestError) else ()
    # The text repeats input of the client, which may not be valid UTF-8; ASCII escapes can hold it.
    body = json.dumps(told).encode() + b"\n"
    head = (("Content-Type", MEDIA_TYPE), ("Cache-Control", "no-store"), *headers)
    return Response(_status(error), head, body)


def suited(error: IomgraphError, accept: str) -> Response:
    """Write an error for a client: as a page, if a browser asked for a missing document.

    Args:
        error: the error.
        accept: the header Accept of the request.

    Example:
        >>> error = RequestError(404, "there is nothing here", where="/x")
        >>> dict(suited(error, "text/html,*/*;q=0.8").headers)["Content-Type"]
        'text/html; charset=utf-8'
        >>> dict(suited(error, "*/*").headers)["Content-Type"]
        'application/problem+json'
    """
    plain = response(error)
    wanted = best(accept, (MEDIA_TYPE, "application/json", _PAGE)) == _PAGE
    if plain.status not in _ABSENT or not wanted:
        return plain
    body = _template().render({"next": "", **document(error)}).encode("utf-8", "replace")
    changed = {"Content-Type": f"{_PAGE}; charset=utf-8"}
    head = tuple((name, changed.get(name, value)) for name, value in plain.headers)
    return Response(plain.status, (*head, ("Vary", "Accept")), body)


@cache
def _template() -> jinja2.Template:
    return templates.of("serving").get_template("problem.html")


def document(error: IomgraphError) -> dict[str, str | int]:
    """Return an error as a problem document (RFC 9457).

    Example:
        >>> document(RequestError(400, "this is not a boolean", where="limit"))
        {'title': 'Bad Request', 'status': 400, 'detail': 'this is not a boolean: limit'}
    """
    status = _status(error)
    detail = f"{error.what}: {error.where}" if error.where else error.what
    told: dict[str, str | int] = {"title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return {**told, "next": error.step} if error.step else told


def _status(error: IomgraphError) -> int:
    if isinstance(error, RequestError):
        return error.status
    return 404 if isinstance(error, UnknownThingError) else 400


def told(answer: Callable[[S, Request], Response]) -> Callable[[S, Request], Response]:
    """Make a method return its errors as answers, because services never raise for mistakes of clients."""

    @wraps(answer)
    def run(self: S, request: Request) -> Response:
        try:
            return answer(self, request)
        except IomgraphError as error:
            return response(error)

    return run


def only(request: Request, *methods: str) -> None:
    """Refuse a request with another method (RFC 9110, section 15.5.6).

    Args:
        request: the request.
        methods: the allowed methods, the preferred one first; the server itself handles OPTIONS.

    Raises:
        RequestError: with 405.

    Example:
        >>> only(Request("PUT", "/"), "GET", "HEAD")
        Traceback (most recent call last):
        iomgraph.serving.problem.RequestError: method not allowed for this resource: PUT
          Next: use GET
    """
    if request.method not in methods:
        raise RequestError(
            405,
            "method not allowed for this resource",
            where=request.method[:20],
            step=f"use {methods[0]}",
            headers=(("Allow", ", ".join((*methods, "OPTIONS"))),),
        )
