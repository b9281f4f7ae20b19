"""Clients that people use get what they ask for."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from rdflib import Graph, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, TURTLE, XML, SPARQLWrapper

from .conftest import Running

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def number(server: Running) -> int:
    return int(server.query(COUNT).json()["results"]["bindings"][0]["n"]["value"])


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_sparqlwrapper(server: Running, method: str) -> None:
    client: Any = SPARQLWrapper(f"http://127.0.0.1:{server.port}/sparql")
    client.setMethod(method)
    client.setQuery(COUNT)
    client.setReturnFormat(JSON)
    assert int(client.queryAndConvert()["results"]["bindings"][0]["n"]["value"]) == number(server)
    client.setReturnFormat(CSV)
    assert client.queryAndConvert().split()[1] == str(number(server)).encode()
    client.setReturnFormat(XML)
    assert client.queryAndConvert().getElementsByTagName("result").length == 1
    client.setQuery("CONSTRUCT WHERE { ?s a ?o } LIMIT 10")
    client.setReturnFormat(TURTLE)
    assert len(Graph().parse(data=client.queryAndConvert(), format="turtle")) == 10


def test_rdflib(server: Running) -> None:
    graph = Graph(SPARQLStore(f"http://127.0.0.1:{server.port}/sparql"))
    found: Any = graph.query(COUNT)
    assert [int(row[0]) for row in found] == [number(server)]
    fund = URIRef("https://w3id.org/iomgraph/ontology#Project")
    assert len(list(graph.subjects(None, fund))) > 0


def test_rdflib_reads_the_iri_of_a_thing_by_negotiation(server: Running, site_release: Path) -> None:
    page = min((site_release / "site/id/project").glob("*.html"))
    graph = Graph().parse(f"http://127.0.0.1:{server.port}/id/project/{page.stem}")
    assert len(graph) == len(Graph().parse(page.with_suffix(".nt")))


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not there")
def test_curl(server: Running) -> None:
    def curl(*arguments: str) -> str:
        done = subprocess.run(["curl", "-sSf", *arguments], capture_output=True, text=True, check=True)
        return done.stdout

    address = f"http://127.0.0.1:{server.port}"
    told = curl(f"{address}/sparql", "--data-urlencode", f"query={COUNT}")
    assert int(json.loads(told)["results"]["bindings"][0]["n"]["value"]) == number(server)
    assert "@prefix" in curl("-L", "-H", "Accept: text/turtle", f"{address}/ontology")
    assert curl("--http2", f"{address}/healthz") == "ok\n"
