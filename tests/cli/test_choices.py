"""A query that is asked about nothing lists the things that it can be asked about."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

from iomgraph.cli import choices
from iomgraph.cli.query import query
from iomgraph.errors import QueryError
from iomgraph.queries import library, parameters
from iomgraph.settings import resources

BASE = "https://w3id.org/iomgraph/id/project/"


def ask(*arguments: str | Path) -> Result:
    return CliRunner().invoke(query, [str(one) for one in arguments], env={"COLUMNS": "200"})


def test_a_project_is_chosen_and_not_taken_from_the_file(portfolio_release: Path) -> None:
    done = ask("project", "--release", portfolio_release)
    assert isinstance(done.exception, QueryError)
    said = str(done.exception)
    assert "project needs a parameter: project" in said
    assert "--param project=" in said
    records = json.loads((portfolio_release / "iomgraph.jsonld").read_text(encoding="utf-8"))["@graph"]
    projects = [one for one in records if "Project" in one.get("type", ())]
    assert f"{len(projects) - choices.SHOWN} more are not shown" in said
    assert done.stdout == ""
    cells = [line.split("│") for line in done.stderr.splitlines() if line.startswith("│")]
    rows = [[one.strip() for one in row] for row in cells if row[1].strip()]
    assert len(rows) == choices.SHOWN
    assert all(len(row[2]) > 5 for row in rows)


def test_a_text_is_asked_for_with_an_example(portfolio_release: Path) -> None:
    done = ask("projects-about", "--release", portfolio_release)
    assert "--param word=diaspora" in str(done.exception)


def test_every_query_says_what_it_is_about_or_answers_as_it_stands() -> None:
    known = library.read_all(resources() / "queries")
    needing = {name for name, one in known.items() if parameters.missing(one, {})}
    assert {"project", "projects-of-state", "statements-about", "projects-of-theme"} <= needing
    assert needing & {"budget-by-state", "projects-in-year", "member-states"} == set()
    for name in needing:
        given = {one.name: "x" for one in known[name].parameters}
        assert parameters.missing(known[name], given) is None


@pytest.mark.parametrize(
    ("labels", "expected"), [('"Routes"@fr', "Routes"), ('"Routes"@fr, "Roads"@en', "Roads"), ("", "")]
)
def test_a_label_in_english_is_preferred_and_none_is_needed(labels: str, expected: str) -> None:
    store = ox.Store()
    said = f"; <http://purl.org/dc/terms/title> {labels}" if labels else ""
    triples = f"<{BASE}A.1> a <https://w3id.org/iomgraph/ontology#Project> {said} . <{BASE}A.1/b> a <x:B> ."
    store.load(triples, format=ox.RdfFormat.TURTLE)
    found = store.query(choices.listing(BASE))
    assert isinstance(found, ox.QuerySolutions)
    assert [(row["thing"].value, row["label"].value) for row in found] == [(f"{BASE}A.1", expected)]
