"""Texts of a shape, in three languages, and the approval of all shapes by SHACL's own shapes."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pyshacl
import pytest
from rdflib import RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.namespace import OWL

from iomgraph.findings import Severity
from iomgraph.settings import resources
from iomgraph.validation.shapes import SHACL_SEVERITY, load

REPOSITORY = Path(__file__).parents[2]
SHAPES = load(resources() / "shapes")
IRIS = sorted(SHAPES.rules)


def test_the_shapes_are_counted_by_severity() -> None:
    counts = Counter(shape.severity for shape in SHAPES.rules.values())
    assert counts == {Severity.MUST: 186, Severity.SHOULD: 56, Severity.MAY: 29}


@pytest.mark.parametrize("iri", IRIS)
def test_a_shape_has_name_message_and_description_in_three_languages_that_all_differ(iri: str) -> None:
    shape = SHAPES.rules[iri]
    for words in (shape.names, shape.messages, shape.descriptions):
        assert list(words) == ["en", "es", "fr"]
    texts = [text for words in (shape.names, shape.messages, shape.descriptions) for text in words.values()]
    assert len(set(texts)) == 9
    assert all(text == text.strip() for text in texts)
    assert all(
        text.endswith(".") for words in (shape.messages, shape.descriptions) for text in words.values()
    )


@pytest.mark.parametrize("term", [SH.name, SH.message, SH.description])
def test_a_shape_has_one_text_a_language(term: URIRef) -> None:
    texts = SHAPES.graph.subject_objects(term)
    counts = Counter((shape, text.language) for shape, text in texts if isinstance(text, Literal))
    assert len(counts) == 3 * 271
    assert set(counts.values()) == {1}


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_no_two_shapes_have_one_name_or_one_message(language: str) -> None:
    for words in ("names", "messages"):
        texts = Counter(getattr(shape, words)[language] for shape in SHAPES.rules.values())
        assert [text for text, count in texts.items() if count > 1] == []


@pytest.mark.parametrize("iri", IRIS)
def test_a_shape_states_the_severity_of_its_folder_and_is_in_the_file_of_its_class(iri: str) -> None:
    shape = SHAPES.rules[iri]
    assert SHAPES.graph.value(URIRef(iri), SH.severity) == SHACL_SEVERITY[shape.severity]
    assert shape.place.file.split("/")[1] == shape.severity.word
    assert shape.place.line
    text = (REPOSITORY / shape.place.file).read_text(encoding="utf-8").splitlines()[shape.place.line - 1]
    assert text.startswith(f"iomsh:{iri.partition('#')[2]} a sh:")


def test_no_property_shape_is_a_blank_node() -> None:
    kinds = (SH.NodeShape, SH.PropertyShape)
    assert not [
        node for kind in kinds for node in SHAPES.graph.subjects(RDF.type, kind) if isinstance(node, BNode)
    ]
    assert not [node for node in SHAPES.graph.subjects(SH.path) if isinstance(node, BNode)]


def test_every_sparql_constraint_binds_this_and_names_the_ontology_with_its_prefixes() -> None:
    ontology = SHAPES.graph.value(predicate=RDF.type, object=OWL.Ontology)
    queries = list(SHAPES.graph.subject_objects(SH.select))
    assert len(queries) == 70
    for constraint, query in queries:
        assert SHAPES.graph.value(constraint, SH.prefixes) == ontology
        assert re.match(r"\s*SELECT (DISTINCT )?\$this( \?value)? WHERE \{\s+(\{\s+)?\$this ", str(query))
        # SHACL, section 5.2.1 and appendix A: what pre-binding forbids.
        assert not {"MINUS", "VALUES", "SERVICE", "GRAPH"} & set(str(query).split())


def test_shacls_own_shapes_approve_of_the_shapes(suites: Path) -> None:
    rules = suites / "shacl/tests/core/complex/shacl-shacl-data-shapes.ttl"
    conforms, _, text = pyshacl.validate(SHAPES.graph, shacl_graph=Graph().parse(rules))
    assert conforms, text
