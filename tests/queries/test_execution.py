"""Answers: releases opened or refused, and every kind of query in every format that fits it."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph, Variable
from rdflib.compare import isomorphic
from rdflib.query import Result as RdfResult

from iomgraph import formats
from iomgraph.errors import QueryError
from iomgraph.formats import FORMATS, Kind
from iomgraph.queries import execution

LINES = """\
<http://a/id/x> <http://a/p> "Élan, \\"quoted\\"\\n"@fr .
<http://a/id/x> <http://a/q> "7"^^<http://www.w3.org/2001/XMLSchema#integer> .
<http://a/id/x> <http://a/p> "hidden" <http://a/graph> .
"""
SELECT = "SELECT ?s ?o ?none { ?s ?p ?o } ORDER BY ?p"
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"

OF_RESULTS = [entry for entry in FORMATS if entry.kind is Kind.RESULTS]
OF_GRAPHS = [entry for entry in FORMATS if entry.kind is Kind.RDF]


@pytest.fixture
def release(tmp_path: Path) -> Path:
    (tmp_path / "iomgraph.nq.gz").write_bytes(gzip.compress(LINES.encode()))
    return tmp_path


@pytest.fixture
def store(release: Path) -> ox.Store:
    return execution.open_release(release)


def test_a_release_is_opened_with_all_its_graphs(store: ox.Store) -> None:
    assert len(store) == 3
    assert [graph.value for graph in store.named_graphs() if isinstance(graph, ox.NamedNode)] == [
        "http://a/graph"
    ]


def test_a_folder_without_a_release_is_a_stop_that_says_what_to_run(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(QueryError, match="there is no release") as stop:
            execution.open_release(folder)
        assert stop.value.where == str(folder / "iomgraph.nq.gz")
        assert "iomgraph build" in stop.value.step


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(LINES.encode() * 100)[:60],
        gzip.compress(LINES.encode())[:-4],
        LINES.encode(),
        b"",
        gzip.compress(b"<http://a> <nope> .\n"),
        gzip.compress(LINES.encode())[:30] + b"\0" * 40,
        gzip.compress(b"\xff\xfe"),
    ],
    ids=["cut", "without its end", "not compressed", "empty", "no N-Quads", "overwritten", "no UTF-8"],
)
def test_a_damaged_release_is_a_stop(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "iomgraph.nq.gz"
    path.write_bytes(content)
    if not content:
        assert len(execution.open_release(tmp_path)) == 0
        return
    with pytest.raises(QueryError, match="the release is damaged") as stop:
        execution.open_release(tmp_path)
    assert stop.value.where == str(path)


def test_there_are_formats_of_both_kinds_to_try() -> None:
    assert {entry.name for entry in OF_RESULTS} >= {"json", "xml", "csv", "tsv"}
    assert {entry.name for entry in OF_GRAPHS} >= {"turtle", "ntriples"}


@pytest.mark.parametrize("entry", OF_RESULTS, ids=lambda entry: entry.name)
def test_rows_come_back_from_every_format(entry: formats.Format, store: ox.Store) -> None:
    answer = execution.ask(store, SELECT, entry)
    assert answer.format is entry
    assert answer.body.endswith(b"\n")
    if entry.name == "csv":
        found = list(csv.reader(io.StringIO(answer.body.decode(), newline="")))
        assert found == [
            ["s", "o", "none"],
            ["http://a/id/x", 'Élan, "quoted"\n', ""],
            ["http://a/id/x", "7", ""],
        ]
        return
    parsed = ox.parse_query_results(
        answer.body, format=ox.QueryResultsFormat.from_media_type(entry.media_type)
    )
    assert isinstance(parsed, ox.QuerySolutions)
    assert [row["o"] for row in parsed] == [
        ox.Literal('Élan, "quoted"\n', language="fr"),
        ox.Literal(7),
    ]


def test_a_second_reader_understands_the_xml_and_the_json(store: ox.Store) -> None:
    body = execution.ask(store, SELECT, formats.find("xml")).body
    found = RdfResult.parse(io.BytesIO(body), format="xml")
    assert [str(row[Variable("s")]) for row in found.bindings] == ["http://a/id/x"] * 2
    head = json.loads(execution.ask(store, SELECT).body)["head"]
    assert head == {"vars": ["s", "o", "none"]}


@pytest.mark.parametrize("entry", OF_RESULTS, ids=lambda entry: entry.name)
def test_yes_and_no_are_written_in_every_format_of_results(entry: formats.Format, store: ox.Store) -> None:
    yes = execution.ask(store, "ASK { ?s ?p 7 }", entry).body
    no = execution.ask(store, "ASK { ?s ?p 8 }", entry).body
    assert b"true" in yes
    assert b"false" in no


@pytest.mark.parametrize("entry", OF_GRAPHS, ids=lambda entry: entry.name)
@pytest.mark.parametrize("text", [CONSTRUCT, "DESCRIBE <http://a/id/x>"])
def test_a_graph_comes_back_from_every_format(text: str, entry: formats.Format, store: ox.Store) -> None:
    answer = execution.ask(store, text, entry, {"a": "http://a/", "unused": "http://b/"})
    expected = Graph().parse(data="".join(LINES.splitlines(keepends=True)[:2]), format="nt")
    found = Graph()
    syntax = ox.RdfFormat.from_media_type(entry.media_type)
    for quad in ox.parse(answer.body, format=syntax):
        found.parse(data=f"{quad.subject} {quad.predicate} {quad.object} .", format="nt")
    assert isomorphic(found, expected)
    assert b"unused" not in answer.body


def test_a_graph_is_the_same_bytes_whatever_order_it_was_found_in(store: ox.Store) -> None:
    other = ox.Store()
    other.load("".join(reversed(LINES.splitlines(keepends=True))).encode(), format=ox.RdfFormat.N_QUADS)
    assert execution.ask(store, CONSTRUCT).body == execution.ask(other, CONSTRUCT).body


@pytest.mark.parametrize(
    ("text", "name", "fitting"),
    [
        (SELECT, "turtle", "json, xml, csv, tsv"),
        ("ASK { }", "ntriples", "json, xml, csv, tsv"),
        (CONSTRUCT, "csv", "turtle, trig, ntriples"),
        ("DESCRIBE <http://a/id/x>", "json", "turtle, trig, ntriples"),
    ],
)
def test_a_format_that_does_not_fit_is_refused_with_those_that_do(
    text: str, name: str, fitting: str, store: ox.Store
) -> None:
    with pytest.raises(QueryError, match="can't carry") as stop:
        execution.ask(store, text, formats.find(name))
    assert stop.value.where == name
    assert fitting in stop.value.step


def test_the_default_graph_hides_the_named_ones_and_from_selects_among_them(store: ox.Store) -> None:
    hidden = "{ ?s ?p 'hidden' }"
    assert b"false" in execution.ask(store, f"ASK {hidden}").body
    assert b"true" in execution.ask(store, f"ASK FROM <http://a/graph> {hidden}").body


@pytest.mark.parametrize("iri", ["http://127.0.0.1:9/data.ttl", "file:///etc/hostname"])
def test_from_opens_nothing_that_is_not_in_the_release(iri: str, store: ox.Store) -> None:
    assert b"false" in execution.ask(store, f"ASK FROM <{iri}> {{ ?s ?p ?o }}").body


def test_asking_changes_nothing(store: ox.Store) -> None:
    with pytest.raises(QueryError):
        execution.ask(store, "DELETE WHERE { ?s ?p ?o }")
    assert len(store) == 3
