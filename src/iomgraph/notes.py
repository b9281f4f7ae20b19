"""Notes on projects, which a build needs besides their records, and the form in which a cache keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from iomgraph.claims.claim import Claim
from iomgraph.claims.page_form import absolute, claimed, relative, restored_claim
from iomgraph.claims.pages import PageRef
from iomgraph.findings import Finding, Place, Severity
from iomgraph.records.doubts import Supplement
from iomgraph.stages import Seen

_NOWHERE = Place("")
_STEPS = 3
"""Steps of a path to an activity, with the one before the root: `/iati-activities/iati-activity[3]`."""


class UnwritableError(ValueError):
    """A note has a place that this form has no way to write."""


@dataclass(slots=True)
class Notes:
    """Notes on some projects.

    Args:
        seen: the things that they name.
        findings: what is wrong with them, or doubtful.
        titles: theirs, folded.
        waiting: the supplements among them, whose parents are looked for among all titles.
        answers: the IATI identifiers that they name, each with the CURIE of the project of the same dataset
            that has it, if there is one.
    """

    seen: Seen
    findings: list[Finding] = field(default_factory=list)
    titles: set[str] = field(default_factory=set)
    waiting: list[Supplement] = field(default_factory=list)
    answers: Mapping[str, str | None] = field(default_factory=dict)

    def written(self, pages: Iterable[PageRef]) -> Any:
        """Write the notes as JSON can hold them.

        Args:
            pages: of the projects; places are relative to them.

        Raises:
            UnwritableError: if a place is in a file of the pages, and in none of these.
        """
        bases = _Bases(pages)
        return [
            self.seen.written(bases.write),
            [_finding(one, bases) for one in self.findings],
            sorted(self.titles),
            [(name, title, claim and bases.write_claim(claim)) for name, title, claim in self.waiting],
        ]

    def take(self, written: Any, pages: Iterable[PageRef]) -> None:
        """Add notes that were written.

        Args:
            written: the notes.
            pages: those that they were written with, wherever they are now.
        """
        seen, findings, titles, waiting = written
        bases = _Bases(pages)
        self.seen.merge_written(seen, bases.read)
        self.findings += (
            Finding(rule, Severity(severity), message, about, value, bases.read(place), bases.read(source))
            for rule, severity, message, about, value, place, source in findings
        )
        self.titles.update(titles)
        self.waiting += ((name, title, claim and bases.read_claim(claim)) for name, title, claim in waiting)


def _finding(one: Finding, bases: _Bases) -> list[Any]:
    places = bases.write(one.place), bases.write(one.source)
    return [one.rule, int(one.severity), one.message, one.about, one.value, *places]


class _Bases:
    """The places of pages, which other places are relative to."""

    def __init__(self, pages: Iterable[PageRef]) -> None:
        self._places = [page.place for page in pages]
        self._numbers = {_spot(place): number for number, place in enumerate(self._places)}
        self._files = {place.file for place in self._places}

    def write(self, place: Place | None) -> Any:
        """Write a place with the number of its page, or none if it is in no file of the pages."""
        if place is None:
            return None
        number = self._number(place)
        return number, relative(place, self._base(number))

    def read(self, written: Any) -> Place | None:
        """Read a place that `write` wrote."""
        return absolute(written[1], self._base(written[0])) if written else None

    def write_claim(self, claim: Claim) -> Any:
        """Write a claim, relative to its page."""
        number = self._number(claim.place)
        return number, claimed(claim, self._base(number))

    def read_claim(self, written: Any) -> Claim:
        """Read a claim that `write_claim` wrote."""
        return restored_claim(written[1], self._base(written[0]))

    def _base(self, number: int | None) -> Place:
        return _NOWHERE if number is None else self._places[number]

    def _number(self, place: Place) -> int | None:
        number = self._numbers.get(_spot(place))
        if number is None and place.file in self._files:
            raise UnwritableError(str(place))
        return number


def _spot(place: Place) -> tuple[str, str, int | str | None]:
    """Return what the places of a page share: its row, or the activity in their paths."""
    within = "/".join(place.path.split("/", _STEPS)[:_STEPS]) if place.path else place.row
    return place.file, place.sheet, within
