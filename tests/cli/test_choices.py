"""A query that is asked about nothing lists the things that it can be asked about."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

from iomgraph import formats
from iomgraph.cli import choices
from iomgraph.cli.query import query
from iomgraph.errors import QueryError
from iomgraph.queries import library, parameters
from iomgraph.queries.execution import Answer
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
    assert "not shown" not in said
    assert done.stdout == ""
    cells = [line.split("│") for line in done.stderr.splitlines() if line.startswith("│")]
    rows = [[one.strip() for one in row] for row in cells if row[1].strip()]
    assert len(rows) == len(projects) > choices.SHOWN
    assert all(len(row[2]) > 5 for row in rows)


def test_a_text_is_asked_for_with_an_example(portfolio_release: Path) -> None:
    done = ask("projects-about", "--release", portfolio_release)
    assert "--param word=diaspora" in str(done.exception)


def test_every_query_names_its_subject_or_runs_unchanged() -> None:
    known = library.read_all(resources() / "queries")
    needing = {name for name, one in known.items() if parameters.missing(one, {})}
    assert {"project", "projects-of-state", "statements-about", "projects-of-theme"} <= needing
    assert needing & {"budget-by-state", "projects-in-year", "member-states"} == set()
    for name in needing:
        given = {one.name: "x" for one in known[name].parameters}
        assert parameters.missing(known[name], given) is None


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ('"Routes"@fr', "Routes"),
        ('"Routes"@fr, "Roads"@en', "Roads"),
        ('"Roads"@en, "Caminos"@es, "Routes"@fr', "Roads"),
        ("", ""),
    ],
)
def test_a_label_in_english_is_preferred_and_none_is_needed(labels: str, expected: str) -> None:
    store = ox.Store()
    said = f"; <http://purl.org/dc/terms/title> {labels}" if labels else ""
    triples = f"<{BASE}A.1> a <https://w3id.org/iomgraph/ontology#Project> {said} . <{BASE}A.1/b> a <x:B> ."
    store.load(triples, format=ox.RdfFormat.TURTLE)
    found = store.query(choices.listing(BASE))
    assert isinstance(found, ox.QuerySolutions)
    assert [(row["thing"].value, row["label"].value) for row in found] == [(f"{BASE}A.1", expected)]


def test_goals_are_listed_without_the_targets_below_the_same_base_in_the_order_of_their_numbers() -> None:
    base = "https://w3id.org/iomgraph/id/sdg/"
    both = "a <http://www.w3.org/2004/02/skos/core#Concept>"
    store = ox.Store()
    triples = [f"<{base}{key}> {both} , <x:Goal> ." for key in (10, 2, 1)]
    triples += [f"<{base}{key}> {both} , <x:Target> ." for key in ("1.10", "1.2", "1.a")]
    store.load("\n".join(triples), format=ox.RdfFormat.TURTLE)
    wanted = {
        "8": ["1", "1.2", "1.10", "1.a", "2", "10"],
        "2": ["1", "2", "10"],
        "1.2": ["1.2", "1.10", "1.a"],
    }
    for example, keys in wanted.items():
        found = store.query(choices.listing(base, example))
        assert isinstance(found, ox.QuerySolutions)
        answer = Answer(formats.find("json"), found.serialize(format=ox.QueryResultsFormat.JSON) or b"")
        assert [key for key, _ in choices.rows(answer, base)] == keys
