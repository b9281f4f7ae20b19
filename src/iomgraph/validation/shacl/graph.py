"""The shapes graph for the reader: rdflib's triples, and their annotations in RDF 1.2."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import Any, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple
from rdflib import RDF, SH, Graph, URIRef
from rdflib.term import Node

from iomgraph.processes import paused_collection
from iomgraph.validation.shacl.index import TripleIndex
from iomgraph.validation.shacl.terms import TripleTerm, original, to_rdflib

REIFIES = URIRef("http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies")

_HOLDING = frozenset({RDF.first, SH.hasValue, SH.targetNode})
"""Properties whose value may be a triple term."""

Statement: TypeAlias = tuple[Node, Node, Node]


class ShapesGraph(Graph):
    """A shapes graph with the reifiers of its triples (RDF 1.2), which rdflib can't hold.

    Attributes:
        index: its triples.
        annotations: triple to the nodes that reify it: `:s :p :o {| sh:severity sh:Info |}` gives a blank
            node with that severity.
        left_out: triples with a triple term as a value that no shape can use.

    Example:
        >>> shapes = ShapesGraph()
        >>> len(shapes), shapes.annotations
        (0, {})
    """

    index: TripleIndex
    annotations: dict[Statement, list[Node]]
    left_out: list[Statement]

    def __init__(self) -> None:
        """Start without triples."""
        self.index = TripleIndex()
        super().__init__(store=self.index)
        self.annotations = {}
        self.left_out = []

    def objects(
        self, subject: Any = None, predicate: Any = None, unique: bool = False
    ) -> Generator[Node, None, None]:
        """Yield objects as `Graph.objects` does, much faster if both other terms are given."""
        # `Node` is an abstract class, for which `isinstance` is slow.
        if type(predicate) is URIRef and subject is not None and type(subject) is not list:
            yield from self.index.values(subject, predicate)
        else:
            yield from super().objects(subject, predicate, unique)


def shapes_graph(quads: Iterable[Quad]) -> ShapesGraph:
    """Read a shapes graph from quads of all graphs, including annotations.

    Args:
        quads: quads of a `pyoxigraph.Store`, filled by `exact_quads` or not, or of `pyoxigraph.parse`. Triple
            terms can be members of lists, values and target nodes; elsewhere they are left out, and noted.

    Example:
        >>> from pyoxigraph import RdfFormat, parse
        >>> text = "@prefix : <urn:> . :shape :datatype :d {| :severity :Info |} ."
        >>> graph = shapes_graph(parse(text, RdfFormat.TURTLE))
        >>> len(graph), [str(node) for _, _, node in graph.annotations]
        (2, ['urn:d'])
    """
    graph = ShapesGraph()
    with paused_collection():
        _fill(graph, quads)
    return graph


def _fill(graph: ShapesGraph, quads: Iterable[Quad]) -> None:
    add, nodes = graph.index.add, _Nodes()
    for quad in quads:
        if isinstance(quad.subject, Triple):
            continue
        subject, predicate, value = nodes[quad.subject], nodes[quad.predicate], quad.object
        if not isinstance(value, Triple) or predicate in _HOLDING:
            add((subject, predicate, nodes[value]))
        elif predicate != REIFIES:
            graph.left_out.append((subject, predicate, nodes[value]))
        elif not isinstance(value.subject, Triple):
            statement = nodes[value.subject], nodes[value.predicate], nodes[value.object]
            graph.annotations.setdefault(statement, []).append(subject)


def indexed(graph: Graph) -> ShapesGraph:
    """Return a graph with fast look-ups: itself if it has them, else a copy."""
    if isinstance(graph, ShapesGraph):
        return graph
    copy = ShapesGraph()
    for triple in graph:
        copy.index.add(triple)
    for prefix, namespace in graph.namespaces():
        copy.bind(prefix, namespace)
    return copy


def reifiers(graph: ShapesGraph, statement: Statement) -> list[Node]:
    """List the nodes that reify a triple."""
    return graph.annotations.get(statement, []) if graph.annotations else []


class _Nodes(dict[NamedNode | BlankNode | Literal | Triple, Node]):
    """rdflib's terms for Oxigraph's, made once each, because identical objects are found fastest."""

    def __missing__(self, term: NamedNode | BlankNode | Literal | Triple) -> Node:
        if isinstance(term, Triple):
            made: Node = TripleTerm(term)
        else:
            made = to_rdflib(original(term) if isinstance(term, Literal) else term)
        self[term] = made
        return made
