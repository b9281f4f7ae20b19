"""The ASGI application: its routes, and the limits on requests. Start reading here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from starlette.applications import Starlette
from starlette.convertors import Convertor, register_url_convertor
from starlette.middleware import Middleware
from starlette.routing import Match, Route
from starlette.types import Scope

from iomgraph.serving.clients import LOOPBACK, Clients
from iomgraph.serving.elsewhere.opened import StoreAddress
from iomgraph.serving.endpoints import Documents, Mcp, Query, State
from iomgraph.serving.limits import Limits
from iomgraph.serving.live import Live
from iomgraph.serving.loader import Order
from iomgraph.serving.log import Log
from iomgraph.serving.metrics import Metrics
from iomgraph.serving.middleware import BodyLimit, HostCheck, Observer, ReaderDeadline, ServerMethods
from iomgraph.serving.origins import Origins
from iomgraph.serving.services import API, EXAMPLES, RECONCILE, SPARQL
from iomgraph.settings import LANGUAGES


class _Language(Convertor[str]):
    """The folder of a language other than the first, in a path."""

    regex = "|".join(LANGUAGES[1:])

    def convert(self, value: str) -> str:
        """Give the language."""
        return value

    def to_string(self, value: str) -> str:
        """Give the folder."""
        return value


register_url_convertor("language", _Language())


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of an application.

    Args:
        workers: number of processes that answer queries.
        limits: limits of queries, requests and connections.
        origin: the address at which clients reach the server, such as `https://data.example.org`. Without it,
            the Host of a request counts, and `/mcp` only answers under loopback names.
        cached: most bytes of cached answers.
        proxies: networks of proxies whose `X-Forwarded-For` names the client.
        store: the store with the graphs, which the workers query; None to load those of the release.
        log: the log of events and requests.

    Example:
        >>> options = Options(workers=4, origin="https://data.example.org")
        >>> options.workers, options.cached
        (4, 16777216)
    """

    workers: int = 2
    limits: Limits = field(default_factory=Limits)
    origin: str = ""
    cached: int = 16 << 20
    proxies: tuple[str, ...] = LOOPBACK
    store: StoreAddress | None = None
    log: Log = field(default_factory=Log)


def create_app(release: Path | str, options: Options | None = None) -> Starlette:
    """Make an ASGI application that serves a release, read-only.

    It answers what `iomgraph serve` answers: pages and data, SPARQL, reconciliation, the API, MCP, health
    and metrics. Any ASGI server runs it, in one process: the application starts workers of its own. To
    mount it in an application of your own, run its lifespan within yours, since Starlette runs that of the
    outermost application only; the links in its pages expect it at the root of a host. The application
    bounds bodies, slow bodies, slow readers and queries; the server, or a proxy in front, must bound heads,
    idle connections and the number of connections (CONTRIBUTING has our measurements).

    Args:
        release: folder of the release; a new release in its place is picked up.
        options: options of the application; the defaults are those of `iomgraph serve`.

    Returns:
        the application. When it starts, it raises IomgraphError if the release can't be served.

    Example:
        A module for a server of your choice, such as `granian --interface asgi --http 1 site:app`:

        >>> from iomgraph.serving import create_app
        >>> app = create_app("dist")

        The release beside pages of your own:

        >>> from contextlib import asynccontextmanager
        >>> from starlette.applications import Starlette
        >>> from starlette.routing import Host
        >>> @asynccontextmanager
        ... async def lifespan(_):
        ...     async with app.router.lifespan_context(app):
        ...         yield
        >>> site = Starlette(routes=[Host("data.example.org", app)], lifespan=lifespan)
    """
    given = options or Options()
    metrics, log = Metrics(), given.log
    order = Order(Path(release), given.limits, given.origin, given.store)
    live = Live(order, given.workers, given.cached, metrics, log)
    _watch(metrics, live, log)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        log.start()
        try:
            await live.start()
            following = asyncio.get_running_loop().create_task(live.follow())
            try:
                yield
            finally:
                following.cancel()
                with suppress(asyncio.CancelledError):
                    await following
                await live.close(1)
        finally:
            log.close()

    app = Starlette(
        routes=_routes(live, given, metrics),
        middleware=[
            Middleware(Observer, log=log, metrics=metrics, clients=Clients(given.proxies)),
            Middleware(HostCheck),
            Middleware(ServerMethods),
            Middleware(BodyLimit, limits=given.limits),
            Middleware(ReaderDeadline, limits=given.limits),
        ],
        lifespan=lifespan,
    )
    app.state.live = live
    return app


def _routes(live: Live, options: Options, metrics: Metrics) -> list[Route]:
    """List the routes; the first one that matches a path handles it."""
    documents = Documents(live)
    sparql, api, reconcile = Query(live, SPARQL, documents), Query(live, API), Query(live, RECONCILE)
    mcp = Mcp(live, Origins(options.origin))
    return [
        _Known(live, documents),
        Route("/healthz", State(lambda: (200, "ok\n"))),
        Route("/readyz", State(live.readiness)),
        Route("/metrics", State(metrics.text, metrics.media_type)),
        Route("/sparql", sparql),
        Route("/sparql/", sparql),
        *(
            Route(folder + path, endpoint)
            for folder in ("", "/{language:language}")
            for path, endpoint in (
                ("/api", api),
                ("/api/", api),
                ("/api/{query}", api),
                ("/reconcile", reconcile),
                ("/reconcile/{path:path}", reconcile),
            )
        ),
        Route("/.well-known/sparql-examples", Query(live, EXAMPLES)),
        Route("/mcp", mcp),
        Route("/{path:path}", documents),
    ]


class _Known(Route):
    """A route for existing documents, which comes first because most requests are for one.

    Args:
        live: the release.
        documents: answers for them.
    """

    def __init__(self, live: Live, documents: Documents) -> None:
        super().__init__("/{path:path}", documents)
        self._live = live

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match a request for an existing document."""
        if scope["type"] == "http" and self._live.current.documents.has(
            scope["path"].removeprefix(scope.get("root_path", ""))
        ):
            return Match.FULL, {"endpoint": self.endpoint}
        return Match.NONE, {}


def _watch(metrics: Metrics, live: Live, log: Log) -> None:
    metrics.watch("workers", "Workers that are alive.", lambda: live.current.pool.alive)
    metrics.watch("workers_busy", "Workers that are answering.", lambda: live.current.pool.busy)
    metrics.watch("queries_waiting", "Queries that wait for a worker.", lambda: live.current.pool.waiting)
    metrics.watch("release_held", "1 if the release can be asked, here or in a store.", lambda: live.is_held)
    metrics.watch("log_lines_dropped", "Log lines that nobody took in time.", lambda: log.dropped)
