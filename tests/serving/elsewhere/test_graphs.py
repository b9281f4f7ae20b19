"""A store elsewhere answers as the release in memory does, byte for byte, or says why there is no answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from iomgraph.queries import library
from iomgraph.settings import resources

from ..conftest import Reply, Running

BASE = "https://w3id.org/iomgraph/"
FORM = {"Content_Type": "application/x-www-form-urlencoded"}
JSON = {"Content_Type": "application/json"}
Asked = tuple[str, str, str | None, dict[str, str]]

# What an engine computes in its own way: true as 1, the lesser of two texts in different languages, a graph
# that a query describes; and what Virtuoso has no plan for.
OTHER_IN_VIRTUOSO = {
    "budget-by-goal-and-year-shared",
    "claims-of-project",
    "id-letters-and-themes",
    "links-of-themes",
    "projects-of-topic",
    "regional-offices",
    "regions-and-m49",
    "rejected-claims",
    "stated-values-of-project",
}


def named() -> Iterator[tuple[str, Asked]]:
    """Every named query, in one of three forms by turns."""
    queries = library.read_all(resources() / "queries").values()
    for number, query in enumerate(queries):
        given = {one.name: one.default for one in query.parameters if one.default is not None}
        if "project" in given:
            given["project"] = "LM.9901"
        suffix = (".json", ".ttl", ".csv")[number % 3]
        yield query.name, ("GET", f"/api/{query.name}{suffix}?{urlencode(given)}", None, {})


def others() -> Iterator[tuple[str, Asked]]:
    """Pages, descriptions, documents of single things, reconciliation, tools, and SPARQL."""
    host = {"Host": "data.example.org"}
    for path in ("/api/", "/api/openapi.json", "/.well-known/sparql-examples", "/reconcile/1.0-draft"):
        yield path, ("GET", path, None, {})
    yield "manifest", ("GET", "/reconcile", None, host)
    yield "suggest", ("GET", "/reconcile/suggest/entity?prefix=b", None, {})
    for thing in ("project/LM.9901", "state/KEN"):
        yield thing, ("GET", f"/reconcile/preview?id={quote(f'{BASE}id/{thing}')}", None, {})
    for thing in (
        "id/state/KEN",
        "graph/quality",
        "id/state/KEN/membership",
        "id/nothing/at-all",
        "graph/push",
    ):
        for suffix in ("", ".ttl", ".nt", ".jsonld", ".rdf", ".csv", ".html"):
            yield thing + suffix, ("GET", f"/{thing}{suffix}", None, {})
    batch = {
        "a": {"query": "Ivory Coast", "type": "State"},
        "b": {"query": "labour migration", "type": "Theme"},
        "c": {
            "query": "bridges",
            "type": "Project",
            "properties": [{"pid": "benefitingState", "v": "Kenya"}, {"pid": "budget", "v": 200000}],
        },
        "d": {"query": "", "type": "Project", "properties": [{"pid": "benefitingState", "v": "Georgia"}]},
    }
    yield "batch", ("POST", "/reconcile", urlencode({"queries": json.dumps(batch)}), FORM)
    columns = ("title", "budget", "benefitingState", "of:benefitingState", "startYear")
    extend = {"ids": ["KEN", "GEO", "no-such"], "properties": [{"id": name} for name in columns]}
    yield "extend", ("POST", "/reconcile", urlencode({"extend": json.dumps(extend)}), FORM)
    for method, params in (
        ("tools/list", {}),
        ("tools/call", {"name": "projects-of-state", "arguments": {"state": "KEN"}}),
        ("tools/call", {"name": "projects-of-state", "arguments": {"state": "nowhere"}}),
    ):
        call = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        yield method, ("POST", "/mcp", json.dumps(call), JSON)
    for text, accept in (
        ("ASK { ?s ?p ?o }", "application/sparql-results+json"),
        ("SELECT ?s { ?s a <ontology#Project> } ORDER BY ?s", "text/csv"),
        (f"CONSTRUCT WHERE {{ <{BASE}id/state/KEN> ?p ?o }}", "text/turtle"),
        ("SELECT (COUNT(*) AS ?n) { GRAPH graphs:quality { ?s ?p ?o } }", "text/tab-separated-values"),
        ("SELECT", "*/*"),
        ("ASK { SERVICE <http://127.0.0.1:9/> { } }", "*/*"),
        ("DROP ALL", "*/*"),
    ):
        yield text, ("GET", f"/sparql?{urlencode({'query': text})}", None, {"Accept": accept})
    graph = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "default-graph-uri": f"{BASE}graph/quality"}
    yield "a graph", ("GET", f"/sparql?{urlencode(graph)}", None, {})
    yield "update", ("POST", "/sparql", "update=DROP ALL", FORM)


def told(server: Running, asked: Asked) -> Reply:
    method, path, body, headers = asked
    found = server.ask(path, method, body, **headers)
    found.headers.pop("date", None)
    return found


CASES = [*named(), *others()]


def test_oxigraph_answers_as_memory_does(server: Running, relayed: Running) -> None:
    found = {name: (told(server, asked), told(relayed, asked)) for name, asked in CASES}
    assert len(CASES) > 95
    assert {name: pair for name, pair in found.items() if pair[0] != pair[1]} == {}
    good = [pair[0] for pair in found.values() if pair[0].status == 200]
    assert len(good) > 80
    assert all(one.headers["x-release"] == "2026.2.0" for one in good)
    assert all("etag" in one.headers for one in good)


@pytest.mark.slow
def test_virtuoso_answers_as_memory_does_except_where_it_computes_otherwise(
    server: Running, by_virtuoso: Running
) -> None:
    found = {name: (told(server, asked), told(by_virtuoso, asked)) for name, asked in CASES}
    differing = {name: pair for name, pair in found.items() if pair[0] != pair[1]}
    assert {name: pair for name, pair in differing.items() if name not in OTHER_IN_VIRTUOSO} == {}
    assert {pair[1].status for pair in differing.values()} <= {200, 502}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('ASK { ?s ?p "\\u0022 } ; SERVICE <http://127.0.0.1/> { #" }', "an escape stands for"),
        ("SELECT ?x { BIND(<bif:http_get>('http://127.0.0.1/') AS ?x) }", "SPARQL does not have"),
        ("PREFIX x: <SQL:> SELECT ?x { BIND(x:rand(5) AS ?x) }", "SPARQL does not have"),
        ("SELECT ?g { GRAPH ?g { ?s ?p ?o } } LIMIT 1 # \\u000A SERVICE", "an escape stands for"),
    ],
)
def test_what_a_store_might_read_otherwise_is_not_sent(relayed: Running, text: str, says: str) -> None:
    found = relayed.query(text)
    assert (found.status, says in found.json()["detail"]) == (400, True)


def test_a_worker_has_a_few_descriptors_and_no_more(relayed: Running) -> None:
    relayed.query("ASK { ?s ?p ?o }")
    for number in relayed.processes():
        limits = Path(f"/proc/{number}/limits").read_text()
        (line,) = [line for line in limits.splitlines() if line.startswith("Max open files")]
        assert line.split()[3:5] == ["32", "32"]
