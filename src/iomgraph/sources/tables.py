"""Tables: the strict reading of CSV files into rows that know their place, and the writing of them.

The dialect is RFC 4180 in UTF-8; other tables are refused completely, because a table read half right is
worse than none.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

from iomgraph.cache import digest
from iomgraph.errors import SourceError
from iomgraph.findings import Place
from iomgraph.immutable import immutable
from iomgraph.outputs import replacing
from iomgraph.settings import resources
from iomgraph.sources import csv_records
from iomgraph.sources.characters import forbidden

ADDITIONS = "additions"
"""Folder of a portfolio with tables that add rows to those of the package."""

OWN = ("idf/", "organization/", "states/memberships.csv", "states/intervals.csv", "links/organization.")
"""Tables about one organisation and its fund, which do not serve others as reference data."""


@immutable
class Row:
    """One row of a table, with its place.

    Args:
        cells: column name to text; an empty cell is the empty string.
        file: the table's path, as a reader would name it.
        number: the row's number; the first below the header is 1.
        line: the line in the file on which the row starts, from 1.
    """

    cells: Mapping[str, str]
    file: str
    number: int
    line: int

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def place(self, column: str = "") -> Place:
        """Return the place of the row, or of one of its cells."""
        return Place(self.file, row=self.number, column=column, line=self.line)


def read(path: Path, columns: Sequence[str], *, name: str = "") -> list[Row]:
    r"""Read a table whose header has exactly the given columns, in any order.

    Args:
        path: the CSV file.
        columns: the names of its columns.
        name: the file's name in places; by default, its path.

    Raises:
        SourceError: if the file is missing, is not UTF-8 or not CSV, or its header differs.

    Example:
        >>> import pathlib, tempfile
        >>> table = pathlib.Path(tempfile.mkdtemp()) / "t.csv"
        >>> _ = table.write_text("id,name\nGEO,Georgia\n", encoding="utf-8")
        >>> [row["name"] for row in read(table, ["id", "name"])]
        ['Georgia']
    """
    return list(rows(path, columns, name=name))


def rows(path: Path, columns: Sequence[str], *, name: str = "") -> Iterator[Row]:
    """Read a table row by row, as `read` does, except that faults in the middle stop in the middle."""
    label = name or path.as_posix()
    yield from _rows(csv_records.lines(path, label), columns, label)


def located(folder: Path, name: str) -> Path:
    """Find a file of reference data: the portfolio's own, or else the package's.

    Args:
        folder: the folder of the portfolio.
        name: the file's path below it.

    Example:
        >>> located(Path("no-such-portfolio"), "states/states.csv").parts[-3:]
        ('data', 'states', 'states.csv')
    """
    own, shared = folder / name, resources() / "data" / name
    return own if own.exists() or name.startswith(OWN) or not shared.exists() else shared


class Tables:
    """The reference tables of a portfolio, each read only once.

    A table that the portfolio's folder lacks comes from the package, with the rows of `additions/` added.
    Tables about one organisation and its fund never come from the package: without them, there are no rows.

    Args:
        folder: the folder of the portfolio, such as `data/`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[tuple[str, frozenset[str]], list[Row]] = {}
        self._names: set[str] = set()

    def read(self, name: str, columns: Sequence[str]) -> list[Row]:
        """Return the rows of a table, whose places show its path from the folder's parent.

        Args:
            name: its path below the folder.
            columns: the names of its columns.

        Raises:
            SourceError: if the file is missing, is not UTF-8 or not CSV, its header differs, or a cell has a
                character that XML does not allow.

        Example:
            >>> from iomgraph.settings import Settings
            >>> tables = Tables(Settings().data)
            >>> rows = tables.read("vocabulary/function_words.csv", ["lang", "word", "source"])
            >>> rows[0].place().file
            'data/vocabulary/function_words.csv'
        """
        key = (name, frozenset(columns))
        self._names.add(name)
        if key not in self._read:
            self._read[key] = [_check_characters(row) for row in self._rows(name, columns)]
        return self._read[key]

    def has(self, name: str) -> bool:
        """Tell whether there is a table, which may be looked for before it is read.

        Example:
            >>> from iomgraph.settings import Settings
            >>> Tables(Settings().data).has("iati/NoSuchList.csv")
            False
        """
        self._names.add(name)
        return any(path.is_file() for path, _ in self._files(name))

    def _rows(self, name: str, columns: Sequence[str]) -> Iterator[Row]:
        for path, label in self._files(name):
            yield from rows(path, columns, name=label)

    def _files(self, name: str) -> Iterator[tuple[Path, str]]:
        """Yield the files of a table, each with its name in places."""
        path, added = located(self.folder, name), self.folder / ADDITIONS / name
        if path.exists() or not name.startswith(OWN):
            yield path, f"data/{name}"
        if added.is_file():
            yield added, f"data/{ADDITIONS}/{name}"

    def digest(self) -> bytes:
        """Digest the tables read or looked for so far, which say all that is made from these alone.

        Example:
            >>> from iomgraph.settings import Settings
            >>> tables, before = Tables(Settings().data), Tables(Settings().data).digest()
            >>> _ = tables.read("vocabulary/function_words.csv", ["lang", "word", "source"])
            >>> tables.digest() == before
            False
        """
        names = sorted(self._names)
        files = (
            (label, path.read_bytes())
            for name in names
            for path, label in self._files(name)
            if path.is_file()
        )
        return digest(*names, *chain.from_iterable(files))

    def borrows(self, name: str) -> bool:
        """Tell whether a table comes from the package because the portfolio does not have its own."""
        return located(self.folder, name) != self.folder / name

    def seen(self) -> Iterator[Row]:
        """Yield every row read so far."""
        return chain.from_iterable(self._read.values())


