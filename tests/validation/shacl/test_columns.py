"""Columns leave out queries that find nothing, and nodes that surely conform: the results stay the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, QuerySolution, RdfFormat, Store, parse, serialize
from rdflib import Graph

from iomgraph.errors import OntologyError
from iomgraph.validation.shacl import Columns, CompiledShapes, compile_shapes
from iomgraph.validation.shacl import columns as module
from iomgraph.validation.shacl.data import DataGraph
from iomgraph.validation.shacl.requirements import Requirements, requirements
from iomgraph.validation.shacl.scope import Scope
from iomgraph.validation.shacl.text import parse_query

from .generated import case

CASES = 300
PREFIXES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <http://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
MANY = "".join(f":n{number} a :C ; :p :v ; :q 1 .\n" for number in range(40))


@pytest.fixture(autouse=True, params=["large", "small"])
def _size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few triples are many, and all nodes are few, or neither."""
    if request.param == "large":
        monkeypatch.setattr("iomgraph.validation.shacl.data.LARGE", 1)
        monkeypatch.setattr(module, "_FEW", 1)


def columns_of(store: Store) -> Columns:
    """The columns of a store."""
    triples = (quad.triple for quad in store.quads_for_pattern(None, None, None, DefaultGraph()))
    text = serialize(triples, format=RdfFormat.N_TRIPLES) or b""
    made = defaultdict[str, list[str]](list)
    for line in text.decode().split("\n")[:-1]:
        made[line.split(" ", 2)[1]].append(line)
    return Columns(made)


