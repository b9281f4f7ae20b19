"""The whole way from pages to records: nothing vanishes, and no order of rows changes a thing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from iomgraph import iris
from iomgraph.claims.claim import Claim, Page, parts
from iomgraph.claims.pages import PageRef, spooled
from iomgraph.claims.read import Reader
from iomgraph.findings import Finding, Findings
from iomgraph.mapping import context
from iomgraph.records import quality, titles
from iomgraph.records.project import Project, Reconciler
from iomgraph.reference import concepts, fund
from iomgraph.settings import Settings
from iomgraph.sources import page_table, tables
from iomgraph.sources.harvest import harvest
from iomgraph.sources.rules import Reporter, Rules
from iomgraph.sources.tables import Row, Tables
from iomgraph.sources.vocabulary import fold

from .. import reconciling

Projects = tuple[dict[str, Project], list[Finding]]
Reconciled = Callable[..., Projects]


def _published(project: Project, claim: Claim) -> bool:
    """Tell whether the record says what the claim says."""
    value = project.record.get(claim.term)
    if claim.term == "title":
        texts = (value or {}).get(claim.lang, [])
        return fold(titles.tidy(str(claim.value)).text) in map(fold, texts)
    if claim.term == "budget":
        (part,) = parts(claim.value)
        return value is not None and (value["value"], value["currency"]) == (part["value"], part["currency"])
    if isinstance(claim.value, tuple):
        return sorted(map(str, value or [])) == sorted(map(str, claim.value))
    return bool(value == claim.value)


def _disputed(project: Project, page: PageRef, claim: Claim) -> bool:
    """Tell whether a discrepancy keeps the claim, with its page and its value."""
    capture = iris.curie("captures", page.key)
    said = {fold(titles.tidy(str(claim.value)).text)} if claim.term == "title" else _values(claim)
    return any(
        capture in rival["wasDerivedFrom"] and said == _shown(rival, claim.term)
        for found in project.discrepancies
        if found["property"] == claim.term
        for rival in found["rival"]
    )


def _values(claim: Claim) -> set[str]:
    return set(map(str, claim.value)) if isinstance(claim.value, tuple) else {str(claim.value)}


def _shown(rival: dict[str, Any], term: str) -> set[str]:
    values = rival.get("claimedValue", rival.get("claimedResource", []))
    return {fold(value) if term == "title" else value for value in values}


def _lost(projects: Iterable[Project], findings: Iterable[Finding]) -> list[tuple[str, str]]:
    """Claims that neither the record, nor a discrepancy, nor a finding at their cell, accounts for."""
    reported = {found.place for found in findings}
    return [
        (page.url, claim.term)
        for project in projects
        for page in project.pages
        for claim in page.whole
        if not _published(project, claim)
        and not _disputed(project, page, claim)
        and claim.place not in reported
    ]


def test_no_claim_of_the_real_portfolio_vanishes(portfolio_projects: Projects) -> None:
    projects, findings = portfolio_projects
    claims = [claim for project in projects.values() for page in project.pages for claim in page.whole]
    assert len(claims) == 2_891
    assert _lost(projects.values(), findings) == []


def test_every_claim_of_every_page_is_in_the_graph_of_its_page(
    portfolio_projects: Projects, portfolio_pages: tuple[list[Page], list[Finding]]
) -> None:
    projects, _ = portfolio_projects
    graphs = {key: record for project in projects.values() for key, record in project.claims}
    assert graphs.keys() == {page.key for page in portfolio_pages[0]}
    for page in portfolio_pages[0]:
        record = graphs[page.key]
        terms = record.keys() - {"id", "type", "startDate", "endDate"}
        assert terms == {claim.term for claim in page}
        for claim in page:
            if claim.term == "title":
                assert record["title"] == {claim.lang: [claim.value]}
            else:
                assert _published(Project(record, list(spooled([page]))), claim)


def test_every_fact_is_on_pages_that_claim_it_and_every_value_has_its_fact(
    portfolio_projects: Projects,
) -> None:
    projects, _ = portfolio_projects
    facts = 0
    for project in projects.values():
        pages = {iris.curie("captures", page.key): page for page in project.pages}
        for fact in project.facts:
            topic = fact["property"] == "topic"
            facts += not topic
            assert fact["wasDerivedFrom"]
            for capture in fact["wasDerivedFrom"]:
                claim = pages[capture].whole.first("title" if topic else fact["property"])
                assert claim
                assert _published(project, claim)
        derived = {
            "id",
            "type",
            "startDate",
            "endDate",
            "inferredIatiIdentifier",
            "fundedBy",
            "source",
            "page",
            "capture",
        }
        assert {fact["property"] for fact in project.facts} == project.record.keys() - derived
    assert facts == 2_255


def test_no_rejected_value_is_accepted_anywhere(portfolio_projects: Projects) -> None:
    projects, _ = portfolio_projects
    disputes = [(project, found) for project in projects.values() for found in project.discrepancies]
    assert len(disputes) == 25
    for project, found in disputes:
        accepted = [rival for rival in found["rival"] if rival["accepted"]]
        value = project.record.get(found["property"])
        for rival in found["rival"]:
            claimed = (rival.get("claimedValue") or rival.get("claimedResource"))[0]
            assert (claimed == str(value)) == rival["accepted"]
        assert len(accepted) == (value is not None)
        assert len({rival["id"] for rival in found["rival"]}) == len(found["rival"]) > 1


def test_names_are_given_once(portfolio_projects: Projects) -> None:
    projects, _findings = portfolio_projects
    for kind in ("facts", "discrepancies", "captures"):
        names = [record["id"] for project in projects.values() for record in getattr(project, kind)]
        assert len(names) == len(set(names)) > 0


def test_findings_of_one_name_are_one_record_so_that_none_is_overwritten(
    portfolio_projects: Projects,
) -> None:
    _, findings = portfolio_projects
    records: dict[str, dict[str, Any]] = {}
    for found in findings:
        record = quality.finding(found)
        assert records.setdefault(record["id"], record) == record
    # The Spanish and the French page of PX.0012 both end in 2024: one record says so.
    assert (len(findings), len(records)) == (83, 82)


# No order of rows changes a thing


def _all(projects: Iterable[Project], findings: Iterable[Finding]) -> list[Any]:
    records = [
        [one.record, sorted(one.claims), one.captures, one.facts, one.discrepancies] for one in projects
    ]
    return [records, sorted(found.key for found in findings)]


@limits(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(random=st.randoms(use_true_random=False))
def test_the_real_portfolio_is_the_same_in_every_order_of_its_rows(
    portfolio_rows: list[Row],
    portfolio_projects: Projects,
    reader: Reader,
    reconciler: Reconciler,
    rules: Rules,
    random: Any,
) -> None:
    rows = list(portfolio_rows)
    random.shuffle(rows)
    findings: list[Finding] = []
    reporter = Reporter(rules, findings)
    projects = list(reconciling.projects(reconciler, list(reader.pages(rows, reporter)), reporter))
    assert _all(projects, findings) == _all(portfolio_projects[0].values(), portfolio_projects[1])


URLS = [
    "https://iom.int/project/a",
    "https://iom.int/fr/node/1",
    "https://iom.int/es/node/1",
    "https://iom.int/fr/node/2",
    "https://iom.int/es/node/2",
    "https://developmentfund.iom.int/project/a",
    "https://developmentfund.iom.int/fr/node/1",
    "https://developmentfund.iom.int/es/node/3",
]
CELLS: dict[str, list[str]] = {
    "lang": ["en", "fr", "es", ""],
    "captured": ["2026-01-01", "2026-01-02", ""],
    "title": ["Roads of Fiji", "Roads of Fiji.", "Routes de Fidji", "Roads of the reg&", "//", ""],
    "project_id": ["LM.0001", "LM.0002", ""],
    "prima_id": ["FJ10P0001", "FJ10P0002", ""],
    "start_year": ["2008", "2010", "2019", ""],
    "end_year": ["2009", "2024", ""],
    "funding_year": ["2008", "2009", ""],
    "budget": ["100", "200", ""],
    "status": ["Active", "Completed", ""],
    "states": ["Fiji", "Fiji Tonga", "Tonga Fidji", "Samoa", ""],
}


@st.composite
def _portfolios(draw: st.DrawFn) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Pages of a few projects that agree on little, in two orders."""
    urls = draw(st.lists(st.sampled_from(URLS), unique=True, min_size=1))
    row = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in CELLS.items()})
    rows = [draw(row) | {"url": url} for url in urls]
    return rows, draw(st.permutations(rows))


