"""Promises of the engine beside the specification: order, limits, graphs, messages, exactness."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse
from rdflib import RDF, SH, XSD, Graph, URIRef
from rdflib import Literal as RdflibLiteral

from iomgraph.errors import TimeLimitError
from iomgraph.validation.report import validate as report_of
from iomgraph.validation.shacl import (
    ValidationResult,
    compile_shapes,
    exact_quads,
    report_graph,
)

PREFIXES = """
@prefix : <http://example.org/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def shapes(text: str) -> Graph:
    return Graph().parse(data=f"{PREFIXES}{text} .", format="turtle")


def store(text: str, *, exact: bool = False, graph: str = "") -> Store:
    filled = Store()
    quads = (
        Quad(quad.subject, quad.predicate, quad.object, NamedNode(graph) if graph else DefaultGraph())
        for quad in parse(f"{PREFIXES}{text} .".encode(), RdfFormat.TURTLE)
    )
    filled.extend(exact_quads(quads) if exact else quads)
    return filled


def validate(shape: str, data: str, *, exact: bool = False) -> list[ValidationResult]:
    return list(compile_shapes(shapes(shape)).validate(store(data, exact=exact), exact=exact))


def values(results: list[ValidationResult]) -> list[str]:
    return [str(result.value) for result in results]


YEARS = ["-0044", "0999", "1999", "2010", "2010", "2011", "12010"]


@pytest.mark.parametrize(
    ("parameter", "expected"),
    [
        ("minInclusive", ["-0044", "0999", "1999"]),
        ("minExclusive", ["-0044", "0999", "1999", "2010"]),
        ("maxInclusive", ["12010", "2011"]),
        ("maxExclusive", ["12010", "2010", "2011"]),
    ],
)
def test_years_are_in_the_order_of_time_and_not_of_their_text(parameter: str, expected: list[str]) -> None:
    data = ":a :year " + ", ".join(f'"{year}"^^xsd:gYear' for year in YEARS)
    found = validate(f':s sh:targetNode :a ; sh:path :year ; sh:{parameter} "2010"^^xsd:gYear', data)
    assert [result.value.value for result in found if isinstance(result.value, Literal)] == expected


def test_a_year_compares_with_no_integer() -> None:
    found = validate(":s sh:targetNode :a ; sh:path :p ; sh:minInclusive 2000", ':a :p "2010"^^xsd:gYear')
    assert len(found) == 1


def test_years_of_two_properties_are_compared() -> None:
    shape = ":s sh:targetSubjectsOf :start ; sh:path :start ; sh:lessThanOrEquals :end"
    years = ':{0} :start "{1}"^^xsd:gYear ; :end "{2}"^^xsd:gYear . '
    data = years.format("a", 2010, 2009) + years.format("b", 2010, 2010) + years.format("c", "0999", 1000)
    assert [str(result.focus_node) for result in validate(shape, data.removesuffix(" . "))] == [
        "<http://example.org/a>"
    ]


def test_a_moment_that_may_be_earlier_or_later_is_a_violation() -> None:
    # XML Schema, section 3.3.7: without a time zone the order is open within 14 hours.
    shape = ':s sh:targetNode :a ; sh:path :p ; sh:minInclusive "2001-01-01T12:00:00Z"^^xsd:dateTime'
    assert len(validate(shape, ':a :p "2001-01-01T13:00:00"^^xsd:dateTime')) == 1
    assert not validate(shape, ':a :p "2001-01-03T13:00:00"^^xsd:dateTime')


def test_an_ill_typed_literal_is_not_of_its_datatype() -> None:
    shape = ":s sh:targetNode :a ; sh:path :p ; sh:datatype xsd:integer"
    found = validate(shape, ':a :p "abc"^^xsd:integer, 5, "5"')
    assert values(found) == ['"5"', '"abc"^^<http://www.w3.org/2001/XMLSchema#integer>']


