"""The test suite of the W3C's Data Shapes group: every test of its manifests, none left out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import RdfFormat, Store, parse
from rdflib import RDF, SH, BNode, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.compare import graph_diff, isomorphic
from rdflib.term import Node

from iomgraph.errors import OntologyError
from iomgraph.validation.shacl import compile_shapes, exact_quads, report_graph

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
BESIDE = Path(__file__).resolve().parents[4] / "shared"
# The tests are counted when they are collected, before any fixture: so the folder is looked up here, too.
SUITES = Path(os.environ.get("IOMGRAPH_SHARED", BESIDE)) / "suites/shacl/tests"
COMPARED = (
    SH.focusNode,
    SH.resultPath,
    SH.resultSeverity,
    SH.sourceConstraint,
    SH.sourceConstraintComponent,
    SH.sourceShape,
    SH.value,
)
ENTRIES = {"core": 98, "sparql": 23}


@cache
def turtle(path: str) -> Graph:
    """A graph as it is written: rdflib would respell literals, even ill-typed ones."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rdflib, "NORMALIZE_LITERALS", False)
        return Graph().parse(path, format="turtle")


def entries(manifest: str) -> Iterator[tuple[Graph, Node]]:
    graph = turtle(manifest)
    for include in sorted(graph.objects(None, MF.include), key=str):
        yield from entries(str(include).removeprefix("file://"))
    for listed in graph.objects(None, MF.entries):
        yield from ((graph, entry) for entry in Collection(graph, listed))


def listed(part: str) -> list[tuple[Graph, Node]]:
    """The tests that a manifest includes, and the one that lies beside but is included by none."""
    manifest, stray = SUITES / part / "manifest.ttl", SUITES / part / "component/nodeValidator-001.ttl"
    found = list(entries(str(manifest))) if manifest.is_file() else []
    return found + (list(entries(str(stray))) if stray.is_file() else [])


TESTS = [
    pytest.param(*test, id=str(test[1]).rpartition("/tests/")[2]) for part in ENTRIES for test in listed(part)
]


@pytest.mark.parametrize("part", ENTRIES)
def test_the_suite_is_there_and_each_of_its_tests_is_run(suites: Path, part: str) -> None:
    assert suites / "shacl/tests" == SUITES
    assert len(listed(part)) == ENTRIES[part]
    assert len(TESTS) == sum(ENTRIES.values())


@pytest.mark.suite("W3C SHACL 1.0", of=sum(ENTRIES.values()))
@pytest.mark.parametrize(("manifest", "entry"), TESTS)
def test_a_report_is_the_one_that_the_manifest_expects(manifest: Graph, entry: Node) -> None:
    action, expected = manifest.value(entry, MF.action), manifest.value(entry, MF.result)
    assert action is not None
    data, shapes = (
        turtle(str(manifest.value(action, p)).removeprefix("file://"))
        for p in (SHT.dataGraph, SHT.shapesGraph)
    )
    if expected == SHT.Failure:
        with pytest.raises(OntologyError, match="its query can't be used"):
            compile_shapes(shapes)
        return
    compiled = compile_shapes(shapes)
    assert not compiled.unsupported
    with_messages = (None, SH.resultMessage, None) in manifest
    found = report_graph(compiled.validate(loaded(data), exact=True))
    assert_isomorphic(
        compared(found, found.value(None, RDF.type, SH.ValidationReport), with_messages=with_messages),
        compared(manifest, expected, with_messages=with_messages),
    )


def loaded(graph: Graph) -> Store:
    """The same graph, blank nodes keeping their labels, since shapes and data may share them."""
    store = Store()
    store.extend(exact_quads(parse(graph.serialize(format="nt"), RdfFormat.N_TRIPLES)))
    return store


def compared(graph: Graph, report: Node | None, *, with_messages: bool) -> Graph:
    """The part of a report that the suite says to compare."""
    part = Graph()
    top = BNode()
    for conforms in graph.objects(report, SH.conforms):
        part.add((top, SH.conforms, conforms))
    for result in graph.objects(report, SH.result):
        node = BNode()
        part.add((top, SH.result, node))
        for predicate in (*COMPARED, *([SH.resultMessage] if with_messages else [])):
            for value in graph.objects(result, predicate):
                part.add((node, predicate, value))
                if predicate == SH.resultPath:
                    copy_path(graph, value, part)
    return part


def copy_path(graph: Graph, node: Node, part: Graph) -> None:
    for predicate, value in graph.predicate_objects(node):
        if not isinstance(node, URIRef):
            part.add((node, predicate, value))
            copy_path(graph, value, part)


def assert_isomorphic(found: Graph, expected: Graph) -> None:
    if not isomorphic(found, expected):
        _, ours, theirs = graph_diff(found, expected)
        pytest.fail(f"found:\n{ours.serialize()}\nexpected:\n{theirs.serialize()}")
