"""Delimited text (CSV) in any encoding and with any delimiter, declared or detected.

Detection is limited to what the bytes prove: UTF-8, UTF-16 with its mark, and the one delimiter that gives
every row as many cells as the first. Everything else must be declared.
"""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import webencodings

from iomgraph.errors import SourceError
from iomgraph.findings import Place
from iomgraph.sources.csv_records import MAX_CELL
from iomgraph.sources.sheets.cell import MAX_COLUMNS, Cell, SheetRow

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
MAX_LINE = 4_000_000
"""Most characters of a line; a file without line ends would otherwise be read into memory."""

_SAMPLE = 200
"""Rows from which the delimiter is detected."""
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_DOS = ("cp437", "cp850")
"""Encodings of Excel's "CSV (MS-DOS)", which the Encoding Standard lacks."""
_LIKELY = ("windows-1252", "macintosh", "cp850", "windows-1250", "windows-1251")


@dataclass(frozen=True, slots=True)
class Dialect:
    """The dialect of a file of delimited text.

    Args:
        encoding: Python's name of the encoding.
        delimiter: the separator of cells.
        detected: options that were not declared, with their detected values.
    """

    encoding: str
    delimiter: str
    detected: tuple[tuple[str, str], ...] = ()


def dialect(path: Path, label: str, *, encoding: str = "", delimiter: str = "") -> Dialect:
    r"""Find the dialect of a file from its declaration and its bytes.

    Args:
        path: the file.
        label: its name in messages.
        encoding: the declared encoding, if any.
        delimiter: the declared delimiter, if any.

    Raises:
        SourceError: if the file can't be read, the encoding is unknown, or one of them can't be detected.

    Example:
        >>> import pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "t.csv"
        >>> _ = path.write_text("id;title\nA.1;Roads, and more\n", encoding="utf-8")
        >>> dialect(path, "t.csv")
        Dialect(encoding='utf-8', delimiter=';', detected=(('encoding', 'utf-8'), ('delimiter', ';')))
    """
    detected = []
    if encoding:
        codec = _codec(encoding, label)
    else:
        codec = _encoding(path, label)
        detected.append(("encoding", codec.removesuffix("-sig")))
    if not delimiter:
        delimiter = _delimiter(path, codec, label)
        detected.append(("delimiter", delimiter))
    elif delimiter not in DELIMITERS:
        raise SourceError(
            f"unknown delimiter {delimiter!r}",
            where=label,
            step=f"declare one of: {', '.join(map(repr, DELIMITERS))}",
        )
    return Dialect(codec, delimiter, tuple(detected))


def rows(path: Path, label: str, written: Dialect) -> Iterator[SheetRow]:
    """Yield the rows that have cells.

    Raises:
        SourceError: if the file can't be read, decoded or parsed, or exceeds a limit.
    """
    for number, line, cells in _records(path, label, written):
        if len(cells) > MAX_COLUMNS:
            raise SourceError(
                f"a row has {len(cells):,} cells, more than {MAX_COLUMNS:,}",
                where=Place(label, line=line),
                step="check the delimiter, and that this is the right file",
            )
        found = {column: Cell(text) for column, text in enumerate(cells) if text and not text.isspace()}
        if found:
            yield SheetRow(found, label, number, line=line, width=len(cells))


def likely_encodings(path: Path) -> tuple[tuple[str, str], ...]:
    """Return possible encodings of a file that is not UTF-8, each with one word as it would be read.

    Example:
        >>> import pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "t.csv"
        >>> _ = path.write_bytes("Pérou".encode("cp1252"))
        >>> likely_encodings(path)[:2]
        (('windows-1252', 'Pérou'), ('macintosh', 'PÈrou'))
    """
    with path.open("rb") as file:
        for line in iter(lambda: file.readline(MAX_LINE), b""):
            word = next((word for word in line.split() if not word.isascii() and not _is_utf8(word)), b"")
            if word:
                names = [(name, codecs.lookup(_codec(name, "")).name) for name in _LIKELY]
                return tuple((name, word[:40].decode(codec, "replace")) for name, codec in names)
    return ()


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _codec(encoding: str, label: str) -> str:
    if encoding.lower() in _DOS:
        return encoding.lower()
    known = webencodings.lookup(encoding)
    if known is None:
        raise SourceError(
            f"unknown encoding {encoding!r}",
            where=label,
            step="declare one such as utf-8, windows-1252, iso-8859-2, macintosh, cp850 or utf-16",
        )
    name = str(known.codec_info.name)
    # A mark at the start is not a part of the first header.
    return {"utf-8": "utf-8-sig", "utf-16-le": "utf-16", "utf-16-be": "utf-16"}.get(name, name)


