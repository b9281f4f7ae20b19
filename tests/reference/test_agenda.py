"""Goals, targets and frameworks; links with their sources; what projects relate to through their theme."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from iomgraph.findings import Finding
from iomgraph.reference import agenda, concepts
from iomgraph.reference.agenda import Agenda
from iomgraph.settings import Settings
from iomgraph.sources.rules import Reporter, Rules
from iomgraph.sources.tables import Tables

Read = Callable[..., tuple[Agenda, list[Finding]]]


@pytest.fixture
def read(settings: Settings, rules: Rules, tmp_path: Path) -> Read:
    """Read the tables, with a row added to one of them."""

    def run(name: str = "", row: str = "") -> tuple[Agenda, list[Finding]]:
        data = tmp_path / "data"
        for folder in ("agenda", "vocabulary"):
            shutil.copytree(settings.data / folder, data / folder)
        if name:
            with (data / "agenda" / name).open("a", encoding="utf-8") as table:
                table.write(f"{row}\n")
        findings: list[Finding] = []
        return agenda.read(Tables(data), concepts.themes(Tables(data)), Reporter(rules, findings)), findings

    return run


def test_there_are_17_goals_169_targets_and_23_and_3_objectives(read: Read) -> None:
    found, findings = read()
    classes = Counter(record["type"][0] for record in found.records)
    assert classes == {"Goal": 17, "Target": 169, "Objective": 26, "Concept": 29, "ConceptScheme": 3}
    assert findings == []


def test_a_target_is_named_by_its_code_and_the_short_name_of_its_goal(read: Read) -> None:
    target = next(record for record in read()[0].records if record["id"] == "sdg:10.7")
    assert target["isTargetOf"] == "sdg:10"
    assert target["prefLabel"]["en"] == ["10.7 Reduced Inequalities"]
    assert target["prefLabel"]["fr"] == ["10.7 Inégalités réduites"]


def test_every_link_has_its_basis_and_its_source(read: Read) -> None:
    statements = read()[0].statements
    assert len({link["id"] for link in statements}) == len(statements) == 130
    assert Counter(link["basis"] for link in statements) == {"bases:inferred": 94, "bases:stated": 36}
    assert all({"source", "attribution"} & set(link) for link in statements)


def test_an_inferred_link_of_a_theme_leads_to_the_stated_link_of_a_topic(read: Read) -> None:
    links = {link["id"]: link for link in read()[0].statements}
    behind = links["links:theme/counter-trafficking/sdg-8.7"]["wasDerivedFrom"]
    assert behind == ["links:topic/trafficking/sdg-8.7"]
    assert links[behind[0]]["basis"] == "bases:stated"


def test_a_theme_that_leads_to_a_target_leads_to_its_goal(read: Read) -> None:
    related = read()[0].related
    assert related["themes:labour-migration"] == {
        "relatedObjective": ["gcm:5", "gcm:6", "gcm:18", "migof:O1"],
        "relatedGoal": ["sdg:8", "sdg:10"],
        "relatedTarget": ["sdg:8.5", "sdg:8.7", "sdg:8.8", "sdg:10.7"],
    }
    assert related["themes:environment-and-climate-change"]["relatedGoal"] == ["sdg:13"]
    assert "relatedTarget" not in related["themes:environment-and-climate-change"]


@pytest.mark.parametrize(
    ("name", "row", "rule", "column"),
    [
        ("theme_links.csv", "weather,sdg:13,inferred,,iomgraph,", "unknown-thing", "theme"),
        ("theme_links.csv", "labour-migration,sdg:18,inferred,,iomgraph,", "unknown-thing", "object"),
        (
            "theme_links.csv",
            "labour-migration,sdg:1,inferred,remittances,iomgraph,",
            "unknown-thing",
            "stated_for",
        ),
        ("theme_links.csv", "labour-migration,sdg:8.8,inferred,,iomgraph,", "duplicate-link", "object"),
        ("topic_links.csv", "weather,sdg:13,stated,iomgraph,", "unknown-thing", "topic"),
    ],
)
def test_a_link_from_or_to_nothing_or_given_twice_is_found_and_left_out(
    read: Read, name: str, row: str, rule: str, column: str
) -> None:
    found, findings = read(name, row)
    assert [(one.rule, one.severity.word, one.place.column) for one in findings if one.place] == [
        (rule, "must", column)
    ]
    assert len(found.statements) == 130


def test_projects_relate_to_objectives_of_a_framework_and_not_to_its_principles(read: Read) -> None:
    found = read()[0]
    assert "migof:P2" in found.matches["themes:migration-data"]
    assert found.related["themes:migration-data"]["relatedObjective"] == ["gcm:1"]


def test_a_portfolio_that_borrows_the_topics_publishes_those_of_its_titles_with_their_links(
    read: Read,
) -> None:
    used = read()[0].used({"topics:trafficking", "statuses:active"})
    names = {record["id"] for record in used.records}
    assert {"topics:trafficking", "schemes:topic", "sdg:16.2", "sdg:1"} <= names
    assert not names & {"topics:diaspora", "topics:idf-diaspora-projects", "gcm:10", "schemes:migof"}
    assert {link["subject"][0] for link in used.statements} == {"topics:trafficking"}
    scheme = next(record for record in used.records if record["id"] == "schemes:topic")
    assert scheme["hasTopConcept"] == ["topics:trafficking"]


@pytest.mark.parametrize(
    ("row", "rule", "column"),
    [
        ("weather,sdg,a,b,c,iomgraph", "unknown-thing", "theme"),
        ("labour-migration,sdg,a,b,c,iomgraph", "linked-theme", "framework"),
    ],
)
def test_a_theme_that_is_said_to_be_unlinked_exists_and_is_unlinked(
    read: Read, row: str, rule: str, column: str
) -> None:
    found, findings = read("unlinked_themes.csv", row)
    assert [(one.rule, one.place.column) for one in findings if one.place] == [(rule, column)]
    assert sorted(found.unlinked["themes:durable-solutions"]) == ["en", "es", "fr"]
    assert "themes:labour-migration" not in found.unlinked
