"""The endpoints: the documents of the release, its services, and the state of the server."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from starlette.types import Receive, Scope, Send

from iomgraph.serving import conditional, negotiation, problem
from iomgraph.serving.exchange import Exchange
from iomgraph.serving.live import Live, Served
from iomgraph.serving.message import Request, Response
from iomgraph.serving.middleware import CLIENT, SERVICE
from iomgraph.serving.origins import Origins
from iomgraph.serving.problem import RequestError
from iomgraph.serving.services import FACTS, MCP

DOCUMENTS, STATE = "documents", "state"
_QUERY = re.compile("(^|&)query=")
_PREFLIGHT = (
    # The data is public and read-only, so any page may request it with any header.
    ("Access-Control-Allow-Headers", "*, Authorization"),
    ("Access-Control-Max-Age", "86400"),
)


class Endpoint:
    """An ASGI application that answers one kind of request.

    Args:
        service: its name in metrics.
    """

    def __init__(self, service: str) -> None:
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; the middleware handles errors."""
        scope[SERVICE] = self._service
        exchange = Exchange(scope, receive, send)
        try:
            request = await exchange.request()
            if request.method == "OPTIONS":
                response = await self._allowed(request, exchange, scope)
            else:
                response = await self.answer(request, exchange, scope)
            await exchange.respond(conditional.evaluate(request, response))
        finally:
            exchange.close()

    async def _allowed(self, request: Request, exchange: Exchange, scope: Scope) -> Response:
        """Answer OPTIONS with the methods that the resource names when it refuses one."""
        try:
            refused = await self.answer(request, exchange, scope)
        except RequestError as error:
            refused = problem.response(error)
        allow = dict(refused.headers).get("Allow", "GET, HEAD, OPTIONS")
        return Response(204, (("Allow", allow), ("Access-Control-Allow-Methods", allow), *_PREFLIGHT))

    async def answer(self, request: Request, exchange: Exchange, scope: Scope) -> Response:
        """Answer a request.

        Args:
            request: the request.
            exchange: notices when the client leaves.
            scope: scope of the connection, which identifies the client.

        Raises:
            RequestError: if the request can't be answered.
        """
        raise NotImplementedError


class State(Endpoint):
    """The state of the server.

    Args:
        tell: returns the status and the text.
        media_type: media type of the text.
    """

    def __init__(
        self, tell: Callable[[], tuple[int, str]], media_type: str = "text/plain; charset=utf-8"
    ) -> None:
        super().__init__(STATE)
        self._tell, self._headers = tell, (("Content-Type", media_type), ("Cache-Control", "no-store"))

    async def answer(self, request: Request, *_: object) -> Response:
        """Tell the state."""
        problem.only(request, "GET", "HEAD")
        status, text = self._tell()
        return Response(status, self._headers, text.encode())


class Documents(Endpoint):
    """The documents of the current release.

    Args:
        live: the release.
    """

    def __init__(self, live: Live) -> None:
        super().__init__(DOCUMENTS)
        self._live = live

    async def answer(self, request: Request, exchange: Exchange, scope: Scope) -> Response:
        """Return an existing document, or have a worker write it."""
        served = self._live.current
        found = served.documents.answer(request)
        if isinstance(found, Response):
            return _of_release(found, served)
        wanted = Request("GET", f"/{found.path}", (("type", found.media_type),), {}, found.facts)
        made = await exchange.answer(served.answers.ask(FACTS, wanted, scope[CLIENT]))
        if made.status == 404:
            raise served.documents.missing(request.path)
        return _of_release(_with(made, found.headers), served) if made.status == 200 else made


class Query(Endpoint):
    """A service in the workers.

    Args:
        live: the release.
        service: its name.
        documents: have the page, if any, for browsers at the address of the service.
    """

    def __init__(self, live: Live, service: str, documents: Documents | None = None) -> None:
        super().__init__(service)
        self._live, self._documents = live, documents

    async def answer(self, request: Request, exchange: Exchange, scope: Scope) -> Response:
        """Ask a worker."""
        if self._documents and _wants_page(request):
            scope[SERVICE] = DOCUMENTS
            return await self._documents.answer(request, exchange, scope)
        served = self._live.current
        made = await exchange.answer(served.answers.ask(self._service, request, scope[CLIENT]))
        return _of_release(made, served)


class Mcp(Query):
    """The Model Context Protocol.

    Args:
        live: the release.
        origins: the names that the service is reached under.
    """

    def __init__(self, live: Live, origins: Origins) -> None:
        super().__init__(live, MCP)
        self._origins = origins

    async def answer(self, request: Request, exchange: Exchange, scope: Scope) -> Response:
        """Ask a worker, unless the request comes from a page of another site."""
        if request.method != "OPTIONS":
            self._origins.check(request)
        return await super().answer(request, exchange, scope)


def _wants_page(request: Request) -> bool:
    """Tell whether a browser wants the page of queries instead of an answer or the description."""
    if request.method not in ("GET", "HEAD") or _QUERY.search(request.search):
        return False
    accept = request.headers.get("accept", "*/*")
    return negotiation.best(accept, ("text/turtle", "text/html")) == "text/html"


def _of_release(response: Response, served: Served) -> Response:
    """Name the release of an answer, because behind a balancer two answers may come from two releases."""
    return replace(response, headers=(*response.headers, (conditional.RELEASE, served.version)))


def _with(response: Response, headers: tuple[tuple[str, str], ...]) -> Response:
    """Replace headers of the same names."""
    given = {name for name, _ in headers}
    stay = tuple(pair for pair in response.headers if pair[0] not in given)
    return replace(response, headers=(*stay, *headers))