def _encoding(path: Path, label: str) -> str:
    """Detect the encoding by its mark, or as UTF-8 if the whole file is valid, which is never by chance."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            start = file.read(4)
            for mark, name in _MARKS.items():
                if start.startswith(mark):
                    return name
            file.seek(0)
            while block := file.read(1 << 20):
                decoder.decode(block)
            decoder.decode(b"", True)
    except UnicodeDecodeError:
        raise _undecodable(path, label) from None
    except OSError as error:
        raise _unreadable(label, error) from error
    return "utf-8"


def _undecodable(path: Path, label: str) -> SourceError:
    options = [f'encoding = "{name}" (reads {word!r})' for name, word in likely_encodings(path)]
    return SourceError(
        "the table is not UTF-8, and does not state its encoding",
        where=label,
        step=f"declare the encoding that reads it correctly: {'; '.join(options)}",
    )


def _unreadable(label: str, error: OSError) -> SourceError:
    return SourceError(f"the table can't be read ({error.strerror})", where=label, step="check the path")


def _delimiter(path: Path, encoding: str, label: str) -> str:
    """Detect the delimiter that gives more than half of the first rows the same number of cells, above one.

    If several do, it is the one whose first such row, the header, does not contain the others.
    """
    headers = {}
    for delimiter in DELIMITERS:
        sample = _records(path, label, Dialect(encoding, delimiter))
        try:
            rows = [cells for _, _, cells in islice(sample, _SAMPLE) if any(cells)]
        except SourceError:
            continue
        # A header may have titles and notes above it, and rows may end early.
        width, count = max(Counter(map(len, rows)).items(), key=lambda item: item[1], default=(1, 0))
        if width > 1 and count * 2 > len(rows):
            headers[delimiter] = "".join(next(cells for cells in rows if len(cells) == width))
    fitting = [one for one, header in headers.items() if not any(other in header for other in headers)]
    if len(headers) > 1 and len(fitting) != 1:
        names = " or ".join(f'"{delimiter}"'.replace("\t", "\\t") for delimiter in headers)
        raise SourceError(f"the delimiter is unclear: {names}", where=label, step="declare it with delimiter")
    return next(iter(fitting or headers), ",")


def _records(path: Path, label: str, written: Dialect) -> Iterator[tuple[int, int, Sequence[str]]]:
    """Yield the records of a file, each with its number and the line on which it starts, from 1."""
    try:
        with path.open(encoding=written.encoding, newline="") as file:
            lines = _lines(iter(lambda: file.readline(MAX_LINE), ""), label)
            reader = csv.reader(lines, delimiter=written.delimiter, strict=True)
            line = 1
            for number, cells in enumerate(reader, 1):
                if cells and max(map(len, cells)) > MAX_CELL:
                    raise csv.Error(f"a cell has more than {MAX_CELL:,} characters")
                yield number, line, cells
                line = reader.line_num + 1
    except csv.Error as error:
        raise SourceError(
            f"the table can't be parsed ({error})",
            where=Place(label, line=line),
            step="look for a quote that is never closed, or a cell far too long",
        ) from None
    except UnicodeError:
        raise SourceError(
            f"the table is not {written.encoding}", where=label, step="declare its actual encoding"
        ) from None
    except OSError as error:
        raise _unreadable(label, error) from error


def _lines(lines: Iterator[str], label: str) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        if "\0" in line or len(line) >= MAX_LINE:
            what = "the table holds a NUL character" if "\0" in line else "a line has no end"
            raise SourceError(
                what,
                where=Place(label, line=number),
                step="check that the file is text, and declare its encoding",
            )
        yield line
