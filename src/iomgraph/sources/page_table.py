"""The portfolio's table of captured pages, one row per page, updated by each harvest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from iomgraph.findings import Place
from iomgraph.sources import csv_records, tables
from iomgraph.sources.captures import Capture
from iomgraph.sources.rules import Reporter
from iomgraph.sources.vocabulary import FIELDS

COLUMNS = ("url", "lang", "captured", "title", *FIELDS, "links", "file", "lines")
"""`lines` gives the line in `file` of each value: `title=30 end_year=33 …`."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes that a harvest made to the table, in numbers of rows."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: int = 0


def row(capture: Capture) -> dict[str, str]:
    """Make the row of a captured page, with raw values as printed."""
    fields = capture.fields
    return {
        "url": capture.url,
        "lang": capture.lang,
        "captured": capture.captured,
        "title": fields.title,
        **{name: fields.values.get(name, "") for name in FIELDS},
        "links": " ".join(capture.links),
        "file": capture.file,
        "lines": " ".join(f"{name}={line}" for name, line in fields.lines.items()),
    }


def update(path: Path, captures: Iterable[Capture], reporter: Reporter) -> Changes:
    """Update the table with captures.

    Rows of missing pages stay, and the newest capture of a page wins; of two on one day, the one whose file
    comes first by name.

    Args:
        path: the table; made if it does not exist.
        captures: the pages read.
        reporter: takes findings on repeated pages and on cells that are too long.

    Raises:
        SourceError: if the table can't be read or written; it is unchanged then.
    """
    old = _known(path, reporter)
    fresh: dict[str, Mapping[str, str]] = {}
    taken = (cells for cells in map(row, captures) if not _too_long(cells, reporter))
    for cells in sorted(taken, key=lambda cells: [cells["file"], *_said(cells)]):
        rival = fresh.get(_key(cells))
        if rival and _said(rival) != _said(cells) and rival["captured"] == cells["captured"]:
            first, second = rival["file"], cells["file"]
            reporter.report("page-twice", Place(second), value=_key(cells), first=first, second=second)
        if rival is None or rival["captured"] < cells["captured"]:
            fresh[_key(cells)] = cells
    merged = {**old, **{key: cells for key, cells in fresh.items() if not _older(cells, old.get(key))}}
    changes = Changes(
        new=sum(key not in old for key in fresh),
        changed=sum(key in old and merged[key] != old[key] for key in fresh),
        unchanged=sum(key in old and merged[key] == old[key] for key in fresh),
        kept=sum(key not in fresh for key in old),
    )
    tables.write(path, COLUMNS, (merged[key] for key in sorted(merged)))
    return changes


def _known(path: Path, reporter: Reporter) -> dict[str, Mapping[str, str]]:
    """The rows of the table by page; a second row for a page is reported and dropped."""
    known: dict[str, tables.Row] = {}
    for found in tables.read(path, COLUMNS) if path.exists() else []:
        first = known.setdefault(_key(found.cells), found)
        if first is not found:
            key = _key(found.cells)
            reporter.report("duplicate-url", found.place("url"), value=key, first=first.number)
    return {key: found.cells for key, found in known.items()}


def _too_long(cells: Mapping[str, str], reporter: Reporter) -> bool:
    """Tell whether a cell is too long for a table: it could be written, but not read again."""
    for name, text in cells.items():
        if len(text) > csv_records.MAX_CELL:
            place, limit = Place(cells["file"]), csv_records.MAX_CELL
            reporter.report("long-cell", place, value=str(len(text)), field=name, limit=limit)
            return True
    return False


def _key(cells: Mapping[str, str]) -> str:
    return cells["url"] or cells["file"]


def _said(cells: Mapping[str, str]) -> list[str]:
    return [cells[name] for name in ("title", *FIELDS)]


def _older(cells: Mapping[str, str], known: Mapping[str, str] | None) -> bool:
    return known is not None and cells["captured"] < known["captured"]
