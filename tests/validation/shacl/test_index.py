"""The index of triples answers every pattern as rdflib's own store does."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph, Literal, URIRef

from iomgraph.validation.shacl.graph import ShapesGraph, indexed

NODES = [URIRef("urn:a"), URIRef("urn:b"), Literal("urn:a"), Literal(1), Literal("01")]
TRIPLES = st.tuples(st.sampled_from(NODES[:2]), st.sampled_from(NODES[:2]), st.sampled_from(NODES))
ACTS = st.lists(st.tuples(st.sampled_from(["add", "add", "remove"]), TRIPLES), max_size=30)


@given(ACTS)
def test_each_pattern_matches_what_it_matches_in_rdflib(acts: list[tuple[str, tuple[URIRef, ...]]]) -> None:
    theirs, ours = Graph(), ShapesGraph()
    for act, triple in acts:
        for graph in (theirs, ours):
            getattr(graph, act)(triple)
        list(ours.subjects(URIRef("urn:a"), Literal(1)))  # the way back is indexed, and must not go stale
    assert len(ours) == len(theirs)
    for pattern in product(*(([None, *NODES[:2]],) * 2), [None, *NODES]):
        assert set(ours.triples(pattern)) == set(theirs.triples(pattern))
        assert set(ours.objects(*pattern[:2])) == set(theirs.objects(*pattern[:2]))


def test_a_graph_of_rdflib_is_copied_with_its_prefixes_and_an_indexed_one_is_not() -> None:
    graph = Graph().parse(data="@prefix ex: <urn:ex:> . ex:a ex:b 1 , 2 .", format="turtle")
    copy = indexed(graph)
    assert set(copy) == set(graph)
    assert dict(copy.namespaces())["ex"] == URIRef("urn:ex:")
    assert indexed(copy) is copy