@pytest.mark.parametrize("exact", [False, True])
def test_a_store_filled_plainly_is_judged_by_the_range_of_derived_integers(exact: bool) -> None:
    shape = ":s sh:targetNode :a ; sh:path :p ; sh:datatype xsd:byte"
    found = validate(shape, ':a :p 5, "6"^^xsd:byte, "300"^^xsd:byte', exact=exact)
    assert len(found) == (2 if exact else 1)


def test_an_exact_store_keeps_the_spelling_and_still_compares_values() -> None:
    shape = ':s sh:targetNode :a ; sh:path :p ; sh:pattern "^0" ; sh:maxExclusive 7'
    found = validate(shape, ':a :p "007"^^xsd:integer, "06"^^xsd:integer, 5', exact=True)
    assert [(str(r.value).partition("^")[0], r.component.value.rpartition("#")[2]) for r in found] == [
        ('"007"', "MaxExclusiveConstraintComponent"),
        ('"5"', "PatternConstraintComponent"),
    ]


@pytest.mark.parametrize(
    ("pattern", "flags", "fits", "fails"),
    [
        ("^[a-z-[aeiou]]+$", "", "xyz", "xaz"),
        (r"^\\[a-[b]$", "", "[a-b", "[a-c"),
        ("^a.b$", "s", "a\\nb", "ab"),
        ("a  b", "xi", "AB", "A B"),
        ("^b$", "m", "a\\nb", "a b"),
        (r"(?<=a)b", "", "ab", "cb"),
        ("a.b", "q", "a.b", "axb"),
    ],
)
def test_patterns_and_flags_are_those_of_xpath_and_a_little_more(
    pattern: str, flags: str, fits: str, fails: str
) -> None:
    shape = f':s sh:targetNode :a ; sh:path :p ; sh:pattern "{pattern}" ; sh:flags "{flags}"'
    assert not validate(shape, f':a :p "{fits}"')
    assert len(validate(shape, f':a :p "{fails}"')) == 1


@pytest.mark.parametrize("exact", [False, True])
def test_numbers_of_any_size_and_booleans_are_compared(exact: bool) -> None:
    shape = ":s sh:targetNode :a ; sh:path :p ; sh:minExclusive 9223372036854775807"
    found = validate(shape, ":a :p 9223372036854775808, 99999999999999999999.5, 7, true", exact=exact)
    assert [result.value.value for result in found if isinstance(result.value, Literal)] == ["7", "true"]
    shape = ":s sh:targetNode :a ; sh:path :p ; sh:maxInclusive 1.00000000000000000001"
    found = validate(shape, ":a :p 1.00000000000000000001, 1.00000000000000000002, 1e0", exact=exact)
    assert [result.value.value for result in found if isinstance(result.value, Literal)] == [
        "1.00000000000000000002"
    ]
    assert not validate(":s sh:targetNode :a ; sh:path :p ; sh:minInclusive true", ":a :p true", exact=exact)
    shape = ":s sh:targetNode :a ; sh:path :p ; sh:lessThan :q"
    assert not validate(shape, ":a :p false ; :q true", exact=exact)
    assert not validate(shape, ":a :p 99999999999999999998 ; :q 99999999999999999999", exact=exact)
    assert len(validate(shape, ":a :p 99999999999999999999 ; :q 99999999999999999999", exact=exact)) == 1


def test_a_literal_that_rdflib_knows_to_be_ill_typed_is_not_of_its_datatype() -> None:
    data = Graph()
    lexical = ["none", "true"]
    with pytest.warns(UserWarning, match="weird boolean"):
        literals = [RdflibLiteral(text, datatype=XSD.boolean) for text in lexical]
    for literal in literals:
        data.add((URIRef("http://example.org/a"), URIRef("http://example.org/p"), literal))
    report = report_of(data, shapes(":s sh:targetNode :a ; sh:path :p ; sh:datatype xsd:boolean"))
    assert [finding.value for finding in report.findings] == ["false"]


