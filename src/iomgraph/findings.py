"""Findings: faults of the data, with their severity and place.

A finding is data: it is printed, counted and published with the release.
A stop is something else: see `iomgraph.errors`.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import field, fields
from enum import IntEnum
from typing import Any, Protocol

from iomgraph.immutable import immutable
from iomgraph.processes import JSON, Form, Spool, batched


class Severity(IntEnum):
    """The severity of a finding, in the words of RFC 2119, sections 1 to 5.

    They are ordered by gravity, so that `severity >= Severity.SHOULD` means what it says.

    Example:
        >>> Severity.MUST >= Severity.SHOULD, Severity.MUST.word
        (True, 'must')
    """

    MAY = 1
    SHOULD = 2
    MUST = 3

    @property
    def word(self) -> str:
        """The lower-case word, as in the names of the folders of shapes."""
        return self.name.lower()


@immutable
class Place:
    """A place in a file: as many of row, column, line and offset as are known.

    Args:
        file: its path as the reader would type it, with forward slashes.
        row: number of the data row in a table; the first row below the header is 1.
        column: name of the table's column; in a workbook, its letters.
        line: number of the line in the file, from 1.
        label: the words that people know the place by: the label of a page's field, the name of a shape, a
            JSON pointer.
        offset: number of the character in the line, from 1.
        path: XPath of the element or attribute, in XML.
        sheet: name of the sheet, in a workbook.

    Example:
        >>> str(Place("data/idf/pages.csv", row=17, column="end", line=18))
        'data/idf/pages.csv:18 (row 17, column end)'
        >>> str(Place("people.ttl", line=12, offset=5))
        'people.ttl:12:5'
        >>> str(Place("a.xml", line=812, path="/iati-activities/iati-activity[3]/budget[2]/value"))
        'a.xml:812 (/iati-activities/iati-activity[3]/budget[2]/value)'
        >>> str(Place("projects.xlsx", row=17, column="D", sheet="Projects", label="Country"))
        'projects.xlsx (Projects!D17, Country)'
    """

    file: str
    row: int | None = None
    column: str = ""
    line: int | None = None
    label: str = ""
    offset: int | None = None
    path: str = ""
    sheet: str = ""

    def __reduce__(self) -> tuple[Any, ...]:
        # Findings are spooled with their places, and this pickles them three times as fast.
        parts = (self.file, self.row, self.column, self.line, self.label, self.offset)
        return Place, (*parts, self.path, self.sheet) if self.path or self.sheet else parts

    def __str__(self) -> str:
        head = f"{self.file}:{self.line}" if self.line else self.file
        head += f":{self.offset}" if self.line and self.offset else ""
        parts = self._in_sheet() if self.sheet else self._in_table()
        parts += [text for text in (self.label, self.path) if text]
        return f"{head} ({', '.join(parts)})" if parts else head

    @property
    def spot(self) -> str:
        """The cell of a sheet, or the XPath, for places that a line number does not pin down.

        Example:
            >>> Place("projects.xlsx", row=17, column="D", sheet="Projects").spot, Place("a.ttl", line=2).spot
            ('Projects!D17', '')
        """
        return ", ".join(self._in_sheet()) if self.sheet else self.path

    def _in_table(self) -> list[str]:
        parts = [f"row {self.row}"] if self.row else []
        return parts + ([f"column {self.column}"] if self.column else [])

    def _in_sheet(self) -> list[str]:
        if self.row and self.column:
            return [f"{self.sheet}!{self.column}{self.row}"]
        return [f"sheet {self.sheet}", *self._in_table()]


@immutable
class Finding:
    """One thing in the data that is wrong or doubtful.

    Args:
        rule: name of the broken rule, the same in every release (`unknown-status`).
        severity: its severity.
        message: language to sentence; there is always one in English.
        about: CURIE or IRI of the thing that it is about; empty if no such thing was made.
        value: the offending value as the source prints it.
        place: the place of the value, if known.
        source: the captured page, and its line, that the value was taken from.

    Example:
        >>> message = {"en": "'20244' is not a year", "fr": "'20244' n’est pas une année"}
        >>> found = Finding("bad-year", Severity.MUST, message, place=Place("pages.csv", row=2))
        >>> print(f"{found.severity.word}: {found.place}: {found.text('fr')}")
        must: pages.csv (row 2): '20244' n’est pas une année
    """

    rule: str
    severity: Severity
    message: Mapping[str, str] = field(hash=False)
    about: str = ""
    value: str = ""
    place: Place | None = None
    source: Place | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        parts = (self.about, self.value, self.place, self.source)
        return Finding, (self.rule, self.severity, self.message, *parts)

    def text(self, lang: str = "en") -> str:
        """The message in a language, or in English if it lacks that language."""
        return self.message.get(lang) or self.message["en"]

    @property
    def key(self) -> str:
        """A short name that stays the same when rows move: a hash of everything except the numbers in places.

        Example:
            >>> at = [Finding("r", Severity.MAY, {"en": "m"}, place=Place("t.csv", row=n)) for n in (1, 9)]
            >>> at[0].key == at[1].key
            True
        """
        where = (self.place.file, self.place.column) if self.place else ("", "")
        text = "\x1f".join((self.rule, self.about, self.value, *where, self.text()))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


_TOGETHER = 1000
"""Findings that are written at a time."""
_PLACE = tuple(one.name for one in fields(Place))
_ENCODE = json.JSONEncoder(ensure_ascii=False).encode


def as_json(finding: Finding, key: str = "") -> str:
    """Write a finding as JSON on one line, as the release has it.

    Args:
        finding: the finding.
        key: its key, if the caller has it.

    Example:
        >>> as_json(Finding("r", Severity.MAY, {"en": "m"}, place=Place("t.csv", row=2)))[28:]
        '"rule": "r", "severity": "may", "message": {"en": "m"}, "place": {"file": "t.csv", "row": 2}}'
    """
    whole = {
        "key": key or finding.key,
        "rule": finding.rule,
        "severity": finding.severity.word,
        "about": finding.about,
        "value": finding.value,
        "message": dict(finding.message),
        "place": _place(finding.place),
        "source": _place(finding.source),
    }
    return _ENCODE({name: value for name, value in whole.items() if value})


def _place(place: Place | None) -> dict[str, Any]:
    return {name: value for name in _PLACE if (value := getattr(place, name))} if place else {}


def as_line(finding: Finding, key: str = "") -> bytes:
    """Write a finding as it lies on disk: its JSON, after a text that sorts it, the gravest first.

    Args:
        finding: the finding.
        key: its key, if the caller has it.
    """
    key = key or finding.key
    rank = len(Severity) - finding.severity, ascii(finding.rule), ascii(finding.about), key
    return f"{' '.join(map(str, rank))}\t{as_json(finding, key)}".encode("utf-8", "surrogatepass")


def _read(data: bytes) -> Finding:
    whole = JSON.read(data.partition(b"\t")[2])
    place, source = (Place(**whole[name]) if name in whole else None for name in ("place", "source"))
    severity = Severity[whole["severity"].upper()]
    about, value = whole.get("about", ""), whole.get("value", "")
    return Finding(whole["rule"], severity, whole["message"], about, value, place, source)


LINES = Form(as_line, _read)
"""The form of findings on disk."""


class Sink(Protocol):
    """Anything that takes findings as they are made; a list will do if they are few."""

    def append(self, finding: Finding, /) -> object:
        """Take a finding."""


class Findings(Spool[Finding]):
    """Findings of any number: stored on disk, and counted as they are added.

    Args:
        findings: the first ones.

    Example:
        >>> found = Findings([Finding("r", Severity.MAY, {"en": "m"})])
        >>> found.rules["r"], found.severities[Severity.MAY], len(list(found))
        (1, 1, 1)
    """

    def __init__(self, findings: Iterable[Finding] = ()) -> None:
        self.rules: Counter[str] = Counter()
        self.severities: Counter[Severity] = Counter()
        super().__init__(findings, LINES)

    def append(self, item: Finding) -> int:
        """Add a finding, and return its position."""
        self.rules[item.rule] += 1
        self.severities[item.severity] += 1
        return super().append(item)

    def merge(self, lines: Iterable[bytes], numbers: Mapping[tuple[str, Severity], int]) -> None:
        """Add findings as `LINES` writes them.

        Args:
            lines: the findings.
            numbers: rule and severity to their number.

        Example:
            >>> found, other = Findings(), Finding("r", Severity.MAY, {"en": "m"})
            >>> found.merge([LINES.write(other)], {("r", Severity.MAY): 1})
            >>> list(found) == [other], found.rules["r"]
            (True, 1)
        """
        for some in batched(lines, _TOGETHER):
            self.extend_written(some)
        self.count(numbers)

    def count(self, numbers: Mapping[tuple[str, Severity], int]) -> None:
        """Count findings that were added by `append_written`.

        Args:
            numbers: rule and severity to number.
        """
        for (rule, severity), number in numbers.items():
            self.rules[rule] += number
            self.severities[severity] += number


def by_severity(findings: Iterable[Finding]) -> dict[Severity, int]:
    """Count findings by severity, the gravest first; severities without any count 0.

    Example:
        >>> by_severity([Finding("r", Severity.MAY, {"en": "m"})])
        {<Severity.MUST: 3>: 0, <Severity.SHOULD: 2>: 0, <Severity.MAY: 1>: 1}
    """
    counts = dict.fromkeys(sorted(Severity, reverse=True), 0)
    for finding in findings:
        counts[finding.severity] += 1
    return counts
