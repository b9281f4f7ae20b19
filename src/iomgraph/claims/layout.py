"""The header of a sheet: its row, and the terms of its columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, islice

from iomgraph.claims.columns import ColumnNames
from iomgraph.claims.table_options import TableOptions, Target
from iomgraph.findings import Place
from iomgraph.sources.rules import Reporter
from iomgraph.sources.sheets.cell import SheetRow
from iomgraph.sources.vocabulary import fold

_SEARCHED = 50
"""Rows in which to look for a header, which may have logos, titles and notes above it."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is read.

    Args:
        index: its number, from 0.
        header: its header.
        target: the term that it stands for.
    """

    index: int
    header: str
    target: Target


@dataclass(frozen=True)
class Layout:
    """A sheet's header, and the rows below it.

    Args:
        columns: the columns that are read, in the order of the sheet.
        header: its row.
        rows: the rows below.
    """

    columns: tuple[Column, ...]
    header: SheetRow
    rows: Iterator[SheetRow]

    @cached_property
    def headers(self) -> frozenset[str]:
        """The headers of its columns, folded."""
        return frozenset(fold(column.header) for column in self.columns)

    def has(self, *terms: str) -> bool:
        """Tell whether a column stands for one of some terms."""
        return any(column.target.term in terms for column in self.columns)


@dataclass(frozen=True, slots=True)
class Layouts:
    """A finder of headers by the columns that a source maps.

    Args:
        options: the source's options.
        names: usual headers, for the likely term of a column that is not mapped.
        reporter: takes findings on missing and unmapped columns.
    """

    options: TableOptions
    names: ColumnNames
    reporter: Reporter

    def read(self, rows: Iterable[SheetRow], file: Place) -> Layout | None:
        """Find the header of a sheet; None if neither the declared row nor any other has a mapped column.

        Args:
            rows: the rows of the sheet.
            file: the file and the sheet.
        """
        every = iter(rows)
        first = list(islice(every, _SEARCHED))
        header = self._header(first)
        if header is None:
            return None
        if not self.options.header and header.number > 1:
            self.reporter.report("header-found", file, value=str(header.number))
        below = (_numbered(row, header) for row in chain(first, every) if row.number > header.number)
        columns = self._columns(header, first)
        self._report_missing(header)
        return Layout(tuple(columns), header, below)

    def _header(self, first: Sequence[SheetRow]) -> SheetRow | None:
        """Return the declared row, or the first row with the most mapped columns."""
        wanted = self.options.header
        rows = [row for row in first if row.number == wanted] if wanted else first
        best = max(rows, key=self._matches, default=None)
        return best if best and self._matches(best) else None

    def _matches(self, row: SheetRow) -> int:
        known = set(map(fold, self.options.columns))
        return len(known & {fold(cell.text) for cell in row.cells.values()})

    def _columns(self, header: SheetRow, first: Sequence[SheetRow]) -> list[Column]:
        """Return the columns that are mapped; report the others, and repeated ones."""
        targets = {fold(name): target for name, target in self.options.columns.items()}
        texts = {index: " ".join(cell.text.split()) for index, cell in header.cells.items()}
        folded = [fold(text) for text in texts.values()]
        columns = []
        for index, text in sorted(texts.items()):
            target = targets.get(fold(text))
            if target is None:
                likely = self.names.guess(text, _samples(index, header, first))
                known = likely.term if likely else "–"
                self.reporter.report("unmapped-column", header.place(index), value=text, likely=known)
            elif folded.count(fold(text)) > 1:
                self.reporter.report("duplicate-column", header.place(index), value=text)
            elif target.term != "ignore":
                columns.append(Column(index, text, target))
        return columns

    def _report_missing(self, header: SheetRow) -> None:
        there = {fold(cell.text) for cell in header.cells.values()}
        for name, target in self.options.columns.items():
            if fold(name) not in there and target.term != "ignore":
                self.reporter.report("missing-column", header.place(), value=name, term=target.term)


def _numbered(row: SheetRow, header: SheetRow) -> SheetRow:
    """Number the rows of delimited text from the header, as in every table; sheets have row numbers."""
    return row if row.sheet else replace(row, number=row.number - header.number)


def _samples(index: int, header: SheetRow, first: Sequence[SheetRow]) -> list[str]:
    below = (row.cells for row in first if row.number > header.number)
    return [cells[index].text for cells in below if index in cells]
