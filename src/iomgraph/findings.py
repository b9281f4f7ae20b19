"""Findings: faults of the data, with their severity and place.

A finding is data: it is printed, counted and published with the release.
A stop is something else, see `iomgraph.errors`.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Protocol

from iomgraph.processes import Spool


class Severity(IntEnum):
    """The severity of a finding, in the words of RFC 2119, sections 1 to 5.

    The order is the gravity, so that `severity >= Severity.SHOULD` reads as it should.

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


@dataclass(frozen=True, slots=True)
class Place:
    """A place: a file, and as much of row, column, line and offset as is known.

    Args:
        file: path as the reader would type it, with forward slashes.
        row: number of the data row in a table, the first row below the header being 1.
        column: name of the table's column; its letters, in a workbook.
        line: number of the line in the file, from 1.
        label: the words at the place, for people: a page's field label, a shape's name, a JSON pointer.
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
        # Pages and findings are spooled, and with them many places: this is three times as fast.
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
        """The cell of a sheet or the XPath: what tells the spot where lines don't, or not enough.

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


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or doubtful, with the data.

    Args:
        rule: name of the rule that was broken, the same in every release (`unknown-status`).
        severity: how grave it is.
        message: language to sentence; English is always there.
        about: CURIE or IRI of the thing that it is about; empty if no such thing came to be.
        value: the offending value as it stands in the source.
        place: where it stands, if known.
        source: where the value was taken from in turn: the captured page and its line.

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
        """The message in a language, or in English where it lacks that language."""
        return self.message.get(lang) or self.message["en"]

    @property
    def key(self) -> str:
        """A short name that survives the moving of rows: it hashes all but the numbers in the places.

        Example:
            >>> at = [Finding("r", Severity.MAY, {"en": "m"}, place=Place("t.csv", row=n)) for n in (1, 9)]
            >>> at[0].key == at[1].key
            True
        """
        where = (self.place.file, self.place.column) if self.place else ("", "")
        text = "\x1f".join((self.rule, self.about, self.value, *where, self.text()))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class Sink(Protocol):
    """Takes findings as they are made: a list does, where they are few."""

    def append(self, finding: Finding, /) -> object:
        """Take one."""


class Findings(Spool[Finding]):
    """Findings that may be many: they lie on disk, and are counted as they come.

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
        super().__init__(findings)

    def append(self, item: Finding) -> int:
        """Add a finding, and tell where it is."""
        self.rules[item.rule] += 1
        self.severities[item.severity] += 1
        return super().append(item)


def by_severity(findings: Iterable[Finding]) -> dict[Severity, int]:
    """Count findings by severity, the gravest first, naught included.

    Example:
        >>> by_severity([Finding("r", Severity.MAY, {"en": "m"})])
        {<Severity.MUST: 3>: 0, <Severity.SHOULD: 2>: 0, <Severity.MAY: 1>: 1}
    """
    counts = dict.fromkeys(sorted(Severity, reverse=True), 0)
    for finding in findings:
        counts[finding.severity] += 1
    return counts
