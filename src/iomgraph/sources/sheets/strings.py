"""Texts that the cells of a workbook share, stored on disk to save memory."""

from __future__ import annotations

import mmap
import re
import tempfile
from array import array
from collections.abc import Mapping

from iomgraph.errors import SourceError, SpoolError
from iomgraph.sources.csv_records import MAX_CELL

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class SharedStrings:
    """The table of shared texts; a handler of `sharedStrings.xml`.

    Args:
        where: the file, for messages.
    """

    def __init__(self, where: str) -> None:
        self._where = where
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the table
        self._ends = array("Q", [0])
        self._pieces: list[str] = []
        self._size = 0
        self._reading = self._aside = False
        self._map: mmap.mmap | None = None

    def start(self, name: str, _attributes: Mapping[str, str]) -> None:
        """Handle the start of a text; phonetic guides are left out."""
        self._reading = name == "t" and not self._aside
        self._aside = self._aside or name == "rPh"

    def end(self, name: str) -> None:
        """Handle the end of a text, or of one entry of the table."""
        self._reading = False
        if name == "rPh":
            self._aside = False
        elif name == "si":
            self._add(joined(self._pieces))
            self._pieces, self._size = [], 0

    def text(self, text: str) -> None:
        """Handle a piece of text."""
        if self._reading:
            self._size += len(text)
            if self._size > MAX_CELL:
                raise too_long(self._where)
            self._pieces.append(text)

    def _add(self, text: str) -> None:
        content = text.encode("utf-8", "surrogatepass")
        try:
            self._file.write(content)
        except OSError as error:
            raise SpoolError(
                f"the texts of a workbook can't be written to disk ({error.strerror})",
                where=tempfile.gettempdir(),
                step="free space there, or set TMPDIR to a folder with more",
            ) from error
        self._ends.append(self._ends[-1] + len(content))

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, number: int) -> str:
        if self._map is None:
            self._file.flush()
            self._map = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ) if self._ends[-1] else None
        if self._map is None:
            return ""
        return self._map[self._ends[number] : self._ends[number + 1]].decode("utf-8", "surrogatepass")


def joined(pieces: list[str]) -> str:
    r"""Join the pieces of a text, and decode the character escapes of workbooks.

    Example:
        >>> joined(["a_x000D_", "b"])
        'a\rb'
    """
    text = "".join(pieces)
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def too_long(where: str) -> SourceError:
    """Make the error for a cell that is too long."""
    return SourceError(
        f"a cell has more than {MAX_CELL:,} characters", where=where, step="shorten it, or remove the row"
    )
