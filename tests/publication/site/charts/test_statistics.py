"""The charts of the site: their figures are those of the queries beside them."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest

from iomgraph.build import gather
from iomgraph.publication.amounts import totals
from iomgraph.publication.site import thing, translations
from iomgraph.publication.site.charts import statistics, years
from iomgraph.publication.site.charts.figure import Figure
from iomgraph.publication.site.things import Things
from iomgraph.publication.site.view import View
from iomgraph.queries import execution
from iomgraph.records.record import Record
from iomgraph.settings import BASE_IRI, LANGUAGES, Settings

SETTINGS = Settings()


@pytest.fixture(scope="module")
def things() -> Things:
    return Things(gather(SETTINGS).data, BASE_IRI)


@pytest.fixture(scope="module")
def made(things: Things) -> dict[str, dict[str, Figure]]:
    """The charts of the page of statistics, by language and name."""
    said = translations.read(SETTINGS.data, SETTINGS.ontology)
    projects = things.of_class("Project")
    return {
        lang: {
            one.name: one
            for one in statistics.figures(View(things, lang, said[lang].labels), projects, said[lang].words)
        }
        for lang in LANGUAGES
    }


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a file of CSV."""
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def numbers(rows: list[dict[str, str]], key: str, value: str) -> dict[str, Decimal]:
    """A column of numbers by another; rows of the same key are added up."""
    found: dict[str, Decimal] = {}
    for row in rows:
        found[row[key]] = found.get(row[key], Decimal()) + Decimal(row[value] or 0)
    return found


@pytest.mark.parametrize(
    ("name", "value", "query", "key", "answer"),
    [
        ("start-year-projects", "total", "budget-by-start-year-and-region", "year", "projects"),
        ("start-year-budget", "total", "budget-by-start-year-and-region", "year", "budget"),
        ("funding-year-projects", "projects", "budget-by-year", "year", "projects"),
        ("funding-year-budget", "budget", "budget-by-year", "year", "budget"),
        ("state-projects", "projects", "budget-by-state", "state", "projects"),
        ("state-budget", "budget", "budget-by-state", "state", "budget"),
        ("state-budget", "share", "budget-by-state-shared", "state", "budget"),
        ("region-projects", "total", "projects-by-region-and-status", "region", "projects"),
        ("region-budget", "total", "projects-by-region-and-status", "region", "budget"),
        ("theme-projects", "projects", "budget-by-theme", "theme", "projects"),
        ("theme-budget", "budget", "budget-by-theme", "theme", "budget"),
        ("goal-projects", "projects", "budget-by-goal", "goal", "projects"),
        ("goal-budget", "budget", "budget-by-goal", "goal", "budget"),
        ("goal-budget", "share", "budget-by-goal", "goal", "share"),
    ],
)
def test_a_chart_has_the_figures_of_its_query(
    name: str, value: str, query: str, key: str, answer: str, site: Path, made: Any
) -> None:
    assert query in made["en"][name].queries
    drawn = numbers(table(site / f"charts/{name}.csv"), key, value)
    asked = numbers(table(site / f"queries/{query}.csv"), key, answer)
    if key == "state" and query == "budget-by-state":
        del drawn[""]  # those without a state, which that query leaves out
    assert len(drawn) > 5
    assert drawn == asked


@pytest.mark.parametrize("what", ["projects", "budget"])
def test_the_regions_of_a_year_are_those_of_the_query(what: str, site: Path) -> None:
    rows = table(site / f"charts/start-year-{what}.csv")
    regions = [name for name in rows[0] if name not in ("year", "total")]
    drawn = {
        (row["year"], name): Decimal(row[name]) for row in rows for name in regions if Decimal(row[name])
    }
    asked = {
        (row["year"], row["region"] or "none"): Decimal(row[what])
        for row in table(site / "queries/budget-by-start-year-and-region.csv")
        if Decimal(row[what])
    }
    assert len(regions) == 7
    assert drawn == asked


