"""Shapes that look no further than one project."""

import csv
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph

from iomgraph import checks
from iomgraph.errors import OntologyError
from iomgraph.mapping import context
from iomgraph.mapping.context import Context
from iomgraph.settings import Settings
from iomgraph.validation import shapes
from iomgraph.validation.locality import Extent, Locality, extents, split
from iomgraph.validation.shacl import compile_shapes
from iomgraph.validation.shapes import Shapes

Rules = tuple[Context, Shapes, list[Extent]]

TABLE = Path(__file__).parent / "global_rules.csv"
PREFIXES = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <http://example.org/> . "
CASES = {
    "a count of values": ("local", "sh:path :p ; sh:maxCount 1"),
    "a class of values": ("local", "sh:path :p ; sh:class :C"),
    "values of one step more": ("local", "sh:path ( :p :q ) ; sh:minCount 1"),
    "two properties compared": ("local", "sh:path :p ; sh:lessThan :q"),
    "a shape within": ("local", "sh:path :p ; sh:node [ sh:property [ sh:path :q ; sh:minCount 1 ] ]"),
    "a closed node": ("local", "sh:closed true ; sh:ignoredProperties ( :p )"),
    "an inverse path": ("global", "sh:path [ sh:inversePath :p ] ; sh:maxCount 1"),
    "an inverse path to what it is part of": ("local", "sh:path [ sh:inversePath :part ] ; sh:minCount 1"),
    "a step to another project": ("global", "sh:path :next ; sh:class :C"),
    "only the name of another project": ("local", "sh:path :next ; sh:nodeKind sh:IRI"),
    "endless steps to other projects": ("global", "sh:path [ sh:oneOrMorePath :next ] ; sh:nodeKind sh:IRI"),
    "an inverse path in an alternative": (
        "global",
        "sh:path [ sh:alternativePath ( :p [ sh:inversePath :q ] ) ] ; sh:minCount 1",
    ),
    "an inverse path in a shape within": (
        "global",
        "sh:or ( [ sh:path :p ; sh:minCount 1 ] [ sh:path [ sh:inversePath :q ] ; sh:minCount 1 ] )",
    ),
    "a closed node across projects": ("whole", "sh:path [ sh:inversePath :p ] ; sh:node [ sh:closed true ]"),
    "a term that is not known": ("whole", "sh:path :p ; sh:shape :Other"),
    "a target that is a node": ("global", "sh:targetNode :one ; sh:path :p ; sh:minCount 1"),
    "a shape that is off": ("local", "sh:path [ sh:inversePath :p ] ; sh:maxCount 1 ; sh:deactivated true"),
}
QUERIES = {
    "steps forward": ("local", "$this :p ?x . ?x :q ?value"),
    "steps forward in any order": ("local", "?x :q ?value . $this :p ?x"),
    "a blank node between": ("local", "$this :p [ :q ?value ]"),
    "any predicate of the focus node": ("local", "$this ?p ?value"),
    "a path": ("local", "$this :p/:q* ?value"),
    "a path written backwards": ("local", "?value ^:p $this"),
    "something that need not be there": ("local", "$this :p ?value OPTIONAL { $this :q ?x . ?x :r ?y }"),
    "something that must not be": ("local", "$this :p ?value FILTER NOT EXISTS { ?value :q ?y . ?y :r 1 }"),
    "a choice": ("local", "{ $this :p ?value } UNION { $this :q ?value } ?value :r ?y"),
    "a name given": ("local", "$this :p ?x BIND(?x AS ?y) ?y :q ?value"),
    "another with the same value": ("global", "$this :p ?value . ?other :p ?value"),
    "whatever is anywhere": ("global", "$this :p ?value FILTER EXISTS { ?any a :C }"),
    "what a choice may leave open": ("global", "$this :p ?value { $this :q ?x } UNION { ?x :r ?y }"),
    "what may have been left open": ("global", "$this :p ?value OPTIONAL { $this :q ?x } { ?x :r ?y }"),
    "a node by its name": ("global", "$this :p ?value . :one :q ?value"),
    "a name that is made": ("global", "$this :p ?value BIND(IRI(?value) AS ?x) ?x :q ?y"),
    "a subquery that does not know the focus": (
        "global",
        "$this :p ?value { SELECT (COUNT(*) AS ?n) { $this :p ?x } }",
    ),
    "a step by any predicate": ("whole", "$this ?p ?x . ?x :q ?value"),
    "a step to another project": ("global", "$this :next ?x . ?x :q ?value"),
    "any triple": ("whole", "$this :p ?value . ?x ?y ?value"),
    "another graph": ("whole", "GRAPH ?g { $this :p ?value }"),
}


