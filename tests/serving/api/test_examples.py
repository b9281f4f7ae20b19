"""The queries as SPARQL examples: all of them, complete, and described with SHACL."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox
import pytest
from rdflib import RDF, RDFS, Graph, Literal, Namespace

from iomgraph.serving.api.examples import PATH, Examples
from iomgraph.serving.message import Request
from iomgraph.serving.release import Release

SH = Namespace("http://www.w3.org/ns/shacl#")
ADDRESS = "/.well-known/sparql-examples"


@pytest.fixture(scope="module")
def examples(loaded: Release) -> Examples:
    return Examples(loaded)


def ask(examples: Examples, path: str = ADDRESS, accept: str = "", method: str = "GET") -> Any:
    assert PATH.fullmatch(path)
    return examples.answer(Request(method, path, (), {"accept": accept}))


def test_every_query_is_an_example_that_runs_unchanged(examples: Examples, loaded: Release) -> None:
    graph = Graph().parse(data=ask(examples).body, format="turtle")
    found = {str(one).rpartition("/")[2]: one for one in graph.subjects(RDF.type, SH.SPARQLExecutable)}
    assert found.keys() == loaded.queries.keys()
    for name, node in found.items():
        text = str(graph.value(node, SH.select) or graph.value(node, SH.construct))
        assert text == loaded.queries[name].query
        loaded.store.query(text)
        comments = {
            one.language: str(one) for one in graph.objects(node, RDFS.comment) if isinstance(one, Literal)
        }
        assert comments == loaded.queries[name].purposes
    assert not any(
        isinstance(term, ox.BlankNode) for quad in _quads(examples) for term in (quad.subject, quad.object)
    )


def test_prefixes_that_examples_need_are_declared(examples: Examples) -> None:
    graph = Graph().parse(data=ask(examples).body, format="turtle")
    [declared] = set(graph.objects(None, SH.prefixes))
    prefixes = {str(graph.value(one, SH.prefix)) for one in graph.objects(declared, SH.declare)}
    assert {"iom", "skos", "dct", "projects"} <= prefixes


def _quads(examples: Examples) -> list[ox.Quad]:
    return list(ox.parse(ask(examples).body, format=ox.RdfFormat.TURTLE))


@pytest.mark.parametrize(
    ("path", "accept", "kind"),
    [
        (ADDRESS, "", "text/turtle"),
        (ADDRESS, "application/ld+json", "application/ld+json"),
        (f"{ADDRESS}.jsonld", "text/turtle", "application/ld+json"),
        (f"{ADDRESS}.nt", "", "application/n-triples"),
        (f"{ADDRESS}.rdf", "", "application/rdf+xml"),
    ],
)
def test_all_forms_say_the_same(examples: Examples, path: str, accept: str, kind: str) -> None:
    told = ask(examples, path, accept)
    assert dict(told.headers)["Content-Type"] == kind
    syntax = ox.RdfFormat.from_media_type(kind)
    assert set(ox.parse(told.body, format=syntax)) == set(_quads(examples))


def test_what_is_not_there_is_refused(examples: Examples) -> None:
    assert ask(examples, f"{ADDRESS}.pdf").status == 404
    assert ask(examples, accept="image/png").status == 406
    assert ask(examples, method="POST").status == 405
