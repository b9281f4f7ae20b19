"""A validation tells what it did, and what it did not: nothing is left out in silence."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, RdfFormat, Store, parse

from iomgraph.errors import OntologyError
from iomgraph.validation.shacl import Evaluation, Reason, Unevaluated, compile_shapes, shapes_graph
from iomgraph.validation.shacl.engine import Step
from iomgraph.validation.shacl.registry import evaluated, table
from iomgraph.validation.shacl.terms import shown

SH = "http://www.w3.org/ns/shacl#"
EX = "http://example.org/"
PREFIXES = f"@prefix : <{EX}> . @prefix sh: <{SH}> . @prefix owl: <http://www.w3.org/2002/07/owl#> . "
DATA = ":a a :C ; :p 1 ."


def evaluation(shapes: str, data: str = DATA, *, timeout: float | None = None) -> Evaluation:
    store = Store()
    store.load((PREFIXES + data).encode(), format=RdfFormat.TURTLE)
    graph = shapes_graph(parse((PREFIXES + shapes).encode(), RdfFormat.TURTLE))
    return compile_shapes(graph).evaluate(store, timeout=timeout)


def notes(shapes: str, data: str = DATA) -> list[tuple[Reason, str, str]]:
    found = evaluation(shapes, data).coverage.unevaluated
    return [(note.reason, shortened(note.term), shortened(note.nearest)) for note in found]


def shortened(iri: str) -> str:
    return iri.replace(SH, "sh:").replace(EX, ":")


def test_all_is_well_where_all_was_evaluated() -> None:
    found = evaluation(
        ":S a sh:NodeShape ; sh:targetClass :C ; sh:nodeKind sh:IRI ; "
        "sh:property [ sh:path :p ; sh:minCount 2 ] . :T sh:targetNode :a , :b ; sh:nodeKind sh:IRI ."
    )
    coverage = found.coverage
    assert (coverage.shapes, coverage.focus_nodes, coverage.constraints) == (2, 3, 3)
    assert (coverage.complete, coverage.unevaluated) == (True, ())
    assert len(found.results) == 1
    assert coverage.seconds > 0


NIL = "http://www.w3.org/1999/02/22-rdf-syntax-ns#nil"
TARGETED = ":S a sh:NodeShape ; sh:targetClass :C ; "
CASES = {
    TARGETED + "sh:mincount 1 .": [(Reason.UNKNOWN_TERM, "sh:mincount", "sh:minCount")],
    TARGETED + "sh:xyzzy 1 .": [(Reason.UNKNOWN_TERM, "sh:xyzzy", "")],
    TARGETED + "sh:severity sh:Warnning .": [(Reason.UNKNOWN_TERM, "sh:Warnning", "sh:Warning")],
    TARGETED + "sh:js [ sh:jsFunctionName 'f' ] .": [(Reason.NOT_EVALUATED, "sh:js", "")],
    TARGETED + "<https://www.w3.org/ns/shacl#minCount> 1 .": [
        (Reason.WRONG_NAMESPACE, "https://www.w3.org/ns/shacl#minCount", "sh:minCount")
    ],
    **{
        TARGETED + f"sh:nodeKind sh:IRI ; <{iri}> 1 .": [(Reason.WRONG_NAMESPACE, iri, "sh:minCount")]
        for iri in (
            "http://w3.org/ns/shacl#minCount",
            "http://www.w3.org/ns/SHACL#minCount",
            "http://www.w3.org/ns/shcal#minCount",
            "http://www.w3.org/ns/shacl-af#minCount",
            "http://www.w3.org/ns/shaclminCount",
            "http://www.w3.org/ns/schacl#minCount",
            "http://www.w3.org/ns/sh#minCount",
            "http://www.w3c.org/shacl#minCount",
            "http://www.w3.org/ns/shape#minCount",
            "https://w3id.org/shacl/minCount",
            "http://www.w3.org/ns/shacl/#minCount",
        )
    },
    TARGETED + "sh:nodeKind sh:IRI ; sh:pattern <<( :a :b :c )>> .": [(Reason.TRIPLE_TERM, "sh:pattern", "")],
    TARGETED + "sh:nodeKind sh:IRI . [] sh:class :Z .": [(Reason.NO_TARGETS, "", "")],
    TARGETED + "sh:nodeKind sh:IRI . :T sh:minCount 1 .": [(Reason.NO_TARGETS, "", "")],
    TARGETED + "sh:nodeKind sh:IRI . :T a owl:Class ; sh:property [ sh:path :p ] .": [
        (Reason.NO_TARGETS, "", "")
    ],
    TARGETED + "sh:nodeKind sh:IRI . :x :y :T . :T sh:sparql [] .": [(Reason.NO_TARGETS, "", "")],
    **{
        TARGETED + f"{parameter} ( {member} ) .": [(reason, term, "")]
        for parameter in ("sh:and", "sh:or", "sh:xone")
        for member, reason, term in (
            (":elsewhere [ sh:class :Z ]", Reason.UNDEFINED_SHAPE, ":elsewhere"),
            ("[ sh:class :Z ] []", Reason.UNDEFINED_SHAPE, ""),
            ("( [ sh:class :Z ] )", Reason.LIST_AS_SHAPE, ""),
            ("()", Reason.LIST_AS_SHAPE, NIL),
            ("", Reason.EMPTY_LIST, ""),
        )
    },
    TARGETED + "sh:memberShape :elsewhere .": [(Reason.UNDEFINED_SHAPE, ":elsewhere", "")],
    **{
        TARGETED + f"sh:property [ sh:path :p ; sh:minCount 1 ; {part} ] .": [
            (Reason.ILL_TYPED, part.partition(" ")[0], "")
        ]
        for part in (
            "sh:name 1",
            "sh:description :x",
            "sh:order 'x'",
            "sh:order true",
            "sh:group 3",
            "sh:name 'a' , 2.5",
        )
    },
    TARGETED + "sh:nodeKind sh:IRI . [] sh:path :p ; sh:minCount 4 .": [(Reason.NO_TARGETS, "", "")],
    TARGETED + "<http://datashapes.org/dash#singleLine> true .": [
        (Reason.NOT_EVALUATED, "http://datashapes.org/dash#singleLine", "")
    ],
    TARGETED + "sh:nodeKind sh:IRI . :S sh:entailment <http://www.w3.org/ns/entailment/RDFS> .": [
        (Reason.ENTAILMENT, "http://www.w3.org/ns/entailment/RDFS", "")
    ],
    TARGETED + "sh:nodeKind sh:IRI . :T a sh:NodeShape ; sh:nodeKind sh:IRI .": [(Reason.NO_TARGETS, "", "")],
    TARGETED + "sh:property :elsewhere .": [(Reason.UNDEFINED_SHAPE, ":elsewhere", "")],
    ":S a sh:NodeShape ; sh:targetClass :D ; sh:nodeKind sh:IRI .": [(Reason.NO_FOCUS_NODES, "", "")],
    ":S a sh:NodeShape ; sh:targetClass <https://example.org/C> ; sh:nodeKind sh:IRI .": [
        (Reason.OTHER_SCHEME, "https://example.org/C", ":C")
    ],
    ":S a sh:NodeShape ; sh:targetSubjectsOf <https://example.org/p> ; sh:nodeKind sh:IRI .": [
        (Reason.OTHER_SCHEME, "https://example.org/p", ":p")
    ],
    TARGETED + "sh:property [ sh:path :p ; sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ] .": [
        (Reason.MISSING_PARAMETER, "sh:qualifiedValueShape", "")
    ],
    TARGETED + "sh:property [ sh:path :p ; sh:qualifiedMinCount 1 ] .": [
        (Reason.MISSING_PARAMETER, "sh:qualifiedMinCount", "")
    ],
    TARGETED + "sh:qualifiedMinCount 1 ; sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] .": [
        (Reason.MISSING_PARAMETER, "sh:qualifiedValueShape", "")
    ],
    TARGETED + "sh:flags 'i' .": [(Reason.MISSING_PARAMETER, "sh:flags", "")],
    TARGETED + ":one 1 . :K a sh:ConstraintComponent ; sh:validator [ sh:ask 'ASK {}' ] ; "
    "sh:parameter [ sh:path :one ] , [ sh:path :two ] .": [(Reason.MISSING_PARAMETER, ":one", "")],
    TARGETED + "sh:deactivated true ; sh:nodeKind sh:Literal .": [(Reason.NO_CONSTRAINTS, "", "")],
    TARGETED + "sh:name 'nothing' .": [(Reason.NO_CONSTRAINTS, "", "")],
    "": [(Reason.NO_SHAPES, "", "")],
    ":a a :C .": [(Reason.DATA_AS_SHAPES, "", "")],
}


@pytest.mark.parametrize("shapes", CASES)
def test_constraints_that_are_not_evaluated_are_reported(shapes: str) -> None:
    assert set(CASES[shapes]) <= set(notes(shapes))
    assert not evaluation(shapes).coverage.complete


@pytest.mark.parametrize("shape", ["[]", "( [ sh:class :Z ] )"])
@pytest.mark.parametrize("parameter", ["sh:node", "sh:not", "sh:property"])
def test_a_node_that_says_nothing_and_a_list_are_not_shapes(parameter: str, shape: str) -> None:
    text = TARGETED + f"sh:nodeKind sh:IRI ; {parameter} {shape} ."
    try:
        reasons = {reason for reason, _, _ in notes(text)}
    except OntologyError:
        return
    assert reasons & {Reason.UNDEFINED_SHAPE, Reason.LIST_AS_SHAPE}


@pytest.mark.parametrize(
    "shapes",
    [
        "sh:property [ sh:path :p ; sh:minCount 1 ; sh:name 'a' , 'un'@fr ; sh:order 1 , 2.5e0 ] .",
        "sh:property [ sh:path :p ; sh:minCount 1 ; sh:group [] , :g ; sh:description 'a' , 'b' ] .",
        "sh:nodeKind sh:IRI . <http://example.org/shacl/Person> a <http://www.w3.org/ns/shex#Shape> .",
        "sh:nodeKind sh:IRI . :x <http://www.w3.org/ns/shacl-test#shapesGraph> <http://www.w3.org/ns/prov#value>.",
        "sh:nodeKind sh:IRI . :x <http://example.org/shacl-test/message> 1 .",
        "sh:or ( [ sh:class :C ] [ sh:not [ sh:and ( :T ) ] ] ) . :T sh:class :C .",
        "sh:sparql [ sh:select 'SELECT $this { FILTER(false) }' ; sh:message 'x' ; sh:order 1 ] .",
    ],
)
def test_well_formed_shapes_are_not_reported(shapes: str) -> None:
    assert notes(TARGETED + shapes) == []


def test_a_shape_without_focus_nodes_is_a_note_where_others_have_some() -> None:
    shapes = ":S a sh:NodeShape ; sh:targetClass :C ; sh:nodeKind sh:IRI . "
    shapes += ":T a sh:NodeShape ; sh:targetClass :D ; sh:nodeKind sh:IRI ."
    coverage = evaluation(shapes).coverage
    assert [(note.reason, note.fails) for note in coverage.unevaluated] == [(Reason.NO_FOCUS_NODES, False)]
    assert coverage.complete


def test_a_class_that_is_a_shape_is_its_own_target_whatever_kind_of_class() -> None:
    assert len(evaluation(":C a owl:Class , sh:NodeShape ; sh:nodeKind sh:Literal .").results) == 1


def test_a_well_known_prefix_is_assumed_with_a_note() -> None:
    query = "SELECT $this { $this rdf:type ?value }"
    found = evaluation(f':S a sh:NodeShape ; sh:targetNode :a ; sh:sparql [ sh:select "{query}" ] .')
    assert [(note.reason, note.detail, note.fails) for note in found.coverage.unevaluated] == [
        (Reason.ASSUMED, "rdf:", False)
    ]
    assert len(found.results) == 1


def test_base_is_read_in_queries() -> None:
    query = "BASE <http://example.org/> SELECT $this ?value { $this <p> ?value }"
    found = evaluation(f':S a sh:NodeShape ; sh:targetNode :a ; sh:sparql [ sh:select "{query}" ] .')
    assert len(found.results) == 1


def test_a_constraint_has_the_severity_that_it_says() -> None:
    constraint = 'sh:sparql [ sh:severity sh:Info ; sh:select "SELECT $this { $this ?p ?o }" ]'
    found = evaluation(f":S a sh:NodeShape ; sh:targetNode :a ; sh:severity sh:Warning ; {constraint} .")
    assert {result.severity.value for result in found.results} == {f"{SH}Info"}


@pytest.mark.parametrize("constraint", ["sh:closed true", "sh:not [ sh:not [ sh:closed true ] ]"])
def test_a_closed_shape_without_properties_allows_none(constraint: str) -> None:
    assert evaluation(f":S a sh:NodeShape ; sh:targetNode :a ; {constraint} .").results
    assert not evaluation(f":S a sh:NodeShape ; sh:targetNode :b ; {constraint} .").results


def test_triple_terms_are_members_values_and_target_nodes_of_shapes() -> None:
    data = ":a :says <<( :s :p :o )>> , <<( :s :p _:b )>> , 2 ."
    among = ":S sh:targetSubjectsOf :says ; sh:path :says ; sh:in ( 2 <<( :s :p :o )>> ) ."
    assert [shown(one.value) for one in evaluation(among, data).results if one.value] == [
        f"<<( <{EX}s> <{EX}p> [] )>>"
    ]
    has = ":S sh:targetSubjectsOf :says ; sh:path :says ; sh:hasValue <<( :s :p :o )>> , <<( :s :p :x )>> ."
    assert len(evaluation(has, data).results) == 1
    aimed = ":S a sh:NodeShape ; sh:targetNode <<( :s :p :o )>> ; sh:nodeKind sh:IRI ."
    assert [shown(one.focus_node) for one in evaluation(aimed).results] == [
        f"<<( <{EX}s> <{EX}p> <{EX}o> )>>"
    ]


@pytest.mark.parametrize("part", ["sh:or ( <<( :a :b :c )>> )", "sh:languageIn ( <<( :a :b :c )>> )"])
def test_a_triple_term_where_a_shape_or_a_text_is_meant_is_refused(part: str) -> None:
    with pytest.raises(OntologyError, match="ill-formed"):
        evaluation(f":S sh:targetNode :a ; sh:path :p ; {part} .")


def test_a_triple_term_that_is_not_evaluated_is_named() -> None:
    (note,) = evaluation(f"{TARGETED} sh:class :C ; sh:sparql <<( [] :b 'c' )>> .").coverage.unevaluated
    assert note.detail == f'<<( [] <{EX}b> "c" )>>'


def test_triple_terms_are_values_like_others() -> None:
    shapes = ":S sh:targetSubjectsOf :says ; sh:path :says ; sh:nodeKind sh:IRI ; sh:maxLength 3 ."
    found = evaluation(shapes, ":a :says <<( :s :p :o )>> .")
    assert len(found.results) == 2
    assert not evaluation(shapes.replace("sh:IRI", "sh:TripleTerm"), ":a :says <<( :s :p :o )>> .").results[
        1:
    ]


ENDLESS = "SELECT $this { " + " . ".join(f"?a{n} ?b{n} ?c{n}" for n in range(9)) + " FILTER(?a0 = ?missing) }"
MANY = " . ".join(f":n{number} :p :m{number}" for number in range(300)) + " ."


def test_a_constraint_without_end_is_reported_and_the_others_are_evaluated() -> None:
    shapes = ":S a sh:NodeShape ; sh:targetNode :n1 ; sh:nodeKind sh:Literal ; "
    shapes += f'sh:sparql [ sh:select "{ENDLESS}" ]'
    found = evaluation(f"{shapes} ; sh:hasValue :other .", MANY, timeout=0.5)
    (note,) = found.coverage.unevaluated
    assert (note.reason, note.term) == (Reason.NOT_DECIDED, f"{SH}SPARQLConstraintComponent")
    assert "0.5" in note.message()["en"]
    assert [result.component.value.removeprefix(SH) for result in found.results] == [
        "NodeKindConstraintComponent",
        "HasValueConstraintComponent",
    ]


RULED = ":S a sh:NodeShape ; sh:targetNode :n1 ; sh:nodeKind sh:Literal ; sh:rule {} ."
RULE = "[ a sh:SPARQLRule ; sh:prefixes :X ; sh:construct '{}' ]"
OWN = ":X sh:declare [ sh:prefix '' ; sh:namespace 'http://example.org/' ] . "
OWN += ":T sh:targetSubjectsOf :q ; sh:path :q ; sh:maxCount 0 ."


def ruled(*constructs: str, timeout: float | None = None) -> Evaluation:
    rules = " , ".join(RULE.format(one) for one in constructs)
    return evaluation(RULED.format(rules) + OWN, MANY, timeout=timeout)


def test_a_rule_without_end_is_stopped_and_the_others_are_run() -> None:
    endless = ENDLESS.replace("SELECT $this {", "CONSTRUCT { $this :q 0 } WHERE {")
    found = ruled(endless, "CONSTRUCT { $this :q 1 , [] } WHERE { }", timeout=1)
    (note,) = found.coverage.unevaluated
    assert (note.reason, note.term, note.fails) == (Reason.NOT_DECIDED, f"{SH}rule", True)
    assert isinstance(note.subject, BlankNode)
    assert [one.component.value.removeprefix(f"{SH}") for one in found.results] == [
        "NodeKindConstraintComponent",
        "MaxCountConstraintComponent",
    ]


def test_a_rule_that_grows_for_ever_is_stopped_after_its_time_in_all_rounds() -> None:
    growing = 'CONSTRUCT { ?m :p ?n . ?n :q 1 } WHERE { ?x :p ?m BIND(IRI(CONCAT(STR(?m), "1")) AS ?n) }'
    for timeout, reason in ((0.5, Reason.NOT_DECIDED), (None, Reason.FAILED)):
        found = ruled(growing, timeout=timeout)
        stopped = [(note.reason, note.term) for note in found.coverage.unevaluated if note.fails]
        assert stopped == [(reason, f"{SH}rule")]
        assert len(found.results) >= 1


def test_what_rules_make_in_another_process_is_what_they_make_here() -> None:
    makes = "CONSTRUCT { $this :q [ :r $this ] , 1 , <<( $this :p _:x )>> } WHERE { }"
    results = [told(ruled(makes, timeout=timeout)) for timeout in (None, 60)]
    assert results[0] == results[1]
    assert len(results[0]) == 2


def test_a_constraint_that_ends_its_process_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    real = compile_shapes.__globals__["steps"]

    def dying(*given: object) -> Iterator[Step]:
        for step in real(*given):
            dies = step.component.endswith("NodeKindConstraintComponent")
            yield Step(step.shape, step.component, die) if dies else step

    monkeypatch.setitem(compile_shapes.__globals__, "steps", dying)
    shapes = ":S a sh:NodeShape ; sh:targetNode :a ; sh:nodeKind sh:Literal ; sh:hasValue :b ."
    found = evaluation(shapes, timeout=60)
    assert [(note.reason, note.term) for note in found.coverage.unevaluated] == [
        (Reason.FAILED, f"{SH}NodeKindConstraintComponent")
    ]
    assert len(found.results) == 1


def test_a_constraint_that_fails_is_reported_and_the_others_are_evaluated() -> None:
    shapes = ":S sh:targetNode :a ; sh:path :p ; sh:hasValue 2 . "
    shapes += ":T sh:targetNode :a ; sh:path :q ; sh:pattern '^(?=x|a)(a|a)*$' ."
    found = evaluation(shapes, f":a :p 1 ; :q '{'a' * 64}b' .")
    assert [(note.reason, note.term) for note in found.coverage.unevaluated] == [
        (Reason.FAILED, f"{SH}PatternConstraintComponent")
    ]
    assert len(found.results) == 1


LOOP = """:loop a sh:SPARQLFunction ; sh:parameter [ sh:path :n ] ; sh:prefixes :X ;
  sh:select "SELECT (:loop(?n + 1) AS ?r) { }" . """
FAILING = {
    "a query that calls itself": (
        LOOP + ":F a sh:NodeShape ; sh:targetNode :a ; sh:sparql [ sh:prefixes :X ; "
        "sh:select 'SELECT $this { FILTER(:loop(1) = 1) }' ] .",
        f"{SH}SPARQLConstraintComponent",
    ),
    "an expression that calls itself": (
        LOOP + ":F a sh:NodeShape ; sh:targetNode :a ; sh:expression [ :loop ( 1 ) ] .",
        f"{SH}ExpressionConstraintComponent",
    ),
}


@pytest.mark.parametrize("timeout", [None, 60])
@pytest.mark.parametrize("kind", FAILING)
def test_one_failing_expression_does_not_lose_the_other_results(kind: str, timeout: float | None) -> None:
    shapes, component = FAILING[kind]
    others = ":S a sh:NodeShape ; sh:targetNode :a ; sh:nodeKind sh:Literal ; sh:class :Z . "
    found = evaluation(others + OWN + shapes, ":a :p 1 ; :q 2 .", timeout=timeout)
    failed = [note for note in found.coverage.unevaluated if note.fails]
    assert [(note.reason, note.term) for note in failed] == [(Reason.FAILED, component)]
    assert failed[0].detail
    assert len(found.results) == 3


def die() -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def test_several_processes_find_the_same_in_the_same_order(monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = (
        ":S sh:targetSubjectsOf :p ; sh:path :p ; sh:nodeKind sh:Literal ; sh:maxCount 0 ; sh:hasValue :x ."
    )
    alone = evaluation(shapes, MANY)
    monkeypatch.setitem(compile_shapes.__globals__, "_processes", lambda _: 3)
    together = evaluation(shapes, MANY)
    assert together.results == alone.results
    assert len(alone.results) == 900


def test_large_data_is_looked_at_otherwise_with_the_same_results(monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = ":S a sh:NodeShape ; sh:targetClass :C ; "
    shapes += "sh:property [ sh:path :p ; sh:maxCount 1 ; sh:nodeKind sh:IRI ]"
    data = ":a a :C ; :p 1 , :x . :b a :C ; :p :y . :c :p 2 , 3 . :d a :C ."
    usual = told(evaluation(f"{shapes} .", data))
    monkeypatch.setattr("iomgraph.validation.shacl.data.LARGE", 1)
    assert told(evaluation(f"{shapes} .", data)) == usual
    assert len(usual) == 2


def told(found: Evaluation) -> list[tuple[str, ...]]:
    """The results without the labels of blank nodes."""
    return [(str(result.focus_node), str(result.value), result.component.value) for result in found.results]


LARGE = {
    "a list of terms": "sh:in ( " + " ".join(f":x{n}" for n in range(5000)) + " )",
    "a list of shapes": "sh:or ( " + " ".join(f"[ sh:hasValue :x{n} ]" for n in range(2000)) + " )",
    "a list of which one": "sh:not [ sh:xone ( [ sh:hasValue :a ] "
    + " ".join(f"[ sh:hasValue :x{n} ]" for n in range(2000))
    + " ) ]",
    "languages": "sh:languageIn ( " + " ".join(f'"l{n}"' for n in range(5000)) + " )",
    "constraints": " ; ".join(f"sh:class :C{n}" for n in range(500)),
    "shapes in shapes": "sh:not [ sh:not [ " * 500 + " sh:nodeKind sh:Literal " + "] ]" * 500,
    "shared shapes": "sh:node :s0 . "
    + " . ".join(f":s{n} a sh:NodeShape ; sh:and ( :s{n + 1} :s{n + 1} )" for n in range(60))
    + " . :s60 a sh:NodeShape ; sh:nodeKind sh:Literal",
    "lists in lists": "sh:in " + "( " * 20_000 + " 1 " + ") " * 20_000,
}


@pytest.mark.parametrize("kind", LARGE)
def test_no_size_of_shapes_is_too_large(kind: str) -> None:
    found = evaluation(f":S a sh:NodeShape ; sh:targetNode :a ; {LARGE[kind]} .")
    assert found.results
    assert found.coverage.complete


def test_a_path_that_is_nested_too_deep_is_refused_in_words() -> None:
    nested = "[ sh:inversePath " * 1000 + " :p " + "]" * 1000
    with pytest.raises(OntologyError, match="nested more than 50 deep"):
        evaluation(f":S sh:targetNode :a ; sh:path {nested} ; sh:minCount 1 .")


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_has_words_in_three_languages(reason: Reason) -> None:
    message = Unevaluated(reason, term="urn:t", detail="5", nearest="urn:n").message()
    assert sorted(message) == ["en", "es", "fr"]
    assert all(text and "{" not in text for text in message.values())


def test_the_terms_that_are_evaluated_are_listed_with_their_specification() -> None:
    listed = {term.term: term.specification for term in evaluated()}
    assert listed["minCount"] == "1.0, 4.2.1"
    assert listed["memberShape"].startswith("1.2")
    assert len(listed) > 80


def test_the_docs_list_the_terms_that_are_evaluated() -> None:
    docs = Path(__file__).resolve().parents[3] / "docs/shacl.md"
    command = 'python -c "from iomgraph.validation.shacl import registry; print(registry.table())"'
    assert table() in docs.read_text(encoding="utf-8"), f"put what this prints into {docs}: {command}"
