"""The queries with their answers, computed while the release is built."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from iomgraph import formats
from iomgraph.queries import execution as release_answers
from iomgraph.queries.library import Query

_RESULTS = formats.find("json", formats.Kind.RESULTS)

SHOWN = 100
"""Most rows on a page; the whole answer is a file beside it."""


Cell = tuple[str, str, bool]
"""Text, language, and True for a number that counts or measures."""

_XSD = "http://www.w3.org/2001/XMLSchema#"
_NUMBERS = frozenset(f"{_XSD}{name}" for name in ("integer", "decimal"))


@dataclass(frozen=True, slots=True)
class Asked:
    """A query and its answer.

    Args:
        query: with the arguments that stand in its file.
        columns: of the answer.
        rows: the first rows of it: each cell with its language, where it has one, and whether it is a number.
        total: how many rows there are.
        suffix: of the file of the whole answer.
        body: the whole answer: a table, or a graph in Turtle.
    """

    query: Query
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    total: int
    suffix: str
    body: bytes


def answers(release: Path, queries: Sequence[Query], prefixes: Mapping[str, str]) -> list[Asked]:
    """Run every query.

    Args:
        release: its folder.
        queries: the queries, with the arguments in their files.
        prefixes: prefixes that they need not declare.

    Raises:
        QueryError: if one can't be answered.
    """
    store = release_answers.open_release(release)
    graph = formats.find("turtle", formats.Kind.RDF)
    found = []
    for query in queries:
        if query.columns:
            found.append(_table(query, release_answers.answer(store, query.text, _RESULTS, prefixes).body))
        else:
            body = release_answers.answer(store, query.text, graph, prefixes).body
            found.append(Asked(query, (), (), 0, graph.extension, body))
    return found


def _table(query: Query, body: bytes) -> Asked:
    """Make a table from JSON results, which have the languages of texts, unlike CSV."""
    columns, rows = [variable.value for variable in _read(body).variables], list(_read(body))
    shown = [[_cell(name, row[name]) for name in columns] for row in rows[:SHOWN]]
    table = formats.find("csv", formats.Kind.RESULTS)
    return Asked(
        query, columns, shown, len(rows), table.extension, release_answers.results(_read(body), table)
    )


def _read(body: bytes) -> ox.QuerySolutions:
    found = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    assert isinstance(found, ox.QuerySolutions)  # noqa: S101 (a query with columns is a SELECT)
    return found


def _cell(column: str, term: object) -> Cell:
    if isinstance(term, ox.Literal):
        counts = term.datatype.value in _NUMBERS and not column.casefold().endswith("year")
        return term.value, term.language or "", counts
    return (term.value, "", False) if isinstance(term, ox.NamedNode) else ("", "", False)
