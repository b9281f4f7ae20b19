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

from iomgraph.mapping.dataset import DEFAULT, PROVENANCE, QUALITY, Dataset
from iomgraph.processes import Spool, batched
from iomgraph.publication.tables import allocations, csv_tables, jsonlines, parquet
from iomgraph.publication.tables.columns import Column, Layout, named
from iomgraph.publication.tables.dictionary import Dictionary
from iomgraph.publication.tables.table import FOLDER, Rows, Table, Take
from iomgraph.records.record import Record
from iomgraph.release.lines import ordered

Writer = Callable[[Path, Sequence[Column]], AbstractContextManager[Take]]

GRAPHS = (DEFAULT, PROVENANCE, QUALITY)
"""The graphs that have tables."""
_BATCH = 1_000
"""Records to lay out at a time."""

_CSV, _SPREADSHEET = "{}.csv", "spreadsheet/{}.csv"
_WRITERS: dict[str, Writer] = {"{}.jsonl": jsonlines.write}
_PARQUET = "{}.parquet"


def write(folder: Path, data: Dataset, base_iri: str, known: Dictionary | None = None) -> list[Table]:
    """Write the tables of facts, provenance and quality into a release, one for each class.

    A record is in the table of the first of its classes, in order of id. A list of nested records, such as
    the rival claims of a discrepancy, has a table of its own. One more table divides the money of projects by
    country and by sector (`allocations`).

    Args:
        folder: the staged release.
        data: the records, of which the claims of pages, in their own graphs, are not repeated here.
        base_iri: the beginning of our IRIs.
        known: knows the identifiers with columns of their own; without it, there are none.

    Returns:
        the tables, in order of name.

    Raises:
        PublicationError: if a cell would have to hold several values.
    """
    labels, classes = dict[str, str](), dict[str, str]()
    placed = by_class(_noted(data, (labels, classes), base_iri))
    layout = Layout(data.context, base_iri, labels, classes, (known or Dictionary()).identifiers)
    writers = _WRITERS | ({_PARQUET: parquet.write} if parquet.is_possible() else {})
    (folder / FOLDER / "spreadsheet").mkdir(parents=True)
    found = [_table(folder, name, records, layout, writers) for name, records in placed.items()]
    projects = placed.get(allocations.OF, ())
    columns = allocations.columns(allocations.places(allocations.rows(projects, labels)))
    if columns:
        rows = allocations.rows(projects, labels)
        found.append(_written(folder, allocations.NAME, columns, rows, writers))
    return sorted(found, key=lambda table: table.name)


def batches(columns: Sequence[Column], records: Iterable[Record]) -> Iterator[Rows]:
    """Yield the rows of records, some at a time, by column.

    Args:
        columns: of the table.
        records: in the order of the rows.
    """
    return ([column.read(some) for column in columns] for some in batched(records, _BATCH))


@dataclass(frozen=True, slots=True)
class Records:
    """The records of a class in order of id, read from disk each time.

    Args:
        spool: the records of all classes.
        places: positions of these records in it.
    """

    spool: Spool[Record]
    places: Sequence[int]

    def __iter__(self) -> Iterator[Record]:
        return self.spool.at_each(self.places)


def by_class(records: Iterable[Record]) -> dict[str, Records]:
    """Put records on disk by class, with nested ones that have tables of their own.

    Args:
        records: in any order; read once.
    """
    spool = Spool[Record]()
    rows = (entry.split("\t") for entry in ordered(_entries(records, spool)))
    return {
        name: Records(spool, array("q", (int(place) for _, _, place in members)))
        for name, members in groupby(rows, itemgetter(0))
    }


def _noted(data: Dataset, names: tuple[dict[str, str], dict[str, str]], base_iri: str) -> Iterator[Record]:
    """Yield the records of tables, and note the labels and classes of those that have names."""
    labels, classes = names
    for graph in GRAPHS:
        for record in data.records(graph):
            text = named(record, data.context, base_iri)
            if text is not None:
                labels[record["id"]] = text
                classes[record["id"]] = sys.intern(record["type"][0])
            yield record


def _entries(records: Iterable[Record], spool: Spool[Record]) -> Iterator[str]:
    """Spool each record, and yield a line to sort by: its class, its id, and its position."""
    for record in records:
        for one in _with_nested(record):
            yield f"{one['type'][0]}\t{one['id']}\t{spool.append(one)}\n"


def _with_nested(record: Record) -> Iterator[Record]:
    """Yield a record, and the records in its lists, which have tables of their own."""
    yield record
    for value in record.values():
        if isinstance(value, list):
            for item in value:
                if isinstance(item, dict):
                    yield from _with_nested(item)


def _table(folder: Path, name: str, records: Records, layout: Layout, writers: dict[str, Writer]) -> Table:
    return _written(folder, name, layout.columns(layout.used(records)), records, writers)


def _written(
    folder: Path,
    name: str,
    columns: tuple[Column, ...],
    records: Iterable[Record],
    writers: dict[str, Writer],
) -> Table:
    count = 0
    files = {pattern: pattern.format(name) for pattern in (_CSV, _SPREADSHEET, *writers)}
    paths = {pattern: folder / FOLDER / file for pattern, file in files.items()}
    with ExitStack() as stack:
        both = csv_tables.write(paths[_CSV], columns, paths[_SPREADSHEET])
        others = [writer(paths[pattern], columns) for pattern, writer in writers.items()]
        takers = [stack.enter_context(one) for one in (both, *others)]
        # Rows are laid out once, for all formats.
        for batch in batches(columns, records):
            count += len(batch[0])
            for take in takers:
                take(batch)
    return Table(name, columns, count, tuple(files.values()))
