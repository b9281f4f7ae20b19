"""The elements and attributes of the standard: which are mapped, which are ignored and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from lxml import etree

from iomgraph.findings import Place
from iomgraph.sources.iati.stream import Activity
from iomgraph.sources.rules import Reporter
from iomgraph.sources.tables import Tables

COLUMNS = ("path", "use", "terms", "reason")
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(slots=True)
class Elements:
    """Tells known paths from unknown ones, and counts the unknown ones of a file.

    Args:
        known: every path below `iati-activity` that the standard has.
    """

    known: frozenset[str]
    unknown: Counter[str] = field(default_factory=Counter)
    _first: dict[str, Place] = field(default_factory=dict)

    def check(self, activity: Activity) -> None:
        """Note what an activity holds that the standard does not know."""
        for name in activity.element.attrib:
            self._note(f"@{_plain(name)}", activity, activity.element)
        waiting = [("", child) for child in activity.element]
        while waiting:
            above, element = waiting.pop()
            path = f"{above}{element.tag}"
            if path not in self.known:
                self._note(path, activity, element)
                continue
            for name in element.attrib:
                self._note(f"{path}/@{_plain(name)}", activity, element)
            waiting += [(f"{path}/", child) for child in element]

    def report(self, reporter: Reporter) -> None:
        """Report each unknown path once, with how often it stands in the file, and forget it."""
        for path, number in sorted(self.unknown.items()):
            reporter.report("iati-unknown-element", self._first[path], value=path, number=number)
        self.unknown.clear()
        self._first.clear()

    def _note(self, path: str, activity: Activity, element: etree._Element) -> None:
        # Extensions in a namespace of their own are what the standard provides for others.
        if path in self.known or "{" in path:
            return
        if path not in self.unknown:
            self._first[path] = activity.place(element)
        self.unknown[path] += 1


def _plain(name: str) -> str:
    return "xml:lang" if name == _LANG else name


def read(tables: Tables) -> Elements:
    """Read `vocabulary/iati_elements.csv`.

    Raises:
        SourceError: if the table can't be read.
    """
    rows = tables.read("vocabulary/iati_elements.csv", COLUMNS)
    return Elements(frozenset(row["path"] for row in rows))