def _made(
    rows: list[dict[str, str]], reader: Reader, reconciler: Reconciler, rules: Rules
) -> tuple[list[Project], list[Finding]]:
    findings: list[Finding] = []
    reporter = Reporter(rules, findings)
    empty = dict.fromkeys(page_table.COLUMNS, "")
    # The place of a row is not what is compared, so each keeps its own whatever the order.
    whole = [Row(empty | cells, f"{cells['url']}.csv", 1, 2) for cells in rows]
    return list(reconciling.projects(reconciler, list(reader.pages(whole, reporter)), reporter)), findings


@given(_portfolios())
def test_pages_that_agree_on_little_make_the_same_projects_in_every_order_and_lose_no_claim(
    reader: Reader, reconciler: Reconciler, settings: Settings, rules: Rules, made: Any
) -> None:
    projects, findings = _made(made[0], reader, reconciler, rules)
    assert _all(projects, findings) == _all(*_made(made[1], reader, reconciler, rules))
    assert _lost(projects, findings) == []
    names = [project.record["id"] for project in projects]
    assert names == sorted(set(names))
    assert sum(len(project.pages) for project in projects) == len(made[0])
    compiled = context.read(settings.ontology)
    for project in projects:
        if {"startYear", "endYear"} <= project.record.keys():
            assert project.record["startYear"] <= project.record["endYear"]
        for record in (project.record, *project.captures, *project.facts, *project.discrepancies):
            compiled.quads(record)
        for key, record in project.claims:
            compiled.quads(record, f"claims:{key}")
        assert all(text for texts in project.record.get("title", {}).values() for text in texts)


