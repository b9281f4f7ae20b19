"""pySHACL is the oracle: small graphs and shapes are drawn, and both must find the same."""

from __future__ import annotations

from collections.abc import Callable

import pyshacl
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, Store, parse
from pyshacl.errors import ReportableRuntimeError
from rdflib import RDF, RDFS, SH, XSD, BNode, Graph, Literal, Namespace
from rdflib.collection import Collection
from rdflib.term import Node

from iomgraph.validation.shacl import compile_shapes, exact_quads, report_graph
from iomgraph.validation.shacl.paths import read_path

EX = Namespace("http://example.org/")
Finding = tuple[str, str, str, str, str, str]
Draw = Callable[[st.SearchStrategy[object]], object]

NAMES = [EX.a, EX.b, EX.c]
CLASSES = [EX.C, EX.D, EX.E]
PREDICATES = [EX.p, EX.q, EX.r]
LITERALS = [
    Literal(1),
    Literal(2),
    Literal("1.5", datatype=XSD.decimal),
    Literal("2", datatype=XSD.double, normalize=False),
    Literal("abc", datatype=XSD.integer),
    Literal(True),
    Literal("2001-02-03", datatype=XSD.date),
    Literal("2001-02-04T05:06:07", datatype=XSD.dateTime),
    Literal("2001-02-04T05:06:08", datatype=XSD.dateTime),
    Literal(""),
    Literal("ab"),
    Literal("b"),
    Literal("ab", lang="en"),
    Literal("b", lang="en"),
    Literal("ab", lang="fr"),
    Literal("ab", lang="en-GB"),
    Literal("x", datatype=EX.datatype),
]
subjects = st.sampled_from([*NAMES, BNode("x")])
literals = st.sampled_from(LITERALS)
objects = st.one_of(subjects, literals)
numbers = st.integers(0, 3).map(Literal)


@st.composite
def data_graphs(draw: st.DrawFn) -> Graph:
    graph = Graph()
    links = st.tuples(subjects, st.sampled_from(PREDICATES), objects)
    types = st.tuples(subjects, st.just(RDF.type), st.sampled_from(CLASSES))
    for triple in draw(st.lists(links, max_size=10)) + draw(st.lists(types, min_size=1, max_size=4)):
        graph.add(triple)
    for below, above in draw(st.lists(st.permutations(CLASSES).map(lambda c: c[:2]), max_size=2)):
        graph.add((below, RDFS.subClassOf, above))
    return graph


