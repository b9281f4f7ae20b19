"""Every rule of reconciliation: where it decides, where it has no say, and that it is explained."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from iomgraph import iris, portfolio
from iomgraph.claims import kinds
from iomgraph.findings import Finding
from iomgraph.records.project import Project, Reconciler
from iomgraph.settings import Settings
from iomgraph.sources.rules import Reporter, Rules
from iomgraph.sources.tables import Tables
from iomgraph.sources.wording import Wording

from .. import reconciling

WORDS = Wording(Tables(Settings().data))

Reconciled = Callable[..., tuple[dict[str, Project], list[Finding]]]

EN = {"url": "https://iom.int/project/roads", "lang": "en"}
FR = {"url": "https://iom.int/fr/node/1", "lang": "fr"}
ES = {"url": "https://iom.int/es/node/1", "lang": "es"}
OLD = {"url": "https://developmentfund.iom.int/project/roads", "lang": "en"}
OLD_FR = {"url": "https://developmentfund.iom.int/fr/node/2", "lang": "fr"}

Row = dict[str, str]
Case = tuple[str, list[Row], str, Any]

# Rule, rows, property, and the value that it publishes: None where it withholds.
DECIDES: list[Case] = [
    ("single-page", [EN | {"start_year": "2008"}], "startYear", 2008),
    ("agreement", [EN | {"start_year": "2008"}, ES | {"start_year": "2008"}], "startYear", 2008),
    ("agreement", [EN | {"budget": "150,000"}, OLD | {"budget": "150000.00"}], "budget", "150000"),
    (
        "agreement",
        [EN | {"states": "Fiji Tonga"}, FR | {"states": "Tonga Fidji"}],
        "benefitingState",
        ["FJI", "TON"],
    ),
    ("default-end-year", [EN | {"end_year": "2009"}, FR | {"end_year": "2024"}], "endYear", 2009),
    ("default-end-year", [FR | {"end_year": "2024"}], "endYear", None),
    ("default-end-year", [ES | {"start_year": "2018", "end_year": "2024"}], "endYear", None),
    (
        "default-end-year",
        [
            EN | {"end_year": "2017"},
            ES | {"funding_year": "2015", "end_year": "2024"},
            FR | {"end_year": "2024"},
        ],
        "endYear",
        2017,
    ),
    (
        "status-moves-forward",
        [EN | {"status": "Completed"}, OLD | {"status": "Active"}],
        "status",
        "completed",
    ),
    (
        "status-moves-forward",
        [EN | {"status": "Active"}, OLD | {"status": "Completed"}],
        "status",
        "completed",
    ),
    (
        "status-moves-forward",
        [EN | {"status": "Active"}, ES | {"status": "Activo"}, FR | {"status": "Achevé"}],
        "status",
        "completed",
    ),
    ("current-site", [EN | {"budget": "100"}, OLD | {"budget": "200"}], "budget", "100"),
    (
        "current-site",
        [EN | {"budget": "100"}, OLD | {"budget": "200"}, OLD_FR | {"budget": "200"}],
        "budget",
        "100",
    ),
    (
        "current-site",
        [EN | {"title": "Roads of Fiji"}, OLD | {"title": "Roads in Fiji"}],
        "title@en",
        "Roads of Fiji",
    ),
    (
        "longer-list",
        [EN | {"states": "Fiji"}, FR | {"states": "Fidji Tonga"}, ES | {"states": "Tonga"}],
        "benefitingState",
        ["FJI", "TON"],
    ),
    (
        "longer-list",
        [EN | {"other_states": "Fiji"}, FR | {"other_states": "Fidji Tonga"}],
        "otherBenefitingState",
        ["FJI", "TON"],
    ),
    (
        "whole-title",
        [EN | {"title": "Roads of the men&"}, OLD | {"title": "Roads of the repaired region"}],
        "title@en",
        "Roads of the repaired region",
    ),
    ("order-of-years", [EN | {"start_year": "2010", "end_year": "2008"}], "startYear", None),
    ("order-of-years", [EN | {"start_year": "2010"}, ES | {"end_year": "2008"}], "endYear", None),
    ("undecided", [EN | {"budget": "100"}, FR | {"budget": "200"}], "budget", None),
    ("undecided", [EN | {"states": "Fiji"}, FR | {"states": "Tonga"}], "benefitingState", None),
    ("undecided", [OLD | {"theme": "TCMMCB"}, OLD_FR | {"theme": "Labour Migration"}], "theme", None),
]

# Rule, rows, property, and the rule that has its say instead.
DOES_NOT: list[tuple[str, list[Row], str, str]] = [
    ("single-page", [EN | {"start_year": "2008"}, ES | {"start_year": "2008"}], "startYear", "agreement"),
    ("agreement", [EN | {"start_year": "2008"}, ES | {"start_year": "2009"}], "startYear", "undecided"),
    ("default-end-year", [FR | {"start_year": "2022", "end_year": "2024"}], "endYear", "single-page"),
    ("default-end-year", [FR | {"funding_year": "2008", "end_year": "2024"}], "endYear", "single-page"),
    ("default-end-year", [FR | {"end_year": "2023"}], "endYear", "single-page"),
    ("default-end-year", [EN | {"end_year": "2024"}], "endYear", "single-page"),
    ("default-end-year", [OLD_FR | {"end_year": "2024"}], "endYear", "single-page"),
    ("default-end-year", [ES | {"start_year": "2020", "end_year": "2024"}], "endYear", "single-page"),
    ("default-end-year", [ES | {"end_year": "2024"}], "endYear", "single-page"),
    ("default-end-year", [EN | {"end_year": "2024"}, FR | {"end_year": "2024"}], "endYear", "single-page"),
    ("status-moves-forward", [EN | {"status": "Active"}, FR | {"status": "Actif"}], "status", "agreement"),
    (
        "status-moves-forward",
        [EN | {"theme": "TCMMCB"}, FR | {"theme": "Labour Migration"}],
        "theme",
        "undecided",
    ),
    ("current-site", [OLD | {"budget": "100"}, OLD_FR | {"budget": "200"}], "budget", "undecided"),
    (
        "current-site",
        [EN | {"budget": "1"}, FR | {"budget": "2"}, OLD | {"budget": "3"}],
        "budget",
        "undecided",
    ),
    (
        "current-site",
        [EN | {"budget": "1"}, OLD | {"budget": "2"}, FR | {"budget": "2"}],
        "budget",
        "undecided",
    ),
    (
        "longer-list",
        [EN | {"states": "Fiji Tonga"}, FR | {"states": "Tonga Samoa"}],
        "benefitingState",
        "undecided",
    ),
    (
        "whole-title",
        [EN | {"title": "Roads of the men&"}, OLD | {"title": "Roads of the reg&"}],
        "title@en",
        "current-site",
    ),
    (
        "whole-title",
        [EN | {"title": "Roads of the men&"}, FR | {"title": "Les routes"}],
        "title@en",
        "single-page",
    ),
    ("order-of-years", [EN | {"start_year": "2008", "end_year": "2008"}], "startYear", "single-page"),
    ("order-of-years", [EN | {"funding_year": "2009", "start_year": "2008"}], "startYear", "single-page"),
    ("undecided", [EN | {"budget": "100"}, FR | {"budget": "100"}], "budget", "agreement"),
]


def _rows(rows: list[Row]) -> list[Row]:
    """Rows of one project; the same budget and year nowhere, so that no clash sets them apart."""
    return [{"project_id": "XX.0001", "captured": "2026-01-01"} | row for row in rows]


def _decided(project: Project, name: str, findings: list[Finding]) -> str:
    """The rule that decided: told by the fact, else by the discrepancy, else by the finding."""
    term, _, _lang = name.partition("@")
    key = name.replace("@", "-")
    for record in (*project.facts, *project.discrepancies):
        if record["id"].endswith(f"-{key}"):
            return str(record["decidedBy"]).removeprefix("rules:")
    said = WORDS.term(term)["en"]
    told = {found.text() for found in findings if said in found.text() or found.rule == "end-before-start"}
    (text,) = told
    if "neither year" in text:
        return "order-of-years"
    # Rules are named in words, whose slug is the rule's key.
    return iris.slug(re.findall(r"by the rule “([^”]+)”", text)[0])


def _value(project: Project, name: str) -> Any:
    term, _, lang = name.partition("@")
    value = project.record.get(term)
    if lang:
        return value[lang][0] if value else None
    if isinstance(value, dict):
        return value["value"]
    if isinstance(value, list):
        return sorted(item.removeprefix("states:") for item in value)
    return value.partition(":")[2] if isinstance(value, str) else value


@pytest.mark.parametrize(("rule", "rows", "name", "value"), DECIDES)
def test_a_rule_decides(reconciled: Reconciled, rule: str, rows: list[Row], name: str, value: Any) -> None:
    projects, findings = reconciled(*_rows(rows))
    (project,) = projects.values()
    assert _value(project, name) == value
    assert _decided(project, name, findings) == rule


@pytest.mark.parametrize(("rule", "rows", "name", "instead"), DOES_NOT)
def test_a_rule_has_no_say(
    reconciled: Reconciled, rule: str, rows: list[Row], name: str, instead: str
) -> None:
    projects, findings = reconciled(*_rows(rows))
    (project,) = projects.values()
    assert _decided(project, name, findings) == instead != rule


BETWEEN_SOURCES = {"planned-year", "rounded-amount", "page-text"}
"""Rules that `test_sources.py` has cases of: pages alone never need them."""

TWO_GRANTS = [
    EN | {"budget": "100", "funding_year": "2002"},
    ES | {"budget": "200", "funding_year": "2005"},
]


def test_the_rule_of_identifier_clash_sets_two_grants_apart(reconciled: Reconciled) -> None:
    projects, findings = reconciled(*_rows(TWO_GRANTS))
    assert set(projects) == {"roads", "es-node-1"}
    assert [(found.rule, found.value) for found in findings] == [("identifier-clash", "XX.0001")]


@pytest.mark.parametrize(
    "same", [{"budget": "100"}, {"funding_year": "2002"}, {"budget": ""}, {"funding_year": ""}]
)
def test_the_rule_of_identifier_clash_has_no_say_where_one_of_the_two_agrees_or_is_silent(
    reconciled: Reconciled, same: Row
) -> None:
    projects, findings = reconciled(*_rows([TWO_GRANTS[0], TWO_GRANTS[1] | same]))
    assert set(projects) == {"XX.0001"}
    assert "identifier-clash" not in {found.rule for found in findings}


def test_a_page_that_is_silent_on_the_year_joins_the_grant_of_its_budget(reconciled: Reconciled) -> None:
    silent = FR | {"budget": "200"}
    projects, _ = reconciled(*_rows([*TWO_GRANTS, silent]))
    assert {key: len(project.pages) for key, project in projects.items()} == {"roads": 1, "es-node-1": 2}


def test_a_page_that_is_silent_on_both_joins_no_grant_of_a_clash(reconciled: Reconciled) -> None:
    projects, findings = reconciled(*_rows([*TWO_GRANTS, OLD_FR | {"title": "Les routes"}]))
    assert sorted(len(project.pages) for project in projects.values()) == [1, 1, 1]
    assert len([found for found in findings if found.rule == "identifier-clash"]) == 1


def _names(settings: Settings) -> list[str]:
    names = []
    for table in ("rules.csv", "idf/rules.csv"):
        with (settings.data / table).open(encoding="utf-8", newline="") as file:
            names += [row["id"] for row in csv.DictReader(file)]
    return names


def test_every_rule_of_the_table_has_a_case_where_it_decides_and_one_where_it_does_not(
    settings: Settings,
) -> None:
    elsewhere = {"identifier-clash", "title-terms"} | BETWEEN_SOURCES
    assert {case[0] for case in DECIDES} | elsewhere == set(_names(settings))
    assert {case[0] for case in DOES_NOT} | elsewhere == set(_names(settings))
    assert (len(DECIDES), len(DOES_NOT), len(_names(settings))) == (22, 21, 14)


def test_every_rule_of_the_table_is_explained_and_no_other(settings: Settings) -> None:
    text = Path(settings.data / "idf/reconciliation.md").read_text(encoding="utf-8")
    sections = re.split(r"^## `", text, flags=re.MULTILINE)[1:]
    assert sorted(section.partition("`")[0] for section in sections) == sorted(_names(settings))
    for section in sections:
        assert [part in section for part in ("**What it says.**", "**Why.**", "**Example.**")] == [True] * 3


def test_the_examples_in_the_explanation_are_what_the_real_portfolio_gives(
    settings: Settings, reconciler: Reconciler, rules: Rules
) -> None:
    tables, reporter = Tables(settings.data), Reporter(rules, [])
    pages = (page.whole for page in kinds.read(tables, portfolio.read(settings.data), reporter, {}))
    projects = {
        one.record["id"].removeprefix("projects:"): one
        for one in reconciling.projects(reconciler, pages, reporter)
    }
    assert len(projects) == 473
    text = (settings.data / "idf/reconciliation.md").read_text(encoding="utf-8")
    keys = set(re.findall(r"`([A-Z][A-Z0-9]{1,3}[.-]\d{3,4})`", text)) - {"V43-805"}
    assert keys <= projects.keys()
    assert len(keys) >= 8
    used = {str(fact["decidedBy"]) for project in projects.values() for fact in project.facts}
    used |= {str(one["decidedBy"]) for project in projects.values() for one in project.discrepancies}
    idle = {name for name in _names(settings) if f"rules:{name}" not in used} - {"identifier-clash"}
    told = {
        section.partition("`")[0]
        for section in text.split("## `")[1:]
        if "No page of the portfolio" in section
    }
    assert told == idle
