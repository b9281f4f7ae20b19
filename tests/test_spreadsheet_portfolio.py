"""A workbook of thirty projects as people type them becomes a portfolio without a false statement."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path

import openpyxl
import pyoxigraph as ox
import pytest

from iomgraph.build import build
from iomgraph.settings import Settings

HEADER = [
    "Project ID",
    "Project title",
    "Titre du projet",
    "Beneficiary country",
    "Start date",
    "End date",
    "Status",
    "Total budget (EUR)",
    "SDG",
    "Implementing partner",
    "Donor",
    "IATI identifier",
    "Web page",
    "Internal remarks",
]
PORTFOLIO = """
title = "Projects of the Example Agency"
base_iri = "https://example.org/agency/"
currency = "EUR"

[publisher]
name = "Example Agency"
iri = "https://example.org/agency"

[[sources]]
kind = "table"
files = ["projects.xlsx"]
name = "List of projects"
captured = 2026-11-27

[sources.options]
header = 3

[sources.columns]
"Project ID" = "identifier"
"Project title" = "title@en"
"Titre du projet" = "title@fr"
"Beneficiary country" = "benefitingState"
"Start date" = "startDate"
"End date" = "endDate"
"Status" = "status"
"Total budget (EUR)" = "budget:EUR"
"SDG" = "statedGoal"
"Implementing partner" = "participation:implementing"
"Donor" = "participation:funding"
"IATI identifier" = "iatiIdentifier"
"Web page" = "sourceLink"
"Internal remarks" = "ignore"
"""

# What people type in four columns, and what may be published of it: states, shares, budget, start.
STATES: list[tuple[str, str]] = [
    ("Kenya", "KEN"),
    ("Kenya; Uganda", "KEN UGA"),
    ("Kenya, Uganda and Tanzania", "KEN UGA TZA"),
    ("Côte d’Ivoire / Ghana", "CIV GHA"),
    ("Cote d'Ivoire", "CIV"),
    ("Congo DRC", ""),
    ("DRC", "COD"),
    ("Democratic Republic of the Congo", "COD"),
    ("Congo, Dem. Rep.", "COD"),
    ("Republic of Moldova", "MDA"),
    ("Moldova, Republic of; Ukraine", "MDA UKR"),
    ("Serbia and Montenegro", ""),
    ("Bosnia and Herzegovina", "BIH"),
    ("BIH", "BIH"),
    ("Viet Nam & Laos", "VNM LAO"),
    ("Turkey", "TUR"),
    ("Türkiye", "TUR"),
    ("Pérou", "PER"),
    ("México\nGuatemala", "MEX GTM"),
    ("Guinea-Bissau", "GNB"),
    ("Guinea, Guinea-Bissau", "GIN GNB"),
    ("Regional", ""),
    ("Niger", "NER"),
    ("Nigeria", "NGA"),
    ("Palestine", "PSE"),
    ("Korea", ""),
    ("Keniya", ""),
    ("Kenya 60%; Uganda 40%", "KEN UGA"),
    ("Kenya (33,3%), Somalia (66,7%)", "KEN SOM"),
    ("N/A", ""),
]
SHARES = {27: {"KEN": "60", "UGA": "40"}, 28: {"KEN": "33.3", "SOM": "66.7"}}
BUDGETS: list[tuple[str | float | None, str]] = [
    (150_000, "150000"),
    (1234.5, "1234.5"),
    ("€ 1.500,00", "1500"),
    ("1.500", ""),
    ("USD 500", ""),
    ("tbc", ""),
]
STARTS: list[tuple[str | int | date | None, str]] = [
    (date(2020, 2, 1), "2020"),
    (2021, "2021"),
    ("01/02/2022", ""),
    ("1 March 2023", "2023"),
    (None, ""),
]


@dataclass(frozen=True)
class Published:
    """A release that was built from the workbook."""

    folder: Path
    store: ox.Store
    counts: Mapping[str, int]
    rules: Counter[str]

    def values(self, path: str) -> dict[str, list[str]]:
        """The values of a path, by the project's identifier, in no order."""
        query = f"""PREFIX iom: <https://w3id.org/iomgraph/ontology#> PREFIX schema: <https://schema.org/>
        PREFIX dct: <http://purl.org/dc/terms/>
        SELECT ?id ?value {{ ?project a iom:Project ; dct:identifier ?id ; {path} ?value }}
        ORDER BY ?id ?value"""
        found: dict[str, list[str]] = {}
        solutions = self.store.query(query)
        assert isinstance(solutions, ox.QuerySolutions)
        for row in solutions:
            found.setdefault(row["id"].value, []).append(row["value"].value.rpartition("/")[2])
        return found


