"""Merged cells, which the sheet shows as one and of which only the first has the value in the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from iomgraph.claims.layout import Layout
from iomgraph.sources.rules import Reporter
from iomgraph.sources.sheets.cell import Cell, SheetRow, column_letters
from iomgraph.sources.sheets.worksheet import Range


def repeated(rows: Iterable[SheetRow], ranges: Sequence[Range]) -> Iterator[SheetRow]:
    """Copy the value of the first of merged cells to all of them.

    Example:
        >>> rows = [SheetRow({0: Cell("Kenya"), 1: Cell("a")}, "f", 1), SheetRow({1: Cell("b")}, "f", 2)]
        >>> [row.cells[0].text for row in repeated(rows, [Range(0, 1, 0, 2)])]
        ['Kenya', 'Kenya']
    """
    waiting = sorted(ranges, key=lambda one: one.first_row, reverse=True)
    open_ones: list[tuple[Range, Cell | None]] = []
    for row in rows:
        open_ones = [(one, cell) for one, cell in open_ones if one.last_row >= row.number]
        while waiting and waiting[-1].first_row <= row.number:
            one = waiting.pop()
            first = row.cells.get(one.first_column) if one.first_row == row.number else None
            open_ones.append((one, first))
        added = {
            column: cell
            for one, cell in open_ones
            if cell
            for column in range(one.first_column, one.last_column + 1)
            if column not in row.cells
        }
        yield replace(row, cells={**row.cells, **added}) if added else row


def report(layout: Layout, ranges: Iterable[Range], reporter: Reporter) -> None:
    """Report merged cells below the header, in columns that are read."""
    headers = {column.index: column.header for column in layout.columns}
    for one in ranges:
        column = next((n for n in range(one.first_column, one.last_column + 1) if n in headers), None)
        if one.first_row > layout.header.number and column is not None:
            first = f"{column_letters(one.first_column)}{one.first_row}"
            value = f"{first}:{column_letters(one.last_column)}{one.last_row}"
            place = replace(layout.header, number=one.first_row).place(column, headers[column])
            reporter.report("merged-cells", place, value=value)
