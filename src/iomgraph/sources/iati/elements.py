"""The elements and attributes of the standard: mapped, or ignored for a reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from lxml import etree

from iomgraph.findings import Place
from iomgraph.sources.iati.stream import ACTIVITY, LANG, Activity
from iomgraph.sources.rules import Reporter
from iomgraph.sources.tables import Tables

COLUMNS = ("path", "use", "terms", "reason")


@dataclass(slots=True)
class _Node:
    """An element of the standard: its attributes, and the elements in it."""

    attributes: set[str] = field(default_factory=set)
    children: dict[str, _Node] = field(default_factory=dict)


@dataclass(slots=True)
class Elements:
    """Tells known paths from unknown ones, and counts the unknown ones of a file.

    Args:
        known: `iati-activity`, with everything that the standard has below it.
    """

    known: _Node
    unknown: Counter[str] = field(default_factory=Counter)
    _first: dict[str, Place] = field(default_factory=dict)

    def check(self, activity: Activity) -> None:
        """Note elements and attributes of an activity that the standard does not know."""
        waiting = [(activity.element, self.known)]
        while waiting:
            element, node = waiting.pop()
            for name in element.keys():  # noqa: SIM118 - an element is not a mapping, and iterates its children
                if name not in node.attributes:
                    self._note(activity, element, name)
            for child in element:
                inner = node.children.get(child.tag)
                if inner is None:
                    self._note(activity, child)
                else:
                    waiting.append((child, inner))

    def report(self, reporter: Reporter) -> None:
        """Report each unknown path once, with its count in the file, and forget it."""
        for path, number in sorted(self.unknown.items()):
            reporter.report("iati-unknown-element", self._first[path], value=path, number=number)
        self.unknown.clear()
        self._first.clear()

    def _note(self, activity: Activity, element: etree._Element, attribute: str = "") -> None:
        # The standard allows extensions in namespaces of their own.
        if "{" in (attribute or str(element.tag)):
            return
        steps = [f"@{attribute}"] if attribute else []
        where = element
        while element is not None and element is not activity.element:
            steps.append(str(element.tag))
            element = element.getparent()
        path = "/".join(reversed(steps))
        if path not in self.unknown:
            self._first[path] = activity.place(where)
        self.unknown[path] += 1


def read(tables: Tables) -> Elements:
    """Read `vocabulary/iati_elements.csv`.

    Raises:
        SourceError: if the table can't be read.
    """
    known = _Node()
    for row in tables.read("vocabulary/iati_elements.csv", COLUMNS):
        *above, last = row["path"].split("/")
        node = known
        for tag in above:
            node = node.children.setdefault(tag, _Node())
        if last.startswith("@"):
            node.attributes.add(last[1:].replace("xml:lang", LANG))
        elif row["path"] != ACTIVITY:
            node.children.setdefault(last, _Node())
    return Elements(known)


def facts(tables: Tables) -> frozenset[str]:
    """Name the paths of elements, attributes and texts that are facts: neither descriptions nor ignored.

    Raises:
        SourceError: if the table can't be read.

    Example:
        >>> from iomgraph.settings import Settings
        >>> found = facts(Tables(Settings().data))
        >>> [path in found for path in ("budget/value/@currency", "budget/value/text()", "budget/text()")]
        [True, True, False]
    """
    rows = tables.read("vocabulary/iati_elements.csv", COLUMNS)
    paths = {row["path"] for row in rows if row["use"] != "ignored"}
    paths = {path for path in paths if "description" not in path.split("/")}
    above = {row["path"].rpartition("/")[0] for row in rows if "/" in row["path"] and "/@" not in row["path"]}
    texts = {f"{path}/text()" for path in paths - above if "@" not in path}
    return frozenset(paths | texts)
