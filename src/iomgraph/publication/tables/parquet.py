"""Tables as Parquet, typed: dates are dates, amounts are decimals, lists are lists.

Written where pyarrow is installed (`pip install 'iomgraph[parquet]'`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iomgraph.publication.tables.columns import Column, Kind

if TYPE_CHECKING:
    import pyarrow

_GROUP = 20_000
"""Rows that are in memory at a time, and make one row group."""
_DIGITS, _PLACES = 38, 9


def is_possible() -> bool:
    """Say whether the library is there."""
    return find_spec("pyarrow") is not None


def write(path: Path, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> None:
    """Write a table, compressed with Zstandard.

    Years are integers; months, which Parquet has no type for, are texts. The same rows make the same
    bytes with the same version of pyarrow, whose name is in the file.

    Args:
        path: the file.
        columns: of the table.
        rows: each with a cell a column.
    """
    import pyarrow
    from pyarrow.parquet import ParquetWriter

    schema = pyarrow.schema([(column.name, _type(pyarrow, column)) for column in columns])
    with ParquetWriter(path, schema, compression="zstd") as out:
        for group in _groups(iter(rows)):
            arrays = [
                pyarrow.array([_value(cell, column) for cell in cells], type=schema.field(number).type)
                for number, (column, cells) in enumerate(zip(columns, zip(*group, strict=True), strict=True))
            ]
            out.write_table(pyarrow.Table.from_arrays(arrays, schema=schema))


def _groups(rows: Iterator[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    while group := list(islice(rows, _GROUP)):
        yield group


def _type(library: Any, column: Column) -> pyarrow.DataType:
    kind = {
        Kind.INTEGER: library.int64(),
        Kind.NUMBER: library.decimal128(_DIGITS, _PLACES),
        Kind.BOOLEAN: library.bool_(),
        Kind.DATE: library.date32(),
        Kind.YEAR: library.int32(),
    }.get(column.kind, library.string())
    return library.list_(kind) if column.many else kind


def _value(cell: Any, column: Column) -> Any:
    if isinstance(cell, list):
        return [_item(item, column.kind) for item in cell]
    return None if cell is None else _item(cell, column.kind)


def _item(value: Any, kind: Kind) -> Any:
    if kind is Kind.NUMBER:
        return Decimal(value)
    if kind is Kind.DATE:
        return date.fromisoformat(value)
    return int(value) if kind in (Kind.INTEGER, Kind.YEAR) else value
