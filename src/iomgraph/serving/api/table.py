"""An answer as a table that knows its number of rows; a graph is a table of triples."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pyoxigraph as ox

from iomgraph.formats import Kind
from iomgraph.queries.execution import Answer

TRIPLE = ("subject", "predicate", "object")

Cell = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of terms.

    Args:
        columns: their names.
        rows: a term for each column, or None.
        total: number of rows in the whole answer.
        graph: the rows are the triples of a graph.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int
    graph: bool

    def page(self, offset: int, limit: int | None) -> Table:
        """Some of the rows, with the same `total`."""
        end = None if limit is None else offset + limit
        return replace(self, rows=self.rows[offset:end])


def of(answer: Answer) -> Table:
    r"""Read an answer, in the order in which it was given.

    Args:
        answer: results in SPARQL JSON, or a graph in Turtle.

    Example:
        >>> from iomgraph.queries import execution
        >>> found = of(execution.ask(ox.Store(), "SELECT ?n { VALUES ?n { 1 2 } }"))
        >>> found.columns, found.total, [row[0].value for row in found.page(1, 5).rows]
        (('n',), 2, ['2'])
    """
    syntax = answer.format.media_type
    if answer.format.kind is Kind.RDF:
        triples = [
            (quad.subject, quad.predicate, quad.object)
            for quad in ox.parse(answer.body, format=ox.RdfFormat.from_media_type(syntax))
        ]
        rows = tuple(sorted(triples, key=lambda row: tuple(map(str, row))))
        return Table(TRIPLE, rows, len(rows), graph=True)
    found = ox.parse_query_results(answer.body, format=ox.QueryResultsFormat.from_media_type(syntax))
    if isinstance(found, ox.QueryBoolean):
        return Table(("answer",), ((ox.Literal(bool(found)),),), 1, graph=False)
    columns = tuple(variable.value for variable in found.variables)
    listed = tuple(tuple(solution) for solution in found)
    return Table(columns, listed, len(listed), graph=False)
