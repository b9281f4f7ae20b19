"""The shapes graph as the reader meets it: rdflib's triples, and what RDF 1.2 says of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple
from rdflib import Graph, URIRef
from rdflib.term import Node

from iomgraph.validation.shacl.terms import original, to_rdflib

REIFIES = URIRef("http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies")

Statement: TypeAlias = tuple[Node, Node, Node]


class ShapesGraph(Graph):
    """A shapes graph with the reifiers of its triples (RDF 1.2), which rdflib has no place for.

    Attributes:
        annotations: triple to the nodes that reify it: `:s :p :o {| sh:severity sh:Info |}` gives a
            blank node that has that severity.
        left_out: subject and predicate of the triples whose value is a triple term, which no shape can use.

    Example:
        >>> shapes = ShapesGraph()
        >>> len(shapes), shapes.annotations
        (0, {})
    """

    annotations: dict[Statement, list[Node]]
    left_out: list[tuple[Node, URIRef]]

    def __init__(self) -> None:
        """Start without triples."""
        super().__init__(store="SimpleMemory")  # without contexts, it is several times as fast
        self.annotations = {}
        self.left_out = []


def shapes_graph(quads: Iterable[Quad]) -> ShapesGraph:
    """Read a shapes graph from quads, whatever their graph, annotations included.

    Args:
        quads: of a `pyoxigraph.Store`, filled by `exact_quads` or not, or of `pyoxigraph.parse`. Triple
            terms in other places than after rdf:reifies are left out, and noted: no shape can use them.

    Example:
        >>> from pyoxigraph import RdfFormat, parse
        >>> text = "@prefix : <urn:> . :shape :datatype :d {| :severity :Info |} ."
        >>> graph = shapes_graph(parse(text, RdfFormat.TURTLE))
        >>> len(graph), [str(node) for _, _, node in graph.annotations]
        (2, ['urn:d'])
    """
    graph = ShapesGraph()
    for quad in quads:
        if isinstance(quad.subject, Triple):
            continue
        subject, predicate, value = to_rdflib(quad.subject), URIRef(quad.predicate.value), quad.object
        if not isinstance(value, Triple):
            graph.add((subject, predicate, _written(value)))
        elif predicate == REIFIES and (statement := _statement(value)):
            graph.annotations.setdefault(statement, []).append(subject)
        elif predicate != REIFIES:
            graph.left_out.append((subject, predicate))
    return graph


def reifiers(graph: Graph, statement: Statement) -> list[Node]:
    """List the nodes that reify a triple; none in a graph of RDF 1.1."""
    return graph.annotations.get(statement, []) if isinstance(graph, ShapesGraph) else []


def _statement(triple: Triple) -> Statement | None:
    subject, value = triple.subject, triple.object
    if isinstance(subject, Triple) or isinstance(value, Triple):
        return None
    return to_rdflib(subject), URIRef(triple.predicate.value), _written(value)


def _written(term: NamedNode | BlankNode | Literal) -> Node:
    return to_rdflib(original(term) if isinstance(term, Literal) else term)
