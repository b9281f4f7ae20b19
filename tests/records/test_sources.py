"""Projects of several sources: activities, tables and pages become one record, with things inside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox
import pytest

from iomgraph import checks, iris
from iomgraph.claims.claim import Claim, Page, Part, Value
from iomgraph.errors import OntologyError
from iomgraph.findings import Finding, Findings, Place
from iomgraph.mapping import context, dataset
from iomgraph.mapping.dataset import PROVENANCE, QUALITY, Dataset
from iomgraph.records.project import Project, Reconciler
from iomgraph.reference import codelists, concepts, state
from iomgraph.settings import Settings
from iomgraph.sources.rules import Reporter, Rules
from iomgraph.sources.tables import Tables
from iomgraph.validation import shapes

from .. import reconciling

PUBLISHER = "XM-DAC-47066"
IOM = iris.curie("organizations", PUBLISHER)
PAGE_BUDGET = (Part.of(value="300000", currency="USD"),)
EXACT = Part.of(value="300000.17", currency="USD", validFrom="2021-01-01", validThrough="2022-12-31")


def page(key: str, kind: str = "pages", **said: Value) -> Page:
    """A page whose claims are given by term; `title_en` is the title in English."""
    place = Place("a.xml", line=1, path="/iati-activities/iati-activity[1]")
    url = f"https://iom.int/project/{key}" if kind == "pages" else ""
    made = Page(key, url, "en", "", False, place, kind=kind, capture="" if kind == "pages" else "file")
    for name, value in said.items():
        term, _, lang = name.partition("_")
        made.claim(Claim(term, value, place, place, lang))
    return made


def activity(key: str, number: str = "DR.0042", **said: Value) -> Page:
    return page(key, "iati", iatiIdentifier=f"{PUBLISHER}-{number}", **said)


@pytest.fixture
def reconcile(rules: Rules) -> Any:
    def run(*pages: Page, descriptions: bool = False) -> tuple[dict[str, Project], list[Finding]]:
        findings: list[Finding] = []
        reconciler = Reconciler((), {}, PUBLISHER, "idf", descriptions)
        projects = reconciling.projects(reconciler, pages, Reporter(rules, findings))
        return {found.record["id"].partition(":")[2]: found for found in projects}, findings

    return run


CASES: list[tuple[str, dict[str, Value], dict[str, Value], str, Any]] = [
    ("rounded-amount", {"budget": PAGE_BUDGET}, {"budget": (EXACT,)}, "budget", ["300000.17"]),
    (
        "rounded-amount",
        {"budget": PAGE_BUDGET},
        {"budget": (Part.of(value="100000", currency="USD"), Part.of(value="199999.91", currency="USD"))},
        "budget",
        ["100000", "199999.91"],
    ),
    (
        "rounded-amount",
        {"budget": PAGE_BUDGET},
        {"budget": (Part.of(value="300000", currency="USD", validFrom="2021-01-01"),)},
        "budget",
        ["300000"],
    ),
    (
        "undecided",
        {"budget": PAGE_BUDGET},
        {"budget": (Part.of(value="300000.17", currency="EUR"),)},
        "budget",
        [],
    ),
    (
        "undecided",
        {"budget": PAGE_BUDGET},
        {"budget": (Part.of(value="299000", currency="USD"),)},
        "budget",
        [],
    ),
    (
        "undecided",
        {"budget": PAGE_BUDGET},
        {"budget": (Part.of(value="150000", currency="USD"), Part.of(value="150000", currency="EUR"))},
        "budget",
        [],
    ),
    ("planned-year", {"endYear": 2024}, {"endYear": 2022, "plannedEndDate": "2022-12-31"}, "endYear", 2024),
    (
        "undecided",
        {"endYear": 2024},
        {"endYear": 2022, "endDate": "2022-12-31", "plannedEndDate": "2022-12-31"},
        "endYear",
        None,
    ),
    ("agreement", {"startYear": 2021}, {"startYear": 2021, "startDate": "2021-01-01"}, "startYear", 2021),
    (
        "page-text",
        {"title_en": "Open Borders"},
        {"title_en": "Borders, open"},
        "title",
        {"en": ["Open Borders"]},
    ),
    ("agreement", {"title_en": "Dominica’s border"}, {"title_en": "Dominica's border"}, "title", None),
    (
        "status-moves-forward",
        {"status": "statuses:active"},
        {"status": "statuses:closed"},
        "status",
        "statuses:closed",
    ),
    ("undecided", {"status": "statuses:active"}, {"status": "statuses:cancelled"}, "status", None),
    (
        "longer-list",
        {"benefitingState": ("states:KEN",)},
        {"benefitingState": ("states:UGA", "states:KEN")},
        "benefitingState",
        ["states:UGA", "states:KEN"],
    ),
]


@pytest.mark.parametrize(("rule", "printed", "stated", "term", "value"), CASES)
def test_a_page_and_an_activity_are_one_project_decided_by_a_rule(
    reconcile: Any,
    rule: str,
    printed: dict[str, Any],
    stated: dict[str, Any],
    term: str,
    value: Any,
) -> None:
    projects, _ = reconcile(page("a", identifier="DR.0042", **printed), activity("a-1", **stated))
    (found,) = projects.values()
    record = found.record
    judged = {one["property"]: one["decidedBy"] for one in (*found.discrepancies, *found.facts)}
    assert judged[term] == f"rules:{rule}"
    if term == "budget":
        assert [one["value"] for one in _budgets(record)] == value
    elif value is not None or rule == "undecided":
        assert record.get(term) == value
    assert (record["id"], record["iatiIdentifier"]) == ("projects:DR.0042", f"{PUBLISHER}-DR.0042")
    assert record["capture"] == ["captures:a", "captures:file"]


def _budgets(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = record.get("budgets", [record["budget"]] if "budget" in record else [])
    return found


def test_a_derived_identifier_is_never_asserted(reconcile: Any) -> None:
    projects, _ = reconcile(page("a", identifier="LM.0001"), page("b", identifier="LM.0002"))
    assert {found.record["inferredIatiIdentifier"] for found in projects.values()} == {
        f"{PUBLISHER}-LM.0001",
        f"{PUBLISHER}-LM.0002",
    }
    assert not any("iatiIdentifier" in found.record for found in projects.values())


def test_a_part_has_one_name_in_every_graph_and_another_part_another(reconcile: Any) -> None:
    projects, _ = reconcile(
        page("a", identifier="DR.0042", budget=PAGE_BUDGET), activity("a-1", budget=(EXACT, EXACT))
    )
    (found,) = projects.values()
    names = {key: [one["id"] for one in _budgets(record)] for key, record in found.claims}
    # Two equal budgets of one activity are two; the sum differs from the page's, so nothing is published.
    assert names == {
        "a": ["projects:DR.0042/budget/1"],
        "file": ["projects:DR.0042/budget/2", "projects:DR.0042/budget/3"],
    }
    (one,) = reconcile(page("a", identifier="DR.0042", budget=PAGE_BUDGET))[0].values()
    assert one.record["budget"] == {
        "id": "projects:DR.0042/budget",
        "type": ["MonetaryAmount"],
        "value": "300000",
        "currency": "USD",
    }


def test_one_state_listed_twice_has_two_shares(reconcile: Any) -> None:
    shares = tuple(
        Part.of(allocatedTo=thing, percentage=share, allocationBasis="bases:stated")
        for thing, share in (("states:KEN", "60"), ("states:KEN", "40"), ("sectors:dac/72050", "25.55"))
    )
    (found,) = reconcile(activity("a-1", allocation=shares))[0].values()
    assert {one["id"].rpartition("/")[2]: one["percentage"] for one in found.record["allocation"]} == {
        "KEN": "40",
        "KEN-2": "60",
        "sector-dac-72050": "25.55",
    }


def test_a_day_takes_the_place_of_the_year_and_goes_with_it(reconcile: Any) -> None:
    dated = activity("a-1", startYear=2021, startDate="2021-03-01", plannedEndDate="2022")
    (found,) = reconcile(dated)[0].values()
    said = {term: found.record.get(term) for term in ("startYear", "startDay", "startDate", "plannedEndDate")}
    assert said == {"startYear": 2021, "startDay": "2021-03-01", "startDate": None, "plannedEndDate": "2022"}
    (found,) = reconcile(page("a", identifier="DR.0042", startYear=2020), dated)[0].values()
    assert not {"startYear", "startDay", "startDate"} & found.record.keys()


def test_activities_of_the_dataset_are_linked_and_others_named(reconcile: Any) -> None:
    whole = activity("a-1", "A", hasPart=(f"{PUBLISHER}-B", "GB-1-X"))
    part = activity("a-2", "B", isPartOf=(f"{PUBLISHER}-A",), relation=("GB-1-Y",))
    projects, _ = reconcile(whole, part)
    first, second = projects[f"{PUBLISHER}-A"].record, projects[f"{PUBLISHER}-B"].record
    assert (first["hasPart"], first["partActivity"]) == ([f"projects:{PUBLISHER}-B"], ["GB-1-X"])
    assert (second["partOf"], second["relatedActivity"]) == ([f"projects:{PUBLISHER}-A"], ["GB-1-Y"])
    facts = {fact["property"] for fact in projects[f"{PUBLISHER}-A"].facts}
    assert facts == {"iatiIdentifier", "hasPart", "partActivity"}


def test_an_identifier_that_no_iri_can_end_in_is_made_safe_and_kept_as_stated(reconcile: Any) -> None:
    odd = page("x-1", "iati", iatiIdentifier="GB/1 é<>")
    (key,), _ = reconcile(odd)
    assert iris.curie("projects", key) == f"projects:{key}"
    assert reconcile(odd)[0][key].record["iatiIdentifier"] == "GB/1 é<>"


def test_descriptions_are_published_only_where_the_portfolio_says_so(reconcile: Any) -> None:
    told = activity("a-1", description_fr="Une route.")
    (silent,) = reconcile(told)[0].values()
    (open_,) = reconcile(told, descriptions=True)[0].values()
    assert "description" not in silent.record
    assert "description" not in silent.claims[0][1]
    assert open_.record["description"] == {"fr": ["Une route."]}


def test_a_claim_that_no_record_holds_stops_with_its_name(reconcile: Any) -> None:
    with pytest.raises(OntologyError, match="a source makes a claim about a property that no project has"):
        reconcile(activity("a-1", colour="blue"))


@pytest.fixture
def rich() -> Page:
    """An activity with everything that an activity can state."""
    return activity(
        "a-1",
        title_en="Roads",
        title_fr="Routes",
        title_de="Straßen",
        status="statuses:pipeline",
        startYear=2021,
        startDate="2021-01-01",
        plannedStartDate="2020",
        endYear=2022,
        plannedEndDate="2022-12-31",
        reportingOrg=IOM,
        benefitingState=("states:KEN",),
        activityScope="activity-scopes:4",
        hierarchy=1,
        sector=("sectors:dac/72050", "sectors:xm-dac-47066-99/M1"),
        statedGoal=("sdg:10",),
        statedTarget=("sdg:10.7",),
        label=(
            Part.of(thing=IOM, name=(("en", "IOM"),)),
            Part.of(
                thing="sectors:xm-dac-47066-99/M1", name=(("en", "Own sector"), ("fr", "Secteur propre"))
            ),
        ),
        budget=(
            EXACT,
            Part.of(
                value="5.5", currency="EUR", budgetType="budget-types:2", budgetStatus="budget-statuses:1"
            ),
        ),
        allocation=(Part.of(allocatedTo="states:KEN", percentage="100", allocationBasis="bases:standard"),),
        participation=(
            Part.of(
                organization=IOM,
                name=(("en", "IOM"),),
                role="roles:4",
                organizationType="organization-types:40",
            ),
            Part.of(name=(("es", "Un ministerio"),), role="roles:1"),
        ),
        transaction=(
            Part.of(
                transactionType="transaction-types:3",
                date="2021-05-05",
                value="-100.25",
                currency="USD",
                provider=iris.curie("organizations", "XX 1/é"),
                providerName=(("en", "A giver"),),
                humanitarian="true",
                allocatedTo=("states:KEN", "sectors:dac/72050"),
            ),
        ),
        policyMarker=(Part.of(marker="policy-markers:1", significance="significances:2"),),
        location=(Part.of(name=(("en", "Nairobi"),), latitude="-1.2833", longitude="36.8167"),),
    )


@pytest.fixture
def whole(rich: Page, reconcile: Any, settings: Settings) -> Dataset:
    """The dataset of one rich activity, with all that it points to."""
    tables = Tables(settings.data)
    data, coded = Dataset(context.read(settings.ontology)), codelists.read(tables)
    (found,) = reconcile(rich)[0].values()
    used = coded.used
    used.note(found.record)
    used.name(found.labels)
    data.add([found.record])
    for key, claimed in found.claims:
        data.add([claimed], dataset.claims(key))
    capture = {"id": "captures:file", "type": ["Capture", "Entity"], "claimsGraph": "claims:file"}
    data.add([capture, *found.facts, *concepts.rules(tables)], PROVENANCE)
    data.add(found.discrepancies, QUALITY)
    data.add([*coded.records(used), *concepts.vocabulary(tables, {}, {})])
    data.add(state.states(state.read(tables), {}, {"states:KEN"}, {}, {}))
    return data


def test_a_rich_activity_keeps_every_must(whole: Dataset, settings: Settings) -> None:
    rulebook = shapes.load(settings.shapes)
    origins = checks.Origins({}, {})
    found = Findings(checks.findings(checks.check(whole, rulebook), rulebook, whole.context, origins))
    assert [
        (one.rule, one.about) for one in found if one.severity.word == "must" and "DR.0042" in one.about
    ] == []
    assert found.rules["shapes:Project-title-fr"] == 0


def test_what_projects_point_to_is_described_with_the_names_that_sources_give(whole: Dataset) -> None:
    records = {record["id"]: record for record in whole.records()}
    assert records[IOM] == {
        "id": IOM,
        "type": ["Organization"],
        "organizationIdentifier": PUBLISHER,
        "prefLabel": {"en": ["IOM"]},
    }
    assert records["organizations:XX%201%2F%C3%A9"]["organizationIdentifier"] == "XX 1/é"
    own = records["sectors:xm-dac-47066-99/M1"]
    assert own["prefLabel"] == {"en": ["Own sector"], "fr": ["Secteur propre"]}
    assert (own["notation"], own["inScheme"]) == ("M1", "schemes:sector-xm-dac-47066-99")
    assert records["schemes:sector-dac"]["hasTopConcept"] == ["sectors:dac/72050"]
    schemes = [name for name in records if name.startswith("schemes:") and records[name].get("hasTopConcept")]
    assert len(schemes) >= 11


def test_nothing_inside_a_project_is_a_blank_node_or_has_two_values_of_one_kind(whole: Dataset) -> None:
    store = whole.store("")
    question = """SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o FILTER(isBlank(?s) || isBlank(?o)) }"""
    (row,) = store.query(question)  # type: ignore[misc]
    assert row["n"] == ox.Literal(0)
    amounts = """PREFIX schema: <https://schema.org/> SELECT ?s WHERE { ?s schema:value ?v }
        GROUP BY ?s HAVING(COUNT(?v) > 1)"""
    assert list(store.query(amounts)) == []  # type: ignore[arg-type]


def test_a_finding_on_one_of_several_budgets_is_where_that_budget_does(
    reconcile: Any, settings: Settings
) -> None:
    spots = [
        Place("a.xml", line=line, path=f"/iati-activities/iati-activity/budget[{line}]") for line in (1, 2)
    ]
    amounts = tuple(
        Part.of(spot, value=value, currency="EUR") for spot, value in zip(spots, "50", strict=True)
    )
    (found,) = reconcile(activity("a-1", budget=amounts))[0].values()
    data, rulebook = Dataset(context.read(settings.ontology)), shapes.load(settings.shapes)
    data.add([found.record])
    origins = checks.Origins({found.record["id"]: found.pages}, {})
    told = checks.findings(checks.check(data, rulebook), rulebook, data.context, origins)
    assert [one.place for one in told if one.rule == "shapes:Budget-value-positive"] == [spots[1]]
