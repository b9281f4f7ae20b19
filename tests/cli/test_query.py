"""`iomgraph query` as a user meets it."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

from iomgraph.cli.query import query
from iomgraph.errors import IomgraphError
from iomgraph.settings import resources

PREFIXES = {
    "id": "https://w3id.org/iomgraph/id/",
    "iom": "https://w3id.org/iomgraph/ontology#",
    "dct": "http://purl.org/dc/terms/",
    "a": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}


def iri(curie: str) -> str:
    prefix, _, rest = curie.partition(":")
    return f"<{PREFIXES[prefix]}{rest}>"


def lines() -> str:
    """Two projects of one state, one title with what would steer a terminal."""
    triples = [
        ("id:state/GEO", "a:type", iri("iom:State")),
        ("id:project/P1", "a:type", iri("iom:Project")),
        ("id:project/P1", "dct:title", '"Lamps, and [bold]light[/bold]"@en'),
        ("id:project/P1", "iom:startYear", '"2008"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("id:project/P1", "iom:benefitingState", iri("id:state/GEO")),
        ("id:project/P2", "a:type", iri("iom:Project")),
        ("id:project/P2", "dct:title", '"Routes \\u001B[31mrouges"@fr'),
        ("id:project/P2", "iom:benefitingState", iri("id:state/GEO")),
    ]
    return "".join(f"{iri(s)} {iri(p)} {o} .\n" for s, p, o in triples)


@pytest.fixture
def release(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    (folder / "ontology").mkdir(parents=True)
    (folder / "iomgraph.nq.gz").write_bytes(gzip.compress(lines().encode()))
    shutil.copy(resources() / "ontology/context.jsonld", folder / "ontology")
    return folder


def ask(*arguments: str | Path) -> Result:
    return CliRunner().invoke(query, list(map(str, arguments)))


def stop(*arguments: str | Path) -> str:
    """Return the message of the stop that a command ends in."""
    result = ask(*arguments)
    assert isinstance(result.exception, IomgraphError), result.output
    assert result.stdout == ""
    return str(result.exception)


@pytest.mark.parametrize("typed", ["Georgia", "géorgie", "geo", "GE", "268", "states:GEO"])
def test_a_state_goes_by_its_names_and_codes(release: Path, typed: str) -> None:
    asked = ("projects-of-state", "--format", "csv", "--release", release)
    done = ask(*asked, "--param", f"state={typed}")
    assert done.exit_code == 0
    assert done.stdout == ask(*asked, "--param", "state=GEO").stdout
    assert "/id/project/P1" in done.stdout
    assert "the release says nothing of KEN (Kenya)" in stop(*asked, "--param", "state=Kenya")


def test_a_query_is_answered_as_a_table_of_curies_and_plain_values(release: Path) -> None:
    shown = ask("projects-of-state", "-p", "state=GEO", "--release", release).stdout
    rows = [
        [cell.strip() for cell in line.strip("│").split("│")] for line in shown.splitlines() if "│" in line
    ]
    assert rows == [
        ["projects:P1", "Lamps, and [bold]light[/bold]", "eligible", "2008", "", "", "", "", "sole"],
        ["projects:P2", r"Routes \x1b[31mrouges", "eligible", "", "", "", "", "", "sole"],
    ]
    assert "project" in shown.splitlines()[1]


def test_a_table_that_is_piped_breaks_no_value(release: Path) -> None:
    long = "x" * 5000
    assert long in ask("--text", f"SELECT ('{long}' AS ?x) {{ }}", "--release", release).stdout


def test_an_argument_changes_the_answer(release: Path) -> None:
    csv_of = ("--format", "csv", "--release", release)
    found = ask("projects-about", "-p", "word=ROUTES", *csv_of).stdout
    assert [row[0] for row in csv.reader(io.StringIO(found))] == [
        "project",
        "https://w3id.org/iomgraph/id/project/P2",
    ]
    assert ask("projects-about", "-p", "word=zebra=1", *csv_of).stdout_bytes == b"project,title\r\n"


@pytest.mark.parametrize("name", ["json", "xml", "tsv"])
def test_results_come_in_the_formats_of_sparql(name: str, release: Path) -> None:
    text = "SELECT ?s { ?s iom:startYear 2008 }"
    body = ask("--text", text, "--format", name, "--release", release).stdout_bytes
    found = ox.parse_query_results(body, format=ox.QueryResultsFormat.from_extension(name))
    assert isinstance(found, ox.QuerySolutions)
    assert [row["s"] for row in found] == [ox.NamedNode("https://w3id.org/iomgraph/id/project/P1")]


@pytest.mark.parametrize("name", ["ttl", "nt"])
def test_a_graph_comes_as_rdf(name: str, release: Path) -> None:
    body = ask("project", "-p", "project=P1", "--format", name, "--release", release).stdout_bytes
    syntax = ox.RdfFormat.from_extension(name)
    assert len(list(ox.parse(body, format=syntax))) == 4


def test_a_graph_is_shown_as_a_table_of_statements(release: Path) -> None:
    shown = ask("project", "-p", "project=P2", "--release", release).stdout
    assert "subject" in shown
    assert "iom:benefitingState" in shown


def test_yes_and_no_are_printed(release: Path) -> None:
    assert ask("--text", "ASK { states:GEO ?p ?o }", "--release", release).stdout == "yes\n"
    assert ask("--text", "ASK { states:KEN ?p ?o }", "--release", release).stdout == "no\n"
    body = ask("--text", "ASK { }", "-f", "json", "--release", release).stdout
    assert json.loads(body) == {"head": {}, "boolean": True}


def test_a_file_runs_as_sparql_or_as_a_named_query(release: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain.rq"
    plain.write_text("# a remark\nSELECT (2 AS ?n) { }", encoding="utf-8")
    assert "2" in ask("--file", plain, "-f", "csv", "--release", release).stdout
    own = tmp_path / "own.rq"
    shutil.copy(resources() / "queries/projects-about.rq", own)
    found = ask("--file", own, "-p", "word=lamps", "-f", "csv", "--release", release).stdout
    assert "P1" in found
    assert "P2" not in found


def test_the_list_names_every_query_and_its_parameters() -> None:
    done = ask("--list")
    shown = done.stdout
    names = [path.stem for path in (resources() / "queries").glob("*.rq")]
    assert len(names) >= 15
    for name in names:
        assert f"│ {name} " in shown
    assert "state=GEO [language=en]" in shown
    assert "[year=2023]" in shown
    assert "Brackets mark optional parameters" in done.stderr


def test_a_query_is_explained_with_its_sparql() -> None:
    shown = ask("--explain", "projects-of-state").stdout
    assert shown.startswith("Projects of a state\nProjets d’un État\nProyectos de un Estado\n")
    assert "\nEnumera los proyectos que benefician a un Estado" in shown
    assert "takes state (states, such as GEO): the state, by its name or code (ISO 3166-1" in shown
    assert "gives budget: " in shown
    assert "SELECT ?project ?title" in shown
    assert "# param" not in shown
    assert "gives a graph" in ask("--explain", "project").stdout
    assert "only a query can be explained" in stop("--explain", "--text", "ASK { }")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "no query is given"),
        (("project", "--text", "ASK { }"), "more than one query is given"),
        (("projekt",), "did you mean project?"),
        (("--list",), "--release has no effect beside --list"),
        (("--explain", "project"), "--release has no effect beside --explain"),
        (("--text", "ASK { }", "-p", "a=b"), "SPARQL takes no parameters: a=b"),
        (("project", "-p", "project"), "not written KEY=VALUE, or is given twice: project"),
        (("project", "-p", "project=P1", "-p", "project=P2"), "not written KEY=VALUE, or is given twice"),
        (("project", "-p", "projet=P1"), "has no such parameter: projet"),
        (("project", "-p", "project=P9"), "give one of P1, P2"),
        (("project", "-p", "project=P1> } ; DROP ALL #"), "give one of P1, P2"),
        (("projects-in-year", "-p", "year=soon"), "is not an integer: 'soon'"),
        (("project", "-p", "project=P1", "-f", "csv"), "name one of turtle"),
        (("projects-about", "-p", "word=x", "-f", "ttl"), "name one of json"),
        (("project", "-f", "docx"), "name one of table, json, xml, csv, tsv; for a graph table, turtle"),
        (("--text", "ASK { ?s a x:y }"), "declare the prefix"),
        (("--text", "SELECT * { SERVICE <http://127.0.0.1:9/> { } }"), "remove SERVICE"),
        (("--text", "DROP ALL"), "read, never changed"),
        (("--text", "SELECT * {\n ?s }"), "line 2, column 6"),
        (("--file", "missing.rq"), "missing.rq"),
        (("--text", "ASK { }", "--timeout", "0.001"), "longer than 0.001 seconds"),
    ],
)
def test_a_query_that_can_not_run_stops_with_the_next_step(
    arguments: tuple[str, ...], said: str, release: Path
) -> None:
    assert said in stop(*arguments, "--release", release)


def test_without_a_release_the_next_step_is_printed(tmp_path: Path) -> None:
    assert "run iomgraph build" in stop("project", "--release", tmp_path)


@pytest.mark.parametrize("seconds", ["0", "-1", "soon"])
def test_a_time_that_is_not_a_number_is_a_usage_error(seconds: str) -> None:
    assert ask("project", "--timeout", seconds).exit_code == 2


def run(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "iomgraph", "query", *map(str, arguments)]
    return subprocess.run(
        command, cwd=cwd, capture_output=True, check=False, timeout=60, env=dict(os.environ)
    )


def test_as_a_process_data_goes_to_stdout_and_talk_to_stderr(release: Path) -> None:
    cwd = release.parent
    done = run("projects-of-state", "-p", "state=GEO", "--format", "tsv", cwd=cwd)
    assert done.returncode == 0
    assert done.stderr == b""
    assert done.stdout.startswith(b"?project\t?title\t")
    failed = run("projects-of-state", "-p", "state=GE0", cwd=cwd)
    assert failed.returncode == 2
    assert failed.stdout == b""
    assert failed.stderr.decode().startswith("iomgraph: the parameter state names nothing among the states")
    assert b"Traceback" not in failed.stderr


def test_the_same_query_gives_the_same_bytes_in_every_process(release: Path) -> None:
    for arguments in (("project", "-p", "project=P1", "-f", "ttl"), ("projects-of-state", "-f", "json")):
        assert len({run(*arguments, cwd=release.parent).stdout for _ in range(2)}) == 1


def test_no_module_is_imported_from_the_current_folder(release: Path) -> None:
    (release.parent / "gzip.py").write_text("raise SystemExit('mine')", encoding="utf-8")
    result = CliRunner().invoke(query, ["--text", "ASK { }", "--release", str(release)])
    assert result.stdout == "yes\n"
