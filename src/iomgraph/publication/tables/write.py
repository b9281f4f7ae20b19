"""The tables of a release: records by class, each class written in every format, then described."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from iomgraph import iris
from iomgraph.mapping.dataset import DEFAULT, PROVENANCE, QUALITY, Dataset
from iomgraph.processes import Spool, batched
from iomgraph.publication.tables import allocations, csv_tables, jsonlines, parquet
from iomgraph.publication.tables.columns import Column, Layout, label
from iomgraph.publication.tables.dictionary import Dictionary
from iomgraph.publication.tables.table import FOLDER, Table, Take
from iomgraph.records.record import Record
from iomgraph.release.lines import ordered

Writer = Callable[[Path, Sequence[Column]], AbstractContextManager[Take]]

_GROUP = 20_000
"""Rows that are in memory at a time."""

_CSV, _SPREADSHEET = "{}.csv", "spreadsheet/{}.csv"
_WRITERS: dict[str, Writer] = {"{}.jsonl": jsonlines.write}
_PARQUET = "{}.parquet"


def write(folder: Path, data: Dataset, base_iri: str, known: Dictionary | None = None) -> list[Table]:
    """Write the tables into a release: of facts, provenance and quality, one for each class.

    A record stands in the table of the first of its classes, in order of its id. A list of nested
    records, such as the rival claims of a discrepancy, has a table of its own. One table more parts the
    money of projects by country and by sector (`allocations`).

    Args:
        folder: the staged release.
        data: the records. What each page claims, in graphs of its own, is not repeated here.
        base_iri: what the IRIs of our own things start with.
        known: says which identifiers have columns of their own; without it none has.

    Returns:
        the tables, in order of name.

    Raises:
        PublicationError: if a cell would have to hold several values.
    """
    spool, labels, classes = Spool[Record](), dict[str, str](), dict[str, str]()
    placed = _by_class(ordered(_entries(data, spool, (labels, classes), base_iri)))
    layout = Layout(data.context, base_iri, labels, classes, (known or Dictionary()).identifiers)
    writers = _WRITERS | ({_PARQUET: parquet.write} if parquet.is_possible() else {})
    (folder / FOLDER / "spreadsheet").mkdir(parents=True)
    found = [_table(folder, name, _Records(spool, places), layout, writers) for name, places in placed]
    projects = _Records(spool, dict(placed).get("Project", ()))
    columns = allocations.columns(allocations.rows(projects, labels))
    if columns:
        rows = allocations.rows(projects, labels)
        found.append(_written(folder, allocations.NAME, columns, rows, writers))
    return sorted(found, key=lambda table: table.name)


@dataclass(frozen=True, slots=True)
class _Records:
    """The records of a class in order, as often as they are asked for."""

    spool: Spool[Record]
    places: Sequence[int]

    def __iter__(self) -> Iterator[Record]:
        return self.spool.at_each(self.places)


def _entries(
    data: Dataset, spool: Spool[Record], names: tuple[dict[str, str], dict[str, str]], base_iri: str
) -> Iterator[str]:
    """Spool each record, and give a line to sort by: its class, its id, and where it lies."""
    labels, classes = names
    for graph in (DEFAULT, PROVENANCE, QUALITY):
        for record in data.records(graph):
            text = label(record)
            # What is ours is shown as a CURIE anyhow.
            if text or iris.local(data.context.expand(record["id"]), base_iri) is None:
                labels[record["id"]] = text
                classes[record["id"]] = sys.intern(record["type"][0])
            for one in _with_nested(record):
                yield f"{one['type'][0]}\t{one['id']}\t{spool.append(one)}\n"


def _with_nested(record: Record) -> Iterator[Record]:
    """A record, and those in its lists, which have tables of their own."""
    yield record
    for value in record.values():
        if isinstance(value, list):
            for item in value:
                if isinstance(item, dict):
                    yield from _with_nested(item)


def _by_class(entries: Iterable[str]) -> list[tuple[str, array[int]]]:
    """Class to the places of its records, both in order."""
    rows = (entry.split("\t") for entry in entries)
    return [
        (name, array("q", (int(place) for _, _, place in members)))
        for name, members in groupby(rows, itemgetter(0))
    ]


def _table(folder: Path, name: str, records: _Records, layout: Layout, writers: dict[str, Writer]) -> Table:
    return _written(folder, name, layout.columns(records), records, writers)


def _written(
    folder: Path,
    name: str,
    columns: tuple[Column, ...],
    records: Iterable[Record],
    writers: dict[str, Writer],
) -> Table:
    readers, count = [column.read for column in columns], 0
    rows = ([read(record) for read in readers] for record in records)
    files = {pattern: pattern.format(name) for pattern in (_CSV, _SPREADSHEET, *writers)}
    paths = {pattern: folder / FOLDER / file for pattern, file in files.items()}
    with ExitStack() as stack:
        both = csv_tables.write(paths[_CSV], columns, paths[_SPREADSHEET])
        others = [writer(paths[pattern], columns) for pattern, writer in writers.items()]
        takers = [stack.enter_context(one) for one in (both, *others)]
        # Rows are laid out once, for all formats.
        for batch in batched(rows, _GROUP):
            count += len(batch)
            for take in takers:
                take(batch)
    return Table(name, columns, count, tuple(files.values()))
