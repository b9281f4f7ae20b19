"""Tables with a column to match: CSV or XLSX in, CSV out, row by row."""

from __future__ import annotations

import contextlib
import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from iomgraph.errors import SettingsError, SourceError
from iomgraph.outputs import replacing
from iomgraph.processes import Say, counted, silent
from iomgraph.reconciliation.column import Column
from iomgraph.reconciliation.match import Match, Outcome
from iomgraph.sources.sheets import book
from iomgraph.sources.sheets.book import Book
from iomgraph.sources.sheets.cell import SheetRow
from iomgraph.sources.sheets.workbook import Sheet

_BEFORE, _AFTER = ("iri", "name"), ("score", "match", "candidates")
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Source:
    """A table and its column.

    Args:
        path: the file.
        column: header of the column.
        sheet: name of the sheet of a workbook; by default, the first that is not hidden.
        encoding: declared encoding of delimited text.
        delimiter: declared delimiter of delimited text.
    """

    path: Path
    column: str
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""


@dataclass(slots=True)
class Summary:
    """The outcome of reconciling the rows of a table.

    Args:
        rows: outcome to the number of its rows.
        detected: detected properties of delimited text, as name and value.
        sheet: name of the sheet that was read, if the workbook has others.
    """

    rows: Counter[Outcome] = field(default_factory=Counter)
    detected: tuple[tuple[str, str], ...] = ()
    sheet: str = ""


def added(name: str, codes: Sequence[str]) -> list[str]:
    """Name the columns that are added for a column.

    Example:
        >>> added("Country", ("alpha2",))
        ['Country_iri', 'Country_name', 'Country_alpha2', 'Country_score', 'Country_match', \
'Country_candidates']
    """
    return [f"{name}_{one}" for one in (*_BEFORE, *codes, *_AFTER)]


def reconcile(source: Source, column: Column, out: TextIO, say: Say = silent) -> Summary:
    """Write a table with the matches of its column, as CSV in UTF-8.

    Args:
        source: the table.
        column: matches the values.
        out: takes the CSV.
        say: takes the number of finished rows.

    Raises:
        SourceError: if the file can't be read.
        SettingsError: if it has no such column or sheet, or has columns with the names of the new ones.
    """
    summary = Summary()
    writer = csv.writer(out, lineterminator="\n")
    with book.opened(source.path, encoding=source.encoding, delimiter=source.delimiter) as opened:
        if isinstance(opened, book.TextBook):
            summary.detected = opened.dialect.detected
        sheet = _sheet(opened, source)
        summary.sheet = sheet.name if len(opened.sheets) > 1 else ""
        rows = opened.rows(sheet)
        header = _header(rows, source)
        at = _position(header, source)
        _check_new(header, added(header[at], column.codes), source)
        writer.writerow([*header, *added(header[at], column.codes)])
        for row in counted(rows, say, "rows"):
            cells = [row.cells[place].text if place in row.cells else "" for place in range(len(header))]
            _check_width(row, len(header))
            found = column.match(cells[at])
            summary.rows[found.outcome] += 1
            writer.writerow([*cells, *_cells(found, column.codes)])
    return summary


def _cells(found: Match, codes: Sequence[str]) -> Iterator[str]:
    yield from (found.iri, found.name)
    yield from (found.codes.get(code, "") for code in codes)
    yield f"{found.score:g}" if found.score else ""
    yield found.outcome.value
    yield "; ".join(f"{one.name} <{one.iri}>" for one in found.candidates)


def _sheet(opened: Book, source: Source) -> Sheet:
    names = [sheet.name for sheet in opened.sheets]
    if source.sheet and source.sheet not in names:
        raise SettingsError(
            f"the file has no sheet {source.sheet!r}",
            where=source.path,
            step=f"name one of: {', '.join(map(repr, names[:_SHOWN]))}" if any(names) else "leave it out",
        )
    if source.sheet:
        return opened.sheets[names.index(source.sheet)]
    return next((sheet for sheet in opened.sheets if not sheet.hidden), opened.sheets[0])


def _header(rows: Iterator[SheetRow], source: Source) -> list[str]:
    first = next(rows, None)
    if first is None or not first.cells:
        raise SourceError("the table is empty", where=source.path, step="give one with a header and rows")
    width = max(max(first.cells) + 1, first.width)
    return [first.cells[place].text.strip() if place in first.cells else "" for place in range(width)]


def _position(header: Sequence[str], source: Source) -> int:
    """Find the column by its exact header, or else ignoring case."""
    wanted = source.column.strip()
    found = [at for at, name in enumerate(header) if name == wanted]
    found = found or [at for at, name in enumerate(header) if name.casefold() == wanted.casefold()]
    if len(found) != 1:
        what = "the table has two columns" if found else "the table has no column"
        names = ", ".join(map(repr, filter(None, header[:_SHOWN])))
        step = "rename one of them" if found else f"name one of: {names}"
        raise SettingsError(f"{what} {wanted[:100]!r}", where=source.path, step=step)
    return found[0]


def _check_new(header: Sequence[str], new: Sequence[str], source: Source) -> None:
    if there := [name for name in new if name in header]:
        raise SettingsError(
            f"the table has a column {there[0]!r} already",
            where=source.path,
            step="give the table as it was before it was reconciled, or rename the column",
        )


def _check_width(row: SheetRow, width: int) -> None:
    if row.cells and max(row.cells) >= width:
        raise SourceError(
            "a row has more cells than the header",
            where=row.place(max(row.cells)),
            step="put quotes around the cell that holds the delimiter, or give the column a header",
        )


@contextlib.contextmanager
def staged(path: Path) -> Iterator[TextIO]:
    """Open a file that is put in place when complete; the previous file stays if anything fails.

    Raises:
        SourceError: if it can't be written.
    """
    try:
        with replacing(path) as part, part.open("w", encoding="utf-8", newline="") as file:
            yield file
    except OSError as error:
        raise SourceError(
            f"the table can't be written ({error.strerror})",
            where=path,
            step="choose a folder that can be written",
        ) from error
