"""One interface for workbooks and delimited text: sheets, rows, merged cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from iomgraph.errors import SourceError
from iomgraph.sources.sheets import delimited, workbook
from iomgraph.sources.sheets.cell import SheetRow
from iomgraph.sources.sheets.delimited import Dialect
from iomgraph.sources.sheets.workbook import Sheet
from iomgraph.sources.sheets.worksheet import Range

WORKBOOKS = (".xlsx", ".xlsm")
TEXTS = (".csv", ".tsv", ".txt", ".tab")


class Book(Protocol):
    """An open file with one sheet or several."""

    @property
    def sheets(self) -> Sequence[Sheet]:
        """The sheets in the order of the file."""

    def rows(self, sheet: Sheet) -> Iterator[SheetRow]:
        """Yield the rows of a sheet that have cells."""

    def merged(self, sheet: Sheet) -> Sequence[Range]:
        """Return the merged cells of a sheet."""


@dataclass(frozen=True, slots=True)
class TextBook:
    """A file of delimited text, which has one sheet without a name.

    Args:
        path: the file.
        label: its name in places.
        dialect: its encoding and delimiter.
    """

    path: Path
    label: str
    dialect: Dialect
    sheets: tuple[Sheet, ...] = (Sheet(""),)

    def rows(self, sheet: Sheet) -> Iterator[SheetRow]:  # noqa: ARG002 - it has one
        """Yield the rows of the file."""
        return delimited.rows(self.path, self.label, self.dialect)

    def merged(self, sheet: Sheet) -> Sequence[Range]:  # noqa: ARG002 - it has one
        """Return an empty list, because text does not have merged cells."""
        return ()


@contextmanager
def opened(path: Path, label: str = "", *, encoding: str = "", delimiter: str = "") -> Iterator[Book]:
    r"""Open a workbook or a file of delimited text, by the ending of its name.

    Args:
        path: the file.
        label: its name in places; by default, its path.
        encoding: declared encoding of delimited text.
        delimiter: declared delimiter of delimited text.

    Raises:
        SourceError: if it can't be read, or its format is unknown.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "t.csv"
        >>> _ = path.write_text("id,title\nA.1,Roads\n", encoding="utf-8")
        >>> with opened(path) as book:
        ...     [[cell.text for cell in row.cells.values()] for row in book.rows(book.sheets[0])]
        [['id', 'title'], ['A.1', 'Roads']]
    """
    name, ending = label or path.as_posix(), path.suffix.lower()
    if ending in WORKBOOKS:
        with workbook.opened(path, name) as book:
            yield book
    elif ending in TEXTS:
        yield TextBook(path, name, delimited.dialect(path, name, encoding=encoding, delimiter=delimiter))
    else:
        raise SourceError(
            f"tables in the format {ending or 'of this file'} are not read",
            where=name,
            step=f"save it as one of: {', '.join((*WORKBOOKS, *TEXTS))}",
        )
