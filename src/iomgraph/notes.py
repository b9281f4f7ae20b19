"""Notes on projects, which a build needs besides their records, and the form in which a cache keeps them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from iomgraph.claims import page_form
from iomgraph.claims.claim import Claim
from iomgraph.claims.page_form import absolute, claimed, relative, restored_claim
from iomgraph.claims.pages import PageRef
from iomgraph.findings import LINES, Finding, Place, Severity
from iomgraph.records import quality
from iomgraph.records.doubts import Supplement
from iomgraph.records.quality import NOTED
from iomgraph.stages import Seen

_NOWHERE = Place("")
_STEPS = 3
"""Steps of a path to an activity, with the one before the root: `/iati-activities/iati-activity[3]`."""


class UnwritableError(ValueError):
    """A note has a place that is in a file of the pages, and on none of them: it may move in any way."""


@dataclass(slots=True)
class Notes:
    """Notes on some projects.

    Args:
        seen: the things that they name.
        findings: what is wrong with them, or doubtful, with its records, in the form `quality.NOTED`.
        counts: rule and severity of these to their number.
        titles: theirs, folded.
        waiting: the supplements among them, whose parents are looked for among all titles.
        answers: the IATI identifiers that they name, each with the CURIE of the project of the same dataset
            that has it, if there is one.
    """

    seen: Seen
    findings: list[bytes] = field(default_factory=list)
    counts: Counter[tuple[str, Severity]] = field(default_factory=Counter)
    titles: set[str] = field(default_factory=set)
    waiting: list[Supplement] = field(default_factory=list)
    answers: Mapping[str, str | None] = field(default_factory=dict)

    def report(self, findings: Iterable[Finding]) -> None:
        """Note findings."""
        found = list(findings)
        self.findings += map(NOTED.write, quality.noted(found))
        self.counts.update((one.rule, one.severity) for one in found)

    def written(self, pages: Sequence[PageRef]) -> Any:
        """Write the notes as JSON can hold them.

        Args:
            pages: of the projects, whose places are written, too.

        Raises:
            UnwritableError: if a note has a place that may move in another way than the pages.
        """
        places = [page.place for page in pages]
        spots, files = set(map(_spot, places)), {place.file for place in places}
        for place in self._places():
            if place.file in files and _spot(place) not in spots:
                raise UnwritableError(str(place))
        return [
            _positions(pages),
            self.seen.written(_plain),
            list(map(_decoded, self.findings)),
            [(rule, severity, number) for (rule, severity), number in self.counts.items()],
            sorted(self.titles),
            [(name, title, claim and claimed(claim, _NOWHERE)) for name, title, claim in self.waiting],
        ]

    def take(self, written: Any, pages: Sequence[PageRef]) -> None:
        """Add notes that were written.

        Args:
            written: the notes.
            pages: those that they were written with, wherever they are now.
        """
        before, seen, lines, counts, titles, waiting = written
        now = _positions(pages)
        moves = _Moves(before, now)
        self.seen.merge_written(seen, lambda place: moves.place(_placed(place)))
        findings = map(_encoded, lines)
        self.findings += findings if before == now else map(moves.finding, findings)
        for rule, severity, number in counts:
            self.counts[rule, Severity(severity)] += number
        self.titles.update(titles)
        for name, title, claim in waiting:
            self.waiting.append((name, title, claim and moves.claim(restored_claim(claim, _NOWHERE))))

    def _places(self) -> Iterator[Place]:
        """Yield the places in the notes."""
        for _, _, line in map(NOTED.read, self.findings):
            one: Finding = LINES.read(line)
            yield from filter(None, (one.place, one.source))
        for _, _, claim in self.waiting:
            yield from (claim.place, claim.source) if claim else ()
        yield from self.seen.places.values()


class _Moves:
    """The ways of pages from where they were to where they are; other places move with them.

    Args:
        before: the positions where they were.
        now: the positions where they are.
    """

    def __init__(self, before: Sequence[str], now: Sequence[str]) -> None:
        moved = [pair for pair in zip(before, now, strict=True) if pair[0] != pair[1]]
        places = [(page_form.place(_encoded(old)), page_form.place(_encoded(new))) for old, new in moved]
        self._ways = {_spot(old): (old, new) for old, new in places}

    def _way(self, place: Place) -> tuple[Place, Place]:
        return self._ways.get(_spot(place), (_NOWHERE, _NOWHERE))

    def place(self, place: Place) -> Place:
        """Move a place with its page; one that is on no page stays."""
        old, new = self._way(place)
        return _placed(relative(place, old), new)

    def finding(self, written: bytes) -> bytes:
        """Move a finding; its record does not tell its row."""
        name, record, line = NOTED.read(written)
        one: Finding = LINES.read(line)
        place, source = (at and self.place(at) for at in (one.place, one.source))
        return NOTED.write((name, record, LINES.write(replace(one, place=place, source=source))))

    def claim(self, claim: Claim) -> Claim:
        """Move a claim with its page."""
        old, new = self._way(claim.place)
        return restored_claim(claimed(claim, old), new)


def _positions(pages: Iterable[PageRef]) -> list[str]:
    return [_decoded(page.position) for page in pages]


def _plain(place: Place) -> Any:
    return relative(place, _NOWHERE)


def _placed(written: Any, base: Place = _NOWHERE) -> Place:
    return absolute(written, base) or _NOWHERE


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _spot(place: Place) -> tuple[str, str, int | str | None]:
    """Return what the places of a page share: its row, or the activity in their paths."""
    within = "/".join(place.path.split("/", _STEPS)[:_STEPS]) if place.path else place.row
    return place.file, place.sheet, within
