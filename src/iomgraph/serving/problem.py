"""What a client gets instead of an answer: what went wrong, where, and what to do (RFC 9457)."""

from __future__ import annotations

import json
from http import HTTPStatus

from iomgraph.errors import IomgraphError
from iomgraph.serving.message import Response

MEDIA_TYPE = "application/problem+json"


class RequestError(IomgraphError):
    """A request can't be answered as it stands.

    Args:
        status: of HTTP, 4xx.
        what: what is wrong with it.
        where: the part of the request that it is about.
        step: what the client can do next.
        headers: that go with the status, such as Allow.
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
    """Tell a client of a stop; one that is no `RequestError` is the client's all the same, and gets 400.

    Example:
        >>> from iomgraph.errors import QueryError
        >>> print(response(QueryError("no such question", where="x", step="see /api/")).body.decode(), end="")
        {"title": "Bad Request", "status": 400, "detail": "no such question: x", "next": "see /api/"}
    """
    status = error.status if isinstance(error, RequestError) else 400
    headers = error.headers if isinstance(error, RequestError) else ()
    detail = f"{error.what}: {error.where}" if error.where else error.what
    told = {"title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    if error.step:
        told["next"] = error.step
    # What a client sent is told back to it, and may be no text that UTF-8 has: ASCII takes everything.
    body = json.dumps(told).encode() + b"\n"
    return Response(status, (("Content-Type", MEDIA_TYPE), ("Cache-Control", "no-store"), *headers), body)