def parse(
    content: str, columns: Sequence[str], label: str, *, delimiter: str = ",", line: int = 1
) -> list[Row]:
    """Read a table from its text.

    Args:
        content: the text.
        columns: the names of its columns.
        label: the file's name in places.
        delimiter: the separator of cells.
        line: number of the text's first line in the file.

    Raises:
        SourceError: if it is not CSV, its header differs, or a cell has a character that XML does not allow.
    """
    found = _rows(io.StringIO(content, newline=""), columns, label, delimiter, line)
    return [_check_characters(row) for row in found]


def _rows(
    lines: Iterable[str], columns: Sequence[str], label: str, delimiter: str = ",", first: int = 1
) -> Iterator[Row]:
    header, records = csv_records.headed(lines, columns, label, delimiter, first)
    yield from numbered(records, header, label)


def numbered(
    records: Iterable[tuple[int, list[str]]], header: Sequence[str], label: str, first: int = 1
) -> Iterator[Row]:
    """Make rows of records, whose first has the given number.

    Raises:
        SourceError: if one has not as many cells as the header.

    Example:
        >>> [(row["id"], row.number, row.line) for row in numbered([(7, ["KEN"])], ["id"], "t.csv", 5)]
        [('KEN', 5, 7)]
    """
    for number, (line, cells) in enumerate(records, first):
        if len(cells) != len(header):
            raise SourceError(
                f"a row has {len(cells)} cells, but the header has {len(header)}",
                where=Place(label, row=number, line=line),
                step="add or remove a comma, or put quotes around the cell that holds one",
            )
        yield Row(dict(zip(header, cells, strict=True)), label, number, line)


def write(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    """Write a table: UTF-8, one header, line feeds, quotes only where needed.

    Raises:
        SourceError: if the file can't be written; the previous file is untouched.
    """
    content = io.StringIO()
    writer = csv.DictWriter(content, columns, lineterminator="\n", extrasaction="raise")
    writer.writeheader()
    writer.writerows(rows)
    try:
        with replacing(path) as part:
            part.write_text(content.getvalue(), encoding="utf-8", newline="")
    except OSError as error:
        raise SourceError(
            f"the table can't be written ({error.strerror})",
            where=path,
            step="choose a folder that can be written",
        ) from error


def text(path: Path, label: str) -> str:
    """The text of a file in UTF-8.

    Raises:
        SourceError: if it can't be read, is not UTF-8, or holds a NUL character.
    """
    return "".join(csv_records.lines(path, label))


def _check_characters(row: Row) -> Row:
    for column, cell in row.cells.items():
        if character := forbidden(cell):
            raise SourceError(
                f"a cell holds the character {character}, which XML can't hold",
                where=row.place(column),
                step="remove it, and check where it came from",
            )
    return row
