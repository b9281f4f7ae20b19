"""Tables as Parquet, typed: dates are dates, amounts are decimals, lists are lists.

They are written if pyarrow is installed (extra `parquet`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Context, Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iomgraph.errors import PublicationError, installation
from iomgraph.publication.tables.columns import Column, Kind

if TYPE_CHECKING:
    import pyarrow

_READ = 5_000
"""Rows to read at a time."""
_DIGITS, _PLACES, _MOST_PLACES = 38, 9, 26
"""Digits of a decimal number, and the least and greatest number of its decimals."""
_BLOCK = 1 << 23
"""Bytes of JSON Lines that make a row group."""


def is_possible() -> bool:
    """Tell whether the library is installed."""
    return find_spec("pyarrow") is not None


def write(path: Path, columns: Sequence[Column], lines: Path) -> None:
    """Write a table, compressed with Zstandard.

    Years are integers; months, which Parquet has no type for, are texts. The same rows make the same
    bytes with the same version of pyarrow, whose name is in the file.

    Args:
        path: the file.
        columns: columns of the table.
        lines: its rows as JSON Lines.

    Raises:
        PublicationError: if a number does not fit.
    """
    import pyarrow
    from pyarrow.json import ParseOptions, ReadOptions, open_json
    from pyarrow.parquet import ParquetWriter

    read = pyarrow.schema([(column.name, _read_as(pyarrow, column)) for column in columns])
    schema = pyarrow.schema([(column.name, _type(pyarrow, column)) for column in columns])
    # One thread: batches then come in order, and a copy of a process has no others.
    reading = ReadOptions(use_threads=False, block_size=_BLOCK)
    parsing = ParseOptions(explicit_schema=read, unexpected_field_behavior="error")
    try:
        with ParquetWriter(path, schema, compression="zstd") as out:
            if lines.stat().st_size:
                for batch in open_json(lines, read_options=reading, parse_options=parsing):
                    cells = [_cast(pyarrow, *pair) for pair in zip(batch.columns, schema, strict=True)]
                    out.write_table(pyarrow.Table.from_arrays(cells, schema=schema))
    except pyarrow.ArrowInvalid as error:
        raise PublicationError(
            f"a row does not fit its columns ({error})", where=lines, step="correct its record"
        ) from error


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


def _read_as(library: Any, column: Column) -> pyarrow.DataType:
    """The type in which cells are read: dates and years are texts in JSON."""
    kind = {
        Kind.INTEGER: library.int64(),
        Kind.NUMBER: library.decimal256(2 * _DIGITS, max(column.places, _PLACES)),
        Kind.BOOLEAN: library.bool_(),
    }.get(column.kind, library.string())
    return library.list_(kind) if column.many else kind


def _cast(library: Any, cells: pyarrow.Array, field: pyarrow.Field) -> pyarrow.Array:
    """Give cells their type; a number is rounded that has more decimals than the type holds."""
    if cells.type == field.type:
        return cells
    from pyarrow import compute

    if library.types.is_list(field.type):
        inner = _cast(library, cells.values, field.type.value_field)
        return library.ListArray.from_arrays(cells.offsets, inner, field.type, mask=cells.is_null())
    if library.types.is_decimal(field.type):
        cells = compute.round(cells, field.type.scale, "half_to_even")
    return cells.cast(field.type)
