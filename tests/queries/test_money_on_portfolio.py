"""Queries of budgets and shares, compared with the projects of the real portfolio."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pyoxigraph as ox
import pytest

from iomgraph.mapping import context
from iomgraph.publication.amounts import totals
from iomgraph.publication.shares import STATES, named
from iomgraph.publication.shares import shares as shares_of
from iomgraph.queries.library import Query
from iomgraph.records.record import Record
from iomgraph.settings import Settings

from .asking import BASE, asked, projects_of, rows, values


def test_budgets_by_theme_and_by_year_add_up_to_the_budgets_of_the_projects(
    known: Mapping[str, Query], store: ox.Store, release: Path
) -> None:
    projects = projects_of(release)
    whole = sum((totals(project).get("USD", Decimal()) for project in projects), Decimal())
    by_theme = asked(known["budget-by-theme-and-year"], store, release)
    by_year = asked(known["budget-by-year"], store, release)
    assert whole > 0
    assert sum(map(Decimal, values(by_theme, 4))) == sum(map(Decimal, values(by_year, 2))) == whole
    assert sum(map(int, values(by_year, 1))) == len(projects)
    undated = [project for project in projects if "fundingYear" not in project]
    assert undated
    assert values(by_year[:1], 1) == [str(len(undated))]


@pytest.mark.parametrize(
    ("name", "term", "budget"),
    [("budget-by-goal-and-year", "relatedGoal", 4), ("budget-by-state", STATES, 4)],
)
def test_whole_budgets_add_up_to_more_than_there_is_and_shared_ones_to_what_there_is(
    name: str, term: str, budget: int, known: Mapping[str, Query], store: ox.Store, release: Path
) -> None:
    projects = projects_of(release)
    there = sum((totals(project).get("USD", Decimal()) for project in projects), Decimal())
    several = sum(
        (
            totals(project).get("USD", Decimal()) * max(len(named(project, term)), term != STATES)
            for project in projects
        ),
        Decimal(),
    )
    whole, shared = (asked(known[one], store, release) for one in (name, f"{name}-shared"))
    # Projects of a whole region name no state: whole budgets by state leave them out.
    told = (totals(project).get("USD", Decimal()) for project in projects if named(project, term))
    assert sum(map(Decimal, values(whole, budget))) == several > sum(told, Decimal())
    # Each row is rounded to the dollar.
    assert abs(sum(map(Decimal, values(shared, budget))) - there) <= Decimal(len(shared)) / 2


def test_the_shares_of_states_follow_stated_percentages_before_equal_parts(
    known: Mapping[str, Query],
) -> None:
    shares = [("states:KEN", "60"), ("states:UGA", "30")]
    stated = {
        "id": "projects:A",
        "type": ["Project"],
        "benefitingState": [state for state, _ in shares],
        "allocation": [
            {
                "id": f"projects:A/allocation/{number}",
                "type": ["Allocation"],
                "allocatedTo": [state],
                "percentage": percentage,
            }
            for number, (state, percentage) in enumerate(shares, 1)
        ],
    }
    equal = {"id": "projects:B", "type": ["Project"], "benefitingState": ["states:KEN", "states:UGA"]}
    nobody = {"id": "projects:C", "type": ["Project"]}
    records: list[Record] = [{"id": state, "type": ["State"]} for state, _ in shares]
    for record in (stated, equal, nobody):
        money = {
            "id": f"{record['id']}/budget",
            "type": ["MonetaryAmount"],
            "value": "100",
            "currency": "USD",
        }
        records.append(record | {"budget": money})
    store = ox.Store()
    quads = context.read(Settings().ontology).quads
    store.load("".join(line for record in records for line in quads(record)).encode(), ox.RdfFormat.N_QUADS)
    found = rows(store, known["budget-by-state-shared"].text)
    told = {
        (row[0] or "").strip(">").rpartition("/")[2]: values([row], 4) + values([row], 3) for row in found
    }
    # 60 + 50, 30 + 50, and 10 + 100 that are nobody's.
    assert told == {"KEN": ["110", "1"], "UGA": ["80", "1"], "": ["110", "0"]}
    sums = Counter[str]()
    for record in records:
        for share in shares_of(record):
            sums[share.thing.removeprefix("states:")] += int(share.of(Decimal(100)))
    assert sums == {"KEN": 110, "UGA": 80, "": 10}
    of_kenya = known["projects-of-state"].text.replace("states:GEO", "states:KEN")
    assert [values([row], 7) + values([row], 8) for row in rows(store, of_kenya)] == [
        ["60", "stated"],
        ["50", "assumed"],
    ]


def test_the_shares_of_the_states_are_the_budgets_divided_equally(
    known: Mapping[str, Query], store: ox.Store, release: Path
) -> None:
    expected: dict[str, Decimal] = {}
    for project in projects_of(release):
        states = project.get("benefitingState", [])
        for state in states:
            share = totals(project).get("USD", Decimal()) / len(states)
            expected[state] = expected.get(state, Decimal(0)) + share
    found = asked(known["states-by-benefit"], store, release)
    shares = {
        iri.strip("<>").rpartition("/")[2]: Decimal(share)
        for iri, share in zip(values(found), values(found, 3), strict=True)
    }
    assert len(shares) > 100
    for state, share in expected.items():
        assert abs(shares[state.removeprefix("states:")] - share) <= Decimal("0.51"), state


def test_the_projects_of_a_state_are_those_that_name_it(
    known: Mapping[str, Query], store: ox.Store, release: Path
) -> None:
    for state in ("GEO", "KEN", "URY"):
        expected = {
            (f"<{BASE}id/project/{project['identifier']}>", role)
            for project in projects_of(release)
            for term, role in (("benefitingState", '"eligible"'), ("otherBenefitingState", '"other"'))
            if f"states:{state}" in project.get(term, ())
        }
        found = asked(known["projects-of-state"], store, release, {"state": state})
        assert expected
        assert {(row[0], row[2]) for row in found} == expected


@pytest.mark.parametrize(
    ("name", "parameter", "key", "term"),
    [
        ("projects-of-goal", "goal", "10", "relatedGoal"),
        ("projects-of-target", "target", "8.8", "relatedTarget"),
    ],
)
def test_the_projects_of_a_goal_and_of_a_target_have_their_shares(
    name: str, parameter: str, key: str, term: str, known: Mapping[str, Query], store: ox.Store, release: Path
) -> None:
    projects = [one for one in projects_of(release) if f"sdg:{key}" in one.get(term, ())]
    found = asked(known[name], store, release, {parameter: key})
    assert len(projects) == len(found) > 5
    expected = Counter("sole" if len(one[term]) == 1 else "assumed" for one in projects)
    assert Counter(values(found, 5)) == expected
    parts = [
        (totals(one)["USD"], share)
        for one in projects
        for share in shares_of(one, term)
        if "USD" in totals(one)
    ]
    due = sum((share.of(amount) for amount, share in parts if share.thing == f"sdg:{key}"), Fraction())
    given = sum((Decimal(text) for text in values(found, 4) if text), Decimal())
    assert abs(Fraction(given) - due) <= len(found)


@pytest.mark.parametrize("region", ["001", "002", "202", "011"])
def test_the_projects_of_a_region_of_m49_and_of_those_within_it_are_those_of_its_states(
    region: str, known: Mapping[str, Query], store: ox.Store, release: Path
) -> None:
    document = json.loads((release / "iomgraph.jsonld").read_text(encoding="utf-8"))["@graph"]
    terms = ("m49Region", "m49Subregion", "m49IntermediateRegion")
    # The world holds every state that M49 places anywhere.
    codes = {one["id"]: {one[term] for term in terms if term in one} for one in document}
    states = {name for name, found in codes.items() if region in found or (region == "001" and found)}
    assert "states:GHA" in states
    expected = {
        f"<{BASE}id/project/{one['id'].removeprefix('projects:')}>"
        for one in projects_of(release)
        if states & set(named(one, STATES))
    }
    found = asked(known["projects-of-region"], store, release, {"region": region})
    assert {row[0] for row in found} == expected
    assert len(found) == len(expected) > 10


def test_budgets_of_a_project_are_summed_and_other_currencies_left_out(known: Mapping[str, Query]) -> None:
    amounts = [("100", "USD"), ("50.5", "USD"), ("900", "EUR")]
    record = {
        "id": "projects:A",
        "type": ["Project"],
        "fundingYear": 2021,
        "benefitingState": ["states:KEN"],
        "budgets": [
            {"id": f"projects:A/budget/{n}", "type": ["MonetaryAmount"], "value": value, "currency": currency}
            for n, (value, currency) in enumerate(amounts, 1)
        ],
    }
    store = ox.Store()
    lines = "".join(context.read(Settings().ontology).quads(record))
    store.load(lines.encode(), format=ox.RdfFormat.N_QUADS)
    (year,) = rows(store, known["budget-by-year"].text)
    assert [(cell or "").partition('"^^')[0].strip('"') for cell in year[1:3]] == ["1", "150.5"]
    (state,) = rows(store, known["states-by-benefit"].text)
    assert "151" in (state[3] or "")
