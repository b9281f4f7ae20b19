"""Tables in blocks of rows, which are read side by side, and found again wherever they stand."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from iomgraph.processes import is_cut
from iomgraph.sources import csv_records
from iomgraph.sources.tables import Row, numbered


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows of a table that lie side by side in its file; made by `blocks`.

    Args:
        path: the table.
        label: its name in places.
        header: its columns, in their order.
        span: positions of the first byte, and after the last one.
        line: the line in the file that begins there.
        number: number of the first row.
        length: number of rows.
    """

    path: Path
    label: str
    header: tuple[str, ...]
    span: tuple[int, int]
    line: int
    number: int
    length: int

    def rows(self) -> Iterator[Row]:
        """Read the rows.

        Raises:
            SourceError: if the file has changed since, and can't be read any more.
        """
        try:
            lines = io.StringIO(self.content().decode("utf-8"), newline="")
        except UnicodeDecodeError:
            raise csv_records.undecodable(self.path, self.label) from None
        yield from numbered(
            csv_records.records(lines, self.label, ",", self.line), self.header, self.label, self.number
        )

    def content(self) -> bytes:
        """Return the bytes of the rows."""
        start, end = self.span
        with self.path.open("rb") as file:
            file.seek(start)
            return file.read(end - start)


def blocks(path: Path, columns: Sequence[str], size: int, *, name: str = "") -> Iterator[Block]:
    r"""Cut a table into blocks, each of which ends with a row whose text says so, wherever it stands.

    Args:
        path: the CSV file.
        columns: as for `read`.
        size: rows that a block has on average.
        name: as for `read`.

    Raises:
        SourceError: as for `rows`.

    Example:
        >>> import pathlib, tempfile
        >>> table = pathlib.Path(tempfile.mkdtemp()) / "t.csv"
        >>> _ = table.write_text("id\n" + "\n".join("abcdefgh"), encoding="utf-8")
        >>> ["".join(row["id"] for row in block.rows()) for block in blocks(table, ["id"], 3)]
        ['a', 'bc', 'd', 'e', 'fgh']
    """
    label = name or path.as_posix()
    lines = _Measured(path, label)
    header, records = csv_records.headed(lines, columns, label)
    start, line, first, last = lines.bytes, lines.count + 1, 1, 0
    for row in numbered(records, header, label):
        last = row.number
        if is_cut("\n".join(row.cells.values()), size):
            yield Block(path, label, tuple(header), (start, lines.bytes), line, first, last + 1 - first)
            start, line, first = lines.bytes, lines.count + 1, last + 1
    if first <= last:
        yield Block(path, label, tuple(header), (start, lines.bytes), line, first, last + 1 - first)


class _Measured:
    """The lines of a file, whose bytes are counted as they are read."""

    def __init__(self, path: Path, label: str) -> None:
        self._path, self._lines = path, csv_records.lines(path, label)
        self.count, self.bytes = 0, 0

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            if not self.count and _begins_with_mark(self._path):
                self.bytes = len(codecs.BOM_UTF8)
            self.count += 1
            self.bytes += len(line.encode())
            yield line


def _begins_with_mark(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8
