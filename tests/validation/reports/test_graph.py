"""The report as RDF: literals as written, anonymous shapes described, a message for every result."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, SH, XSD, BNode, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from iomgraph.validation.report import Report, validate
from iomgraph.validation.reports.graph import ReportGraph

E = URIRef("http://e/x")
TYPES = ("boolean", "integer", "decimal", "double", "string", "date", "byte")
SPELLINGS = [
    "none",
    "1.",
    " 1",
    "1E3",
    ".5",
    "+1",
    "-",
    "",
    "INF",
    "0.123456789012",
    "true",
    'a"b\\c\n',
    "\uffff",
]
ODD = """:anna a :Person ; :name "A" ;
  :age "none"^^xsd:boolean , "1."^^xsd:decimal , " 1"^^xsd:integer , 1E3 .
"""


def parsed(text: str) -> Graph:
    """The graph of a text, whose literals keep their spelling."""
    graph = Graph()
    for quad in ox.parse(text, format=ox.RdfFormat.TURTLE):
        subject = (
            BNode(quad.subject.value)
            if isinstance(quad.subject, ox.BlankNode)
            else URIRef(quad.subject.value)
        )
        graph.add((subject, URIRef(quad.predicate.value), node(quad.object)))
    return graph


def node(term: object) -> BNode | URIRef | Literal:
    if isinstance(term, ox.Literal):
        plain = term.language or term.datatype == ox.Literal("").datatype
        datatype = None if plain else URIRef(term.datatype.value)
        return Literal(term.value, lang=term.language, datatype=datatype, normalize=False)
    assert isinstance(term, ox.NamedNode | ox.BlankNode)
    return URIRef(term.value) if isinstance(term, ox.NamedNode) else BNode(term.value)


@pytest.mark.parametrize("way", ["ttl", "graph"])
def test_a_literal_comes_out_as_it_was_written(
    validated: Callable[..., Report], written: Callable[..., str], way: str
) -> None:
    report = validated(ODD)
    text = written("ttl", report) if way == "ttl" else report.graph.serialize(format="turtle")
    values = {
        quad.object
        for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)
        if quad.predicate.value == str(SH.value)
    }
    assert values == {
        ox.Literal(spelling, datatype=ox.NamedNode(str(XSD[kind])))
        for spelling, kind in (("none", "boolean"), ("1.", "decimal"), (" 1", "integer"), ("1E3", "double"))
    }


@given(st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(SPELLINGS), st.sampled_from(TYPES))
def test_any_literal_survives_the_turtle_of_a_report_graph(spelling: str, kind: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        graph = ReportGraph()
        graph.add((E, E, Literal(spelling, datatype=XSD[kind], normalize=False)))
        (quad,) = ox.parse(graph.serialize(format="turtle"), format=ox.RdfFormat.TURTLE)
    assert quad.object == ox.Literal(spelling, datatype=ox.NamedNode(str(XSD[kind])))


@pytest.mark.parametrize("format_", ["turtle", "n3", "nt", "xml", "json-ld"])
def test_a_report_graph_is_serialised_in_any_format_and_to_any_place(
    validated: Callable[..., Report], tmp_path: Path, format_: str
) -> None:
    graph = validated().graph
    text = graph.serialize(format=format_)
    assert isomorphic(Graph().parse(data=text, format=format_), graph)
    graph.serialize(tmp_path / "report", format=format_)
    assert isomorphic(Graph().parse(tmp_path / "report", format=format_), graph)
    assert isinstance(graph.serialize(format=format_, encoding="utf-8"), bytes)


def test_a_shape_without_an_iri_is_described_with_all_that_hangs_on_it(
    validated: Callable[..., Report], written: Callable[..., str]
) -> None:
    shapes = """:Person a sh:NodeShape ; sh:targetClass :Person ; sh:property
      [ sh:path ( :knows [ sh:inversePath :name ] ) ; sh:minCount 1 ;
        sh:or ( [ sh:nodeKind sh:IRI ] [ sh:in ( 1 ) ] ) ] ;
      sh:sparql [ sh:message "None" ; sh:select "SELECT $this WHERE { $this a <http://e/Person> }" ] ."""
    report = validated(":anna a :Person .", shapes)
    graph, shapes_graph = parsed(written("ttl", report)), Graph().parse("data/shapes.ttl")
    assert len(report.results) == 2
    for term, holder in ((SH.sourceShape, SH.property), (SH.sourceConstraint, SH.sparql)):
        (blank,) = {node for node in graph.objects(None, term) if isinstance(node, BNode)}
        (original,) = shapes_graph.objects(None, holder)
        assert isomorphic(graph.cbd(blank), shapes_graph.cbd(original))
    described = Graph()
    for shape in report.graph.objects(None, SH.sourceShape):
        described += report.graph.cbd(shape)
    assert (None, SH.minCount, Literal(1)) in described


def test_every_result_has_a_message(validated: Callable[..., Report], written: Callable[..., str]) -> None:
    for graph in (parsed(written("ttl", validated())), validated().graph):
        results = set(graph.subjects(RDF.type, SH.ValidationResult))
        messages = {str(graph.value(result, SH.resultMessage)) for result in results}
        assert len(results) == 3
        assert messages == {"A person has a name.", ":age: sh:datatype xsd:integer is not met"}


def test_the_turtle_is_that_of_the_graph_and_the_same_in_every_run(
    validated: Callable[..., Report], written: Callable[..., str]
) -> None:
    shapes = """:Person a sh:NodeShape ; sh:targetClass :Person ; sh:property
      [ sh:path ( [ sh:inversePath :knows ] [ sh:alternativePath ( :name [ sh:zeroOrMorePath :age ] ) ] ) ;
        sh:minCount 1 ; sh:node [ sh:property [ sh:path :a ] , [ sh:path :b ] , [ sh:path :c ] ] ] ."""
    texts = {written("ttl", validated(shapes=shapes)) for _ in range(4)}
    assert len(texts) == 1
    assert isomorphic(parsed(texts.pop()), validated(shapes=shapes).graph)


def test_a_shapes_graph_in_circles_ends(written: Callable[..., str]) -> None:
    shapes = Graph().parse(
        format="turtle",
        data="""@prefix : <http://e/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
          :S sh:targetNode :a ; sh:property _:p .
          _:p sh:path :p ; sh:minCount 1 ; :see _:q . _:q :see _:p .""",
    )
    text = written("ttl", validate(Graph(), shapes))
    assert text.count("<http://e/see>") + text.count(":see") == 2
