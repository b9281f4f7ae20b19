"""Shapes that can't be used: each is refused with its name and the rule of the specification."""

from __future__ import annotations

import pytest
from pyoxigraph import RdfFormat, Store, parse
from rdflib import Graph

from iomgraph.errors import OntologyError
from iomgraph.validation.shacl import Reason, compile_shapes
from iomgraph.validation.shacl.graph import shapes_graph

PREFIXES = """
@prefix : <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
MANY = 5_000
ILL_FORMED = {
    f"sh:minCount {'1' * 20_000}": "sh:minCount is a number of more than 1,000 digits",
    "sh:minCount 'many'^^xsd:integer": "sh:minCount needs an xsd:integer (SHACL, section 4.2.1)",
    f"sh:pattern '{'(' * MANY}a{')' * MANY}'": "sh:pattern can't be read as a regular expression (its groups",
    "sh:minCount 1.0": "sh:minCount needs an xsd:integer (SHACL, section 4.2.1)",
    "sh:minCount 1, 2": "sh:minCount has more than one value (SHACL, section 4.2.1)",
    "sh:maxCount :one": "sh:maxCount needs a literal (SHACL, section 4.2.2)",
    "sh:class 'C'": "sh:class needs an IRI (SHACL, section 4.1.1)",
    "sh:datatype xsd:int, xsd:long": "sh:datatype has more than one value (SHACL, section 4.1.2)",
    "sh:nodeKind :Thing": "sh:nodeKind has none of its values (SHACL, section 4.1.3)",
    "sh:minInclusive :one": "sh:minInclusive needs a literal (SHACL, section 4.3)",
    "sh:pattern '('": "sh:pattern can't be read as a regular expression",
    "sh:pattern 'a' ; sh:flags 'i', 's'": "sh:flags has more than one value (SHACL, section 4.4.3)",
    "sh:languageIn ( :en )": "sh:languageIn needs strings (SHACL, section 4.4.4)",
    "sh:languageIn 'en'": "sh:languageIn needs a list, but it is not a well-formed RDF list",
    "sh:uniqueLang 1": "sh:uniqueLang needs an xsd:boolean (SHACL, section 4.4.5)",
    "sh:in [ rdf:first 1 ]": "sh:in needs a list, but it is not a well-formed RDF list",
    "sh:and ( 1 )": "a literal is not a shape (SHACL, section 2.1)",
    "sh:node [ sh:path :q ]": "sh:node needs a node shape (SHACL, section 4.7.1)",
    "sh:property [ sh:nodeKind sh:IRI ]": "sh:property needs a property shape (SHACL, section 4.7.2)",
    "sh:severity 1": "sh:severity needs an IRI (SHACL, section 2.1.4)",
    "sh:message 1": "sh:message needs a string (SHACL, section 2.1.5)",
    "sh:closed 'true'": "sh:closed needs an xsd:boolean (SHACL, section 4.8.1)",
    "sh:closed true ; sh:ignoredProperties ( 'p' )": "sh:ignoredProperties needs IRIs",
    "sh:path :q": "a property shape has more than one sh:path (SHACL, section 2.3)",
    "a sh:NodeShape": "a node shape has a sh:path (SHACL, section 2.2)",
    "sh:targetClass 'C'": "sh:targetClass needs an IRI (SHACL, section 2.1.3.2)",
    "sh:qualifiedValueShape [], [] ; sh:qualifiedMinCount 1": "sh:qualifiedValueShape has more than one",
}


def compiled(text: str) -> None:
    compile_shapes(shapes_graph(parse(f"{PREFIXES}{text} .", RdfFormat.TURTLE)))


@pytest.mark.parametrize("part", ILL_FORMED, ids=lambda part: part[:40])
def test_an_ill_formed_shape_is_named_with_its_rule(part: str, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(OntologyError) as stop:
        compiled(f":shape sh:targetClass :C ; sh:path :p ; {part}")
    assert caplog.records == []
    assert ILL_FORMED[part] in str(stop.value)
    assert stop.value.where
    assert stop.value.step


@pytest.mark.parametrize(
    "path", ["[]", "( :p )", "[ sh:alternativePath ( :p ) ]", "'p'", "[ sh:inversePath [] ]"]
)
def test_an_ill_formed_path_is_refused(path: str) -> None:
    with pytest.raises(OntologyError, match="sh:path is ill-formed"):
        compiled(f":shape sh:targetClass :C ; sh:path {path} ; sh:minCount 1")


PATHS = {
    "steps": (f"({' :p' * MANY} )", "more than 1,000 predicates"),
    "inverses": ("[ sh:inversePath " * MANY + ":p" + " ]" * MANY, "nested more than 50 deep"),
    "alternatives": (
        "[ sh:alternativePath ( :q " * MANY + ":p" + " ) ]" * MANY,
        "nested more than 50 deep",
    ),
    "members": (f"[ sh:alternativePath ({' :p' * MANY} ) ]", "more than 1,000 predicates"),
    "parts in common": (
        "_:0 . "
        + " . ".join(f"_:{n} sh:alternativePath ( _:{n + 1} _:{n + 1} )" for n in range(40))
        + " . _:40 sh:inversePath :p",
        "more than 1,000 predicates",
    ),
}


@pytest.mark.parametrize("kind", PATHS)
def test_a_path_that_would_take_all_of_the_stack_is_refused_with_its_shape(kind: str) -> None:
    path, said = PATHS[kind]
    with pytest.raises(OntologyError, match=said) as stop:
        compiled(f":shape sh:targetClass :C ; sh:minCount 1 ; sh:path {path}")
    assert stop.value.where == "<http://example.org/shape>"


def test_a_long_path_that_the_engine_can_take_is_evaluated() -> None:
    text = f":shape sh:targetNode :a ; sh:minCount 1 ; sh:path ({' :p' * 900} )"
    shapes = compile_shapes(shapes_graph(parse(PREFIXES + text + " .", RdfFormat.TURTLE)))
    assert len(list(shapes.validate(Store()))) == 1


def test_a_path_that_contains_itself_is_refused() -> None:
    with pytest.raises(OntologyError, match="the path contains itself"):
        compiled(":shape sh:targetClass :C ; sh:path _:p ; sh:minCount 1 . _:p sh:inversePath _:p")


@pytest.mark.parametrize("parameter", ["minCount 1", "maxCount 1", "uniqueLang true", "lessThan :q"])
def test_a_node_shape_has_no_parameters_of_property_shapes(parameter: str) -> None:
    with pytest.raises(OntologyError, match="is for property shapes only"):
        compiled(f":shape a sh:NodeShape ; sh:targetClass :C ; sh:{parameter}")


def test_a_property_shape_without_a_path_is_refused() -> None:
    with pytest.raises(OntologyError, match="a property shape has no sh:path"):
        compiled(":shape a sh:PropertyShape ; sh:minCount 1")


QUERIES = {
    "SELECT $this { SERVICE <http://example.org/> { $this ?p ?o } }": "it uses SERVICE",
    "SELECT $this { $this ?p ?o { SELECT $this { service <urn:x> { ?s ?p ?o } } } }": "it uses SERVICE",
    "SELECT $this FROM <http://example.org/> { $this ?p ?o }": "it uses FROM",
    "SELECT $this { $this ?p ?o MINUS { ?o ?p $this } }": "it uses MINUS",
    "SELECT $this { VALUES ?p { 1 } }": "it uses VALUES",
    "SELECT $this { $this ?p ?o BIND(1 AS $this) }": "it assigns to the pre-bound variable ?this",
    "SELECT $this { $this ?p ?o { SELECT ?o { ?o ?p 1 } } }": "a subquery does not project ?this",
    "SELECT ?o { ?this ?p ?o }": "the query does not project ?this",
    "SELECT $this { $this ex:p ?o }": "the prefix ex: is not declared by sh:prefixes",
    "SELECT $this { $this ?p }": "its query is not SPARQL 1.1",
    "SELECT $this { $this ?p ?o": "a bracket is not closed",
    "SELECT $this": "it has no group in braces",
    "CONSTRUCT { $this ?p ?o } WHERE { $this ?p ?o }": "it is neither SELECT nor ASK",
    "SELECT $this { $this ?p ?o FILTER(<http://example.org/f>(?o)) }": "its query can't be run",
}


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_that_shacl_does_not_allow_is_refused(query: str) -> None:
    with pytest.raises(OntologyError) as stop:
        compiled(f':shape a sh:NodeShape ; sh:targetClass :C ; sh:sparql [ sh:select """{query}""" ]')
    assert QUERIES[query] in str(stop.value)


@pytest.mark.parametrize(
    "text", ["'SERVICE <http://example.org/> {'", '"MINUS"', "<http://example.org/SERVICE>", "?o # VALUES\\n"]
)
def test_a_keyword_in_a_text_a_name_or_a_comment_does_not_count(text: str) -> None:
    query = f"SELECT $this {{ $this ?p {text} }}"
    compiled(f':s a sh:NodeShape ; sh:targetClass :C ; sh:sparql [ sh:select """{query}""" ]')


def test_a_property_shape_that_is_elsewhere_is_named() -> None:
    text = ":s a sh:NodeShape ; sh:targetNode :a ; sh:nodeKind sh:Literal ; sh:property :elsewhere ."
    compiled = compile_shapes(Graph().parse(data=PREFIXES + text, format="turtle"))
    assert [node.value for node in compiled.undefined] == ["http://example.org/elsewhere"]
    assert len(list(compiled.validate(Store()))) == 1


def test_a_literal_where_a_shape_is_meant_harms_nothing_outside_shapes() -> None:
    compiled(':s a sh:NodeShape ; sh:targetNode :a ; :note [ sh:property "a text" ]')


def test_a_component_needs_a_parameter_that_is_not_reserved() -> None:
    with pytest.raises(OntologyError, match="a name that is not reserved"):
        compiled(":Component a sh:ConstraintComponent ; sh:parameter [ sh:path :this ]")


UNSUPPORTED = {
    "sh:js [ sh:jsFunctionName 'f' ]": "http://www.w3.org/ns/shacl#js",
    "sh:nodeByExpression [ sh:path :q ]": "http://www.w3.org/ns/shacl#nodeByExpression",
    "sh:target [ a :Unheard ]": "http://example.org/Unheard",
    "sh:expression [ :undeclared ( 1 ) ]": "http://example.org/undeclared",
    "sh:node [ sh:js [ sh:jsFunctionName 'f' ] ]": "http://www.w3.org/ns/shacl#js",
}


RULES = {
    "sh:values [ sh:path :q ]": "http://www.w3.org/ns/shacl#values",
    "sh:rule [ a sh:JSRule ]": "http://www.w3.org/ns/shacl#JSRule",
    "sh:rule [ sh:subject sh:this ; sh:predicate :p ; sh:object [ :undeclared ( sh:this ) ] ]": (
        "http://example.org/undeclared"
    ),
    "sh:rule [ sh:condition [ sh:js [] ] ; sh:subject sh:this ; sh:predicate :p ; sh:object 1 ]": (
        "http://www.w3.org/ns/shacl#js"
    ),
}
GOOD = "sh:rule [ sh:subject sh:this ; sh:predicate :sees ; sh:object 1 ]"


@pytest.mark.parametrize("part", RULES)
def test_a_rule_that_is_not_evaluated_leaves_its_shape_and_other_rules_alone(part: str) -> None:
    text = (
        f":s a sh:NodeShape ; sh:targetNode :a ; sh:nodeKind sh:Literal ; {GOOD} , [ sh:deactivated true ] ;"
    )
    text += f" {part} . :t sh:targetSubjectsOf :sees ; sh:path :sees ; sh:maxCount 0 ."
    compiled = compile_shapes(Graph().parse(data=PREFIXES + text, format="turtle"))
    evaluation = compiled.evaluate(Store())
    assert [str(result.source_shape) for result in evaluation.results] == [
        "<http://example.org/s>",
        "<http://example.org/t>",
    ]
    assert not compiled.unsupported
    left_out = [note.term for note in evaluation.coverage.unevaluated if note.fails]
    assert left_out == [RULES[part]]


@pytest.mark.parametrize("part", UNSUPPORTED)
def test_what_is_not_evaluated_is_named_and_left_out(part: str) -> None:
    text = (
        f":plain sh:targetNode :a ; sh:nodeKind sh:Literal . :s a sh:NodeShape ; sh:targetNode :a ; {part} ."
    )
    shapes = Graph().parse(data=PREFIXES + text, format="turtle")
    compiled = compile_shapes(shapes)
    assert [(str(left.shape), left.features) for left in compiled.unsupported] == [
        ("<http://example.org/s>", (UNSUPPORTED[part],))
    ]
    assert [str(result.source_shape) for result in compiled.validate(Store())] == [
        "<http://example.org/plain>"
    ]
    notes = compiled.evaluate(Store()).coverage.unevaluated
    assert (Reason.NOT_EVALUATED, UNSUPPORTED[part], True) in {(n.reason, n.term, n.fails) for n in notes}
