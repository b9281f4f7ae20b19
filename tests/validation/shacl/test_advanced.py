"""SHACL Advanced Features: rules, functions, custom targets and node expressions."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Store, Triple, parse
from rdflib import Graph

from iomgraph.errors import OntologyError
from iomgraph.validation.report import validate as validate_files
from iomgraph.validation.shacl import ValidationResult, compile_shapes, exact_quads
from iomgraph.validation.shacl.terms import Term

PREFIXES = """
@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
: sh:declare [ sh:prefix "" ; sh:namespace "http://example.org/"^^xsd:anyURI ] .
"""


def loaded(data: str) -> Store:
    store = Store()
    store.extend(exact_quads(parse(f"{PREFIXES}{data} .".encode(), RdfFormat.TURTLE)))
    return store


def validate(shapes: str, data: str) -> list[ValidationResult]:
    graph = Graph().parse(data=f"{PREFIXES}{shapes} .", format="turtle")
    compiled = compile_shapes(graph)
    assert not compiled.unsupported
    return list(compiled.validate(loaded(data), exact=True))


def found(shapes: str, data: str) -> list[str]:
    """Local names of focus nodes, with the value where it is another."""
    return [
        " ".join(dict.fromkeys(_local(node) for node in (one.focus_node, one.value) if node))
        for one in validate(shapes, data)
    ]


def _local(node: Term) -> str:
    return "" if isinstance(node, Triple) else node.value.rpartition("/")[2]


@pytest.mark.parametrize(
    ("case", "values"), [("rules-satisfy", ["20"]), ("expression", ["http://example.org/p2"])]
)
def test_the_cases_of_the_reference_material_are_right(shared: Path, case: str, values: list[str]) -> None:
    folder = shared / "cases/shacl" / case
    report = validate_files(folder / "data.ttl", folder / "shapes.ttl")
    assert [finding.value for finding in report.findings] == values


def test_patterns_of_the_reference_material_are_those_of_xpath(shared: Path) -> None:
    folder = shared / "cases/shacl/pattern"
    report = validate_files(folder / "data.ttl", folder / "shapes.ttl")
    assert [finding.about.rpartition("/")[2] for finding in report.findings] == ["p1", "p4", "p6"]


# Node expressions: each must come to true alone, for the focus node :a.
DATA = """:a :p 1, 2, 3 ; :q 3, 4 ; :knows :b, :c ; :first "Ada" ; :last "Byron" ; :self :a .
:b a :C ; :age 30 ; :p 5 ; :knows :c . :c :age 20 ; :p 6, 5 . :t :is true"""
EQUAL = """:equal a sh:SPARQLFunction ; sh:prefixes : ; sh:parameter [ sh:path :a ], [ sh:path :b ] ;
  sh:ask "ASK { FILTER($a = $b) }" .
:join a sh:SPARQLFunction ; sh:parameter [ sh:path :y ; sh:order 1 ], [ sh:path :x ; sh:order 2 ],
    [ sh:path :z ; sh:order 3 ; sh:optional true ] ; sh:returnType xsd:string ;
  sh:select "SELECT (CONCAT(STR($y), COALESCE($z, ' '), STR($x)) AS ?result) { }" .
