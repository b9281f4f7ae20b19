"""Cells and rows of sheets as in the file, not yet interpreted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from functools import lru_cache

from iomgraph.errors import SourceError
from iomgraph.findings import Place
from iomgraph.immutable import immutable

MAX_COLUMNS = 16_384
MAX_ROWS = 1_048_576
"""Most columns and rows of a sheet in every spreadsheet program."""

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


class Kind(Enum):
    """Kinds of cells: a workbook types its cells, delimited text only has texts."""

    TEXT = "text"
    NUMBER = "number"
    PERCENT = "percent"
    DATE = "date"
    TIME = "time"
    BOOLEAN = "boolean"
    ERROR = "error"


@immutable
class Cell:
    """One cell that is not empty.

    Args:
        text: its text; a number in plain decimal digits; a percentage as the number before the sign;
            a date as `2024-02-01`, or as `2024-02` or `2024` if its format shows no more.
        kind: its type in the file.
        unit: letters or symbols that its number format prints around the number, such as `€`.
        formula: it was computed; its text is the result stored in the file, empty if there is none.
    """

    text: str
    kind: Kind = Kind.TEXT
    unit: str = ""
    formula: bool = False


@immutable
class SheetRow:
    """One row of a sheet, with its place.

    Args:
        cells: number of the column, from 0, to its cell; empty cells are left out.
        file: the file, as a reader would name it.
        number: number of the row in the sheet, from 1, including the header and empty rows.
        sheet: name of the sheet; empty for delimited text.
        line: the line on which the row starts, in delimited text.
        hidden: the sheet hides it.
        width: number of cells in delimited text, including empty ones; 0 for a workbook.
    """

    cells: Mapping[int, Cell]
    file: str
    number: int
    sheet: str = ""
    line: int | None = None
    hidden: bool = False
    width: int = 0

    def place(self, column: int | None = None, name: str = "") -> Place:
        """Return the place of the row or of one of its cells.

        Args:
            column: number of the column, from 0.
            name: the column's header.

        Example:
            >>> str(SheetRow({}, "projects.xlsx", 17, "Projects").place(3, "End"))
            'projects.xlsx (Projects!D17, End)'
            >>> str(SheetRow({}, "projects.csv", 17, line=18).place(3, "End"))
            'projects.csv:18 (row 17, column End)'
        """
        letters = "" if column is None else column_letters(column)
        if self.sheet:
            return Place(self.file, row=self.number, column=letters, sheet=self.sheet, label=name)
        return Place(self.file, row=self.number, column=name or letters, line=self.line)


@lru_cache(maxsize=MAX_COLUMNS)
def column_letters(column: int) -> str:
    """Write the number of a column, from 0, as spreadsheets do.

    Example:
        >>> column_letters(0), column_letters(27), column_letters(16_383)
        ('A', 'AB', 'XFD')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@lru_cache(maxsize=MAX_COLUMNS)
def column_number(letters: str) -> int:
    """Convert the letters of a column to its number, from 0.

    Example:
        >>> column_number("A"), column_number("XFD")
        (0, 16383)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def position(reference: str, file: str) -> tuple[int, int]:
    """Read a cell's reference, such as `D17`, into its column, from 0, and its row, from 1.

    Raises:
        SourceError: if it is not a reference, or is outside the limits of a sheet.

    Example:
        >>> position("D17", "a.xlsx")
        (3, 17)
    """
    parts = _REFERENCE.fullmatch(reference)
    column, row = (column_number(parts[1]), int(parts[2])) if parts else (-1, 0)
    if not (0 <= column < MAX_COLUMNS and 0 < row <= MAX_ROWS):
        raise SourceError(
            f"a cell is at {reference[:20]!r}, outside the {MAX_COLUMNS:,} columns and "
            f"{MAX_ROWS:,} rows of a sheet",
            where=file,
            step="save the workbook again with a spreadsheet program",
        )
    return column, row
