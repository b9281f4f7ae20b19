"""The records of tables, by class: those of three graphs, and nested ones in lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from iomgraph.mapping.dataset import DEFAULT, PROVENANCE, QUALITY
from iomgraph.records.record import Record

GRAPHS = (DEFAULT, PROVENANCE, QUALITY)
"""The graphs that have tables."""


def of_tables(graphs: Mapping[str, Sequence[Record]]) -> Iterator[Record]:
    """Yield the records of the graphs that have tables."""
    for graph in GRAPHS:
        yield from graphs.get(graph, ())


def by_class(records: Iterable[Record]) -> dict[str, list[Record]]:
    """Sort records by the first of their classes, with nested ones that have tables of their own.

    Args:
        records: in any order, which those of a class keep.

    Example:
        >>> found = by_class([{"id": "a", "type": ["A"], "part": [{"id": "b", "type": ["B"]}]}])
        >>> {name: [record["id"] for record in records] for name, records in found.items()}
        {'A': ['a'], 'B': ['b']}
    """
    found: dict[str, list[Record]] = {}
    for record in records:
        for one in _with_nested(record):
            found.setdefault(one["type"][0], []).append(one)
    return found


def _with_nested(record: Record) -> Iterator[Record]:
    """Yield a record, and the records in its lists, which have tables of their own."""
    yield record
    for value in record.values():
        if isinstance(value, list):
            for item in value:
                if isinstance(item, dict):
                    yield from _with_nested(item)
