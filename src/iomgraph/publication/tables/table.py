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
"""Takes some rows, and writes them."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was written.

    Args:
        name: of the class, as the context has it.
        columns: of the table, in order.
        rows: how many.
        files: paths below the folder of the tables; the exact CSV first.
    """

    name: str
    columns: tuple[Column, ...]
    rows: int
    files: tuple[str, ...]