# The tiny portfolio


@pytest.fixture
def tiny_projects(tiny: Path, tmp_path: Path, settings: Settings, reconciled: Reconciled) -> Projects:
    harvest([tiny], tmp_path / "pages.csv", settings)
    return reconciled(*(row.cells for row in tables.read(tmp_path / "pages.csv", page_table.COLUMNS)))


def test_the_tiny_portfolio_makes_three_projects_of_seven_pages(tiny_projects: Projects) -> None:
    projects, findings = tiny_projects
    assert {key: len(project.pages) for key, project in projects.items()} == {
        "IB.9902": 2,
        "LM.9901": 3,
        "PA10P9903": 2,
    }
    assert sorted(found.rule for found in findings) == [
        "disagreement",
        "disagreement",
        "rejected",
        "rejected",
        "title-language",
    ]


def test_a_tiny_project_is_published_whole(tiny_projects: Projects) -> None:
    record = tiny_projects[0]["LM.9901"].record
    assert record == {
        "id": "projects:LM.9901",
        "type": ["Project"],
        "title": {
            "en": ["Bridges between Harbour Towns"],
            "es": ["Puentes entre las ciudades portuarias"],
            "fr": ["Des ponts entre les villes portuaires"],
        },
        "identifier": "LM.9901",
        "primaId": "KE10P9901",
        "status": "statuses:completed",
        "theme": "themes:labour-migration",
        "coverage": "coverages:regional",
        "region": "regions:africa",
        "benefitingState": ["states:CIV", "states:GHA"],
        "startYear": 2006,
        "startDate": "2006",
        "endYear": 2008,
        "endDate": "2008",
        "fundingYear": 2005,
        "budget": {
            "id": "projects:LM.9901/budget",
            "type": ["MonetaryAmount"],
            "value": "12345.5",
            "currency": "USD",
        },
        "inferredIatiIdentifier": "XM-DAC-47066-LM.9901",
        "fundedBy": "funds:idf",
        "source": [
            "https://iom.int/es/node/900001",
            "https://iom.int/fr/node/900001",
            "https://iom.int/project/bridges-between-harbour-towns",
        ],
        "page": [
            "https://iom.int/es/node/900001",
            "https://iom.int/fr/node/900001",
            "https://iom.int/project/bridges-between-harbour-towns",
        ],
        "capture": [
            "captures:iom.int-es-node-900001.2026-01-11",
            "captures:iom.int-fr-node-900001.2026-01-10",
            "captures:iom.int-project-bridges-between-harbour-towns.2026-01-10",
        ],
    }


