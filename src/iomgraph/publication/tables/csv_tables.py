r"""Tables as CSV (RFC 4180): exact for programs, and once more in a way that spreadsheets can't misread.

A list is its items with `|` between them; a `|` or `\` in an item has a `\` in front.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from iomgraph.publication.tables.columns import Column
from iomgraph.publication.tables.table import Take

DELIMITER = "|"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A spreadsheet may take a cell that starts so for a formula (OWASP, CSV Injection)."""
_GUARD = "'"


@contextmanager
def write(path: Path, columns: Sequence[Column]) -> Iterator[Take]:
    """Write a table exactly: UTF-8, a line feed after each row, a missing value as an empty cell.

    Args:
        path: the file.
        columns: of the table.

    Yields:
        what takes the rows.
    """
    with path.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(column.name for column in columns)
        yield lambda rows: table.writerows(map(_cells, rows))


@contextmanager
def write_guarded(path: Path, columns: Sequence[Column]) -> Iterator[Take]:
    """Write a table for spreadsheets: with a byte order mark, every cell quoted, and no formula in it.

    A text that could be taken for a formula has an apostrophe in front, so that this copy is not exact.

    Args:
        path: the file.
        columns: of the table.

    Yields:
        what takes the rows.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        table = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
        table.writerow(column.name for column in columns)
        yield lambda rows: table.writerows([guarded(cell) for cell in _cells(row)] for row in rows)


def guarded(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet could take for a formula.

    Example:
        >>> guarded("=HYPERLINK(0)"), guarded("-1"), guarded("Kenya")
        ("'=HYPERLINK(0)", "'-1", 'Kenya')
    """
    return _GUARD + cell if cell.startswith(_FORMULA) else cell


def split(cell: str) -> list[str]:
    r"""Read a list back.

    Example:
        >>> split(r"a\|b|c"), split("")
        (['a|b', 'c'], [])
    """
    items, escaped = [""], False
    for letter in cell:
        if escaped or letter not in (DELIMITER, "\\"):
            items[-1] += letter
            escaped = False
        elif letter == "\\":
            escaped = True
        else:
            items.append("")
    return items if cell else []


def _cells(row: Sequence[Any]) -> list[str]:
    return [value if type(value) is str else _cell(value) for value in row]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return DELIMITER.join([_escaped(_cell(item)) for item in value])
    return str(value).lower() if isinstance(value, bool) else str(value)


def _escaped(item: str) -> str:
    return item.replace("\\", "\\\\").replace(DELIMITER, f"\\{DELIMITER}")