VALUES = {
    "FILTER(?value > 6)": ["007", "8"],
    "FILTER regex(STR(?value), '^0')": ["007"],
    "FILTER(DATATYPE(?value) = <http://www.w3.org/2001/XMLSchema#byte>)": ["5"],
    "FILTER(?value * 2 IN (14, 10))": ["007", "5"],
    "BIND(?value + 1 AS ?more) FILTER(?more = 8)": ["007"],
    "FILTER EXISTS { ?x :q ?other FILTER(?other = ?value) }": ["007"],
    "FILTER(?value = ?least) { SELECT $this (MIN(?one) AS ?least) { $this :p ?one } GROUP BY $this }": ["5"],
    "FILTER(sameTerm(?value, ?value) && BOUND(?value) && isLiteral(?value)) FILTER(?value < 6)": ["5"],
}


@pytest.mark.parametrize("condition", VALUES)
def test_operators_of_queries_see_values_whatever_their_spelling_and_type(condition: str) -> None:
    query = f"SELECT $this ?value {{ $this :p ?value {condition} }}"
    shape = f''': sh:declare [ sh:prefix "" ; sh:namespace "http://example.org/" ] .
        :s a sh:NodeShape ; sh:targetNode :a ; sh:sparql [ sh:prefixes : ; sh:select """{query}""" ]'''
    found = validate(shape, ':a :p "007"^^xsd:integer, "5"^^xsd:byte, 8 . :b :q 7', exact=True)
    assert [one.value.value for one in found if isinstance(one.value, Literal)] == VALUES[condition]


def test_a_validator_sees_values_whatever_their_spelling_and_type() -> None:
    shape = """c:Component a sh:ConstraintComponent ; sh:parameter [ sh:path c:most ] ;
        sh:validator [ sh:ask "ASK { FILTER($value <= $most) }" ] .
        :s sh:targetNode :a ; sh:path :p ; c:most "+6"^^xsd:int """.replace("c:", ":")
    found = validate(shape, ':a :p "007"^^xsd:integer, "5"^^xsd:byte, 8', exact=True)
    assert values(found) == [
        '"007"^^<http://www.w3.org/2001/XMLSchema#integer>',
        '"8"^^<http://www.w3.org/2001/XMLSchema#integer>',
    ]


def test_a_deactivated_shape_finds_nothing_and_hinders_nothing() -> None:
    inner = ":inner sh:path :p ; sh:minCount 1 ; sh:deactivated true . "
    assert not validate(inner + ":s sh:targetNode :a ; sh:property :inner", ":a :q :b")
    assert not validate(inner + ":s sh:targetNode :a ; sh:node [ sh:property :inner ]", ":a :q :b")
    assert len(validate(inner + ":s sh:targetNode :a ; sh:not :inner", ":a :q :b")) == 1


def test_messages_come_in_all_languages_and_fill_in_names() -> None:
    shape = """:s a sh:NodeShape ; sh:targetNode :a ; sh:sparql [
        sh:message "{$this} has {?value}"@en , "{?value} est à {$this}, {?nobody}"@fr ;
        sh:select "SELECT $this ?value { $this <http://example.org/p> ?value }" ]"""
    (result,) = validate(shape, ":a :p 5")
    assert result.message("fr") == "5 est à http://example.org/a, {?nobody}"
    assert result.message() == result.message("es") == "http://example.org/a has 5"


def test_the_message_of_a_shape_goes_before_that_of_its_constraint() -> None:
    shape = """:s a sh:NodeShape ; sh:targetNode :a ; sh:message "of the shape" ; sh:sparql [
        sh:message "of the constraint" ; sh:select "SELECT $this { $this ?p ?o }" ]"""
    (result,) = validate(shape, ":a :p 5")
    assert result.messages == (Literal("of the shape"),)


def test_a_query_may_give_the_message_itself() -> None:
    shape = """:s a sh:NodeShape ; sh:targetNode :a ; sh:sparql [
        sh:select "SELECT $this (CONCAT('five is ', STR(?o)) AS ?message) { $this ?p ?o }" ]"""
    assert [result.message() for result in validate(shape, ":a :p 5")] == ["five is 5"]


