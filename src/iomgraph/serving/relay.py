"""Queries that a store elsewhere answers, for those whose data outgrew one machine (`--endpoint`).

The same protocol, the same refusals and the same bounds; the store's own limits come on top.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyoxigraph as ox

from iomgraph.errors import QueryError, RemoteError
from iomgraph.formats import Format, Kind
from iomgraph.mapping import context
from iomgraph.queries import sparql
from iomgraph.queries.execution import Answer
from iomgraph.serving import description, limit_errors, problem, result_formats, row_count
from iomgraph.serving.limits import Limits
from iomgraph.serving.message import Request, Response
from iomgraph.serving.problem import RequestError
from iomgraph.serving.protocol import Asked, asked

Ask = Callable[[Asked, Format, Mapping[str, str]], Answer]


class Relay:
    """Answers queries by asking a store elsewhere.

    Args:
        ask: asks it: what is asked, the format that is wanted, and the prefixes that a query need not
            declare. It raises RemoteError where there is no answer.
        release: folder of the release that describes the contents of the store.
        workers: how many queries are relayed at once.
        limits: of an answer, and of the queue.

    Raises:
        IomgraphError: if the release is none, or damaged.
    """

    def __init__(self, ask: Ask, release: Path, workers: int, limits: Limits) -> None:
        self._ask, self._prefixes = ask, context.read(release / "ontology").prefixes
        self._description = description.read(release, self._prefixes, limits)
        self._limits, self._most = limits, workers + limits.queue
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="relay")
        self._now = 0

    async def answer(self, request: Request) -> Response:
        """Answer a request, or say what is wrong with it."""
        if self._now >= self._most:
            raise limit_errors.full()
        self._now += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._answer, request)
        finally:
            self._now -= 1

    def _answer(self, request: Request) -> Response:
        accept = request.headers.get("accept", "*/*")
        try:
            one = asked(request.read())
            if one is None:
                return self._description.answer(accept)
            media_type, chosen = result_formats.chosen(accept, self._kind(one.text))
            found = self._ask(one, chosen, self._prefixes)
        except ValueError:
            return problem.response(RequestError(400, "the query of the address can't be read"))
        except (QueryError, RequestError) as error:
            return problem.response(error)
        except RemoteError:
            # What it says may name where it is, which is nobody's business.
            return problem.response(
                RequestError(
                    502, "the store behind this server does not answer", step="ask for less, or later"
                )
            )
        if found.format.kind is Kind.RESULTS and row_count.exceeds(found.body, chosen, self._limits.rows):
            step = "ask for less, or in parts: ORDER BY, LIMIT, OFFSET"
            return problem.response(
                RequestError(413, f"the answer has more than {self._limits.rows:,} rows", step=step)
            )
        return Response(200, (("Content-Type", media_type), *result_formats.HEADERS), found.body)

    def _kind(self, text: str) -> Kind:
        """Tell the kind of a query's answer, by asking it of an empty store."""
        sparql.refuse(text, self._prefixes)
        empty = ox.Store().query(text, prefixes=dict(self._prefixes))
        return Kind.RDF if isinstance(empty, ox.QueryTriples) else Kind.RESULTS
