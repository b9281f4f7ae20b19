"""SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/), for reading: section 2.1.

Updates are refused (section 2.2 is not offered), and so are queries to other endpoints.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl

import pyoxigraph as ox

from iomgraph.errors import QueryError
from iomgraph.formats import Format, Kind
from iomgraph.queries import execution, sparql
from iomgraph.serving import problem, result_formats, row_count, xml_text
from iomgraph.serving.description import Description
from iomgraph.serving.limits import Limits
from iomgraph.serving.message import Request, Response
from iomgraph.serving.problem import RequestError
from iomgraph.serving.release import Release

_QUERY, _UPDATE, _FORM = (
    "application/sparql-query",
    "application/sparql-update",
    "application/x-www-form-urlencoded",
)
_KEYWORD = re.compile("service", re.IGNORECASE)
_PARAMETERS = 1_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A query with its dataset.

    Args:
        text: SPARQL.
        default: graphs to merge into the default graph.
        named: graphs that can be named.
    """

    text: str
    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


def asked(request: Request) -> Asked | None:
    """Read the operation in a request; None if it is for the service description.

    Raises:
        RequestError: if it is not a query of the protocol.
    """
    fields = list(request.query)
    problem.only(request, "GET", "HEAD", "POST")
    if request.method == "POST":
        fields += _body(request)
    if any(name == "update" for name, _ in fields):
        raise _read_only()
    texts = [value for name, value in fields if name == "query"]
    if not texts and request.method != "POST":
        return None
    if len(texts) != 1:
        raise RequestError(400, "expected exactly one query", where="query", step="send one query")
    named = [tuple(value for name, value in fields if name == key) for key in _GRAPHS]
    return Asked(texts[0], *named)


_GRAPHS = ("default-graph-uri", "named-graph-uri")


def _body(request: Request) -> list[tuple[str, str]]:
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    kind = kind.strip().lower()
    charset = re.search(r"charset\s*=\s*\"?([\w-]+)", parameters, re.IGNORECASE)
    if charset and charset[1].lower() not in ("utf-8", "utf8", "us-ascii"):
        raise RequestError(415, "the body is not in UTF-8", where=charset[1][:50], step="send UTF-8")
    try:
        if kind == _QUERY:
            return [("query", request.body.decode())]
        if kind == _FORM:
            return parse_qsl(
                request.body.decode(), keep_blank_values=True, errors="strict", max_num_fields=_PARAMETERS
            )
    except ValueError:
        raise RequestError(400, "the body can't be read", where="body", step="send UTF-8") from None
    if kind == _UPDATE:
        raise _read_only()
    raise RequestError(
        415,
        "unsupported Content-Type for a query",
        where=kind[:100] or "Content-Type",
        step=f"send {_QUERY} or {_FORM}",
    )


def _read_only() -> RequestError:
    return RequestError(
        403,
        "this endpoint is read-only",
        where="update",
        step="ask SELECT, ASK, CONSTRUCT, DESCRIBE",
    )


class Protocol:
    """A service that answers queries and describes itself.

    Args:
        release: the release.
        description: description of the service.
        limits: limits of an answer.
    """

    def __init__(self, release: Release, description: Description, limits: Limits) -> None:
        self._store, self._prefixes = release.store, release.context.prefixes
        self._description, self._limits, self._base = description, limits, release.base_iri

    def answer(self, request: Request) -> Response:
        """Answer a request, or return its error."""
        try:
            one = asked(request)
            accept = request.headers.get("accept", "*/*")
            return self._query(one, accept) if one else self._description.answer(accept)
        except (QueryError, RequestError) as error:
            return problem.response(error)

    def _query(self, one: Asked, accept: str) -> Response:
        if _KEYWORD.search(one.text):
            sparql.refuse(one.text, self._prefixes, self._base)
        try:
            found = self._found(one)
            kind = Kind.RDF if isinstance(found, ox.QueryTriples) else Kind.RESULTS
            media_type, chosen = result_formats.chosen(accept, kind)
            body = self._written(found, chosen)
        except SyntaxError:
            sparql.refuse(one.text, self._prefixes, self._base)
            raise
        except (OSError, RuntimeError, ValueError) as error:
            raise QueryError(f"the query can't be answered ({error})", step="rewrite the query") from None
        xml_text.check(body, media_type)
        return Response(200, (("Content-Type", media_type), *result_formats.HEADERS), body)

    def _found(self, one: Asked) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Run the query, first without our prefixes, which take time to parse and are seldom needed."""
        how: dict[str, Any] = {"base_iri": self._base}
        if one.default or one.named:
            # Section 2.1.4: the dataset of the request replaces the query's own.
            how |= {"default_graph": _graphs(one.default), "named_graphs": _graphs(one.named)}
        try:
            return self._store.query(one.text, **how)
        except SyntaxError:
            return self._store.query(one.text, prefixes=dict(self._prefixes), **how)

    def _written(self, found: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, chosen: Format) -> bytes:
        most = self._limits.rows
        if isinstance(found, ox.QueryTriples):
            triples = list(islice(found, most + 1))
            if len(triples) > most:
                raise _too_many("statements", most)
            return execution.graph(triples, chosen, self._prefixes)
        target = _Bounded(self._limits.bytes)
        found.serialize(target, format=ox.QueryResultsFormat.from_media_type(chosen.media_type))
        body = b"".join(target.pieces)
        if isinstance(found, ox.QuerySolutions) and row_count.exceeds(body, chosen, most):
            raise _too_many("rows", most)
        return body


class _Bounded(io.BytesIO):
    """A file for the engine to write to, which stops it if the answer grows too long."""

    def __init__(self, most: int) -> None:
        self.pieces: list[bytes] = []
        self._left = most

    def write(self, piece: Any) -> int:
        self._left -= len(piece)
        if self._left < 0:
            raise RequestError(
                413, "the answer is too long", step="ask for less, with LIMIT or a narrower pattern"
            )
        self.pieces.append(bytes(piece))
        return len(piece)


def _graphs(names: Sequence[str]) -> list[Any]:
    try:
        return [ox.NamedNode(name) for name in names]
    except ValueError:
        raise RequestError(
            400, "the name of a graph is not an IRI", where=" ".join(names)[:200], step="give an absolute IRI"
        ) from None


def _too_many(what: str, most: int) -> RequestError:
    return RequestError(
        413,
        f"the answer has more than {most:,} {what}",
        step="ask for less, or in parts: ORDER BY, LIMIT, OFFSET",
    )
