"""A table of a release: its name, its columns, its files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from iomgraph.publication.tables.columns import Column

FOLDER = "tables"
CSV, SPREADSHEET, JSON_LINES, PARQUET = "{}.csv", "spreadsheet/{}.csv", "{}.jsonl", "{}.parquet"
"""The files of a table below that folder, by its name."""

Rows = Sequence[list[Any]]
"""Some rows of a table, as the cells of each column."""


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
