"""Tables as JSON Lines: an object a row, lists as arrays, and no key for what is not said."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from iomgraph.publication.tables.columns import Column, Kind


def write(path: Path, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> None:
    """Write a table; years and months are texts, amounts are numbers as they were written.

    Args:
        path: the file.
        columns: of the table.
        rows: each with a cell a column.
    """
    heads = [(json.dumps(column.name), column.kind) for column in columns]
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for row in rows:
            members = (
                f"{name}:{_text(value, kind)}"
                for (name, kind), value in zip(heads, row, strict=True)
                if value is not None
            )
            out.write(f"{{{','.join(members)}}}\n")


def _text(value: Any, kind: Kind) -> str:
    # The digits of an amount are kept: `64240.00` would lose two on its way through a float.
    if kind is Kind.NUMBER:
        return f"[{','.join(value)}]" if isinstance(value, list) else str(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
