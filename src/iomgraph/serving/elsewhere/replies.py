"""Replies of a store, converted to the form of the engine in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyoxigraph as ox

from iomgraph.errors import RemoteError
from iomgraph.queries.graphs import Graph, Results
from iomgraph.remote.endpoint import Endpoint

Found = ox.QuerySolutions | ox.QueryBoolean | list[ox.Triple]
"""The reply of a store."""

_YES, _NO = "ASK { }", "ASK { FILTER(false) }"


def like(kind: Results, found: Found) -> Results:
    """Convert a reply to the form that the query asks for.

    Args:
        kind: the answer of an empty store to the same query.
        found: the reply.

    Raises:
        RemoteError: if the reply answers another query.

    Example:
        >>> from typing import cast
        >>> store = ox.Store()
        >>> one = cast(ox.QuerySolutions, store.query("SELECT (1 AS ?__ASK_RETVAL) { }"))
        >>> bool(like(store.query("ASK { ?s ?p ?o }"), one))
        True
    """
    if isinstance(kind, ox.QueryTriples) and isinstance(found, list):
        return _graph(found)
    if isinstance(kind, ox.QueryBoolean) and not isinstance(found, list):
        return _boolean(found)
    if isinstance(kind, ox.QuerySolutions) and isinstance(found, ox.QuerySolutions):
        wanted, given = ({one.value for one in each.variables} for each in (kind, found))
        if wanted == given:
            return found
    raise RemoteError("the store answered a different query")


def rows(endpoint: Endpoint, text: str) -> Iterator[Sequence[Any]]:
    """Send a SELECT whose columns are always bound, and return the rows of the whole answer.

    Raises:
        RemoteError: if there is no answer, or it does not answer this query.
    """
    found = like(ox.Store().query(text), endpoint.found(text))
    assert isinstance(found, ox.QuerySolutions)  # noqa: S101 (the query is a SELECT)
    for row in found:
        if any(term is None for term in row):
            raise RemoteError("the store left out what the query asked for")
        yield tuple(row)


def quad(terms: Sequence[Any], graph: Graph) -> ox.Quad:
    """Make a quad from terms in a reply.

    Raises:
        RemoteError: if they can't make a quad.
    """
    try:
        return ox.Quad(terms[0], terms[1], terms[2], graph)
    except TypeError:
        raise RemoteError("the store answers with what is not a statement") from None


def _graph(found: list[ox.Triple]) -> ox.QueryTriples:
    graph = ox.Store()
    graph.extend(ox.Quad(one.subject, one.predicate, one.object) for one in found)
    made = graph.query("CONSTRUCT WHERE { ?s ?p ?o }")
    assert isinstance(made, ox.QueryTriples)  # noqa: S101 (what CONSTRUCT gives)
    return made


def _boolean(found: ox.QuerySolutions | ox.QueryBoolean) -> ox.QueryBoolean:
    """Return yes or no, which Virtuoso, given a dataset, returns as a table of one cell."""
    if isinstance(found, ox.QueryBoolean):
        is_so = bool(found)
    else:
        values = [row[0].value for row in found if len(row) == 1]
        if len(values) != 1 or values[0] not in ("0", "1", "true", "false"):
            raise RemoteError("the store answered a different query")
        is_so = values[0] in ("1", "true")
    made = ox.Store().query(_YES if is_so else _NO)
    assert isinstance(made, ox.QueryBoolean)  # noqa: S101 (what ASK gives)
    return made
