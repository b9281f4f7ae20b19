"""The tables of a release: records by class, each class written in every format, then described."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

from iomgraph.mapping.context import Record
from iomgraph.mapping.dataset import DEFAULT, PROVENANCE, QUALITY, Dataset
from iomgraph.publication.tables import jsonlines, parquet, separated
from iomgraph.publication.tables.columns import Column, Layout, label
from iomgraph.publication.tables.table import FOLDER, Row, Table, Take

Writer = Callable[[Path, Sequence[Column]], AbstractContextManager[Take]]

_GROUP = 20_000
"""Rows that are in memory at a time."""

_WRITERS: dict[str, Writer] = {
    "{}.csv": separated.write,
    "spreadsheet/{}.csv": separated.write_guarded,
    "{}.jsonl": jsonlines.write,
}
_PARQUET = "{}.parquet"


def write(folder: Path, data: Dataset, base_iri: str) -> list[Table]:
    """Write the tables into a release: of facts, provenance and quality, one for each class.

    A record stands in the table of the first of its classes, in order of its id. A list of nested
    records, such as the rival claims of a discrepancy, has a table of its own.

    Args:
        folder: the staged release.
        data: the records. What each page claims, in graphs of its own, is not repeated here.
        base_iri: what the IRIs of our own things start with.

    Returns:
        the tables, in order of name.

    Raises:
        PublicationError: if a cell would have to hold several values.
    """
    classes: dict[str, list[Record]] = {}
    labels: dict[str, str] = {}
    for graph in (DEFAULT, PROVENANCE, QUALITY):
        for record in data.records.get(graph, ()):
            _place(record, classes)
            labels[record["id"]] = label(record)
    layout = Layout(data.context, base_iri, labels)
    writers = _WRITERS | ({_PARQUET: parquet.write} if parquet.is_possible() else {})
    (folder / FOLDER / "spreadsheet").mkdir(parents=True)
    return [_table(folder, name, classes[name], layout, writers) for name in sorted(classes)]


def _place(record: Record, classes: dict[str, list[Record]]) -> None:
    classes.setdefault(record["type"][0], []).append(record)
    for value in record.values():
        if isinstance(value, list):
            for item in value:
                if isinstance(item, dict):
                    _place(item, classes)


def _table(
    folder: Path, name: str, records: list[Record], layout: Layout, writers: dict[str, Writer]
) -> Table:
    records.sort(key=lambda record: record["id"])
    columns = layout.columns(records)
    with ExitStack() as stack:
        takers = [
            stack.enter_context(writer(folder / FOLDER / pattern.format(name), columns))
            for pattern, writer in writers.items()
        ]
        # Rows are laid out once, for all formats.
        for rows in _groups(columns, records):
            for take in takers:
                take(rows)
    return Table(name, columns, len(records), tuple(pattern.format(name) for pattern in writers))


def _groups(columns: Sequence[Column], records: Sequence[Record]) -> Iterator[list[Row]]:
    readers = [column.read for column in columns]
    for at in range(0, len(records), _GROUP):
        yield [[read(record) for read in readers] for record in records[at : at + _GROUP]]
