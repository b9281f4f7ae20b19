"""Shapes that refer to themselves are evaluated, whatever the data's depth, and validation ends."""

from __future__ import annotations

from itertools import pairwise

import pytest
from pyoxigraph import RdfFormat, Store
from rdflib import Graph

from iomgraph.validation.shacl import compile_shapes

PREFIXES = "@prefix : <http://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> . "


def found(shapes: str, data: str) -> list[tuple[str, str]]:
    """The local names of focus nodes and components."""
    store = Store()
    store.load((PREFIXES + data).encode(), format=RdfFormat.TURTLE)
    results = compile_shapes(Graph().parse(data=PREFIXES + shapes, format="turtle")).validate(store)
    return [
        (str(result.focus_node).rpartition("/")[2].rstrip(">"), result.component.value.rpartition("#")[2])
        for result in results
    ]


TREE = """
:Unit a sh:NodeShape ; sh:targetNode :a ; sh:property [ sh:path :name ; sh:minCount 1 ] , [
  sh:path :above ; sh:node :Unit ] .
"""


def chain(length: int, last: str = "") -> str:
    names = [f":a{number}" for number in range(1, length)]
    steps = "".join(f"{one} :above {next_} ; :name 1 . " for one, next_ in pairwise([":a", *names]))
    return f"{steps} {names[-1]} :q 1 {last} ."


def test_a_fault_far_up_is_found_at_the_focus_node() -> None:
    assert found(TREE, chain(30)) == [("a", "NodeConstraintComponent")]


def test_a_chain_without_a_fault_conforms() -> None:
    assert found(TREE, chain(30, "; :name 1")) == []


def test_a_chain_of_ten_thousand_ends() -> None:
    assert found(TREE, chain(10_000)) == [("a", "NodeConstraintComponent")]


def test_many_focus_nodes_of_one_chain_end() -> None:
    shapes = TREE.replace("sh:targetNode :a", "sh:targetSubjectsOf :above")
    assert len(found(shapes, chain(2_000))) == 1_999


@pytest.mark.parametrize("length", [1, 2, 5])
def test_nodes_in_a_circle_conform_if_nothing_else_speaks_against_it(length: int) -> None:
    nodes = [f":n{number}" for number in range(length)]
    data = "".join(f"{one} :above {nodes[(at + 1) % length]} ; :name 1 . " for at, one in enumerate(nodes))
    shapes = TREE.replace("sh:targetNode :a", f"sh:targetNode {' , '.join(nodes)}")
    assert found(shapes, data) == []
    assert len(found(shapes, data.replace("; :name 1", "", 1))) == length + 1


def test_a_shape_that_says_the_contrary_of_itself_ends() -> None:
    shapes = ":S a sh:NodeShape ; sh:targetNode :a ; sh:not :S ."
    assert len(found(shapes, ":a :p :b .")) <= 1


def test_negation_along_a_chain_is_decided_from_its_end() -> None:
    shapes = ":S a sh:NodeShape ; sh:targetNode :a ; sh:not [ sh:path :p ; sh:qualifiedValueShape :S ; "
    shapes += "sh:qualifiedMinCount 1 ] ."
    assert found(shapes, ":a :p :b .") == [("a", "NotConstraintComponent")]
    assert found(shapes, ":a :p :b . :b :p :c .") == []


def test_property_shapes_that_lead_back_to_themselves_are_validated_once_a_node() -> None:
    shapes = ":S sh:targetNode :a ; sh:path :p ; sh:nodeKind sh:IRI ; sh:maxCount 1 ; sh:property :S ."
    data = ":a :p :b . :b :p :c . :c :p :a , 1 ."
    assert found(shapes, data) == [("c", "NodeKindConstraintComponent"), ("c", "MaxCountConstraintComponent")]


def test_a_circle_under_a_list_is_evaluated() -> None:
    shapes = ":P a sh:NodeShape ; sh:targetNode :a ; sh:or ( :Q [ sh:path :ok ; sh:minCount 1 ] ) . "
    shapes += ":Q a sh:NodeShape ; sh:property [ sh:path :p ; sh:minCount 1 ; sh:node :P ] ."
    assert found(shapes, ":a :p :b . :b :ok 1 .") == []
    assert found(shapes, ":a :p :b . :b :no 1 .") == [("a", "OrConstraintComponent")]
