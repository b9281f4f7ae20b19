"""Projects of an earlier build come back as they were made, wherever their pages have moved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from iomgraph import kept_projects
from iomgraph.build import gather
from iomgraph.cache import Memo, Store
from iomgraph.claims.claim import Claim, Page
from iomgraph.claims.pages import PageRef, spooled
from iomgraph.findings import Finding, Place, Severity
from iomgraph.mapping.dataset import PROVENANCE, Shelf
from iomgraph.notes import Notes, UnwritableError
from iomgraph.records.grouping import Group
from iomgraph.records.record import Record
from iomgraph.reference.codelists import Used
from iomgraph.settings import Settings
from iomgraph.stages import Seen

RECORDS: list[Record] = [{"id": "projects:a", "title": {"en": ["Roads"]}}, {"id": "projects:b"}]


@pytest.fixture
def memo(tmp_path: Path) -> Iterator[Memo]:
    with Store(tmp_path / "cache") as store:
        yield Memo(store)


def pages(rows: int) -> list[PageRef]:
    """Two pages, so many rows below their first place."""
    found = []
    for row in (1, 2):
        place = Place("t.csv", row=rows + row, line=rows + row + 1)
        page = Page(f"p{row}", "", "en", "", False, place)
        page.claim(Claim("title", "Roads", at(row + rows), Place("p.txt", line=3), "en"))
        found.append(page)
    return list(spooled(found))


def at(row: int, column: str = "title") -> Place:
    return Place("t.csv", row=row, column=column, line=row + 1)


def groups(rows: int) -> list[Group]:
    return [Group("a", pages(rows)[:1]), Group("b", pages(rows)[1:])]


def noted(rows: int) -> Notes:
    notes = empty()
    notes.seen.used.name([("organizations:x", "en", "X")] * 2)
    notes.seen.used.classify([("organizations:x", "organization-types:40")])
    notes.seen.used.note({"id": "projects:a", "participation": [{"role": "roles:4"}]})
    notes.seen.pages = {"projects:a": (), "projects:b": ()}
    notes.seen.states, notes.seen.years, notes.seen.newest = {"states:KEN"}, {2020}, "2026-11-23"
    notes.seen.places = {"organizations:x": at(rows + 2)}
    message = {"en": "doubtful", "fr": "douteux"}
    findings = [
        Finding("one", Severity.MAY, message, "projects:b", "5", at(rows + 2, "end"), Place("p.txt", line=9)),
        Finding("other", Severity.SHOULD, message, place=Place("doubts.csv", row=4, line=5)),
        Finding("third", Severity.MUST, message),
    ]
    notes.report(findings)
    notes.titles = {"roads"}
    title = Claim("title", "Roads", at(rows + 1), Place("p.txt", line=3), "en")
    notes.waiting = [("projects:a", "Bridges", title), ("projects:b", "Bridges", None)]
    return notes


def empty() -> Notes:
    return Notes(Seen(Used(frozenset({"roles", "organizations"}))))


def test_what_was_made_comes_back_and_its_places_follow_the_pages(memo: Memo) -> None:
    made, taken, notes = Shelf(), Shelf(), empty()
    made.add([{"id": "captures:p1"}], PROVENANCE)
    before = made.spool.end
    shelf = Shelf(made.spool)
    shelf.add(RECORDS)
    shelf.add([{"id": "captures:p2", "attribution": ["works:w"]}], PROVENANCE)
    kept_projects.keep(memo, groups(0), shelf, before, noted(0))
    taken.spool.append({"id": "projects:0"})
    assert kept_projects.found(memo, groups(7), taken, notes, {})
    assert notes == noted(7)
    assert (taken.digest(), taken.cited) == (shelf.digest(), {"works:w"})
    assert list(map(taken.spool.reader(), taken.places[""])) == RECORDS


def test_projects_whose_pages_say_something_else_are_not_taken(memo: Memo) -> None:
    shelf = Shelf()
    shelf.add(RECORDS)
    kept_projects.keep(memo, groups(0), shelf, 0, noted(0))
    first, second = groups(0)
    clashing = Group(first.key, first.pages, ("b",))
    for other in ([first], [second, first], [clashing, second], [Group("c", first.pages), second]):
        assert not kept_projects.found(memo, other, Shelf(), empty(), {})
    assert not kept_projects.found(Memo(), groups(0), Shelf(), empty(), {})


def test_projects_are_taken_while_the_identifiers_that_they_name_belong_to_the_same_projects(
    memo: Memo,
) -> None:
    notes, known = noted(0), {"XX-1": "projects:a", "XX-3": "projects:c"}
    asked = kept_projects.Asked(known)
    assert [asked.get("XX-1"), asked.get("XX-2")] == ["projects:a", None]
    notes.answers = asked.answers
    kept_projects.keep(memo, groups(0), Shelf(), 0, notes)
    for others, is_taken in (
        (known, True),
        ({"XX-1": "projects:a", "XX-4": "projects:c"}, True),
        ({**known, "XX-1": "projects:b"}, False),
        ({"XX-3": "projects:c"}, False),
        ({**known, "XX-2": "projects:b"}, False),
    ):
        assert kept_projects.found(memo, groups(0), Shelf(), empty(), others) == is_taken


def test_projects_are_not_kept_if_one_failed_or_has_a_place_that_may_move(memo: Memo) -> None:
    failed, lost = noted(0), noted(0)
    del failed.seen.pages["projects:b"]
    lost.report([Finding("lost", Severity.MAY, {"en": "lost"}, place=Place("t.csv", row=40))])
    with pytest.raises(UnwritableError):
        lost.written(pages(0))
    for notes in (failed, lost):
        kept_projects.keep(memo, groups(0), Shelf(), 0, notes)
        assert not kept_projects.found(memo, groups(0), Shelf(), empty(), {})


def test_the_real_portfolio_is_gathered_from_the_cache_as_without_it(tmp_path: Path) -> None:
    plain = gather(Settings())
    for _ in range(2):
        with Store(tmp_path / "cache") as store:
            kept = gather(Settings(), cache=store)
        assert list(kept.data.lines()) == list(plain.data.lines())
        assert list(kept.findings) == list(plain.findings)
        assert (kept.counts, kept.years, kept.newest) == (plain.counts, plain.years, plain.newest)
        assert kept.origins.places == plain.origins.places
        assert list(kept.origins.pages) == list(plain.origins.pages)
