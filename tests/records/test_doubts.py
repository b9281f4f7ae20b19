"""Doubts about projects: found by rules, or noted by a reader of the pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from iomgraph.build import Gathered, gather
from iomgraph.findings import Finding
from iomgraph.records import doubts
from iomgraph.records.doubts import Doubts
from iomgraph.records.project import Project
from iomgraph.settings import Settings, resources
from iomgraph.sources.rules import Reporter, Rules
from iomgraph.sources.tables import Tables

Told = Callable[..., list[tuple[str, str, str]]]

RULES = ("state-in-title", "supplement-alone", "budget-out-of-range", "doubtful-project")


@pytest.fixture(scope="module")
def known() -> Doubts:
    return doubts.read(Tables(resources() / "data"))


@pytest.fixture(scope="module")
def gathered() -> Gathered:
    return gather(Settings())


@pytest.fixture
def told(rules: Rules) -> Told:
    """Check projects made of the given properties; give rule, project and value of each finding."""

    def run(*records: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        checks = doubts.read(Tables(resources() / "data"))
        findings: list[Finding] = []
        reporter = Reporter(rules, findings)
        for number, record in enumerate(records):
            given = {"id": f"projects:XX.{number}", "type": ["Project"], **record}
            checks.check(Project(given, []), reporter)
        checks.close(reporter)
        return [(one.rule, one.about, one.value) for one in findings]

    return run


def titled(title: str, *states: str, lang: str = "en") -> dict[str, Any]:
    return {"title": {lang: [title]}, "benefitingState": [f"states:{state}" for state in states]}


@pytest.mark.parametrize(
    ("record", "named"),
    [
        (titled("Workers from Georgia to Poland", "GEO"), "Poland"),
        (titled("Roads of Papua New Guinea", "PNG"), ""),
        (titled("Roads of Nigeria", "NER"), "Nigeria"),
        (titled("Migration vers le Tchad", "CMR", lang="fr"), "Tchad"),
        (titled("Georgian roads", "ARM"), ""),
        (titled("Roads of Georgia"), ""),
        (titled("Roads", "GEO") | {"title": {"de": ["Straßen in Georgien"]}}, ""),
    ],
)
def test_a_state_that_the_title_names_is_among_the_states(
    told: Told, record: dict[str, Any], named: str
) -> None:
    found = told(record)
    assert found == ([("state-in-title", "projects:XX.0", named)] if named else [])


def test_a_state_that_benefits_besides_is_among_the_states(told: Told) -> None:
    record = titled("Workers from Georgia to Poland", "GEO") | {"otherBenefitingState": ["states:POL"]}
    assert told(record) == []


def test_a_supplement_has_its_parent_among_the_projects(told: Told) -> None:
    supplement = titled("Budget supplement to ‘Roads and Bridges’", "GEO")
    assert told(supplement) == [("supplement-alone", "projects:XX.0", "Roads and Bridges")]
    assert told(supplement, titled("Roads and  bridges", "GEO")) == []
    assert told(titled("A Handbook on ‘Roads and Bridges’", "GEO")) == []


@pytest.mark.parametrize(
    ("coverage", "value", "currency", "found"),
    [
        ("national", "49999", "USD", True),
        ("national", "50000", "USD", False),
        ("national", "49999", "EUR", False),
        ("regional", "99999.99", "USD", True),
        ("regional", "400000", "USD", False),
        ("global", "1", "USD", False),
    ],
)
def test_a_budget_is_in_the_range_that_the_fund_states(
    told: Told, coverage: str, value: str, currency: str, found: bool
) -> None:
    record = {"coverage": f"coverages:{coverage}", "budget": {"value": value, "currency": currency}}
    assert bool(told(record)) == found


def test_every_doubt_of_the_table_is_about_a_project_and_worded_in_three_languages(
    known: Doubts, gathered: Gathered
) -> None:
    found = [one for one in gathered.findings if one.rule == "doubtful-project"]
    assert sorted(one.about for one in found) == ["projects:CE.0341", "projects:MA.0339", "projects:TC.0767"]
    assert {one.about for one in found} == known.rows.keys()
    for one in found:
        assert len(set(one.message.values())) == 3


def test_the_doubts_of_the_portfolio_are_found_at_their_cells(gathered: Gathered) -> None:
    found = [one for one in gathered.findings if one.rule in RULES[:2]]
    assert {one.about.partition(":")[2] for one in found if one.rule == "state-in-title"} >= {
        "NC.0097",
        "T75-805",
        "TB2-805",
    }
    assert [one.about for one in found if one.rule == "supplement-alone"] == ["projects:QD6-805"]
    cells = {(Path(one.place.file).name, one.place.column) for one in found if one.place}
    assert cells == {("pages.csv", "title"), ("activities.csv", "value")}
    assert all(one.place for one in found)