:ages a sh:SPARQLFunction ; sh:prefixes : ; sh:parameter [ sh:path :who ] ;
  sh:select "SELECT ?age { $who :age ?age }" ."""
EXPRESSIONS = {
    "a constant": "true",
    "a path to true": "[ sh:path ( :truth :is ) ]",
    "there is something": "[ sh:exists [ sh:path :p ] ]",
    "an inverse path": "[ sh:exists [ sh:path [ sh:inversePath :self ] ] ]",
    "the focus node": "[ :equal ( sh:this [ sh:path :self ] ) ]",
    "an intersection": "[ :equal ( 3 [ sh:intersection ( [ sh:path :p ] [ sh:path :q ] ) ] ) ]",
    "a union": "[ :equal ( 4 [ sh:count [ sh:union ( [ sh:path :p ] [ sh:path :q ] ) ] ] ) ]",
    "a difference": "[ :equal ( 4 [ sh:minus [ sh:path :p ] ; sh:nodes [ sh:path :q ] ] ) ]",
    "a path from other nodes": "[ :equal ( 3 [ sh:count [ sh:path :p ; sh:nodes [ sh:path :knows ] ] ] ) ]",
    "each of them once": "[ :equal ( 2 [ sh:count [ sh:distinct "
    "[ sh:path :p ; sh:nodes [ sh:path :knows ] ] ] ] ) ]",
    "a filter": "[ :equal ( :b [ sh:filterShape [ sh:class :C ] ; sh:nodes [ sh:path :knows ] ] ) ]",
    "a sum": "[ :equal ( 6 [ sh:sum [ sh:path :p ] ] ) ]",
    "a sum of nothing": "[ :equal ( 0 [ sh:sum [ sh:path :nothing ] ] ) ]",
    "the least": "[ :equal ( 1 [ sh:min [ sh:path :p ] ] ) ]",
    "the greatest": "[ :equal ( 3 [ sh:max [ sh:path :p ] ] ) ]",
    "a choice": "[ sh:if [ sh:exists [ sh:path :none ] ] ; sh:then false ; sh:else true ]",
    "texts together": '[ :equal ( "1, 2, 3" [ sh:groupConcat [ sh:path :p ] ; sh:separator ", " ] ) ]',
    "in an order": '[ :equal ( "cb" [ sh:groupConcat [ :local ( [ sh:orderBy [ sh:path :age ] ; '
    "sh:nodes [ sh:path :knows ] ] ) ] ] ) ]",
    "in the other order": '[ :equal ( "bc" [ sh:groupConcat [ :local ( [ sh:orderBy [ sh:path :age ] ; '
    "sh:desc true ; sh:nodes [ sh:path :knows ] ] ) ] ] ) ]",
    "the first": "[ :equal ( 1 [ sh:limit 1 ; sh:nodes [ sh:path :p ] ] ) ]",
    "the last": "[ :equal ( 3 [ sh:offset 2 ; sh:nodes [ sh:path :p ] ] ) ]",
    "a function of two": '[ :equal ( "Ada Byron" [ :join ( [ sh:path :first ] [ sh:path :last ] ) ] ) ]',
    "a function of three": '[ :equal ( "Ada-Byron" '
    '[ :join ( [ sh:path :first ] [ sh:path :last ] "-" ) ] ) ]',
    "a function of the data": "[ :equal ( 30 [ :ages ( :b ) ] ) ]",
    "a function of each": "[ :equal ( 50 [ sh:sum [ :ages ( [ sh:path :knows ] ) ] ] ) ]",
    "a cast": '[ :equal ( 3 [ xsd:integer ( "3" ) ] ) ]',
    "an expression in twelve": "[ sh:distinct " * 12 + "true" + " ]" * 12,
}
LOCAL = """:local a sh:SPARQLFunction ; sh:parameter [ sh:path :node ] ;
  sh:select "SELECT (STRAFTER(STR($node), 'org/') AS ?r) {}" ."""


@pytest.mark.parametrize("kind", EXPRESSIONS)
def test_an_expression_comes_to_true(kind: str) -> None:
    shape = f"{EQUAL} {LOCAL} :s a sh:NodeShape ; sh:targetNode :a ; sh:expression {EXPRESSIONS[kind]}"
    assert found(shape, f"{DATA} . :a :truth :t") == []
    negated = shape.replace("sh:expression", "sh:not [ sh:expression") + " ]"
    assert found(negated, f"{DATA} . :a :truth :t") == ["a"]


@pytest.mark.parametrize(
    "expression", ["false", '"true"', "1", "[ sh:path :p ]", "[ sh:path :none ]", "[ sh:path :both ]", ":b"]
)
def test_whatever_is_not_true_alone_is_a_result(expression: str) -> None:
    shape = f":s a sh:NodeShape ; sh:targetNode :a ; sh:expression {expression}"
    (result,) = validate(shape, f"{DATA} . :a :both true, false")
    assert result.value == result.focus_node
    assert result.component.value.endswith("#ExpressionConstraintComponent")


def test_an_expression_judges_each_value_and_says_its_own_message() -> None:
    shape = """:s sh:targetNode :a ; sh:path :knows ; sh:expression :Of .
        :s2 a sh:NodeShape ; sh:targetNode :a ; sh:property [ sh:path :knows ;
          sh:expression [ sh:message "no C"@en ; sh:exists [ sh:path rdf:type ] ] ]"""
    results = validate(shape, DATA)
    assert sorted((one.message(), str(one.value), type(one.source_constraint)) for one in results) == [
        ("", "<http://example.org/b>", NamedNode),
        ("", "<http://example.org/c>", NamedNode),
        ("no C", "<http://example.org/c>", BlankNode),
    ]


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("[ sh:nodes [ sh:path :p ] ]", "not a known node expression"),
        ("[ sh:union ( ) ]", "sh:union needs members"),
        ("[ sh:filterShape [ ] ; sh:nodes sh:this, :b ]", "exactly one sh:nodes"),
        ("[ sh:path [ ] ]", "sh:path is ill-formed"),
        ("[ sh:limit -1 ; sh:nodes sh:this ]", "sh:limit needs an xsd:integer"),
        ("_:x . _:x sh:exists _:x", "nested more than 100 deep"),
        ("[ sh:exists " * 110 + "true" + " ]" * 110, "nested more than 100 deep"),
        ("[ sh:intersection true ]", "needs a list"),
    ],
)
def test_an_ill_formed_expression_is_refused(expression: str, why: str) -> None:
    with pytest.raises(OntologyError, match=why):
        validate(f":s a sh:NodeShape ; sh:targetNode :a ; sh:expression {expression}", "")


# Rules.

AREA = """:R a sh:NodeShape ; sh:targetClass :Rectangle ; sh:rule [ a sh:SPARQLRule ; sh:prefixes : ;
  sh:construct '''CONSTRUCT { $this :area ?a }
    WHERE { $this :width ?w ; :height ?h BIND(?w * ?h AS ?a) }''' ] ."""
RECTANGLES = ":small a :Rectangle ; :width 2 ; :height 3 . :big a :Rectangle ; :width 4 ; :height 5"


def test_what_a_rule_infers_is_seen_by_every_shape_and_stays_out_of_the_data() -> None:
    shapes = Graph().parse(
        data=f"""{PREFIXES}{AREA} : sh:entailment sh:Rules .
        :S sh:targetSubjectsOf :area ; sh:path :area ; sh:maxInclusive 10 .""",
        format="turtle",
    )
    store = loaded(RECTANGLES)
    before = sorted(map(str, store))
    (result,) = compile_shapes(shapes).validate(store, exact=True)
    assert str(result.value).startswith('"20"')
    assert sorted(map(str, store)) == before


def test_a_triple_rule_combines_what_its_expressions_give() -> None:
    shape = """:R a sh:NodeShape ; sh:targetClass :Rectangle ; sh:rule [ a sh:TripleRule ;
          sh:subject sh:this ; sh:predicate :side ;
          sh:object [ sh:union ( [ sh:path :width ] [ sh:path :height ] ) ] ] ;
        sh:property [ sh:path :side ; sh:in ( 2 4 5 ) ]"""
    assert found(shape, RECTANGLES) == ["small 3"]


def test_rules_of_a_greater_order_see_what_those_of_a_lesser_one_inferred() -> None:
    rule = """sh:rule [ a sh:SPARQLRule ; sh:order {order} ; sh:prefixes : ;
        sh:construct "CONSTRUCT {{ $this :{made} {given} }} WHERE {{ $this :{needs} ?x }}" ]"""
    first = rule.format(order=1, made="b", given="?x", needs="a")
    second = rule.format(order=2.5, made="c", given="?x", needs="b")
    shape = f""":S a sh:NodeShape ; sh:targetSubjectsOf :a ; {second} ; {first} ;
        sh:property [ sh:path :c ; sh:hasValue 7 ]"""
    assert found(shape, ":x :a 7") == []


def test_rules_run_until_they_infer_nothing_new() -> None:
    shape = """:S a sh:NodeShape ; sh:targetSubjectsOf :next ; sh:rule [ a sh:SPARQLRule ; sh:prefixes : ;
          sh:construct "CONSTRUCT { $this :later ?z } WHERE { $this :next ?y . ?y :later|:next ?z }" ] ;
        sh:property [ sh:path :later ; sh:maxCount 2 ]"""
    data = " . ".join(f":n{number} :next :n{number + 1}" for number in range(6))
    assert found(shape, data) == ["n0", "n1", "n2"]


def test_only_nodes_that_conform_to_the_conditions_are_inferred_about() -> None:
    rule = """sh:rule [ a sh:TripleRule ; sh:condition :Square ; sh:subject sh:this ;
        sh:predicate rdf:type ; sh:object :Square ]"""
    shape = f""":Square a sh:NodeShape ; sh:property [ sh:path :width ; sh:equals :height ] .
        :R a sh:NodeShape ; sh:targetClass :Rectangle ; {rule} .
        :S a sh:NodeShape ; sh:targetClass :Square ; sh:nodeKind sh:Literal"""
    assert found(shape, f"{RECTANGLES} . :even a :Rectangle ; :width 2 ; :height 2") == ["even"]


def test_values_of_a_property_can_be_an_expression() -> None:
    shape = """:R a sh:NodeShape ; sh:targetClass :Rectangle ; sh:property [ sh:path :sides ;
        sh:maxInclusive 5 ; sh:values [ sh:sum [ sh:union ( [ sh:path :width ] [ sh:path :height ] ) ] ] ]"""
    assert found(shape, RECTANGLES) == ["big 9"]


def test_shapes_in_a_circle_by_way_of_expressions_come_to_an_end() -> None:
    shape = """:S a sh:NodeShape ; sh:targetNode :a ; sh:property [ sh:path :name ; sh:minCount 1 ] ;
        sh:expression [ sh:if [ sh:exists [ sh:path :knows ] ] ; sh:else true ;
          sh:then [ sh:exists [ sh:filterShape :S ; sh:nodes [ sh:path :knows ] ] ] ]"""
    data = ":a :name 1 ; :knows :b . :b :name 2 ; :knows :c . :c :knows :a"
    assert found(shape, data + " ; :name 3") == []
    assert found(shape, data) == ["a"]


def test_a_shape_can_be_given_by_an_expression() -> None:
    shape = (
        ":s a sh:NodeShape ; sh:targetNode :a, :b ; sh:nodeByExpression :t . :t a sh:NodeShape ; sh:class :C"
    )
    (result,) = validate(shape, DATA)
    assert result.component.value.endswith("#NodeByExpressionConstraintComponent")


@pytest.mark.parametrize("where", ["shape", "rule"])
def test_what_is_deactivated_infers_nothing(where: str) -> None:
    off = "sh:deactivated true"
    shape = f""":R a sh:NodeShape ; sh:targetClass :Rectangle ; {off if where == "shape" else "sh:order 1"} ;
        sh:rule [ a sh:TripleRule ; sh:subject sh:this ; sh:predicate :seen ; sh:object true ;
          {off if where == "rule" else "sh:order 1"} ] .
        :S a sh:NodeShape ; sh:targetSubjectsOf :seen ; sh:nodeKind sh:Literal"""
    assert found(shape, RECTANGLES) == []


def test_a_rule_that_makes_new_nodes_makes_them_once() -> None:
    shape = """:R a sh:NodeShape ; sh:targetClass :Rectangle ; sh:rule [ a sh:SPARQLRule ; sh:prefixes : ;
          sh:construct "CONSTRUCT { $this :corner [ a :Corner ] } WHERE { }" ] ;
        sh:property [ sh:path :corner ; sh:minCount 1 ; sh:maxCount 1 ; sh:class :Corner ]"""
    assert found(shape, RECTANGLES) == []


def test_rules_without_end_are_refused_in_a_bounded_time() -> None:
    shape = """:S a sh:NodeShape ; sh:targetSubjectsOf :n ; sh:rule [ a sh:SPARQLRule ; sh:prefixes : ;
        sh:construct "CONSTRUCT { $this :n ?m } WHERE { $this :n ?x BIND(?x + 1 AS ?m) }" ]"""
    started = time.monotonic()
    with pytest.raises(OntologyError, match="still infers new triples after 100 rounds") as stop:
        found(shape, ":a :n 1")
    assert stop.value.where == "<http://example.org/S>"
    assert time.monotonic() - started < 60


def test_a_rule_that_infers_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("iomgraph.validation.shacl.inference.MOST", 3)
    rule = """:S a sh:NodeShape ; sh:targetSubjectsOf :n ; sh:rule [ a sh:TripleRule ; sh:subject sh:this ;
        sh:predicate :m ; sh:object [ sh:path :n ] ]"""
    assert found(rule, ":a :n 1, 2, 3") == []
    with pytest.raises(OntologyError, match="infers more than 3 triples at once"):
        found(rule, ":a :n 1, 2, 3, 4")


def test_a_rule_may_infer_what_gives_other_shapes_their_focus_nodes() -> None:
    shape = """:R a sh:NodeShape ; sh:targetSubjectsOf :knows ; sh:rule [ a sh:TripleRule ;
          sh:subject :Anybody ; sh:predicate rdfs:subClassOf ; sh:object :Agent ] .
        :S a sh:NodeShape ; sh:targetClass :Agent ; sh:property [ sh:path :age ; sh:minCount 1 ]"""
    assert found(shape, ":a :knows :b . :b a :Anybody") == ["b"]


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("a sh:TripleRule ; sh:subject sh:this", "needs sh:subject, sh:predicate and sh:object"),
        ("a sh:SPARQLRule", "exactly one sh:construct"),
        ("a sh:SPARQLRule ; sh:construct 'SELECT * { }'", "it is not CONSTRUCT"),
        (
            "a sh:SPARQLRule ; sh:construct 'CONSTRUCT { ?this a ?x } { SERVICE <urn:x> { } }'",
            "it uses SERVICE",
        ),
        ("a sh:SPARQLRule ; sh:construct 'CONSTRUCT { ?this a ?x } WHERE { ?this a }'", "not SPARQL 1.1"),
        (
            "a sh:SPARQLRule ; sh:construct 'CONSTRUCT { $this :p 1 } WHERE { }'",
            "the prefix : is not declared",
        ),
        (
            "a sh:TripleRule ; sh:order 'x' ; sh:subject 1 ; sh:predicate 2 ; sh:object 3",
            "sh:order needs a number",
        ),
    ],
)
def test_an_ill_formed_rule_is_refused(rule: str, why: str) -> None:
    with pytest.raises(OntologyError, match=why):
        validate(f":s a sh:NodeShape ; sh:targetNode :a ; sh:rule [ {rule} ]", "")


# Functions and targets.


def test_queries_call_functions_and_functions_call_each_other() -> None:
    shape = """:double a sh:SPARQLFunction ; sh:parameter [ sh:path :x ] ;
          sh:select "SELECT ($x * 2 AS ?r) {}" .
        :fourfold a sh:SPARQLFunction ; sh:prefixes : ; sh:parameter [ sh:path :x ] ;
          sh:select "SELECT (:double(:double($x)) AS ?r) {}" .
        :s a sh:NodeShape ; sh:targetSubjectsOf :p ; sh:sparql [ sh:prefixes : ;
          sh:select "SELECT $this ?value { $this :p ?value FILTER(:fourfold(?value) > 10) }" ]"""
    assert found(shape, ":a :p 2, 3 . :b :p 4") == ["a 3", "b 4"]


def test_a_literal_that_looks_like_a_query_stays_a_literal() -> None:
    shape = """:same a sh:SPARQLFunction ; sh:parameter [ sh:path :x ], [ sh:path :y ] ;
          sh:ask "ASK { FILTER($x = $y) }" .
        :s a sh:NodeShape ; sh:targetSubjectsOf :p ;
          sh:expression [ :same ( [ sh:path :p ] [ sh:path :q ] ) ]"""
    text = '"<urn:x-iomgraph:argument:y>\\" } #"'
    assert found(shape, f":a :p {text} ; :q {text} . :b :p {text} ; :q 1") == ["b"]


def test_a_function_that_calls_itself_for_ever_is_refused() -> None:
    shape = """:loop a sh:SPARQLFunction ; sh:prefixes : ; sh:parameter [ sh:path :x ] ;
          sh:select "SELECT (:loop($x + 1) AS ?r) {}" .
        :s a sh:NodeShape ; sh:targetSubjectsOf :p ; sh:expression [ :loop ( 1 ) ]"""
    with pytest.raises(OntologyError, match="call each other more than 16 deep") as stop:
        found(shape, ":a :p 1")
    assert stop.value.where == "http://example.org/loop"


@pytest.mark.parametrize(
    ("function", "why"),
    [
        ("sh:parameter [ sh:path :x ]", "exactly one sh:select or sh:ask"),
        ("sh:select 'SELECT ?a ?b { }'", "with one result"),
        ("sh:select 'ASK { }'", "not of the form"),
        ("sh:ask 'ASK { SERVICE <urn:x> { } }'", "it uses SERVICE"),
        ("sh:ask 'ASK { }' ; sh:parameter [ sh:path 'x' ]", "needs an IRI for its path"),
    ],
)
def test_an_ill_formed_function_is_refused(function: str, why: str) -> None:
    with pytest.raises(OntologyError, match=why):
        validate(f":f a sh:SPARQLFunction ; {function}", "")


def test_a_query_can_find_the_focus_nodes() -> None:
    shape = """:s a sh:NodeShape ; sh:target [ a sh:SPARQLTarget ; sh:prefixes : ;
          sh:select "SELECT ?this WHERE { ?this :age ?age FILTER(?age >= 18) }" ] ;
        sh:property [ sh:path :votes ; sh:minCount 1 ]"""
    assert found(shape, ":a :age 17 . :b :age 18 . :c :age 40 ; :votes true") == ["b"]


def test_a_type_of_targets_takes_parameters() -> None:
    type_ = """:BornIn a sh:SPARQLTargetType ; rdfs:subClassOf sh:Target ; sh:parameter [ sh:path :country ] ;
        sh:prefixes : ; sh:select "SELECT ?this { ?this a :Person ; :bornIn $country }" . """
    shape = """:s a sh:NodeShape ; sh:target [ a :BornIn ; :country :Chad ] ; sh:nodeKind sh:Literal .
        :t a sh:NodeShape ; sh:target [ a :BornIn ] ; sh:nodeKind sh:Literal"""
    data = ":a a :Person ; :bornIn :Chad . :b a :Person ; :bornIn :Peru"
    assert found(type_ + shape, data) == ["a"]


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("'x'", "needs an IRI or a blank node"),
        ("[ a sh:SPARQLTarget ]", "exactly one sh:select"),
        ("[ a sh:SPARQLTarget ; sh:select 'SELECT ?x { ?x a ?y }' ]", "projects \\?this and nothing else"),
        ("[ a sh:SPARQLTarget ; sh:select 'SELECT ?this FROM <urn:x> { ?this a ?y }' ]", "it uses FROM"),
    ],
)
def test_an_ill_formed_target_is_refused(target: str, why: str) -> None:
    with pytest.raises(OntologyError, match=why):
        validate(f":s a sh:NodeShape ; sh:target {target}", "")
