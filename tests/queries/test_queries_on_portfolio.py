"""Every query, asked of the real portfolio."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from rdflib import Dataset, Graph, Literal, URIRef

from iomgraph.build import build
from iomgraph.mapping import context
from iomgraph.publication.amounts import totals
from iomgraph.publication.shares import STATES, named
from iomgraph.publication.shares import shares as shares_of
from iomgraph.queries import execution, parameters
from iomgraph.queries.library import Query, moved
from iomgraph.records.record import Record
from iomgraph.release.dumps import NQUADS
from iomgraph.settings import Settings, resources
from iomgraph.sources import page_table, tables

from ..benchmarks.portfolio import pages_alone

Row = tuple[str | None, ...]

NAMES = sorted(path.stem for path in (resources() / "queries").glob("*.rq"))
GRAPHS = {"project", "provenance-of-project"}
"""The queries whose answer is a graph."""

BASE = "https://w3id.org/iomgraph/"
LANGUAGE = "http://publications.europa.eu/resource/authority/language/"
OTHER_BASE = "http://data.example/graph/"


def rows(store: ox.Store, text: str) -> list[Row]:
    """The rows of a SELECT in their order, or the statements of a graph in order of text."""
    found = store.query(text)
    if isinstance(found, ox.QueryTriples):
        return sorted((str(t.subject), str(t.predicate), str(t.object)) for t in found)
    assert isinstance(found, ox.QuerySolutions)
    return [tuple(None if term is None else str(term) for term in solution) for solution in found]


def asked(query: Query, store: ox.Store, release: Path, given: Mapping[str, str] | None = None) -> list[Row]:
    """The answer to a query that is bound as the command line binds it."""
    prefixes = context.read(release / "ontology").prefixes
    return rows(store, query.bound(parameters.terms(query, given or {}, store, prefixes)))


def values(found: list[Row], at: int = 0) -> list[str]:
    """One column, terms stripped to their text."""
    return [(row[at] or "").split('"')[1] if '"' in (row[at] or "") else (row[at] or "") for row in found]


@pytest.fixture(scope="session")
def moved_store(tmp_path_factory: pytest.TempPathFactory) -> ox.Store:
    """The portfolio under another base IRI."""
    out = tmp_path_factory.mktemp("moved") / "dist"
    assert build(Settings(out=out, base_iri=OTHER_BASE, site=False)).published
    return execution.open_release(out)


@pytest.fixture(scope="session")
def other_order(release: Path) -> ox.Store:
    """The release, loaded from its last line to its first."""
    store = ox.Store()
    with gzip.open(release / NQUADS) as stream:
        store.load(b"".join(reversed(stream.readlines())), format=ox.RdfFormat.N_QUADS)
    return store


@pytest.fixture(scope="session")
def rdflib_store(release: Path) -> Dataset:
    """The release in the other engine."""
    return _in_rdflib(release)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[ox.Store, Dataset]:
    """A release of few real projects in both engines."""
    folder = tmp_path_factory.mktemp("few")
    table = pages_alone(resources() / "data", folder / "data") / "idf/pages.csv"
    rows = [dict(row.cells) for row in tables.read(table, page_table.COLUMNS)]
    table.unlink()
    tables.write(table, page_table.COLUMNS, [row for row in rows if row["project_id"] in FEW])
    assert build(Settings(data=folder / "data", out=folder / "dist", site=False)).published
    return execution.open_release(folder / "dist"), _in_rdflib(folder / "dist")


def _in_rdflib(release: Path) -> Dataset:
    dataset = Dataset()
    with gzip.open(release / NQUADS) as stream:
        dataset.parse(stream.read(), format="nquads")
    return dataset


def test_there_are_enough_queries() -> None:
    assert len(NAMES) >= 15


@pytest.mark.parametrize("name", NAMES)
def test_it_answers_with_rows(name: str, known: Mapping[str, Query], store: ox.Store, release: Path) -> None:
    assert asked(known[name], store, release)


@pytest.mark.parametrize("name", NAMES)
def test_its_file_runs_unchanged_and_has_the_defaults_of_its_head(
    name: str, known: Mapping[str, Query], store: ox.Store, release: Path
) -> None:
    assert rows(store, known[name].text) == asked(known[name], store, release)


@pytest.mark.parametrize("name", NAMES)
def test_it_answers_in_one_order_however_the_release_was_loaded(
    name: str, known: Mapping[str, Query], store: ox.Store, other_order: ox.Store
) -> None:
    text = known[name].text
    assert rows(store, text) == rows(other_order, text)
    assert name in GRAPHS or "ORDER BY" in text


@pytest.mark.parametrize("name", NAMES)
def test_it_has_a_title_and_a_purpose_of_its_own_in_each_language(
    name: str, known: Mapping[str, Query]
) -> None:
    for texts in (known[name].titles, known[name].purposes):
        assert list(texts) == ["en", "fr", "es"]
        assert len(set(texts.values())) == 3


@pytest.mark.parametrize("name", NAMES)
def test_it_gives_the_same_under_another_base_iri(
    name: str, known: Mapping[str, Query], store: ox.Store, moved_store: ox.Store
) -> None:
    text = known[name].text
    here = rows(store, text)
    found = rows(moved_store, moved(text, OTHER_BASE))
    # Rows are sorted by IRIs, so that their order may change with the base.
    assert _moved(found) == _moved(here)


def _moved(found: list[Row]) -> Counter[Row]:
    return Counter(tuple(None if cell is None else moved(cell, OTHER_BASE) for cell in row) for row in found)


def _cell(term: object) -> tuple[str, str] | None:
    """A term of either engine; numbers by their value, because engines differ in how they write a sum."""
    if term is None:
        return None
    if isinstance(term, ox.NamedNode | URIRef):
        return "iri", str(term).strip("<>")
    assert isinstance(term, ox.Literal | Literal)
    value = term.value if isinstance(term, ox.Literal) else str(term)
    datatype = str(term.datatype or "").strip("<>").rpartition("#")[2]
    if datatype in ("integer", "decimal"):
        return "number", str(Decimal(value).quantize(Decimal("0.01")))
    return term.language or "", value


SLOW_ELSEWHERE = {
    "budget-by-goal",
    "budget-by-goal-and-year",
    "budget-by-goal-and-year-shared",
    "budget-by-start-year-and-region",
    "budget-by-state",
    "budget-by-state-shared",
    "budget-by-theme",
    "budget-by-theme-and-year",
    "budget-by-year",
    "claims-of-project",
    "grounds-of-facts",
    "objectives-by-projects",
    "projects-by-membership",
    "projects-without-end-year",
    "provenance-of-project",
    "states-by-benefit",
}
"""Queries for which the other engine takes from four seconds to six minutes on the whole portfolio."""

FEW = {"LM.0024", "CE.0148", "CE.0231", "CT.1172", "CD.0023", "IB.0213"}
"""Projects of which even these have rows."""


@pytest.mark.parametrize("name", NAMES)
def test_another_engine_gives_the_same(
    name: str,
    known: Mapping[str, Query],
    store: ox.Store,
    rdflib_store: Dataset,
    small: tuple[ox.Store, Dataset],
) -> None:
    if name in SLOW_ELSEWHERE:
        store, rdflib_store = small
        assert rows(store, known[name].text)
    theirs = rdflib_store.query(known[name].text)
    ours = store.query(known[name].text)
    assert isinstance(ours, ox.QuerySolutions | ox.QueryTriples)
    if theirs.type == "CONSTRUCT":
        assert isinstance(theirs.graph, Graph)
        found = Counter(tuple(map(_cell, triple)) for triple in theirs.graph)
    else:
        found = Counter(tuple(_cell(row.get(name)) for name in theirs.vars or ()) for row in theirs.bindings)
    assert found == Counter(tuple(map(_cell, row)) for row in ours)


def _projects(release: Path) -> list[dict[str, Any]]:
    """The projects as the JSON of the release has them: no query had a part in it."""
    document = json.loads((release / "iomgraph.jsonld").read_text(encoding="utf-8"))
    return [record for record in document["@graph"] if "Project" in record.get("type", ())]


def test_budgets_by_theme_and_by_year_add_up_to_the_budgets_of_the_projects(
    known: Mapping[str, Query], store: ox.Store, release: Path
) -> None:
    projects = _projects(release)
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
    projects = _projects(release)
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
    for project in _projects(release):
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
            for project in _projects(release)
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
    projects = [one for one in _projects(release) if f"sdg:{key}" in one.get(term, ())]
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
        for one in _projects(release)
        if states & set(named(one, STATES))
    }
    found = asked(known["projects-of-region"], store, release, {"region": region})
    assert {row[0] for row in found} == expected
    assert len(found) == len(expected) > 10


def test_a_title_comes_in_the_language_asked_for_or_says_which_it_is_in(
    known: Mapping[str, Query], store: ox.Store, release: Path
) -> None:
    found = asked(known["projects-in-year"], store, release, {"language": "fr"})
    tags = Counter((row[1] or "").rpartition("@")[2] for row in found)
    assert set(tags) <= {"en", "fr", "es"}
    assert tags["fr"] > tags["es"]
    english = asked(known["projects-in-year"], store, release, {"language": "en"})
    assert len(english) == len(found)
    assert english != found


def test_labels_and_messages_follow_the_language(
    known: Mapping[str, Query], store: ox.Store, release: Path
) -> None:
    for name, at in (("rejected-claims", 5), ("findings-by-rule", 2), ("findings-of-project", 2)):
        spanish = [row[at] for row in asked(known[name], store, release, {"language": "es"}) if row[at]]
        assert spanish, name
        assert all(str(cell).endswith("@es") for cell in spanish), name


def test_no_rejected_claim_is_published(known: Mapping[str, Query], store: ox.Store, release: Path) -> None:
    found = asked(known["rejected-claims"], store, release)
    assert len(found) > 10
    assert set(values(found, 6)) == {"false"}


def test_the_false_end_year_of_a_french_page_is_a_claim_and_not_published(
    known: Mapping[str, Query], store: ox.Store, release: Path
) -> None:
    found = asked(known["claims-of-project"], store, release, {"project": "LM.0024"})
    ends = [
        (values([row], 1)[0], values([row], 3)[0], values([row], 4)[0])
        for row in found
        if row[2] == f"<{BASE}ontology#endYear>"
    ]
    assert sorted(ends) == [
        (f"<{LANGUAGE}ENG>", "2009", "true"),
        (f"<{LANGUAGE}FRA>", "2024", "false"),
    ]


def test_a_derived_value_is_not_called_stated(
    known: Mapping[str, Query], store: ox.Store, release: Path
) -> None:
    found = asked(known["grounds-of-facts"], store, release)
    grounds = {((row[0] or "").strip("<>").rpartition("#")[2], values([row], 1)[0]) for row in found}
    assert ("inferredIatiIdentifier", "derived") in grounds
    assert ("endYear", "stated") in grounds
    assert ("endYear", "derived") not in grounds


def test_one_filter_leaves_out_all_that_is_derived(
    known: Mapping[str, Query], store: ox.Store, release: Path
) -> None:
    kept = {row[0] for row in asked(known["stated-values-of-project"], store, release)}
    every = {row[0] for row in rows(store, f"SELECT DISTINCT ?p {{ <{BASE}id/project/LM.0024> ?p ?o }}")}
    names = {re.split("[#/]", str(one).strip("<>"))[-1] for one in every - kept}
    assert names == {
        "relatedGoal",
        "relatedTarget",
        "relatedObjective",
        "subject",
        "inferredIatiIdentifier",
    }
    grounds = asked(known["grounds-of-facts"], store, release)
    assert every - kept <= {row[0] for row in grounds if values([row], 1) == ["derived"]}


def test_a_graph_of_a_project_has_no_blank_node_and_tells_its_budget(
    known: Mapping[str, Query], store: ox.Store
) -> None:
    found = rows(store, known["project"].text)
    assert not any(cell.startswith("_:") for row in found for cell in row if cell)
    assert any("schema.org/value" in (row[1] or "") for row in found)


def test_there_are_175_members_and_georgia_is_one_of_them(
    known: Mapping[str, Query], store: ox.Store, release: Path
) -> None:
    found = asked(known["member-states"], store, release)
    assert len(found) == 175
    georgia = next(row for row in found if '"GEO"' in (row[2] or ""))
    assert values([georgia], 3) == ["268"]
    assert len([row for row in found if row[4] or row[5]]) == 28


def test_projects_are_for_members_for_others_or_for_no_state_that_is_named(
    known: Mapping[str, Query], store: ox.Store, release: Path
) -> None:
    projects = len(_projects(release))
    found = asked(known["projects-by-membership"], store, release)
    counted = [(values([row], 0)[0], int(values([row], 1)[0])) for row in found]
    assert counted == [("members", 410), ("none", 50), ("others", 13)]
    assert sum(count for _, count in counted) == projects


def test_the_merger_of_2024_is_the_one_change_that_a_source_dates(
    known: Mapping[str, Query], store: ox.Store, release: Path
) -> None:
    found = asked(known["units-changed"], store, release)
    assert len(found) == 13
    dated = [row for row in found if row[3]]
    assert [(row[0] or "").rpartition("/")[2] for row in dated] == ["ro-buenos-aires>", "ro-san-jose>"]
    assert {(row[4] or "").rpartition("/")[2] for row in dated} == {"ro-panama>"}


def test_the_south_caucasus_is_in_europe_for_the_fund_and_in_asia_for_m49(
    known: Mapping[str, Query], store: ox.Store, release: Path
) -> None:
    found = asked(known["regions-and-m49"], store, release)
    assert len(found) == 103
    apart = {(row[0] or "")[-4:-1] for row in found if "false" in (row[4] or "")}
    assert apart == {"ARM", "AZE", "GEO"}


def test_the_members_that_a_year_had_are_set_beside_what_was_claimed_of_it(
    known: Mapping[str, Query], store: ox.Store, release: Path
) -> None:
    found = asked(known["members-claimed-and-counted"], store, release)
    assert values(found, 1) == ["122", "146", "157", "165", "173", "175", "175", "175"]
    assert values(found, 2) == ["120", "143", "155", "158", "158", "159", "159", "159"]
    # The count of today and those whose years no source gives are what is claimed today.
    assert int(values(found, 2)[-1]) + int(values(found, 3)[-1]) == 175


def test_the_structure_leads_each_part_to_the_organization(
    known: Mapping[str, Query], store: ox.Store, release: Path
) -> None:
    wholes = {row[0]: row[3] for row in asked(known["structure"], store, release)}
    top = f"<{BASE}id/organization/iom>"
    for part in wholes:
        line = [part]
        while line[-1] != top:
            assert wholes[line[-1]] not in line
            line.append(wholes[line[-1]])
    assert len(wholes) == 51


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("org:Membership", 175 + 1),
        ("iom:MemberState", 175),
        ("sdgo:Goal", 17),
        ("sdgo:Target", 169),
    ],
)
def test_there_are_as_many_as_there_should_be(store: ox.Store, kind: str, number: int) -> None:
    prefixes = (
        f"PREFIX iom: <{BASE}ontology#> PREFIX org: <http://www.w3.org/ns/org#> "
        "PREFIX sdgo: <http://metadata.un.org/sdg/ontology#> "
    )
    assert rows(store, f"{prefixes} SELECT ?thing WHERE {{ ?thing a {kind} }}").__len__() == number


def test_the_global_compact_has_23_objectives_and_some_have_projects(
    known: Mapping[str, Query], store: ox.Store, release: Path
) -> None:
    found = asked(known["objectives-by-projects"], store, release)
    assert [(row[0] or "").rpartition("/")[2] for row in found] == [f"{n}>" for n in range(1, 24)]
    assert 0 < len([row for row in found if values([row], 2) != ["0"]]) < 23


def test_a_goal_counts_the_projects_whose_themes_lead_to_it(
    known: Mapping[str, Query], store: ox.Store, release: Path
) -> None:
    expected = Counter(goal for project in _projects(release) for goal in project.get("relatedGoal", ()))
    found = asked(known["goals-by-projects"], store, release)
    assert len(found) == 17
    for row in found:
        goal = f"sdg:{(row[0] or '').strip('<>').rpartition('/')[2]}"
        assert int(values([row], 2)[0]) == expected[goal], goal


@pytest.mark.parametrize(
    ("pattern", "state"),
    [
        ("?state owl:sameAs <http://www.wikidata.org/entity/Q230>", "GEO"),
        ('?state iom:isoAlpha3 "GEO"', "GEO"),
        ('?state iom:m49 "268"', "GEO"),
    ],
)
def test_a_partner_finds_a_state_in_one_triple_pattern(store: ox.Store, pattern: str, state: str) -> None:
    prefixes = f"PREFIX iom: <{BASE}ontology#> PREFIX owl: <http://www.w3.org/2002/07/owl#> "
    assert rows(store, f"{prefixes} SELECT ?state WHERE {{ {pattern} }}") == [(f"<{BASE}id/state/{state}>",)]


def test_every_statement_and_every_link_leads_to_its_source(store: ox.Store) -> None:
    text = f"""
      PREFIX dct: <http://purl.org/dc/terms/> PREFIX iom: <{BASE}ontology#>
      SELECT ?statement WHERE {{
        GRAPH ?graph {{
          ?statement iom:basis ?basis FILTER NOT EXISTS {{ ?statement a iom:Fact }}
          FILTER NOT EXISTS {{ ?statement dct:source ?source }}
        }}
      }}"""
    assert rows(store, text) == []
    sourced = text.replace("NOT EXISTS { ?statement dct", "EXISTS { ?statement dct")
    assert len(rows(store, sourced)) == 19 + 30 + 181 + 206 + 130 + 553


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
