"""One sheet of a workbook, read row by row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from iomgraph.errors import SourceError
from iomgraph.sources.csv_records import MAX_CELL
from iomgraph.sources.sheets.cell import MAX_ROWS, Cell, Kind, SheetRow, position
from iomgraph.sources.sheets.formats import Styles
from iomgraph.sources.sheets.strings import SharedStrings, joined, too_long

MAX_MERGED = 100_000
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^<>]*?ref="([A-Z]{1,3}[0-9]{1,7}):([A-Z]{1,3}[0-9]{1,7})"')
_TAIL = 200
"""Bytes of a block to search again with the next one, because a tag may be cut in two."""


@dataclass(frozen=True, slots=True)
class Range:
    """A rectangle of cells that the sheet shows as one; columns count from 0, rows from 1."""

    first_column: int
    first_row: int
    last_column: int
    last_row: int


def merged_ranges(blocks: Iterable[bytes], where: str) -> list[Range]:
    """Find the merged cells of a sheet, which come after its rows.

    Raises:
        SourceError: if there are too many, or one is outside the sheet.

    Example:
        >>> merged_ranges([b'<mergeCell re', b'f="A2:A4"/>'], "a.xlsx")
        [Range(first_column=0, first_row=2, last_column=0, last_row=4)]
    """
    found: list[Range] = []
    tail = b""
    for block in blocks:
        text = tail + block
        end = 0
        for match in _MERGED.finditer(text):
            first, last = (position(text.decode(), where) for text in match.groups())
            found.append(Range(*first, *last))
            end = match.end()
        if len(found) > MAX_MERGED:
            raise SourceError(
                f"the sheet has more than {MAX_MERGED:,} merged cells", where=where, step="unmerge them"
            )
        tail = text[max(end, len(text) - _TAIL) :]
    return found


@dataclass(frozen=True, slots=True)
class Context:
    """The parts of a workbook that its cells refer to.

    Args:
        file: the file's name in places.
        strings: the texts that cells share.
        styles: their formats.
        epoch_1904: days count from 1904.
    """

    file: str
    strings: SharedStrings
    styles: Styles
    epoch_1904: bool = False


class Worksheet:
    """A handler of a sheet's XML; rows are in `rows` until they are taken.

    Args:
        name: name of the sheet.
        context: the things that its cells refer to.
    """

    def __init__(self, name: str, context: Context) -> None:
        self._name, self._context = name, context
        self.rows: list[SheetRow] = []
        self._cells: dict[int, Cell] = {}
        self._number, self._column = 0, -1
        self._hidden = False
        self._cell: Mapping[str, str] | None = None
        self._formula = self._reading = self._aside = False
        self._pieces: list[str] = []
        self._size = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Handle the start of a row, a cell or a part of one."""
        if name == "c":
            self._cell, self._formula = attributes, False
            self._pieces, self._size = [], 0
            self._column = self._place(attributes.get("r"))
        elif name == "v" or (name == "t" and not self._aside):
            self._reading = self._cell is not None
        elif name == "row":
            self._number = self._row_number(attributes.get("r"))
            self._cells, self._column = {}, -1
            self._hidden = attributes.get("hidden") in {"1", "true"}
        elif name == "f":
            self._formula = True
        elif name == "rPh":
            self._aside = True

    def end(self, name: str) -> None:
        """Handle the end of a part, a cell or a row."""
        self._reading = False
        if name == "c":
            cell = self._made()
            if cell and (cell.text or cell.formula):
                self._cells[self._column] = cell
            self._cell = None
        elif name == "row":
            self.rows.append(
                SheetRow(self._cells, self._context.file, self._number, self._name, hidden=self._hidden)
            )
        elif name == "rPh":
            self._aside = False

    def text(self, text: str) -> None:
        """Handle a piece of a cell's text."""
        if self._reading:
            self._size += len(text)
            if self._size > MAX_CELL:
                raise too_long(self._context.file)
            self._pieces.append(text)

    def taken(self) -> Iterator[SheetRow]:
        """Yield the finished rows, and forget them."""
        rows, self.rows = self.rows, []
        return iter(rows)

    def _place(self, reference: str | None) -> int:
        """Return the column of a cell; without a reference, it follows the previous one."""
        if reference is None:
            reference_column = self._column + 1
            _check_column(reference_column, self._context.file)
            return reference_column
        column, row = position(reference, self._context.file)
        if row != self._number:
            raise SourceError(
                f"the cell {reference} stands in row {self._number} of the sheet {self._name}",
                where=self._context.file,
                step="save the workbook again with a spreadsheet program",
            )
        return column

    def _row_number(self, text: str | None) -> int:
        number = self._number + 1 if text is None else int(text) if text.isdecimal() else 0
        if not self._number < number <= MAX_ROWS:
            raise SourceError(
                f"the rows of the sheet {self._name} are out of order, or more than {MAX_ROWS:,}",
                where=self._context.file,
                step="save the workbook again with a spreadsheet program",
            )
        return number

    def _made(self) -> Cell | None:
        """Make the finished cell; None if it is empty."""
        kind, text = (self._cell or {}).get("t", "n"), "".join(self._pieces)
        if kind == "s":
            return Cell(self._shared(text), formula=self._formula)
        if kind in {"str", "inlineStr"}:
            return Cell(joined(self._pieces), formula=self._formula)
        if not text:
            return Cell("", formula=True) if self._formula else None
        cell = self._typed(kind, text)
        return Cell(cell.text, cell.kind, cell.unit, True) if self._formula else cell

    def _typed(self, kind: str, text: str) -> Cell:
        if kind == "b":
            return Cell("TRUE" if text.strip() in {"1", "true"} else "FALSE", Kind.BOOLEAN)
        if kind == "e":
            return Cell(text, Kind.ERROR)
        if kind == "d":
            return Cell(text[:10], Kind.DATE)
        style = self._context.styles.of((self._cell or {}).get("s"))
        return style.cell(text, epoch_1904=self._context.epoch_1904)

    def _shared(self, text: str) -> str:
        strings = self._context.strings
        if not text.isdecimal() or len(text) > 10 or int(text) >= len(strings):
            raise SourceError(
                f"a cell in row {self._number} of the sheet {self._name} has a text that does not exist",
                where=self._context.file,
                step="save the workbook again with a spreadsheet program",
            )
        return strings[int(text)]


def _check_column(column: int, file: str) -> None:
    position(f"{'A' if column < 1 else 'XFD' if column < 16_384 else 'XFE'}1", file)
