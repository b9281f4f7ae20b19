"""The graphs to query: a store in memory, or a store elsewhere that answers in the same way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import pyoxigraph as ox

Results = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples
"""The answer to a query."""

Name = ox.NamedNode | ox.BlankNode
Graph = Name | ox.DefaultGraph
Object = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


class Graphs(Protocol):
    """The methods of a store that answers need; `pyoxigraph.Store` has them all.

    Example:
        >>> def count(graphs: Graphs) -> int:
        ...     return sum(1 for _ in graphs.quads_for_pattern(None, None, None))
        >>> count(ox.Store())
        0
    """

    def query(
        self,
        query: str,
        /,
        *,
        base_iri: str | None = None,
        prefixes: dict[str, str] | None = None,
        default_graph: Any = None,
        named_graphs: Any = None,
    ) -> Results:
        """Answer a SPARQL 1.1 query."""
        ...

    def quads_for_pattern(
        self,
        subject: ox.NamedNode | None,
        predicate: ox.NamedNode | None,
        object: Object | None,  # noqa: A002 (the name that the library has for it)
        graph_name: Graph | None = None,
        /,
    ) -> Iterator[ox.Quad]:
        """Yield the quads that match; None matches everything."""
        ...

    def contains_named_graph(self, graph_name: Graph, /) -> bool:
        """Tell whether the graph exists."""
        ...