def extent_of(shape: str) -> Extent:
    graph = Graph().parse(data=f"{PREFIXES} :S sh:targetClass :T ; {shape} .", format="turtle")
    (found,) = extents(graph, ["http://example.org/next"], ["http://example.org/part"])
    return found


def query(pattern: str) -> str:
    declared = '[ sh:prefix "" ; sh:namespace "http://example.org/" ]'
    select = f'sh:select "SELECT $this ?value {{ {pattern} }}"'
    return f"sh:sparql [ {select} ; sh:prefixes [ sh:declare {declared} ] ]"


@pytest.mark.parametrize("name", CASES)
def test_a_constraint_is_local_where_it_reads_forward_alone(name: str) -> None:
    locality, shape = CASES[name]
    assert extent_of(shape).locality.value == locality


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_is_local_where_all_its_triples_are_reached_from_the_focus_node(name: str) -> None:
    locality, pattern = QUERIES[name]
    assert extent_of(query(pattern)).locality.value == locality


CLASSES = {
    "none besides that of the focus node": ("T", "$this :p ?value . ?other :p ?value"),
    "one that a triple names": ("T C", "$this :p ?value FILTER EXISTS { ?any a :C }"),
    "one at the end of a path": ("T C", "?value :p/a :C"),
    "whatever a variable stands for": ("T *", "$this :p ?value . ?value a ?class"),
    "whatever a type leads to": ("T *", "$this :p ?value . ?value a/:q :C"),
    "one whose path has another type": ("T C *", "?value a/:q/a :C"),
}


@pytest.mark.parametrize("name", CLASSES)
def test_a_query_reads_members_of_the_classes_that_it_names(name: str) -> None:
    expected, pattern = CLASSES[name]
    found = extent_of(query(pattern)).classes
    assert {one.removeprefix("http://example.org/") for one in found} == set(expected.split())


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ("sh:path :p ; sh:class :C", "T C"),
        ("a <http://www.w3.org/2002/07/owl#Class>, sh:NodeShape ; sh:equals :p", "T S"),
        ("sh:path ( :p <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> ) ; sh:minCount 1", "T *"),
        ("sh:targetSubjectsOf :p ; sh:path :q ; sh:minCount 1", "T"),
    ],
)
def test_a_shape_reads_members_of_its_targets_and_of_the_classes_that_it_asks_for(
    shape: str, expected: str
) -> None:
    found = extent_of(shape)
    assert {one.removeprefix("http://example.org/") for one in found.classes} == set(expected.split())
    assert "http://example.org/p" in found.predicates


def test_the_reason_names_the_triple() -> None:
    assert extent_of(query(QUERIES["another with the same value"][1])).reasons == (
        "?other <http://example.org/p> ?value",
    )


def test_what_cannot_be_split_stops_and_says_why() -> None:
    with pytest.raises(OntologyError, match=r"GRAPH in a query.*example.org/S"):
        split([extent_of(query(QUERIES["another graph"][1]))])


@pytest.fixture(scope="module")
def rules() -> Rules:
    settings = Settings()
    known = context.read(settings.ontology)
    book = shapes.load(settings.shapes)
    return known, book, checks.extents(book, known)


def test_our_rules_are_local_except_those_of_the_table(rules: Rules) -> None:
    known, book, found = rules
    with TABLE.open(encoding="utf-8", newline="") as file:
        expected = {row["rule"]: row["predicates"].split() for row in csv.DictReader(file)}
    across = {
        known.compact(one.shape): sorted(map(known.compact, one.predicates))
        for one in found
        if one.locality is not Locality.LOCAL
    }
    assert across == expected
    assert {one.shape for one in found} == set(book.rules)


def test_a_global_rule_finds_the_same_over_the_predicates_that_it_reads() -> None:
    """The cut leaves out no triple that the rule needs: an identifier that two projects share is found."""
    settings = Settings()
    book = shapes.load(settings.shapes)
    iri = "https://w3id.org/iomgraph/shapes#Project-identifier-unique"
    (extent,) = (one for one in checks.extents(book, context.read(settings.ontology)) if one.shape == iri)
    iom, dct = "https://w3id.org/iomgraph/ontology#", "http://purl.org/dc/terms/"
    store = ox.Store()
    for name in ("a", "b"):
        store.update(
            f'INSERT DATA {{ <urn:{name}> a <{iom}Project> ; <{dct}identifier> "X" ; <{dct}title> "{name}" }}'
        )
    cut = ox.Store()
    cut.extend(quad for quad in store if quad.predicate.value in extent.predicates)
    compiled = compile_shapes(book.graph)

    def found(data: ox.Store) -> list[str]:
        return [str(one.focus_node) for one in compiled.validate(data) if one.source_shape.value == iri]

    assert len(cut) == len(store) - 2
    assert found(cut) == found(store) == ["<urn:a>", "<urn:b>"]