def _workbook(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Projects"
    sheet.append(["Projects of the Example Agency"])
    sheet.append([])
    sheet.append(HEADER)
    for number, (states, _) in enumerate(STATES):
        sheet.append(
            [
                f"EX.{number:03}",
                f"Support to the management of migration, part {number}",
                f"Appui à la gestion des migrations, partie {number}",
                states,
                STARTS[number % len(STARTS)][0],
                2025,
                ("Active", "Completed", "On hold")[number % 3],
                BUDGETS[number % len(BUDGETS)][0],
                ("8.8; 10.7", "SDG 10", 16)[number % 3],
                "Red Cross, Kenya; Ministry of Works",
                "European Union",
                f"XX-EX-{number:03}",
                f"https://example.org/projects/{number}",
                "do not publish",
            ]
        )
    sheet.append(["Total", None, None, None, None, None, None, 9_999_999])
    book.create_sheet("Notes").append(["Old list: see Anna"])
    book.save(path)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    folder = tmp_path_factory.mktemp("agency")
    (folder / "mine").mkdir()
    _workbook(folder / "mine/projects.xlsx")
    (folder / "mine/portfolio.toml").write_text(PORTFOLIO, encoding="utf-8")
    result = build(Settings(data=folder / "mine", out=folder / "dist", site=False))
    assert result.published, [one.text() for one in result.findings if one.severity.word == "must"]
    store = ox.Store()
    store.bulk_load(path=folder / "dist/iomgraph.ttl", format=ox.RdfFormat.TURTLE)
    return Published(folder / "dist", store, result.counts, Counter(one.rule for one in result.findings))


def test_every_row_is_a_project_or_a_finding(published: Published) -> None:
    assert published.counts["projects"] == len(STATES) == 30
    assert published.rules["total-row"] == 1
    assert published.rules["sheet-without-columns"] == 1


def test_states_are_those_that_are_named_exactly_and_no_others(published: Published) -> None:
    wanted = {f"EX.{n:03}": sorted(codes.split()) for n, (_, codes) in enumerate(STATES) if codes}
    assert published.values("iom:benefitingState") == wanted
    withheld = sum(not codes for _, codes in STATES) - 1  # one says N/A
    assert published.rules["state-not-matched"] == withheld == 5


def test_shares_are_published_where_they_are_stated(published: Published) -> None:
    wanted = {f"EX.{n:03}": sorted(shares.values()) for n, shares in SHARES.items()}
    assert published.values("iom:allocation/iom:percentage") == wanted


def test_amounts_and_dates_with_two_readings_are_not_published(published: Published) -> None:
    budgets = {f"EX.{n:03}": [BUDGETS[n % 6][1]] for n in range(30) if BUDGETS[n % 6][1]}
    assert published.values("iom:budget/schema:value") == budgets
    assert set(chain.from_iterable(published.values("iom:budget/schema:currency").values())) == {"EUR"}
    starts = {f"EX.{n:03}": [STARTS[n % 5][1]] for n in range(30) if STARTS[n % 5][1]}
    assert published.values("iom:startYear") == starts
    assert published.rules["ambiguous-amount"] == published.rules["currency-clash"] == 5
    assert published.rules["ambiguous-date"] == 6
    assert published.rules["unknown-status"] + published.rules["unknown-theme"] == 10


def test_identifiers_are_those_that_are_stated(published: Published) -> None:
    assert published.values("iom:iatiIdentifier") == {f"EX.{n:03}": [f"XX-EX-{n:03}"] for n in range(30)}
    assert published.values("iom:inferredIatiIdentifier") == {}


def test_projects_have_no_facts_of_another_publisher(published: Published) -> None:
    with gzip.open(published.folder / "iomgraph.nq.gz", "rt", encoding="utf-8") as file:
        lines = file.readlines()
    assert not [line for line in lines if "XM-DAC-47066" in line or "/fund/idf" in line]
    assert not [line for line in lines if "do not publish" in line]
    projects = [line for line in lines if line.startswith("<https://example.org/agency/id/project/")]
    assert len(projects) > 30 * 10
    assert not [line for line in projects if "fundedBy" in line or "iom.int" in line or "IDF" in line]
    for name in ("dataset.jsonld", "dcat.ttl", "void.ttl"):
        text = (published.folder / name).read_text(encoding="utf-8")
        assert "Projects of the Example Agency" in text
        assert "Development Fund" not in text


def test_findings_name_the_file_the_sheet_and_the_cell(published: Published) -> None:
    findings = json.loads((published.folder / "findings.json").read_text(encoding="utf-8"))["findings"]
    (found,) = [one for one in findings if one.get("value") == "Congo DRC"]
    assert found["place"] == {
        "file": "data/projects.xlsx",
        "row": 9,
        "column": "D",
        "label": "Beneficiary country",
        "sheet": "Projects",
    }
