"""The rows of tables as text, made part by part in the columns that all parts share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from iomgraph.cache import Memo, digest
from iomgraph.mapping.context import Context
from iomgraph.mapping.dataset import Dataset
from iomgraph.processes import JSON, Say, silent
from iomgraph.publication import pieces
from iomgraph.publication.pieces import Graphs, Made, Pieces
from iomgraph.publication.tables import allocations, csv_tables, jsonlines, usage
from iomgraph.publication.tables.columns import Column, Layout
from iomgraph.publication.tables.dictionary import Dictionary
from iomgraph.publication.tables.labels import Labels
from iomgraph.publication.tables.records import by_class, of_tables
from iomgraph.publication.tables.table import CSV, JSON_LINES, SPREADSHEET, Rows
from iomgraph.publication.tables.usage import Usages

_USAGE, _COUNTS = "usage", "counts"
_DECIMALS = "decimals"

Columns = Mapping[str, tuple[Column, ...]]
"""Name of a table to its columns."""


@dataclass(frozen=True, slots=True)
class LaidOut:
    """The tables of a release before they are files.

    Args:
        columns: of each table, in order of name.
        counts: number of rows of each table.
        texts: the rows, as pieces that have the names of files.
    """

    columns: Columns
    counts: Mapping[str, int]
    texts: Pieces


def lay_out(
    data: Dataset,
    found: Labels,
    known: Dictionary,
    memo: Memo | None = None,
    say: Say = silent,
) -> LaidOut:
    """Lay out the records of a dataset in tables, one for each class.

    Args:
        data: the records.
        found: the labels of things.
        known: knows the identifiers with columns of their own.
        memo: keeps what is made of parts.
        say: as for `pieces.make`.

    Raises:
        PublicationError: if a cell would have to hold several values.
    """
    parts, kept, context = data.parts, memo or Memo(), data.context
    layout = Layout(context, found.base_iri, found.texts, found.classes, known.identifiers)
    noted = pieces.make("writing columns by part", parts, [_Noting(found, layout)], kept, say)
    used, decimals = _merged(noted, context)
    columns = {name: layout.columns(terms) for name, terms in used.items()}
    if decimals:
        columns[allocations.NAME] = allocations.columns(decimals)
    columns = dict(sorted(columns.items()))
    common = _common(columns, known)
    keys = [digest(read, common) for read in found.read]
    texts = pieces.make("writing rows by part", parts, [_Writing(found, columns, keys)], kept, say)
    counts = Counter[str]()
    for piece in texts.of(_COUNTS):
        counts.update(JSON.read(piece))
    return LaidOut(columns, counts, texts)


def columnar(columns: Sequence[Column], rows: Iterable[Any]) -> Rows:
    """Lay out the rows of a table by column."""
    records = list(rows)
    return [column.read(records) for column in columns]


@dataclass(frozen=True, slots=True)
class _Noting:
    """Notes the use of terms in a part."""

    labels: Labels
    layout: Layout
    kind: str = _USAGE

    @property
    def keys(self) -> Sequence[bytes]:
        return self.labels.read

    def __call__(self, graphs: Graphs) -> Made:
        placed = by_class(of_tables(graphs))
        used = {name: usage.encoded(self.layout.used(records)) for name, records in placed.items()}
        rows = allocations.rows(placed.get(allocations.OF, ()), self.labels.texts)
        return {_USAGE: JSON.write(used), _DECIMALS: JSON.write(allocations.places(rows))}


def _merged(noted: Pieces, context: Context) -> tuple[dict[str, Usages], dict[str, int]]:
    """Merge the uses of terms, and the decimals of allocations, in all parts."""
    terms, decimals = context.document["@context"], dict[str, int]()
    said = map(JSON.read, noted.of(_USAGE))
    used = usage.merged({name: usage.decoded(one, terms) for name, one in part.items()} for part in said)
    for piece in noted.of(_DECIMALS):
        for name, number in JSON.read(piece).items():
            decimals[name] = max(number, decimals.get(name, 0))
    return used, decimals


@dataclass(frozen=True, slots=True)
class _Writing:
    """Writes the rows of a part, for every format of text."""

    labels: Labels
    columns: Columns
    keys: Sequence[bytes]
    kind: str = "rows"

    def __call__(self, graphs: Graphs) -> Made:
        made, counts = dict[str, bytes](), dict[str, int]()
        for name, rows in self._tables(graphs):
            if rows and rows[0]:
                counts[name] = len(rows[0])
                made |= _texts(name, self.columns[name], rows)
        return {**made, _COUNTS: JSON.write(counts)}

    def _tables(self, graphs: Graphs) -> Iterator[tuple[str, Rows]]:
        placed = by_class(of_tables(graphs))
        for name, records in placed.items():
            yield name, columnar(self.columns[name], records)
        if allocations.NAME in self.columns:
            rows = allocations.rows(placed.get(allocations.OF, ()), self.labels.texts)
            yield allocations.NAME, columnar(self.columns[allocations.NAME], rows)


def _texts(name: str, columns: Sequence[Column], rows: Rows) -> Iterator[tuple[str, bytes]]:
    exact, guarded = csv_tables.texts(rows)
    yield CSV.format(name), exact
    yield SPREADSHEET.format(name), guarded
    yield JSON_LINES.format(name), jsonlines.text(columns, rows)


def _common(columns: Columns, known: Dictionary) -> bytes:
    """Digest all columns: what rows of every part are made from beside its records and labels."""
    said = [
        (name, [(one.name, one.kind.value, one.many, one.means, one.places) for one in some])
        for name, some in columns.items()
    ]
    return digest(repr(said), *(f"{name} {row.cells}" for name, row in known.rows.items()))
