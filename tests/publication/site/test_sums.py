"""Totals with their scope: no page has a sum without what it covers, leaves out and counts several times."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from iomgraph.build import gather
from iomgraph.portfolio import read as read_portfolio
from iomgraph.publication.amounts import totals
from iomgraph.publication.shares import SOLE, cents, named, shares
from iomgraph.publication.site import translations
from iomgraph.publication.site.sums import Sums, of_thing
from iomgraph.publication.site.things import Things
from iomgraph.publication.site.view import View
from iomgraph.records.record import Record
from iomgraph.settings import BASE_IRI, LANGUAGES, Settings

FOLDERS = {"en": "", "fr": "fr/", "es": "es/"}
SETTINGS = Settings()


@pytest.fixture(scope="module")
def things() -> Things:
    return Things(gather(SETTINGS).data, BASE_IRI)


@pytest.fixture(scope="module")
def views(things: Things) -> dict[str, View]:
    said = translations.read(SETTINGS.data, SETTINGS.ontology)
    return {lang: View(things, lang, said[lang].labels) for lang in LANGUAGES}


@pytest.fixture(scope="module")
def words() -> dict[str, dict[str, str]]:
    said = translations.read(SETTINGS.data, SETTINGS.ontology)
    return {lang: said[lang].words for lang in LANGUAGES}


def _usd(records: list[Record]) -> Decimal:
    return sum((totals(one).get("USD", Decimal()) for one in records), Decimal())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_statistics_tell_what_totals_cover_and_what_bars_leave_out_and_repeat(
    lang: str, site: Path, read: Callable[[Path], Any], views: dict[str, View], words: Any, things: Things
) -> None:
    text = read(site / f"{FOLDERS[lang]}statistics.html").text
    view, projects = views[lang], things.of_class("Project")
    assert " ".join(read_portfolio(SETTINGS.data).scope[lang].split()) in text
    (fund,) = (one for one in things.of_class("Fund") if one["id"] == "funds:idf")
    for figure in (view.number(fund["fundedProjectCount"]), view.money(Decimal(fund["allocatedDollars"]))):
        assert " ".join(figure.split()) in text
    for term in ("fundingYear", "relatedGoal"):
        left = [one for one in projects if not named(one, term)]
        values = {"count": view.number(len(left)), "budget": view.money(_usd(left))}
        said = words[lang]["note_lacking"].format(property=view.label(term), **values)
        assert left
        assert text.count(" ".join(said.split())) == 2, term
    with_goal = [one for one in projects if named(one, "relatedGoal")]
    bars = sum((len(named(one, "relatedGoal")) * _usd([one]) for one in with_goal), Decimal())
    said = words[lang]["note_repeated"].format(bars=view.money(bars), there=view.money(_usd(with_goal)))
    assert " ".join(said.split()) in text
    assert " ".join(words[lang]["note_divided"].split()) in text


def test_the_bars_of_goals_are_divided_into_what_there_is(views: dict[str, View], things: Things) -> None:
    sums = Sums(views["en"], things.of_class("Project"))
    parts = sums.divided("relatedGoal")
    assert len(parts) > 3
    assert sum(parts.values()) == _usd([one for one in sums.projects if named(one, "relatedGoal")])


def test_a_state_has_the_whole_budgets_beside_its_share(
    site: Path, read: Callable[[Path], Any], views: dict[str, View], words: Any, things: Things
) -> None:
    projects = [one for one in things.of_class("Project") if "states:GEO" in named(one, "benefitingState")]
    parts = [(one, record) for record in projects for one in shares(record) if one.thing == "states:GEO"]
    share = sum((one.of(_usd([record])) for one, record in parts), Fraction())
    text, view = read(site / "id/state/GEO.html").text, views["en"]
    assert f"Whole budget {view.money(_usd(projects))} Its share {view.money(cents(share))}" in text
    shared = sum(one.basis != SOLE for one, _ in parts)
    assert words["en"]["note_shared"].format(count=shared) in text
    assert share < _usd(projects)


@pytest.mark.parametrize("path", ["theme/labour-migration", "goal/8", "region/africa", "fund/idf"])
def test_other_things_have_totals_with_their_scope(
    path: str, site: Path, read: Callable[[Path], Any]
) -> None:
    text = read(site / f"id/{path}.html").text
    assert "Totals Projects " in text
    assert read_portfolio(SETTINGS.data).scope["en"] in text


def test_other_currencies_and_unknown_budgets_are_named_beside_a_total(views: dict[str, View]) -> None:
    budget = {"value": "5", "currency": "USD"}
    projects: list[Record] = [
        {"id": "projects:A", "benefitingState": ["states:GEO"], "budget": budget},
        {"id": "projects:B", "benefitingState": ["states:GEO"], "budget": budget},
        {"id": "projects:C", "benefitingState": ["states:GEO"], "budget": {"value": "7", "currency": "EUR"}},
        {"id": "projects:D", "benefitingState": ["states:GEO"]},
    ]
    totals = of_thing(views["en"], "states:GEO", projects)
    assert totals
    numbers, notes = totals.shown(views["en"])
    assert numbers == [("projects", "4"), ("total_whole", "$10")]
    told = {note.key: dict(note.values) for note in notes}
    assert told["note_without_budget"] == {"count": "1"}
    assert told["note_other_currencies"] == {"amounts": "€7"}


def test_every_answer_with_a_total_has_the_scope_beside_it(site: Path, read: Callable[[Path], Any]) -> None:
    scope = read_portfolio(SETTINGS.data).scope["en"]
    names = ("budget-by-year", "budget-by-state", "goals-by-projects", "projects-of-state")
    assert [name for name in names if scope not in read(site / f"queries/{name}.html").text] == []
    assert scope not in read(site / "queries/member-states.html").text
