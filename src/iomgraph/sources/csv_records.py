"""Records of CSV (RFC 4180) in UTF-8, read strictly: whatever is malformed is refused with its line."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from iomgraph.errors import SourceError
from iomgraph.findings import Place

MAX_CELL = 100_000


def lines(path: Path, label: str) -> Iterator[str]:
    r"""Yield the lines of a file in UTF-8, with their endings.

    Raises:
        SourceError: if it can't be read, is not UTF-8, or holds a NUL character.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "t.csv"
        >>> _ = path.write_bytes(b"id\r\nKEN")
        >>> list(lines(path, "t.csv"))
        ['id\r\n', 'KEN']
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for number, line in enumerate(file, 1):
                if "\0" in line:
                    raise SourceError(
                        "the table holds a NUL character",
                        where=Place(label, line=number),
                        step="remove it, and check where it came from",
                    )
                yield line
    except UnicodeDecodeError:
        raise undecodable(path, label) from None
    except OSError as error:
        raise SourceError(
            f"the table can't be read ({error.strerror})",
            where=label,
            step="check the path, or restore the file",
        ) from error


def undecodable(path: Path, label: str) -> SourceError:
    r"""Locate the fault in a file that is not UTF-8, because the decoder only knows its place in a buffer.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "t.csv"
        >>> _ = path.write_bytes(b"id\nK\xe9nya")
        >>> undecodable(path, "t.csv").where
        't.csv:2'
    """
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):  # noqa: B007 - it is used after the loop
            known = line.decode(errors="ignore").encode()
            if known != line:
                break
    byte = next(a for a, b in zip(line, [*known, None], strict=False) if a != b)
    return SourceError(
        f"the table is not UTF-8 (byte 0x{byte:02x})",
        where=Place(label, line=number),
        step="save it as UTF-8",
    )


def headed(
    lines: Iterable[str], columns: Sequence[str], label: str, delimiter: str = ",", first: int = 1
) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    r"""Read the header, and return it with the records below it, each with its line.

    Args:
        lines: of the table.
        columns: those that the header has, in any order.
        label: the file's name in places.
        delimiter: the separator of cells.
        first: number of the first line.

    Raises:
        SourceError: if the header differs; later, if a record is malformed.

    Example:
        >>> header, below = headed(["id,name\n", "KEN,Kenya\n"], ["name", "id"], "t.csv")
        >>> header, list(below)
        (['id', 'name'], [(2, ['KEN', 'Kenya'])])
    """
    below = records(lines, label, delimiter, first)
    header = next(below, (first, []))[1]
    _check_header(header, columns, Place(label, line=first))
    return header, below


def records(lines: Iterable[str], label: str, delimiter: str, first: int) -> Iterator[tuple[int, list[str]]]:
    r"""Yield the records in lines, each with the number of its first line.

    Raises:
        SourceError: if they are not CSV, or a cell is too long.

    Example:
        >>> list(records(['KEN,"a\n', 'b"\n', "GEO,c"], "t.csv", ",", 5))
        [(5, ['KEN', 'a\nb']), (7, ['GEO', 'c'])]
    """
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    line = first
    try:
        for cells in reader:
            if cells:
                _check_cells(cells, label, line)
                yield line, cells
            line = first + reader.line_num
    except csv.Error as error:
        raise SourceError(
            f"the table is not CSV ({error})",
            where=Place(label, line=line),
            step="look for a quote that is never closed, or a cell far too long",
        ) from None


def _check_cells(cells: Sequence[str], label: str, line: int) -> None:
    longest = max(map(len, cells))
    if longest > MAX_CELL:
        raise SourceError(
            f"a cell has {longest:,} characters, more than {MAX_CELL:,}",
            where=Place(label, line=line),
            step="shorten it or remove the row",
        )


def _check_header(header: Sequence[str], columns: Sequence[str], place: Place) -> None:
    twice = sorted({column for column in header if header.count(column) > 1})
    missing = [column for column in columns if column not in header]
    unknown = [column for column in header if column not in columns]
    if not (twice or missing or unknown):
        return
    troubles = [f"column {column} twice" for column in twice]
    for column in missing:
        close = difflib.get_close_matches(column, unknown, 1)
        troubles.append(f"no column {column}" + (f" (is it {close[0]!r}?)" if close else ""))
    known = ", ".join(columns)
    troubles += [f"unknown column {column!r}" for column in unknown]
    raise SourceError(
        f"the header is wrong: {'; '.join(troubles)}",
        where=place,
        step=f"the columns are: {known}",
    )
