"""Tables as Parquet, typed: dates are dates, amounts are decimals, lists are lists.

They are written if pyarrow is installed (extra `parquet`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Context, Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iomgraph.errors import PublicationError, installation
from iomgraph.publication.tables.columns import Column, Kind
from iomgraph.publication.tables.table import Rows, Take

if TYPE_CHECKING:
    import pyarrow

_READ = 5_000
"""Rows to read at a time."""
_DIGITS, _PLACES, _MOST_PLACES = 38, 9, 26
"""Digits of a decimal number, and the least and greatest number of its decimals."""
_GROUP = 20_000
"""Least rows of a row group, except the last."""


def is_possible() -> bool:
    """Tell whether the library is installed."""
    return find_spec("pyarrow") is not None


@contextmanager
def write(path: Path, columns: Sequence[Column]) -> Iterator[Take]:
    """Write a table, compressed with Zstandard.

    Years are integers; months, which Parquet has no type for, are texts. The same rows make the same
    bytes with the same version of pyarrow, whose name is in the file.

    Args:
        path: the file.
        columns: columns of the table.

    Yields:
        a function that takes the rows.
    """
    import pyarrow
    from pyarrow.parquet import ParquetWriter

    schema = pyarrow.schema([(column.name, _type(pyarrow, column)) for column in columns])

    group: list[list[Any]] = [[] for _ in columns]

    def flush() -> None:
        arrays = [
            pyarrow.array(_values(cells, column), type=field.type)
            for cells, column, field in zip(group, columns, schema, strict=True)
        ]
        out.write_table(pyarrow.Table.from_arrays(arrays, schema=schema))
        for cells in group:
            cells.clear()

    def take(rows: Rows) -> None:
        for cells, more in zip(group, rows, strict=True):
            cells += more
        if len(group[0]) >= _GROUP:
            flush()

    with ParquetWriter(path, schema, compression="zstd") as out:
        yield take
        if group[0]:
            flush()


def read(path: Path) -> Iterator[dict[str, Any]]:
    """Read the rows of a table as from JSON Lines, without empty cells and with dates as texts.

    Args:
        path: the file.

    Raises:
        PublicationError: if pyarrow is not installed.
    """
    if not is_possible():
        raise PublicationError("Parquet can't be read", where=path, step=installation("parquet"))
    from pyarrow.parquet import ParquetFile

    with ParquetFile(path) as opened:
        for batch in opened.iter_batches(_READ):
            for row in batch.to_pylist():
                yield {name: _plain(cell) for name, cell in row.items() if cell is not None}


def _plain(cell: Any) -> Any:
    if isinstance(cell, list):
        return [_plain(item) for item in cell]
    if isinstance(cell, Decimal):
        return f"{cell.normalize(Context(prec=_DIGITS)):f}"
    return cell.isoformat() if isinstance(cell, date) else cell


def _type(library: Any, column: Column) -> pyarrow.DataType:
    kind = {
        Kind.INTEGER: library.int64(),
        Kind.NUMBER: library.decimal128(_DIGITS, min(max(column.places, _PLACES), _MOST_PLACES)),
        Kind.BOOLEAN: library.bool_(),
        Kind.DATE: library.date32(),
        Kind.YEAR: library.int32(),
    }.get(column.kind, library.string())
    return library.list_(kind) if column.many else kind


def _values(cells: list[Any], column: Column) -> list[Any]:
    """The cells of a column for the library; most are texts, which need no conversion."""
    if column.kind in (Kind.STRING, Kind.MONTH, Kind.BOOLEAN):
        return cells
    return [_value(cell, column) for cell in cells]


def _value(cell: Any, column: Column) -> Any:
    if isinstance(cell, list):
        return [_item(item, column.kind) for item in cell]
    return None if cell is None else _item(cell, column.kind)


def _item(value: Any, kind: Kind) -> Any:
    if kind is Kind.NUMBER:
        number = Decimal(value)
        exponent = number.as_tuple().exponent
        if isinstance(exponent, int) and exponent < -_MOST_PLACES:
            # The type does not hold more; the other formats keep every digit.
            return number.quantize(Decimal(1).scaleb(-_MOST_PLACES), context=Context(prec=2 * _DIGITS))
        return number
    if kind is Kind.DATE:
        return date.fromisoformat(value)
    return int(value)
