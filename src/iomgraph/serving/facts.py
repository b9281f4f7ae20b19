"""The facts about one thing in any format, from its documents or directly from the graphs.

Most things have a page with documents beside it. Others (the amount of a budget, a link, a finding) are only
in the graphs; their IRIs lead to documents, too, which are made on request.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

import pyoxigraph as ox

from iomgraph import iris
from iomgraph.formats import FORMATS
from iomgraph.publication import templates
from iomgraph.queries import execution
from iomgraph.serving import problem, xml_text
from iomgraph.serving.limits import Limits
from iomgraph.serving.message import Request, Response
from iomgraph.serving.problem import RequestError
from iomgraph.serving.release import Release

TABLE = "text/csv"
PAGE = "text/html"

_HEADER = ("subject", "predicate", "object", "datatype", "language")


class Facts:
    """A writer of the facts about a thing.

    Args:
        release: the release.
        about: the descriptions of the release.
        limits: limits of an answer.
    """

    def __init__(self, release: Release, about: ox.Store, limits: Limits) -> None:
        self._release, self._about, self._limits = release, about, limits
        self._page = templates.of("serving").get_template("facts.html")

    def answer(self, request: Request) -> Response:
        """Write the facts.

        Args:
            request: has the path of the thing, the media type as its one parameter, and the facts as Turtle
                in its body; if that is empty, the facts are looked up.
        """
        try:
            (media_type,) = (value for name, value in request.query if name == "type")
            iri = self._release.base_iri + request.path.removeprefix("/")
            triples = self._triples(iri, request.body)
            headers = (("Content-Type", media_type),)
            body = xml_text.check(self._written(iri, triples, media_type), media_type)
            return Response(200, headers, body)
        except RequestError as error:
            return problem.response(error)

    def _triples(self, iri: str, given: bytes) -> list[ox.Triple]:
        if given:
            return [quad.triple for quad in ox.parse(given, format=ox.RdfFormat.TURTLE)]
        node = ox.NamedNode(iri) if iris.is_iri(iri) else None
        store, most = self._release.store, self._limits.rows
        found = {
            quad.triple
            for graphs in (store, self._about)
            for quad in (graphs.quads_for_pattern(node, None, None, None) if node else ())
        }
        if node and not found and store.contains_named_graph(node):
            for quad in store.quads_for_pattern(None, None, None, node):
                found.add(quad.triple)
                if len(found) > most:
                    raise RequestError(
                        413, f"the graph has more than {most:,} statements", step="ask /sparql"
                    )
        if not found:
            raise RequestError(404, "nothing is known of this", where=iri[:200])
        return sorted(found, key=str)

    def _written(self, iri: str, triples: list[ox.Triple], media_type: str) -> bytes:
        if media_type == TABLE:
            return _table(triples)
        if media_type == PAGE:
            rows = [
                (self._short(one.predicate), one.predicate, self._short(one.object), one.object)
                for one in triples
            ]
            return self._page.render(iri=iri, rows=rows, base=self._release.base_iri).encode()
        chosen = next(one for one in FORMATS if one.media_type == media_type)
        return execution.graph(triples, chosen, self._release.context.prefixes)

    def _short(self, term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
        if isinstance(term, ox.NamedNode):
            return self._release.context.compact(term.value)
        return str(getattr(term, "value", term))


def _table(triples: Iterable[ox.Triple]) -> bytes:
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(_HEADER)
    for one in triples:
        literal = one.object if isinstance(one.object, ox.Literal) else None
        kind = literal.datatype.value if literal else ""
        writer.writerow(
            (
                _plain(one.subject),
                _plain(one.predicate),
                _plain(one.object),
                kind,
                (literal and literal.language) or "",
            )
        )
    return target.getvalue().encode()


def _plain(term: object) -> str:
    return str(getattr(term, "value", term))
