"""The portfolio: the table of pages as captured, one row a page, kept up by each harvest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from iomgraph.findings import Finding
from iomgraph.sources import tables
from iomgraph.sources.captures import Capture
from iomgraph.sources.rules import Rules
from iomgraph.sources.vocabulary import FIELDS

COLUMNS = ("url", "lang", "captured", "title", *FIELDS, "links", "file", "lines")
"""`lines` gives the line in `file` of each value: `title=30 end_year=33 …`."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a harvest did to the table, in numbers of rows."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: int = 0


def row(capture: Capture) -> dict[str, str]:
    """The row of a captured page, its values raw as printed."""
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


def update(
    path: Path, captures: Iterable[Capture], rules: Rules, findings: list[Finding]
) -> Changes:
    """Bring the table up to the captures: rows of pages that are gone stay, the newest capture of a page wins.

    Args:
        path: the table; it is made if it does not exist.
        captures: the pages read.
        rules: makes the findings.
        findings: takes them.

    Raises:
        SourceError: if the table can't be read or written; it is then as it was.
    """
    old = {_key(cells): cells for cells in _cells(path)}
    fresh: dict[str, Mapping[str, str]] = {}
    for capture in captures:
        cells = row(capture)
        rival = fresh.get(_key(cells))
        if rival and _said(rival) != _said(cells) and rival["captured"] == cells["captured"]:
            findings.append(rules.finding("page-twice", value=_key(cells), first=rival["file"], second=cells["file"]))
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


def _cells(path: Path) -> list[Mapping[str, str]]:
    return [row.cells for row in tables.read(path, COLUMNS)] if path.exists() else []


def _key(cells: Mapping[str, str]) -> str:
    return cells["url"] or cells["file"]


def _said(cells: Mapping[str, str]) -> list[str]:
    return [cells[name] for name in ("title", *FIELDS)]


def _older(cells: Mapping[str, str], known: Mapping[str, str] | None) -> bool:
    return known is not None and cells["captured"] < known["captured"]