def test_a_capture_says_where_when_and_in_what_language(tiny_projects: Projects) -> None:
    assert tiny_projects[0]["IB.9902"].captures[1] == {
        "id": "captures:developmentfund.iom.int-project-lamps-border-road.2026-01-09",
        "type": ["Capture", "Entity"],
        "source": ["https://developmentfund.iom.int/project/lamps-border-road"],
        "language": "en",
        "created": "2026-01-09",
        "claimsGraph": "claims:developmentfund.iom.int-project-lamps-border-road.2026-01-09",
    }


def test_a_capture_of_which_nothing_is_known_has_a_name_and_a_graph(reconciled: Reconciled) -> None:
    projects, _ = reconciled({"file": "x.txt", "title": "Roads"})
    assert projects["x.txt"].captures == [
        {"id": "captures:x.txt", "type": ["Capture", "Entity"], "claimsGraph": "claims:x.txt"}
    ]


def test_goals_follow_from_the_theme(reconciler: Reconciler, tiny_projects: Projects, rules: Rules) -> None:
    related = {"themes:labour-migration": {"relatedGoal": ["sdg:8"], "relatedTarget": ["sdg:8.8"]}}
    linked = replace(reconciler, related=related)
    pages = tiny_projects[0]["LM.9901"].pages
    (project,) = reconciling.projects(linked, [page.whole for page in pages], Reporter(rules, Findings()))
    assert (project.record["relatedGoal"], project.record["relatedTarget"]) == (["sdg:8"], ["sdg:8.8"])


def test_a_title_of_nothing_but_typography_is_reported_and_not_published(reconciled: Reconciled) -> None:
    projects, findings = reconciled({"url": URLS[0], "lang": "en", "title": "//", "project_id": "LM.0001"})
    assert "title" not in projects["LM.0001"].record
    assert [found.rule for found in findings] == ["untidy-title"]


# Findings and concepts as records


def test_a_finding_is_a_record_whose_name_survives_the_moving_of_its_row(reconciled: Reconciled) -> None:
    row = {"url": URLS[1], "lang": "fr", "end_year": "2024", "project_id": "LM.0001"}
    _, (first,) = reconciled(row)
    _, (_, moved) = reconciled({"url": "https://iom.int/x", "status": "?"}, row)
    assert first.place != moved.place
    assert quality.finding(first) == quality.finding(moved)
    assert quality.finding(first) == {
        "id": f"findings:{first.key}",
        "type": ["Finding", "QualityAnnotation"],
        "severity": "severities:should",
        "rule": "rules:set-aside",
        "message": {lang: [first.text(lang)] for lang in ("en", "es", "fr")},
        "motivatedBy": "dqv:qualityAssessment",
        "hasTarget": ["projects:LM.0001"],
        "place": "pages.csv (column end_year)",
        "offendingValue": "2024",
    }


def test_every_concept_that_a_project_points_to_is_described(
    settings: Settings, portfolio_projects: Projects
) -> None:
    described = {record["id"] for record in concepts.vocabulary(Tables(settings.data), {}, {})}
    described |= {record["id"] for record in concepts.rules(Tables(settings.data))}
    described |= set(fund.read(Tables(settings.data)))
    for project in portfolio_projects[0].values():
        pointed = {
            project.record.get(term) for term in ("status", "theme", "coverage", "region", "fundedBy")
        } - {None}
        pointed |= {record["decidedBy"] for record in (*project.facts, *project.discrepancies)}
        assert pointed <= described


def test_every_concept_has_its_scheme_and_labels_in_three_languages_where_the_pages_give_them(
    settings: Settings,
) -> None:
    records = [
        *concepts.vocabulary(Tables(settings.data), {}, {}),
        *concepts.rules(Tables(settings.data)),
        *concepts.severities(Tables(settings.data)),
    ]
    schemes = {record["id"]: record for record in records if record["type"] == ["ConceptScheme"]}
    members = [record for record in records if record["type"] != ["ConceptScheme"]]
    assert {f"schemes:{name}" for name in ("status", "coverage", "region", "theme", "rule")} <= schemes.keys()
    for record in members:
        assert record["id"] in schemes[record["inScheme"]]["hasTopConcept"]
        assert record["prefLabel"]["en"]
        labels = {(lang, text) for lang, texts in record["prefLabel"].items() for text in texts}
        others = {(lang, text) for lang, texts in record.get("altLabel", {}).items() for text in texts}
        assert not labels & others
    assert sum(len(scheme["hasTopConcept"]) for scheme in schemes.values()) == len(members)