def test_the_statuses_of_a_region_are_those_of_the_query(site: Path) -> None:
    rows = table(site / "charts/region-projects.csv")
    statuses = [name for name in rows[0] if name not in ("region", "label", "total")]
    drawn = {(row["region"], name): int(row[name]) for row in rows for name in statuses if int(row[name])}
    asked = {
        (row["region"], row["status"].rpartition("/")[2] or "none"): int(row["projects"])
        for row in table(site / "queries/projects-by-region-and-status.csv")
    }
    assert drawn == asked


@pytest.mark.parametrize("path", ["state/GEO", "state/COL", "theme/labour-migration", "goal/10"])
def test_the_years_of_a_thing_are_those_that_its_query_gives(path: str, site: Path, release: Path) -> None:
    text = (site / f"fr/id/{path}.html").read_text(encoding="utf-8")
    query = unquote_plus(unescape(re.findall(r'sparql\.html#query=([^"]+)"', text)[0]))
    assert path.rpartition("/")[2] in query
    answer = execution.open_release(release).query(query)
    asked = [[term.value if term else "" for term in row] for row in answer]  # type: ignore[union-attr]
    drawn = [[*row.values()] for row in table(site / f"charts/{path}.csv")]
    assert len(drawn) > 2
    assert sorted((year, int(count), Decimal(sum_)) for year, count, sum_ in drawn) == sorted(
        (year, int(count), Decimal(sum_)) for year, count, sum_ in asked
    )


def test_nothing_is_lost_where_a_project_counts_once(made: Any, things: Things) -> None:
    projects = things.of_class("Project")
    budget = sum((totals(one).get("USD", Decimal()) for one in projects), Decimal())
    for name in ("start-year", "funding-year", "theme"):
        assert sum(row.cells[-1] for row in made["es"][f"{name}-projects"].rows) == len(projects), name
        assert sum(row.cells[-1] for row in made["es"][f"{name}-budget"].rows) == budget, name
    # Shares are rounded to dollars, a row at a time.
    shares = sum(row.cells[-1] for row in made["es"]["state-budget"].rows)
    assert abs(shares - budget) < len(made["es"]["state-budget"].rows)


def test_a_chart_says_what_it_leaves_out_and_what_is_assumed(made: Any) -> None:
    keys = {name: {note.key for note in figure.notes} for name, figure in made["en"].items()}
    assert len(keys) == 12
    assert all("note_lacking" in found for found in keys.values())
    assert {"note_repeated", "note_divided"} <= keys["goal-budget"]
    assert {"note_shared", "note_ranked"} <= keys["state-budget"]
    assert "note_several" in keys["state-projects"]


def test_in_another_currency_no_query_is_said_to_give_the_money(things: Things) -> None:
    said = translations.read(SETTINGS.data, SETTINGS.ontology)["en"]
    view = View(things, "en", said.labels)
    projects: list[Record] = [
        {"id": f"projects:{year}", "startYear": year, "budget": {"value": "5.50", "currency": "EUR"}}
        for year in (2019, 2021)
    ]
    count, money = statistics.figures(view, projects, said.words)
    assert (count.queries, money.queries) == (("budget-by-start-year-and-region",), ())
    assert money.listed[0][1] == ["€5.50"]
    assert money.csv() == "year,total\r\n2019,5.50\r\n2021,5.50\r\n".replace("total", "budget")


def test_a_thing_of_a_single_year_has_no_chart_of_years(things: Things) -> None:
    said = translations.read(SETTINGS.data, SETTINGS.ontology)["en"]
    view = View(things, "en", said.labels)
    found = {
        record["id"]: years.figure(record, thing.common(record, view, {}).projects, view, said.words, {})
        for record in (*things.of_class("State"), *things.of_class("Target")[:2])
    }
    assert sum(1 for figure in found.values() if figure) > 80
    assert all(len(figure.drawn) > 1 for figure in found.values() if figure)
    assert found["states:VUT"] is None or len(found["states:VUT"].drawn) > 1
    assert not any(figure for name, figure in found.items() if name.startswith("sdg:"))
