r"""Tables as CSV (RFC 4180): exact for programs, and once more in a way that spreadsheets can't misread.

A list is its items with `|` between them; a `|` or `\` in an item has a `\` in front.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from typing import Any

from iomgraph.publication.tables.columns import Column
from iomgraph.publication.tables.table import Rows

DELIMITER = "|"
_FORMULA = frozenset(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
"""Characters at the start of a cell that a spreadsheet may take for a formula (OWASP, CSV Injection)."""
_GUARD = "'"
_QUOTE, _BETWEEN = '"', '","'
_ENDING = re.compile('[,"\r\n]')
"""Characters that are only allowed in quoted cells (RFC 4180, section 2)."""


def head(columns: Sequence[Column]) -> tuple[bytes, bytes]:
    """Make the beginnings of both files: the names of columns; the second has a byte order mark, too."""
    exact, sheet = texts([[column.name] for column in columns])
    return exact, codecs.BOM_UTF8 + sheet


def texts(rows: Rows) -> tuple[bytes, bytes]:
    r"""Make the text of rows twice: exactly, and in a way that spreadsheets can't misread.

    The exact one is UTF-8 with a line feed after each row and a missing value as an empty cell. In the other,
    every cell is quoted and none is a formula: a text that could be taken for one has an apostrophe in front.

    Args:
        rows: cells by column.

    Example:
        >>> texts([["a", "=b"], [1, None]])
        (b'a,1\n=b,\n', b'"a","1"\r\n"\'=b",""\r\n')
    """
    cells = list(map(_texts, rows))
    exact = "".join([f"{','.join(row)}\n" for row in zip(*map(_quoted, cells), strict=True)])
    spelt = (_doubled(_guarded(some)) for some in cells)
    sheet = "".join([f'"{_BETWEEN.join(row)}"\r\n' for row in zip(*spelt, strict=True)])
    return exact.encode(), sheet.encode()


def guarded(cell: str) -> str:
    """Put an apostrophe before a text that a spreadsheet could take for a formula.

    Example:
        >>> guarded("=HYPERLINK(0)"), guarded("-1"), guarded("Kenya")
        ("'=HYPERLINK(0)", "'-1", 'Kenya')
    """
    return _GUARD + cell if cell[:1] in _FORMULA else cell


def _quoted(cells: list[str]) -> list[str]:
    """Quote the cells that need it."""
    # `csv` looks at each character separately, which takes ten times as long.
    if not _ENDING.search("".join(cells)):
        return cells
    return [f'"{cell.replace(_QUOTE, 2 * _QUOTE)}"' if _ENDING.search(cell) else cell for cell in cells]


def _doubled(cells: list[str]) -> list[str]:
    """Double the quotes in cells."""
    return [cell.replace(_QUOTE, 2 * _QUOTE) if _QUOTE in cell else cell for cell in cells]


def _guarded(cells: list[str]) -> list[str]:
    # Usually, no cell of a column needs an apostrophe.
    return cells if _FORMULA.isdisjoint({cell[:1] for cell in cells}) else list(map(guarded, cells))


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


def _texts(cells: list[Any]) -> list[str]:
    return [value if type(value) is str else "" if value is None else _cell(value) for value in cells]


def _cell(value: Any) -> str:
    if isinstance(value, list):
        texts = value if all(type(item) is str for item in value) else _texts(value)
        text = DELIMITER.join(texts)
        if "\\" in text or text.count(DELIMITER) >= len(texts):
            return DELIMITER.join(map(_escaped, texts))
        return text
    return str(value).lower() if isinstance(value, bool) else str(value)


def _escaped(item: str) -> str:
    return item.replace("\\", "\\\\").replace(DELIMITER, f"\\{DELIMITER}")