def test_a_component_fills_its_parameters_into_its_message() -> None:
    shape = """:Component a sh:ConstraintComponent ; sh:parameter [ sh:path :suffix ] ;
        sh:validator [ sh:message "{$value} does not end in {$suffix}" ;
          sh:ask "ASK { FILTER(STRENDS(STR($value), $suffix)) }" ] .
        :s a sh:PropertyShape ; sh:targetNode :a ; sh:path :p ; :suffix "x" """
    assert [result.message() for result in validate(shape, ':a :p "ax", "ay"')] == ["ay does not end in x"]


def test_queries_inside_logical_constraints_see_each_value_as_their_focus() -> None:
    shape = """:s sh:targetNode :a ; sh:path :p ; sh:not [ a sh:NodeShape ; sh:sparql [
        sh:select "SELECT $this { $this <http://example.org/q> ?x }" ] ]"""
    found = validate(shape, ":a :p :b , :c . :b :q 1")
    assert values(found) == ["<http://example.org/c>"]


def test_queries_meet_the_shapes_graph_and_leave_the_store_as_it_was() -> None:
    data = store(":a :p 1")
    shape = """:s a sh:NodeShape ; sh:targetNode :a ; :limit 5 ; sh:sparql [ sh:select '''
        SELECT $this { GRAPH $shapesGraph { $currentShape <http://example.org/limit> ?limit } } ''' ]"""
    before = sorted(map(str, data))
    assert len(list(compile_shapes(shapes(shape)).validate(data))) == 1
    assert sorted(map(str, data)) == before


def test_the_data_graph_is_the_one_that_is_named() -> None:
    one, two = "http://example.org/one", "http://example.org/two"
    data = store(":a :p 1", graph=one)
    data.extend(store(":a :p 2 . :a :p 1", graph=two))
    compiled = compile_shapes(shapes(":s sh:targetSubjectsOf :p ; sh:path :p ; sh:maxCount 1"))
    assert not list(compiled.validate(data))
    assert not list(compiled.validate(data, graph=NamedNode(one)))
    assert len(list(compiled.validate(data, graph=NamedNode(two)))) == 1
    assert len(list(compiled.validate(data, graph=[NamedNode(one), NamedNode(two)]))) == 1


def test_a_merge_of_graphs_counts_a_triple_once() -> None:
    one, two = "http://example.org/one", "http://example.org/two"
    data = store(":a :p :b . :b a :C", graph=one)
    data.extend(store(":a :p :b . :b a :C", graph=two))
    shape = ":C a rdfs:Class, sh:NodeShape ; sh:property [ sh:path :q ; sh:minCount 1 ]"
    graphs = [NamedNode(one), NamedNode(two)]
    assert len(list(compile_shapes(shapes(shape)).validate(data, graph=graphs))) == 1


def test_classes_below_are_found_in_the_data_and_blank_ones_too() -> None:
    shape = ":s sh:targetClass :C ; sh:path :p ; sh:class :C"
    data = """:D rdfs:subClassOf :C . _:e rdfs:subClassOf :D . :a a :D ; :p :b , :c . :c a _:e ; :p :a"""
    assert values(validate(shape, data)) == ["<http://example.org/b>"]


def test_many_members_of_a_list_are_compared_as_terms() -> None:
    members = " ".join(f'"{number}"' for number in range(100))
    found = validate(
        f":s sh:targetNode :a ; sh:path :p ; sh:in ( {members} 5 )", ':a :p "99", 5, "5"@en, 05.0'
    )
    assert values(found) == ['"5"@en', '"5"^^<http://www.w3.org/2001/XMLSchema#decimal>']


def test_a_blank_node_can_be_a_value_that_is_asked_for() -> None:
    compiled = compile_shapes(shapes(":s sh:targetNode :a ; sh:path :p ; sh:hasValue _:b"))
    (node,) = compiled.graph.objects(None, SH.hasValue)
    data = Store()
    assert len(list(compiled.validate(data))) == 1
    data.add(Quad(NamedNode("http://example.org/a"), NamedNode("http://example.org/p"), BlankNode(str(node))))
    assert not list(compiled.validate(data))


