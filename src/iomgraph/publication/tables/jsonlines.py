"""Tables as JSON Lines: an object a row, lists as arrays, and no key for what is not said."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from json.encoder import encode_basestring
from pathlib import Path
from typing import Any

from iomgraph.publication.tables.columns import Column, Kind
from iomgraph.publication.tables.table import Row, Take

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@contextmanager
def write(path: Path, columns: Sequence[Column]) -> Iterator[Take]:
    """Write a table; years and months are texts, amounts are numbers as they were written.

    Args:
        path: the file.
        columns: of the table.

    Yields:
        what takes the rows.
    """
    heads = [(json.dumps(column.name), column.kind) for column in columns]
    with path.open("w", encoding="utf-8", newline="\n") as out:
        yield lambda rows: out.writelines(_line(heads, row) for row in rows)


def _line(heads: Sequence[tuple[str, Kind]], row: Row) -> str:
    members = [
        f"{name}:{_text(value, kind)}"
        for (name, kind), value in zip(heads, row, strict=True)
        if value is not None
    ]
    return f"{{{','.join(members)}}}\n"


def _text(value: Any, kind: Kind) -> str:
    # The digits of an amount are kept: `64240.00` would lose two on its way through a float.
    if kind is Kind.NUMBER:
        return f"[{','.join(value)}]" if isinstance(value, list) else str(value)
    if type(value) is str:
        return encode_basestring(value)
    if isinstance(value, list):
        # Written out for texts: an encoder is made anew for each value that it encodes.
        texts = [encode_basestring(item) if type(item) is str else _encode(item) for item in value]
        return f"[{','.join(texts)}]"
    return _encode(value)
