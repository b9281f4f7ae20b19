"""The layout of an activity: its elements, their order, and the required parts of each.

`data/iati/written.csv` has a row for each element and attribute, in the order of the schema of the IATI
Standard 2.03. A row states its content: a text, narratives by language, a constant, or one element for each
of several things.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from iomgraph.errors import SourceError
from iomgraph.sources.characters import forbidden
from iomgraph.sources.tables import Row, Tables

TABLE = "iati/written.csv"
COLUMNS = ("path", "kind", "source", "required")
KINDS = ("each", "text", "narratives", "constant")
ACTIVITY = "iati-activity"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

View = Mapping[str, Any]
"""The contents of an element by name: a text, texts by language, or a list of further views."""

Note = Callable[[str, str], None]
"""A function that takes the path of an unwritten element, and the path of its missing part."""


@dataclass(slots=True)
class Element:
    """An element that may be written.

    Args:
        path: its path below `iati-activity`.
        tag: its name.
        kind: kind of its content; empty if it only holds other elements.
        source: name in the view.
        required: its parent thing can't be written without it.
        attributes: name, kind, source, and True if required.
        children: in the order of the schema.
    """

    path: str
    tag: str
    kind: str = ""
    source: str = ""
    required: bool = False
    attributes: list[tuple[str, str, str, bool]] = field(default_factory=list)
    children: list[Element] = field(default_factory=list)

    def write(self, view: View, note: Note) -> etree._Element | None:
        """Write one element with its content; None, with a note, if it lacks a required part."""
        lacking: list[str] = []
        element = self._filled(view, lacking, note)
        for path in lacking:
            note(self.path or ACTIVITY, path)
        return None if lacking else element

    def _filled(self, view: View, lacking: list[str], note: Note) -> etree._Element:
        element = etree.Element(self.tag)
        if self.kind == "text":
            self._text(element, view, lacking)
        for child in self.children:
            element.extend(child.written(view, lacking, note))
        constants = []
        for name, kind, source, required in self.attributes:
            value = _plain(view.get(source)) if kind == "text" else ""
            if kind == "constant":
                constants.append((name, source))
            elif value:
                element.set(name, value)
            elif required:
                lacking.append(f"{self.path}/@{name}".lstrip("/"))
        if len(element):
            for name, value in constants:
                element.set(name, value)
        return element

    def _text(self, element: etree._Element, view: View, lacking: list[str]) -> None:
        text = _plain(view.get(self.source))
        if text:
            element.text = text
        elif self.required:
            lacking.append(self.path)

    def written(self, view: View, lacking: list[str], note: Note) -> list[etree._Element]:
        """Write the elements of this kind that a view fills, without empty ones."""
        found: list[etree._Element] = []
        if self.kind == "each":
            made = (self.write(item, note) for item in view.get(self.source, ()))
            found = [one for one in made if one is not None]
        elif self.kind == "narratives":
            found = [_narrative(self.tag, *text) for text in _texts(view.get(self.source, {}))]
        else:
            one = self._filled(view, lacking, note)
            return [one] if len(one) or one.text or one.attrib else []
        if self.required and not found:
            lacking.append(self.path)
        return found


def _plain(value: object) -> str:
    """A value as text; empty if it has a character that XML does not allow."""
    text = "" if value is None else str(value)
    return "" if forbidden(text) else text


def _texts(value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Texts with their languages; the standard requires a language for each text."""
    for lang, texts in sorted(value.items()):
        for text in (texts,) if isinstance(texts, str) else texts:
            if lang != "und" and _plain(text):
                yield lang, text


def _narrative(tag: str, lang: str, text: str) -> etree._Element:
    element = etree.Element(tag)
    element.set(_LANG, lang)
    element.text = text
    return element


def read(tables: Tables) -> Element:
    """Read the layout of an activity.

    Raises:
        SourceError: if the table can't be read, or has a row of an unknown kind.

    Example:
        >>> from iomgraph.settings import Settings
        >>> activity = read(Tables(Settings().data))
        >>> [child.tag for child in activity.children[:3]]
        ['iati-identifier', 'reporting-org', 'title']
        >>> lacking = []
        >>> activity.write({"identifier": "XX-1"}, lambda element, path: lacking.append(path))
        >>> lacking[:2]
        ['reporting-org', 'title']
    """
    root = Element("", ACTIVITY)
    for row in tables.read(TABLE, COLUMNS):
        if row["kind"] not in KINDS:
            raise SourceError(
                f"unknown kind of element {row['kind']!r}",
                where=row.place("kind"),
                step=f"the kinds are: {', '.join(KINDS)}",
            )
        _place(root, row)
    return root


def _place(root: Element, row: Row) -> None:
    """Put a row into the tree: an attribute, or an element that may already exist for its attributes."""
    *steps, last = row["path"].split("/")
    parent = root
    for step in steps:
        parent = _child(parent, step)
    required = row["required"] == "yes"
    if last.startswith("@"):
        parent.attributes.append((last[1:], row["kind"], row["source"], required))
        return
    element = _child(parent, last)
    element.kind, element.source, element.required = row["kind"], row["source"], required


def _child(parent: Element, tag: str) -> Element:
    for child in parent.children:
        if child.tag == tag:
            return child
    child = Element(f"{parent.path}/{tag}".lstrip("/"), tag)
    parent.children.append(child)
    return child