def test_a_report_says_what_a_result_says() -> None:
    report = report_graph(
        validate(":s sh:targetNode :a ; sh:path ( :p [ sh:inversePath :q ] ) ; sh:minCount 1", ":b :q :c")
    )
    (node,) = report.subjects(RDF.type, SH.ValidationResult)
    assert str(report.value(node, SH.sourceConstraintComponent)).endswith("MinCountConstraintComponent")
    assert [str(conforms) for conforms in report.objects(None, SH.conforms)] == ["false"]
    assert report.value(report.value(node, SH.resultPath), RDF.first) is not None


ENDLESS = """:s a sh:NodeShape ; sh:targetNode :n0 ; sh:sparql [ sh:select '''
    SELECT $this { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f . ?g ?s ?h .
    FILTER(STRLEN(CONCAT(STR(?a), STR(?c), STR(?e), STR(?g))) < 0) }''' ]"""


def test_a_query_without_end_is_stopped_when_its_time_is_up() -> None:
    data = store(" . ".join(f":n{number} :p :n{number + 1}" for number in range(2000)))
    started = time.monotonic()
    with pytest.raises(TimeLimitError, match=r"longer than 0\.5 seconds"):
        list(compile_shapes(shapes(ENDLESS)).validate(data, timeout=0.5))
    assert time.monotonic() - started < 5
    assert not any("defunct" in line for line in children())


def children() -> list[str]:
    listed = subprocess.run(["ps", "--ppid", str(os.getpid())], capture_output=True, text=True, check=False)
    return [line for line in listed.stdout.splitlines() if "python" in line]


def test_results_within_a_time_are_the_same_as_without() -> None:
    data = store(" . ".join(f":n{number} :p {number}" for number in range(2500)))
    compiled = compile_shapes(shapes(":s sh:targetSubjectsOf :p ; sh:path :p ; sh:maxExclusive 3"))
    assert list(compiled.validate(data, timeout=60)) == list(compiled.validate(data))


def test_an_error_within_the_time_limit_is_raised_unchanged(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr("iomgraph.validation.shacl.compiled.steps", fail)
    compiled = compile_shapes(shapes(":s sh:targetNode :a ; sh:nodeKind sh:Literal"))
    with pytest.raises(OSError, match="the disk is gone"):
        list(compiled.validate(Store(), timeout=60))


ORDERED = """
import sys
from pyoxigraph import RdfFormat, Store
from rdflib import Graph
from iomgraph.validation.shacl import compile_shapes
store = Store()
lines = [f"<http://example.org/{n}> <http://example.org/p> {n % 7} ." for n in range(60)]
store.load("\\n".join(lines[:: int(sys.argv[1])]), RdfFormat.TURTLE)
shapes = Graph().parse(format="turtle", data='''
    @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <http://example.org/> .
    [] a sh:PropertyShape ; sh:targetSubjectsOf :p ; sh:path :p ; sh:in ( 1 2 ) ; sh:class :C , :D .
    [] a sh:PropertyShape ; sh:targetSubjectsOf :p ; sh:path :p ; sh:maxExclusive 3 .
    [] a sh:NodeShape ; sh:targetObjectsOf :p ; sh:or ( [ sh:datatype :x ] [ sh:minInclusive 5 ] ) .''')
for found in compile_shapes(shapes).validate(store):
    print(found.focus_node, found.path, found.value, found.component)
"""


def test_results_come_in_one_order_whatever_the_hash_seed_and_the_order_of_the_data() -> None:
    runs = {
        subprocess.run(
            [sys.executable, "-c", ORDERED, step],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, step in (("0", "1"), ("1", "1"), ("2", "-1"))
    }
    assert len(runs) == 1
    assert runs.pop().count("\n") > 100
