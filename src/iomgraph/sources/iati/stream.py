"""Activities of an IATI file, one at a time: memory does not grow with the file.

IATI Standard 2.03, https://iatistandard.org/en/iati-standard/203/activity-standard/.
"""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from lxml import etree

from iomgraph.errors import SourceError
from iomgraph.findings import Place
from iomgraph.immutable import immutable
from iomgraph.sources.captures import is_day
from iomgraph.sources.rules import Reporter

VERSIONS = ("2.01", "2.02", "2.03")
ACTIVITY, ROOT = "iati-activity", "iati-activities"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_GENERATED = "{http://d-portal.org/xmlns/iati-activities}generated-datetime"
"""The attribute with which d-portal repeats, at each activity, the root of its publisher's file."""

LONGEST_ACTIVITY = 64 << 20
"""Most bytes without the end of an activity, after which a file is refused."""

LARGEST = 20 << 30
"""Most decompressed bytes, after which a file is refused."""

_CHUNK = 1 << 16
_DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Head:
    """The attributes of a file's root.

    Args:
        version: version of the standard; empty if not stated.
        generated: day on which the file was made; empty if not stated.
    """

    version: str = ""
    generated: str = ""


@immutable
class Activity:
    """An activity with its place.

    Args:
        element: the element `iati-activity`.
        number: its number in the file, from 1.
        file: the file's name in places.
        head: the attributes of the file's root.
    """

    element: etree._Element
    number: int
    file: str
    head: Head
    _steps: dict[etree._Element, dict[etree._Element, str]] = field(default_factory=dict)

    @property
    def identifier(self) -> str:
        """Its IATI identifier; empty if it has none."""
        element = self.element.find("iati-identifier")
        return "".join(element.itertext()).strip() if element is not None else ""

    @property
    def generated(self) -> str:
        """Day on which the publisher made the file, from its root or the activity; empty without either."""
        days = self.head.generated, self.element.get(_GENERATED, "")[:10]
        return next(filter(is_day, days), "")

    def place(self, element: etree._Element | None = None, attribute: str = "") -> Place:
        """The place of the activity, of an element in it, or of an attribute: line and XPath."""
        line = (self.element if element is None else element).sourceline
        return Place(self.file, line=line, path=self.xpath(element, attribute))

    def source(self, element: etree._Element | None = None, attribute: str = "") -> Place | None:
        """The source of that place: None, because this is the publisher's own file."""

    def xpath(self, element: etree._Element | None = None, attribute: str = "") -> str:
        """The XPath of the activity, of an element in it, or of its attribute."""
        own = self.path(element, attribute)
        return "/".join(["", ROOT, f"{ACTIVITY}[{self.number}]", *([own] if own else [])])

    def path(self, element: etree._Element | None = None, attribute: str = "") -> str:
        """The XPath from the activity on; empty for the activity itself."""
        node = self.element if element is None else element
        steps = [f"@{attribute}"] if attribute else []
        while node is not self.element:
            parent = node.getparent()
            if parent is None:
                break
            if parent not in self._steps:
                self._steps[parent] = _steps(parent)
            steps.append(self._steps[parent][node])
            node = parent
        return "/".join(reversed(steps))


def _steps(parent: etree._Element) -> dict[etree._Element, str]:
    """Name the children of an element, numbered if several have the same tag."""
    totals, counts = Counter(child.tag for child in parent), Counter[object]()
    steps = {}
    for child in parent:
        counts[child.tag] += 1
        steps[child] = f"{child.tag}[{counts[child.tag]}]" if totals[child.tag] > 1 else str(child.tag)
    return steps


def activities(path: Path, label: str, reporter: Reporter) -> Iterator[Activity]:
    """Yield the activities of a file, which may be compressed by gzip.

    Args:
        path: the file.
        label: its name in places.
        reporter: takes a finding if the file breaks off; activities before that stay.

    Raises:
        SourceError: if the file can't be read, is not of version 2 of the standard, or is hostile: it has a
            document type, or an element that is unreasonably nested or long.
    """
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            if packed:
                with gzip.open(raw) as unpacked:
                    yield from _Reader(label, reporter).read(unpacked)
            else:
                yield from _Reader(label, reporter).read(raw)
    except (OSError, EOFError) as error:
        raise SourceError(f"the file can't be read ({error})", where=label, step="restore it") from None


@dataclass(slots=True)
class _Reader:
    label: str
    reporter: Reporter
    head: Head | None = None
    number: int = 0

    def read(self, stream: BinaryIO | gzip.GzipFile) -> Iterator[Activity]:
        parser = etree.XMLPullParser(
            events=("start", "end"), tag=[ROOT, ACTIVITY], resolve_entities=False, no_network=True,
            load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True,
        )  # fmt: skip
        total, since, tail = 0, 0, b""
        while chunk := stream.read(_CHUNK):
            total, since = total + len(chunk), since + len(chunk)
            if self.number == 0 and _DOCTYPE.search(tail + chunk):
                raise self._refused("it has a document type", "take the line <!DOCTYPE …> out")
            if since > LONGEST_ACTIVITY or total > LARGEST:
                raise self._refused("it is larger than any real one", "part it into several files")
            tail = chunk[-16:]
            try:
                parser.feed(chunk)
                for found in self._found(parser):
                    since = 0
                    yield found
            except etree.XMLSyntaxError as error:
                yield from self._broken(parser, error)
                return
        try:
            parser.close()
        except etree.XMLSyntaxError as error:
            yield from self._broken(parser, error)
            return
        yield from self._found(parser)

    def _found(self, parser: etree.XMLPullParser) -> Iterator[Activity]:
        for event, element in parser.read_events():
            if self.head is None:
                self.head = self._opened(element)
            if event == "end" and element.tag == ACTIVITY:
                self.number += 1
                yield Activity(element, self.number, self.label, self.head)
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]

    def _opened(self, root: etree._Element) -> Head:
        version = root.get("version", "").strip()
        if root.tag == ROOT and version and version not in VERSIONS:
            raise SourceError(
                f"the file is of version {version} of the IATI Standard",
                where=self.label,
                step=f"ask its publisher for one of {', '.join(VERSIONS)}",
            )
        if root.tag == ROOT and not version:
            self.reporter.report("iati-no-version", Place(self.label, line=root.sourceline))
        if root.getroottree().docinfo.internalDTD is not None:
            raise self._refused("it has a document type", "take the line <!DOCTYPE …> out")
        return Head(version, root.get("generated-datetime", "")[:10])

    def _broken(self, parser: etree.XMLPullParser, error: etree.XMLSyntaxError) -> Iterator[Activity]:
        yield from self._found(parser)
        if self.head is None:
            raise SourceError(
                f"the file is not XML of the IATI Standard ({error.msg})",
                where=Place(self.label, line=error.lineno),
                step="check what it is",
            )
        place = Place(self.label, line=error.lineno)
        self.reporter.report("iati-broken", place, value=str(error.msg), number=self.number)

    def _refused(self, what: str, step: str) -> SourceError:
        return SourceError(f"the file is refused: {what}", where=self.label, step=step)
