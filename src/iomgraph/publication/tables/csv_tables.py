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
from iomgraph.publication.tables.table import Row, Take

DELIMITER = "|"
_FORMULA = frozenset(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
"""A spreadsheet may take a cell that starts so for a formula (OWASP, CSV Injection)."""
_GUARD = "'"


@contextmanager
def write(path: Path, columns: Sequence[Column], guarded_path: Path) -> Iterator[Take]:
    """Write a table twice: exactly, and in a way that spreadsheets can't misread.

    The exact one is UTF-8 with a line feed after each row and a missing value as an empty cell. The other
    has a byte order mark, every cell quoted, and no formula in it: a text that could be taken for a formula
    has an apostrophe in front.

    Args:
        path: the exact file.
        columns: of the table.
        guarded_path: the file for spreadsheets.

    Yields:
        what takes the rows.
    """
    names = [column.name for column in columns]
    with (
        path.open("w", encoding="utf-8", newline="") as out,
        guarded_path.open("w", encoding="utf-8-sig", newline="") as guarded_out,
    ):
        exact = csv.writer(out, lineterminator="\n")
        sheet = csv.writer(guarded_out, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
        exact.writerow(names)
        sheet.writerow(names)

        def take(rows: Sequence[Row]) -> None:
            cells = list(map(_cells, rows))
            exact.writerows(cells)
            sheet.writerows(map(_guarded, cells))

        yield take


def guarded(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet could take for a formula.

    Example:
        >>> guarded("=HYPERLINK(0)"), guarded("-1"), guarded("Kenya")
        ("'=HYPERLINK(0)", "'-1", 'Kenya')
    """
    return _GUARD + cell if cell[:1] in _FORMULA else cell


def _guarded(row: Sequence[str]) -> list[str]:
    # The condition of `guarded`, written out: there are millions of cells.
    return [_GUARD + cell if cell[:1] in _FORMULA else cell for cell in row]


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


def _cells(row: Row) -> list[str]:
    return [value if type(value) is str else _cell(value) for value in row]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        texts = [item if type(item) is str else _cell(item) for item in value]
        text = DELIMITER.join(texts)
        if "\\" in text or text.count(DELIMITER) >= len(texts):
            return DELIMITER.join(map(_escaped, texts))
        return text
    return str(value).lower() if isinstance(value, bool) else str(value)


def _escaped(item: str) -> str:
    return item.replace("\\", "\\\\").replace(DELIMITER, f"\\{DELIMITER}")
