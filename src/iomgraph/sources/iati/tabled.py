"""Activities from the table of a harvest: rebuilt elements that know their row and their line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from itertools import groupby
from pathlib import Path

from lxml import etree

from iomgraph.errors import SourceError
from iomgraph.findings import Place
from iomgraph.immutable import immutable
from iomgraph.sources import tables
from iomgraph.sources.characters import forbidden
from iomgraph.sources.iati.activity_table import COLUMNS, XML_LANG
from iomgraph.sources.iati.stream import ACTIVITY, LANG, Activity, Head
from iomgraph.sources.rules import Reporter
from iomgraph.sources.tables import Row

SUFFIX = ".csv"
_STEP = re.compile(r"([A-Za-z_][\w.-]*)(?:\[\d+\])?")
_ATTRIBUTE = re.compile(r"(?:xml:)?[A-Za-z_][\w.-]*")
_Key = tuple[etree._Element, str]


@immutable
class TabledActivity(Activity):
    """An activity that was read from a table.

    Args:
        rows: an element, with the name of an attribute or without, to the row that it was made from.
    """

    rows: Mapping[_Key, Row] = field(default_factory=dict)

    def place(self, element: etree._Element | None = None, attribute: str = "") -> Place:
        """The place of the activity, of an element in it, or of its attribute: row and XPath."""
        row = self._row(element, attribute)
        path = self.xpath(element, attribute)
        return Place(row.file, row=row.number, column="value", line=row.line, path=path)

    def source(self, element: etree._Element | None = None, attribute: str = "") -> Place | None:
        """Its place in the harvested file: line and XPath."""
        line = int(self._row(element, attribute)["line"])
        return Place(self.file, line=line, path=self.xpath(element, attribute))

    def _row(self, element: etree._Element | None, attribute: str) -> Row:
        node = self.element if element is None else element
        return self.rows.get((node, attribute)) or self.rows[node, ""]


def activities(path: Path, label: str, reporter: Reporter) -> Iterator[Activity]:
    """Yield the activities of a table, one at a time, as those of a file.

    Args:
        path: the table.
        label: its name in places.
        reporter: takes findings on characters that XML can't hold.

    Raises:
        SourceError: if the table can't be read, or a row contradicts those before it.
    """
    rows = tables.rows(path, COLUMNS, name=label)
    for _, group in groupby(rows, key=lambda row: (row["activity"], row["file"], row["number"])):
        yield _activity(list(group), reporter)


def _activity(rows: list[Row], reporter: Reporter) -> Activity:
    root = etree.Element(ACTIVITY)
    made: dict[_Key, Row] = {(root, ""): rows[0]}
    elements: dict[str, etree._Element] = {"": root}
    texts: set[etree._Element] = set()
    for row in rows:
        _check(row)
        path, _, attribute = row["path"].partition("@")
        element = _element(path.rstrip("/"), elements, made, row)
        name = attribute.replace(XML_LANG, LANG)
        if (name in element.keys()) if name else (element in texts):  # noqa: SIM118 - see elements.py
            raise _wrong(row, "path", f"there is a value at {row['path']!r} already")
        made.setdefault((element, name), row)
        if character := forbidden(row["value"]):
            reporter.report("control-character", row.place("value"), value=row["value"], character=character)
        elif name:
            element.set(name, row["value"])
        else:
            texts.add(element)
            element.text = row["value"]
            if row["lang"]:
                element.set(LANG, row["lang"])
    first = rows[0]
    return TabledActivity(
        root, int(first["number"]), first["file"], Head(generated=first["captured"]), rows=made
    )


def _element(
    path: str, elements: dict[str, etree._Element], made: dict[_Key, Row], row: Row
) -> etree._Element:
    """Find the element at a path, or make it with its ancestors."""
    if path not in elements:
        above, _, step = path.rpartition("/")
        match = _STEP.fullmatch(step)
        if not match:
            raise _wrong(row, "path", f"{row['path']!r} is not a path")
        parent = _element(above, elements, made, row)
        elements[path] = etree.SubElement(parent, match[1])
        made[elements[path], ""] = row
    return elements[path]


def _check(row: Row) -> None:
    malformed = "@" in row["path"] and not _ATTRIBUTE.fullmatch(row["path"].partition("@")[2])
    if malformed or not row["path"]:
        raise _wrong(row, "path", f"{row['path']!r} is not a path")
    for column in ("number", "line"):
        if not re.fullmatch(r"[1-9][0-9]{0,8}", row[column]):
            raise _wrong(row, column, f"{row[column]!r} is not a number")


def _wrong(row: Row, column: str, what: str) -> SourceError:
    return SourceError(what, where=row.place(column), step="harvest the file again")
