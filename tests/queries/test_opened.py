"""A release asked from Python: rows as Python has them, things by name, values with their provenance."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import iomgraph
from iomgraph.errors import QueryError, UnknownThingError
from iomgraph.queries.opened import Release, Rows


@pytest.fixture(scope="module")
def opened(portfolio_release: Path) -> Release:
    return iomgraph.open(portfolio_release)


def test_a_named_query_gives_what_the_command_line_gives(opened: Release) -> None:
    rows = opened.ask("projects_of_state", state="georgia")
    command = ["query", "projects-of-state", "--param", "state=GEO", "--release", str(opened.folder)]
    told = subprocess.run(
        [sys.executable, "-m", "iomgraph", *command, "--format", "csv"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert told.splitlines()[0].split(",") == list(rows.columns)
    assert len(rows) == len(told.splitlines()) - 1 >= 6
    assert rows[0] in rows[:2].rows
    (ours,) = [row for row in rows if str(row["project"]).endswith("/LM.0024")]
    assert (ours["end"], ours["budget"]) == (2009, Decimal(64240))


def test_every_named_query_can_be_asked(opened: Release) -> None:
    asked = 0
    for name, query in opened.queries.items():
        given = {one.name: one.default for one in query.parameters if one.default is not None}
        if query.columns and len(given) == len(query.parameters):
            assert opened.ask(name, **given).columns == tuple(column.name for column in query.columns)
            asked += 1
    assert asked > 40


def test_things_go_by_id_by_name_and_by_code(opened: Release) -> None:
    assert opened.project("lm.0024")["iom:endYear"] == [2009]
    assert opened.state("Ivory Coast") == opened.state("CIV")
    assert opened.thing("themes", "Labour Migration")["iom:idPrefix"] == ["LM"]
    with pytest.raises(UnknownThingError, match="names nothing among the projects"):
        opened.project("LM.9999")


@pytest.mark.parametrize(
    ("typed", "said"),
    [("Keniya", "did you mean KEN (Kenya)"), ("Atlantis", "give one of the"), ("GE0", "did you mean GEO")],
)
def test_a_mistyped_state_is_reported_and_no_other_state_is_offered(
    opened: Release, typed: str, said: str
) -> None:
    with pytest.raises(UnknownThingError) as told:
        opened.state(typed)
    assert told.value.step.startswith(said)


def test_the_provenance_of_a_value_is_one_call(opened: Release) -> None:
    rows = opened.provenance("LM.0024", "endYear")
    assert rows.column("captured") == [date(2026, 11, 23)]
    assert str(rows[0]["rule"]).endswith("/default-end-year")
    assert rows == opened.provenance("LM.0024", "iom:endYear")


def test_sparql_gives_rows_an_answer_or_triples(opened: Release) -> None:
    rows = opened.sparql("SELECT ?p ?none { ?p a iom:Project } LIMIT 2")
    assert isinstance(rows, Rows)
    assert rows.column("none") == [None, None]
    assert opened.sparql("ASK { ?p a iom:Project }") is True
    triples = opened.sparql("CONSTRUCT { ?p a iom:Project } { ?p a iom:Project } LIMIT 3")
    assert isinstance(triples, list)
    assert len(triples) == 3


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("projects-of-state", {}, "needs a parameter"),
        ("projects-of-state", {"state": "Atlantis"}, "names nothing among the states"),
        ("projects-of-state", {"state": "KEN", "year": 2}, "has no such parameter"),
        ("provenance-of-project", {"project": "LM.0024"}, "returns a graph"),
    ],
)
def test_a_query_that_can_not_run_is_a_stop(
    opened: Release, name: str, arguments: dict[str, str], said: str
) -> None:
    with pytest.raises(QueryError, match=said):
        opened.ask(name, **arguments)


def test_malformed_sparql_updates_and_missing_releases_are_reported(opened: Release, tmp_path: Path) -> None:
    for text in ("SELECT", "DROP ALL", "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }"):
        with pytest.raises(QueryError):
            opened.sparql(text)
    with pytest.raises(QueryError, match="there is no release"):
        iomgraph.open(tmp_path)


def test_rows_become_frames_where_the_library_is_there(
    opened: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = opened.ask("budget-by-year")
    pandas = pytest.importorskip("pandas")
    frame = rows.to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame.columns) == list(rows.columns)
    assert len(frame) == len(rows)
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(QueryError, match="polars is not installed"):
        rows.to_polars()
