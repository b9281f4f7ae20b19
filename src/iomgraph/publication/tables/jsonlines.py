"""Tables as JSON Lines: one object per row, lists as arrays, and no keys for missing values."""

from __future__ import annotations

import json
from collections.abc import Sequence
from json.encoder import encode_basestring
from typing import Any

from iomgraph.publication.tables.columns import Column, Kind
from iomgraph.publication.tables.table import Rows

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def text(columns: Sequence[Column], rows: Rows) -> bytes:
    """Make the text of rows; years and months are texts, amounts are numbers as written.

    Args:
        columns: columns of the table.
        rows: cells by column.
    """
    members = map(_members, columns, rows)
    return "".join([f"{{{','.join(filter(None, row))}}}\n" for row in zip(*members, strict=True)]).encode()


def _members(column: Column, cells: list[Any]) -> list[str]:
    """The members of objects that a column makes, empty for missing values."""
    head = f"{json.dumps(column.name)}:"
    if column.kind is Kind.NUMBER:
        return ["" if value is None else head + _number(value) for value in cells]
    return [
        "" if value is None else head + (encode_basestring(value) if type(value) is str else _text(value))
        for value in cells
    ]


def _number(value: Any) -> str:
    # Amounts keep their digits; as a float, `64240.00` would lose two.
    return f"[{','.join(value)}]" if isinstance(value, list) else str(value)


def _text(value: Any) -> str:
    if isinstance(value, list):
        # Texts are encoded directly, because `json` makes a new encoder for each value.
        texts = [encode_basestring(item) if type(item) is str else _encode(item) for item in value]
        return f"[{','.join(texts)}]"
    return _encode(value)
