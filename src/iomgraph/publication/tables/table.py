"""A table of a release: its name, its columns, its files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from iomgraph.publication.tables.columns import Column

FOLDER = "tables"

Rows = Sequence[list[Any]]
"""Some rows of a table, as the cells of each column."""
Take = Callable[[Rows], None]
"""A function that takes some rows and writes them."""


@dataclass(frozen=True, slots=True)
class Table:
    """A written table.

    Args:
        name: name of the class in the context.
        columns: columns of the table, in order.
        rows: number of rows.
        files: paths below the folder of the tables; the exact CSV first.
    """

    name: str
    columns: tuple[Column, ...]
    rows: int
    files: tuple[str, ...]
