"""The table of activities: one row per value in a file, updated by each harvest.

It holds the facts of a file and not its texts: the elements that `data/vocabulary/iati_elements.csv` does not
ignore, without descriptions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from lxml import etree

from iomgraph.findings import Place
from iomgraph.sources import csv_records, tables
from iomgraph.sources.iati.stream import LANG, Activity
from iomgraph.sources.page_table import Changes
from iomgraph.sources.rules import Reporter

COLUMNS = ("activity", "path", "lang", "value", "captured", "file", "number", "line")
"""`path` leads from the activity with this `number` in the file to an element or attribute (`@code`)."""

XML_LANG = "xml:lang"

Cells = Sequence[Mapping[str, str]]
"""The rows of one activity, in the order of its file."""


def cells(activity: Activity, identifier: str, facts: Collection[str]) -> list[dict[str, str]]:
    """Make the rows of an activity, with raw values.

    Args:
        activity: the activity.
        identifier: its IATI identifier.
        facts: paths of the elements, attributes and texts to take, from `elements.facts`.
    """
    common = {
        "activity": identifier,
        "captured": activity.generated,
        "file": activity.file,
        "number": str(activity.number),
    }
    found = []
    for element, kind in _taken(activity.element, facts):
        line = str(element.sourceline)
        for name, lang, value in _values(element, kind, facts):
            path = activity.path(element, name)
            found.append({**common, "path": path, "lang": lang, "value": value, "line": line})
    return found


def _taken(root: etree._Element, facts: Collection[str]) -> Iterator[tuple[etree._Element, str]]:
    """Yield the elements to take, in order, each with its path without numbers."""
    waiting = [(root, "")]
    while waiting:
        element, kind = waiting.pop()
        yield element, kind
        waiting += [
            (child, path) for child in reversed(element) if (path := _below(kind, child.tag)) in facts
        ]


def _below(kind: str, name: object) -> str:
    return f"{kind}/{name}" if kind else str(name)


def _values(element: etree._Element, kind: str, facts: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """Yield the attributes of an element, then its text: name (empty for the text), language and value."""
    attributes = [(name.replace(LANG, XML_LANG), value) for name, value in element.items()]
    # A text has its language beside it.
    lang = dict(attributes).pop(XML_LANG, "") if kind else ""
    taken = [
        (name, value)
        for name, value in attributes
        if _below(kind, f"@{name}") in facts and not (kind and name == XML_LANG)
    ]
    for name, value in taken:
        yield name, "", value
    text = "".join(element.itertext()) if _below(kind, "text()") in facts else ""
    said = taken or any(_below(kind, child.tag) in facts for child in element)
    if text.strip() or lang or not said:
        yield "", lang, text


def update(path: Path, harvested: Iterable[Cells], reporter: Reporter) -> Changes:
    """Update the table with activities.

    Rows of missing activities stay, and the newest version of an activity wins; of two on one day, the first.

    Args:
        path: the table; made if it does not exist.
        harvested: the rows of each activity.
        reporter: takes findings on repeated activities and on values that are too long.

    Raises:
        SourceError: if the table can't be read or written; it is unchanged then.
    """
    old = _known(path)
    fresh: dict[str, Cells] = {}
    for found in harvested:
        key = found[0]["activity"]
        rival = fresh.get(key)
        if rival and _day(rival) == _day(found):
            reporter.report("iati-duplicate", _place(found[0]), value=key, first=_place(rival[0]))
        elif not _too_long(found, reporter) and (rival is None or _day(rival) < _day(found)):
            fresh[key] = found
    newer = {key: found for key, found in fresh.items() if key not in old or _day(found) >= _day(old[key])}
    merged = {**old, **newer}
    changes = Changes(
        new=sum(key not in old for key in fresh),
        changed=sum(key in old and merged[key] != old[key] for key in fresh),
        unchanged=sum(key in old and merged[key] == old[key] for key in fresh),
        kept=sum(key not in fresh for key in old),
    )
    tables.write(path, COLUMNS, (row for key in sorted(merged) for row in merged[key]))
    return changes


def _known(path: Path) -> dict[str, Cells]:
    known: dict[str, list[Mapping[str, str]]] = {}
    for row in tables.rows(path, COLUMNS) if path.exists() else ():
        known.setdefault(row["activity"], []).append(row.cells)
    return dict(known)


def _day(found: Cells) -> str:
    return found[0]["captured"]


def _place(row: Mapping[str, str]) -> Place:
    return Place(row["file"], line=int(row["line"]))


def _too_long(found: Cells, reporter: Reporter) -> bool:
    """Tell whether a value is too long for a table: it could be written, but not read again."""
    for row in found:
        size, limit = len(row["value"]), csv_records.MAX_CELL
        if size > limit:
            reporter.report("long-cell", _place(row), value=str(size), field=row["path"], limit=limit)
            return True
    return False