def counted(compiled: CompiledShapes, store: Store, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """Compare the results with and without columns; count the results, and the queries with columns."""
    without, known = compiled.by_shape(store), compiled.by_shape(store, columns_of(store))
    expected = [list(without(shape)) for shape in compiled.shapes]
    queries, select = list[str](), DataGraph.select

    def noting(self: DataGraph, query: str, scope: Scope) -> Iterator[QuerySolution]:
        queries.append(query)
        return select(self, query, scope)

    with monkeypatch.context() as patch:
        patch.setattr(DataGraph, "select", noting)
        assert [list(known(shape)) for shape in compiled.shapes] == expected
    return sum(map(len, expected)), sum(not query.startswith("SELECT (COUNT") for query in queries)


def results(shapes: str, data: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """As `counted`, of shapes and data in Turtle."""
    store = Store()
    store.bulk_extend(parse((PREFIXES + data).encode(), format=RdfFormat.TURTLE))
    compiled = compile_shapes(Graph().parse(data=PREFIXES + shapes, format="turtle"))
    return counted(compiled, store, monkeypatch)


def test_random_shapes_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    found = 0
    for number in range(CASES):
        one = case(1709, number)
        store = Store()
        store.bulk_extend(parse(one.data.encode(), format=RdfFormat.TURTLE))
        try:
            compiled = compile_shapes(Graph().parse(data=one.shapes, format="turtle"))
        except OntologyError:
            continue
        found += counted(compiled, store, monkeypatch)[0]
    assert found > CASES


def documents(folder: Path) -> Iterator[Path]:
    """The tests of the W3C that are data and shapes in one."""
    return (path for path in sorted(folder.rglob("*.ttl")) if "manifest" not in path.name)


def test_shapes_of_the_w3c_find_the_same(suites: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = number = 0
    for path in documents(suites / "shacl/tests"):
        store = Store()
        store.bulk_extend(
            parse(path.read_bytes(), format=RdfFormat.TURTLE, base_iri="http://x.org/", lenient=True)
        )
        try:
            compiled = compile_shapes(Graph().parse(path, format="turtle", publicID="http://x.org/"))
        except OntologyError:
            continue
        found, number = found + counted(compiled, store, monkeypatch)[0], number + 1
    assert number > 100, number
    assert found > 100, found


@pytest.mark.parametrize(
    "constraint",
    [
        ":p ; sh:minCount 1",
        ":p ; sh:maxCount 1",
        ":p ; sh:class :V",
        ":p ; sh:nodeKind sh:IRI",
        ":q ; sh:nodeKind sh:Literal",
        ":p ; sh:in (:v :w)",
        ":none ; sh:minLength 3",
    ],
)
def test_what_columns_show_needs_no_query(constraint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = f":S sh:targetClass :C ; sh:path {constraint} ."
    assert results(shapes, MANY + ":v a :V .", monkeypatch) == (0, 0)


@pytest.mark.parametrize(
    ("constraint", "breach"),
    [
        (":p ; sh:minCount 1", ":x a :C ."),
        (":p ; sh:minCount 2", ""),
        (":p ; sh:maxCount 1", ":n1 :p :w ."),
        (":p ; sh:class :V", ":x a :C ; :p :n1 ."),
        (":p ; sh:class :V", ':x a :C ; :p "a\\"\\\\b"@en .'),
        (":p ; sh:nodeKind sh:IRI", ":x a :C ; :p [] ."),
        (":q ; sh:nodeKind sh:Literal", ":x a :C ; :q [] ."),
        (":p ; sh:in (:v :w)", ":x a :C ; :p 01 ."),
        (":p ; sh:minCount 1", ":D rdfs:subClassOf :C . :x a :D ."),
        (":p ; sh:nodeKind sh:Literal", ":C <http://www.w3.org/ns/shacl#shape> :S ."),
    ],
)
def test_breaches_are_found(constraint: str, breach: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = f":S a sh:PropertyShape ; sh:targetClass :C ; sh:path {constraint} ."
    found, queries = results(shapes, MANY + ":v a :V ." + breach, monkeypatch)
    assert found
    assert queries


@pytest.mark.parametrize(
    ("query", "present", "absent"),
    [
        ("SELECT $this { $this :p ?x ; a :C }", "p type", ""),
        ("SELECT $this { ?x :p $this . $this ^:q ?x ; :q/:r ?y }", "", ""),
        ("SELECT $this { $this :p ?x OPTIONAL { $this :q ?y } }", "p", ""),
        ("SELECT $this { { $this :p ?x } UNION { $this :q ?x } $this :r ?y }", "r", ""),
        ("SELECT $this { FILTER NOT EXISTS { $this :p ?x . } }", "", "p"),
        ("SELECT $this { FILTER NOT EXISTS { $this :p ?x , ?y } }", "", ""),
        ("SELECT $this { FILTER NOT EXISTS { $this :p :v } }", "", ""),
        ("SELECT $this { FILTER NOT EXISTS { ?x :p $this } }", "", ""),
        ("SELECT $this { $this :q ?x FILTER NOT EXISTS { $this :p ?x } }", "q", ""),
        ("SELECT $this { FILTER NOT EXISTS { $this :p $constant } }", "", ""),
        ("SELECT $this { FILTER(NOT EXISTS { $this :p ?x }) }", "", ""),
        ("SELECT $this { FILTER EXISTS { $this :p ?x } }", "", ""),
        ("SELECT $this (COUNT(?x) AS ?n) { $this :p ?x }", "", ""),
        ("SELECT $this { $this :p ?x } GROUP BY $this HAVING(COUNT(?x) < 1)", "", ""),
        ("SELECT $this { SELECT $this { $this :p ?x } }", "", ""),
        ("SELECT $this { $this :p ?x BIND(1 AS ?y) FILTER(?y < 2) . $this :q ?y }", "p q", ""),
        ("SELECT $this { $this :p [ :q ?x ] }", "", ""),
        ("SELECT $this { $this $PATH ?x }", "", ""),
    ],
)
def test_requirements_stand_in_the_outermost_group(query: str, present: str, absent: str) -> None:
    found = requirements(parse_query(query, {"": "urn:"}), ["constant"])
    names = [
        {name.replace("#", ":").rpartition(":")[2] for name in some} for some in (found.present, found.absent)
    ]
    assert names == [set(present.split()), set(absent.split())]
    assert Requirements().doubts(Columns({}), {"<urn:a>"}) == {"<urn:a>"}


def test_queries_see_nodes_that_meet_their_requirements(monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = """:S sh:targetClass :C ; sh:sparql [ sh:prefixes : ;
        sh:select "SELECT $this { $this :p ?x FILTER NOT EXISTS { $this :q ?y } }" ] .
        : sh:declare [ sh:prefix "" ; sh:namespace "http://example.org/"^^xsd:anyURI ] ."""
    assert results(shapes, MANY + ":x a :C .", monkeypatch) == (0, 0)
    assert results(shapes, MANY + ":x a :C ; :p 1 .", monkeypatch) == (1, 1)
