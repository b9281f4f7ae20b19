"""The server's one table: which request goes where, and what every response gets. Start reading here."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from iomgraph.serving import negotiation, problem
from iomgraph.serving.live import Live, Served
from iomgraph.serving.log import Log
from iomgraph.serving.message import Drop, Reply, Request, Response
from iomgraph.serving.metrics import Metrics
from iomgraph.serving.problem import RequestError
from iomgraph.serving.services import FACTS, PATHS, SPARQL

DOCUMENTS, STATE = "documents", "state"

_PLAIN = (("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store"))
_PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""What the pages say of themselves, and that nobody may put them into a frame."""

_COMMON = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", "ETag, Link, Location, Retry-After"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
)
_PREFLIGHT = Response(
    204,
    (
        ("Allow", "GET, HEAD, POST, OPTIONS"),
        ("Access-Control-Allow-Methods", "GET, HEAD, POST, OPTIONS"),
        (
            "Access-Control-Allow-Headers",
            "Accept, Accept-Language, Content-Type, If-None-Match, "
            "Mcp-Method, Mcp-Name, Mcp-Protocol-Version, Mcp-Session-Id",
        ),
        ("Access-Control-Max-Age", "86400"),
    ),
)

Elsewhere = Callable[[Request], Coroutine[Any, Any, Response]]


class App:
    """Answers requests.

    Args:
        live: the release that is served.
        metrics: told of each answer.
        log: told of each answer.
        elsewhere: answers queries instead of the workers, if given.
    """

    def __init__(self, live: Live, metrics: Metrics, log: Log, elsewhere: Elsewhere | None = None) -> None:
        self._live, self._metrics, self._log, self._elsewhere = live, metrics, log, elsewhere
        self._state: Mapping[str, Callable[[], Response]] = {
            "/healthz": lambda: Response(200, _PLAIN, b"ok\n"),
            "/readyz": self._ready,
            "/metrics": metrics.response,
        }

    def respond(self, request: Request, reply: Reply) -> Response | Drop:
        """Answer a request, at once or later; what is wrong with it is an answer, too.

        Args:
            request: what a client asks.
            reply: takes the response, if it comes later.

        Returns:
            the response; or what to call if nobody waits for it any more.
        """
        if request.method == "OPTIONS":
            return _dressed(_PREFLIGHT)
        try:
            if request.path in self._state:
                return _dressed(self._state[request.path]())
            service = service_of(request)
            served = self._live.current
            if service == DOCUMENTS:
                return self._document(request, served, reply)
            if service == SPARQL and self._elsewhere:
                return self._later(self._elsewhere(request), request, reply)
            if self._elsewhere:
                raise RequestError(501, "this server relays queries, and does no more", step="ask /sparql")
            return self._later(self._answer(service, request, served), request, reply)
        except RequestError as error:
            return _dressed(problem.response(error))
        except Exception as error:
            return self._failed(error)

    def _document(self, request: Request, served: Served, reply: Reply) -> Response | Drop:
        found = served.documents.answer(request)
        if isinstance(found, Response):
            return _dressed(found)
        asked = Request("GET", f"/{found.path}", (("type", found.media_type),), {}, found.facts)

        async def made() -> Response:
            response = await served.answers.ask(FACTS, asked, "")
            if response.status == 404:
                raise served.documents.missing(request.path)
            return _with(response, found.headers) if response.status == 200 else response

        return self._later(made(), request, reply)

    async def _answer(self, service: str, request: Request, served: Served) -> Response:
        return await served.answers.ask(service, request, "")

    def _later(self, answer: Coroutine[Any, Any, Response], request: Request, reply: Reply) -> Drop:
        async def told() -> None:
            try:
                response = _dressed(_fresh(request, await answer))
            except RequestError as error:
                response = _dressed(problem.response(error))
            except Exception as error:
                response = self._failed(error)
            reply(response)

        return asyncio.get_running_loop().create_task(told()).cancel

    def _failed(self, error: Exception) -> Response:
        """Tell the log what went wrong on our side, and the client that it did: nobody waits for ever."""
        self._log.event("answer failed", what=f"{type(error).__name__}: {error}")
        return _dressed(problem.response(RequestError(500, "the answer failed")))

    def _ready(self) -> Response:
        ready = self._elsewhere is not None or self._live.current.pool.alive > 0
        return Response(200 if ready else 503, _PLAIN, b"ready\n" if ready else b"no worker\n")

    def observe(self, request: Request, response: Response, seconds: float, client: str) -> None:
        """Count an answer that was sent, and log it."""
        service = STATE if request.path in self._state else service_of(request)
        self._metrics.answered(service, response, seconds)
        self._log.request(request.method, request.path, response.status, len(response.body), seconds, client)


_QUERY = re.compile("(^|&)query=")


def service_of(request: Request) -> str:
    """Name the service that a request goes to."""
    name = _service_at(request.path)
    return DOCUMENTS if name == SPARQL and _wants_page(request) else name


@lru_cache(1024)
def _service_at(path: str) -> str:
    return next((name for name, pattern in PATHS.items() if pattern.fullmatch(path)), DOCUMENTS)


def _wants_page(request: Request) -> bool:
    """Whether a browser asks for the page of queries, and not for an answer or the description."""
    if request.method not in ("GET", "HEAD") or _QUERY.search(request.search):
        return False
    accept = request.headers.get("accept", "*/*")
    return negotiation.best(accept, ("text/turtle", "text/html")) == "text/html"


def _with(response: Response, headers: tuple[tuple[str, str], ...]) -> Response:
    """The same with some headers, which stand in the place of those of their names."""
    given = {name for name, _ in headers}
    stay = tuple(pair for pair in response.headers if pair[0] not in given)
    return replace(response, headers=(*stay, *headers))


def _fresh(request: Request, response: Response) -> Response:
    """Say that nothing has changed, where the client has the answer already."""
    tags = request.headers.get("if-none-match")
    if not tags or response.status != 200 or request.method not in ("GET", "HEAD"):
        return response
    tag = dict(response.headers).get("ETag")
    if tag and (tags.strip() == "*" or tag in (one.strip().removeprefix("W/") for one in tags.split(","))):
        return Response(304, tuple(pair for pair in response.headers if pair[0] != "Content-Type"))
    return response


def _dressed(response: Response) -> Response:
    """Add what keeps readers safe, and what lets other sites read; what is there already stays."""
    kind = next((value for name, value in response.headers if name == "Content-Type"), "")
    more = _more(tuple([name for name, _ in response.headers]), kind)
    return Response(response.status, response.headers + more, response.body)


@lru_cache(1024)
def _more(present: tuple[str, ...], kind: str) -> tuple[tuple[str, str], ...]:
    more = [pair for pair in _COMMON if pair[0] not in present]
    if kind.startswith(("text/html", "image/svg")) and "Content-Security-Policy" not in present:
        more.append(("Content-Security-Policy", _PAGE_POLICY))
    return tuple(more)