class Shapes:
    """A shapes graph that is being drawn: every shape gets an IRI, so that the reports can be compared."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.graph = Graph()
        self.count = 0

    def listed(self, members: list[Node]) -> Node:
        return Collection(self.graph, BNode(), members).uri

    def path(self, depth: int = 2) -> Node:
        kind = self.draw(st.sampled_from(["", "", "^", "/", "|", "*", "+", "?"])) if depth else ""
        if not kind:
            return self.draw(st.sampled_from(PREDICATES))
        node = BNode()
        if kind in "/|":
            parts = self.listed([self.path(depth - 1), self.path(depth - 1)])
            if kind == "/":
                return parts
            self.graph.add((node, SH.alternativePath, parts))
            return node
        steps = {"^": SH.inversePath, "*": SH.zeroOrMorePath, "+": SH.oneOrMorePath, "?": SH.zeroOrOnePath}
        # pySHACL walks the inverse of a sequence in the wrong order: see below.
        self.graph.add((node, steps[kind], self.path(0 if kind == "^" else depth - 1)))
        return node

    def shape(self, depth: int, *, on_property: bool) -> Node:
        self.count += 1
        node = EX[f"shape{self.count}"]
        if on_property:
            self.graph.add((node, SH.path, self.path()))
        kinds = [kind for kind in KINDS if depth or kind not in NESTED]
        kinds = [kind for kind in kinds if on_property or kind not in ON_PROPERTIES]
        for kind in self.draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=3, unique=True)):
            KINDS[kind](self, node, depth)
        if self.draw(st.integers(0, 9)) == 0:
            self.graph.add((node, SH.severity, self.draw(st.sampled_from([SH.Warning, SH.Info, EX.grave]))))
        if self.draw(st.integers(0, 19)) == 0:
            self.graph.add((node, SH.deactivated, Literal(True)))
        return node

    def inner(self, depth: int) -> Node:
        return self.shape(depth - 1, on_property=self.draw(st.booleans()))

    def inners(self, depth: int) -> Node:
        return self.listed([self.inner(depth) for _ in range(self.draw(st.integers(1, 2)))])


Kind = Callable[[Shapes, Node, int], object]


def one(parameter: Node, values: st.SearchStrategy[Node]) -> Kind:
    return lambda shapes, node, depth: shapes.graph.add((node, parameter, shapes.draw(values)))


def some(parameter: Node, values: st.SearchStrategy[Node]) -> Kind:
    drawn = st.lists(values, min_size=1, max_size=3)
    return lambda shapes, node, depth: shapes.graph.add((node, parameter, shapes.listed(shapes.draw(drawn))))


def pattern(shapes: Shapes, node: Node, depth: int) -> None:
    shapes.graph.add(
        (node, SH.pattern, Literal(shapes.draw(st.sampled_from(["^a", "B$", "[0-9]+", "^$", "^(?!a)"]))))
    )
    if shapes.draw(st.booleans()):
        shapes.graph.add((node, SH.flags, Literal("i")))


def closed(shapes: Shapes, node: Node, depth: int) -> None:
    shapes.graph.add((node, SH.closed, Literal(True)))
    some(SH.ignoredProperties, st.sampled_from([RDF.type, EX.p]))(shapes, node, depth)


def nested(parameter: Node) -> Kind:
    return lambda shapes, node, depth: shapes.graph.add((node, parameter, shapes.inner(depth)))


def nested_list(parameter: Node) -> Kind:
    return lambda shapes, node, depth: shapes.graph.add((node, parameter, shapes.inners(depth)))


def node_(shapes: Shapes, node: Node, depth: int) -> None:
    shapes.graph.add((node, SH.node, shapes.shape(depth - 1, on_property=False)))


def property_(shapes: Shapes, node: Node, depth: int) -> None:
    shapes.graph.add((node, SH.property, shapes.shape(depth - 1, on_property=True)))


def qualified(shapes: Shapes, node: Node, depth: int) -> None:
    shapes.graph.add((node, SH.qualifiedValueShape, shapes.inner(depth)))
    limit = shapes.draw(st.sampled_from([SH.qualifiedMinCount, SH.qualifiedMaxCount]))
    shapes.graph.add((node, limit, shapes.draw(numbers)))


def disjoint_siblings(shapes: Shapes, node: Node, depth: int) -> None:
    path = shapes.path()
    for _ in range(2):
        shapes.count += 1
        sibling = EX[f"shape{shapes.count}"]
        shapes.graph.add((node, SH.property, sibling))
        shapes.graph.add((sibling, SH.path, path))
        shapes.graph.add((sibling, SH.qualifiedValueShapesDisjoint, Literal(True)))
        qualified(shapes, sibling, depth)


KINDS: dict[str, Kind] = {
    "class": one(SH["class"], st.sampled_from(CLASSES)),
    "datatype": one(
        SH.datatype,
        st.sampled_from(
            [XSD.integer, XSD.decimal, XSD.string, RDF.langString, XSD.date, XSD.boolean, EX.datatype]
        ),
    ),
    "nodeKind": one(
        SH.nodeKind,
        st.sampled_from(
            [SH.IRI, SH.BlankNode, SH.Literal, SH.BlankNodeOrIRI, SH.BlankNodeOrLiteral, SH.IRIOrLiteral]
        ),
    ),
    "minCount": one(SH.minCount, numbers),
    "maxCount": one(SH.maxCount, numbers),
    "minExclusive": one(SH.minExclusive, literals),
    "minInclusive": one(SH.minInclusive, literals),
    "maxExclusive": one(SH.maxExclusive, literals),
    "maxInclusive": one(SH.maxInclusive, literals),
    "minLength": one(SH.minLength, numbers),
    "maxLength": one(SH.maxLength, numbers),
    "pattern": pattern,
    "languageIn": some(SH.languageIn, st.sampled_from([Literal("en"), Literal("FR"), Literal("en-gb")])),
    "uniqueLang": one(SH.uniqueLang, st.just(Literal(True))),
    "equals": one(SH.equals, st.sampled_from(PREDICATES)),
    "disjoint": one(SH.disjoint, st.sampled_from(PREDICATES)),
    "lessThan": one(SH.lessThan, st.sampled_from(PREDICATES)),
    "lessThanOrEquals": one(SH.lessThanOrEquals, st.sampled_from(PREDICATES)),
    "hasValue": one(SH.hasValue, st.one_of(st.sampled_from(NAMES), literals)),
    "in": some(SH["in"], st.one_of(st.sampled_from(NAMES), literals)),
    "closed": closed,
    "not": nested(SH["not"]),
    "node": node_,
    "and": nested_list(SH["and"]),
    "or": nested_list(SH["or"]),
    "xone": nested_list(SH.xone),
    "property": property_,
    "qualified": qualified,
    "siblings": disjoint_siblings,
}
NESTED = frozenset({"not", "node", "and", "or", "xone", "property", "qualified", "siblings"})
ON_PROPERTIES = frozenset({"minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals", "qualified"})


@st.composite
def shapes_graphs(draw: st.DrawFn) -> Graph:
    shapes = Shapes(draw)
    node = shapes.shape(2, on_property=draw(st.booleans()))
    targets = {
        SH.targetClass: st.sampled_from(CLASSES),
        SH.targetNode: st.one_of(st.sampled_from(NAMES), literals),
        SH.targetSubjectsOf: st.sampled_from(PREDICATES),
        SH.targetObjectsOf: st.sampled_from(PREDICATES),
    }
    for target in draw(st.lists(st.sampled_from(list(targets)), min_size=1, max_size=2)):
        shapes.graph.add((node, target, draw(targets[target])))
    return shapes.graph


def found_by_us(data: Graph, shapes: Graph, *, exact: bool = True) -> set[Finding]:
    store = Store()
    quads = parse(data.serialize(format="nt"), RdfFormat.N_TRIPLES)
    store.extend(exact_quads(quads) if exact else quads)
    return findings(report_graph(compile_shapes(shapes).validate(store, exact=exact)))


def found_by_pyshacl(data: Graph, shapes: Graph) -> set[Finding]:
    copy = Graph() + shapes  # pySHACL adds triples to what it is given
    _, report, text = pyshacl.validate(data, shacl_graph=copy)
    assert isinstance(report, Graph), text
    return findings(report)


def findings(report: Graph) -> set[Finding]:
    return {
        (
            text(report, result, SH.focusNode),
            path_text(report, result),
            text(report, result, SH.value),
            text(report, result, SH.sourceConstraintComponent),
            text(report, result, SH.sourceShape),
            text(report, result, SH.resultSeverity),
        )
        for result in report.subjects(RDF.type, SH.ValidationResult)
        if (None, SH.result, result) in report
    }


def text(report: Graph, result: Node, predicate: Node) -> str:
    node = report.value(result, predicate)
    # The store keeps language tags in lower case, as RDF 1.1 (section 3.3) lets it.
    language = isinstance(node, Literal) and node.language
    return "" if node is None else node.n3().lower() if language else node.n3()


def path_text(report: Graph, result: Node) -> str:
    node = report.value(result, SH.resultPath)
    return "" if node is None else str(read_path(report, node))


COMPARISONS = (
    SH.minExclusive,
    SH.minInclusive,
    SH.maxExclusive,
    SH.maxInclusive,
    SH.lessThan,
    SH.lessThanOrEquals,
)


UNCOMPARED = (XSD.boolean, XSD.date, XSD.dateTime, EX.datatype)


def without_known_faults(data: Graph, shapes: Graph) -> tuple[Graph, Graph]:
    """The same, less what pySHACL is known to get wrong: the tests below show each."""
    data, shapes = Graph() + data, Graph() + shapes
    if any(parameter in shapes.predicates() for parameter in COMPARISONS):
        for literal in LITERALS:
            if literal.language or literal.ill_typed or literal.datatype in UNCOMPARED:
                data.remove((None, None, literal))
                for parameter in (*COMPARISONS, SH.targetNode):
                    shapes.remove((None, parameter, literal))
    if {SH.lessThan, SH.lessThanOrEquals} & set(shapes.predicates()):
        for predicate in PREDICATES:
            for node in (*NAMES, BNode("x")):
                data.remove((None, predicate, node))
    shapes.remove((None, SH.minLength, Literal(0)))
    return data, shapes


@settings(max_examples=300, deadline=None)
@given(data_graphs(), shapes_graphs())
def test_the_two_reports_are_equal(data: Graph, shapes: Graph) -> None:
    data, shapes = without_known_faults(data, shapes)
    try:
        expected = found_by_pyshacl(data, shapes)
    except ReportableRuntimeError:
        reject()  # it compares no blank nodes
    assert found_by_us(data, shapes, exact=True) == expected
    assert found_by_us(data, shapes, exact=False) == expected


FAULTS = {
    # "Length constraints fail for blank nodes" (4.4.1): "if the value node is a blank node".
    "a blank node has no length, not even naught": (":a :p _:x", "sh:minLength 0", 1, 0),
    # 4.3: a value conforms if SPARQL's `<` or `<=` is true; a comparison that is an error is a violation.
    # SPARQL 1.1, section 17.3, compares numbers with numbers, strings with strings, and so on.
    "a number is not more than a boolean": (":a :p 2", "sh:minInclusive true", 1, 0),
    "an ill-typed literal compares with nothing": (':a :p "abc"^^xsd:integer', "sh:minInclusive 1.5", 1, 0),
    "a text with a language compares with no plain one": (':a :p "b"@en', 'sh:minInclusive ""', 1, 0),
    "a number is not more than a date": (":a :p 1.5", 'sh:minExclusive "2001-02-03"^^xsd:date', 1, 0),
    "a datatype without order has no least": (':a :p "x"^^:datatype', "sh:maxExclusive 1.5", 1, 0),
    # 4.5.4: the same operator; an IRI is an error for it, even beside itself.
    "an IRI is not less than or equal to itself": (":a :p :b ; :q :b", "sh:lessThanOrEquals :q", 1, 0),
    "a datatype without order is not either": (
        ':a :p "x"^^:datatype ; :q "x"^^:datatype',
        "sh:lessThanOrEquals :q",
        1,
        0,
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_where_pyshacl_differs_the_specification_is_followed(fault: str) -> None:
    triples, constraint, ours, theirs = FAULTS[fault]
    data, shapes = turtle(triples), turtle(f":s sh:targetNode :a ; sh:path :p ; {constraint}")
    assert (len(found_by_us(data, shapes)), len(found_by_pyshacl(data, shapes))) == (ours, theirs)


def test_pyshacl_walks_the_inverse_of_a_sequence_in_the_wrong_order() -> None:
    # SPARQL 1.1, section 18.4: the inverse of a path joins the same nodes, ends exchanged.
    data = turtle(":a :q :b . :b :p :c")
    shapes = turtle(":s sh:targetNode :c ; sh:path [ sh:inversePath ( :q :p ) ] ; sh:minCount 1")
    assert (len(found_by_us(data, shapes)), len(found_by_pyshacl(data, shapes))) == (0, 1)


def test_pyshacl_stops_where_a_blank_node_would_be_compared() -> None:
    data = turtle(":a :p _:x ; :q 1")
    shapes = turtle(":s sh:targetNode :a ; sh:path :p ; sh:lessThan :q")
    with pytest.raises(ReportableRuntimeError, match="to compare a BlankNode"):
        found_by_pyshacl(data, shapes)
    assert len(found_by_us(data, shapes)) == 1


def test_pyshacl_can_not_order_years() -> None:
    data = turtle(':a :p "2011"^^xsd:gYear ; :q "2010"^^xsd:gYear')
    shapes = turtle(":s sh:targetNode :a ; sh:path :p ; sh:lessThanOrEquals :q")
    with pytest.raises(TypeError):
        found_by_pyshacl(data, shapes)
    assert len(found_by_us(data, shapes)) == 1


QUERIES = {
    "a filter": "SELECT $this ?value { $this :p ?value FILTER(isLiteral(?value)) }",
    "a path": "SELECT $this ?value { $this :p/:q* ?value }",
    "an optional part": "SELECT $this ?value { $this :p ?x OPTIONAL { ?x :q ?value } }",
    "a union": "SELECT $this ?value { { $this :p ?value } UNION { ?value :q $this } }",
    "an absence": "SELECT $this ?value { $this :p ?value FILTER NOT EXISTS { $this :q ?value } }",
    "the absence of a chain": "SELECT $this ?value { $this :p ?value FILTER NOT EXISTS "
    "{ ?value :q ?x ; :r ?y , ?z . ?x a ?c FILTER(?c != :C || isBlank(?y)) ?z :p|^:q _:b . _:b ?d $this } }",
    "the presence of a chain": "SELECT $this { $this a ?c FILTER EXISTS { ?x :p/:q? ?y . OPTIONAL "
    "{ ?y :q ?z . ?z :r $this } { ?y :p $this . ?x :q ?any } UNION { ?any :r ?y BIND(1 AS ?one) } } }",
    "an absence in an absence": "SELECT $this { $this a ?c FILTER(NOT EXISTS { $this :p ?x . ?x :q ?y . "
    "FILTER NOT EXISTS { ?y :r ?z . ?z a ?c } }) }",
    "a count": "SELECT $this (COUNT(?x) AS ?value) { $this :p ?x } GROUP BY $this HAVING(COUNT(?x) > 1)",
    "a count of naught": "SELECT $this { { SELECT $this (COUNT(?x) AS ?n) "
    "{ $this a ?c OPTIONAL { $this :p ?x } } GROUP BY $this } FILTER(?n = 0) }",
    "the least": "SELECT $this ?value { $this :p ?value FILTER(isIRI(?value)) } ORDER BY STR(?value) LIMIT 1",
    "a bound path": "SELECT $this ?path ?value { $this ?path ?value FILTER(?path IN (:p, :q)) }",
    "an assignment": "SELECT $this ?value { BIND($this AS ?me) ?me :p ?x "
    "FILTER(!isBlank(?x)) BIND(STR(?x) AS ?value) }",
    "a name in a comment and a text": "SELECT $this { # $this {\n $this :p ?x "
    "FILTER(isIRI(?x) && STR(?x) != '} $this') }",
    "distinct solutions": "SELECT DISTINCT $this { $this :p ?x . $this :q ?y }",
}


@settings(max_examples=30, deadline=None)
@given(data=data_graphs())
@pytest.mark.parametrize("query", QUERIES.values(), ids=list(QUERIES))
def test_the_two_agree_on_queries(query: str, data: Graph) -> None:
    data.remove((None, None, Literal("")))  # rdflib takes an empty text for an unbound variable
    shapes = turtle(f'''
        :s a sh:NodeShape ; sh:targetClass :C, :D ; sh:sparql [ sh:prefixes : ; sh:select """{query}""" ] .
        : sh:declare [ sh:prefix "" ; sh:namespace "http://example.org/"^^xsd:anyURI ]''')
    assert found_by_us(data, shapes) == found_by_pyshacl(data, shapes)


def turtle(text: str) -> Graph:
    prefixes = f"@prefix : <{EX}> . @prefix sh: <{SH}> . @prefix xsd: <{XSD}> ."
    return Graph().parse(data=f"{prefixes} {text} .", format="turtle")
