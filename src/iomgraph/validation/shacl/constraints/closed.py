"""Closed shapes: SHACL, section 4.8.1, and sh:ByTypes of SHACL 1.2."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from pyoxigraph import NamedNode
from rdflib import RDF, RDFS, SH, Graph, URIRef
from rdflib.term import Node

from iomgraph.validation.shacl.model import Breach, Check, FocusCheck
from iomgraph.validation.shacl.reader import Reader, refuse, sh, subclasses
from iomgraph.validation.shacl.registry import evaluates
from iomgraph.validation.shacl.scope import Scope, value_nodes
from iomgraph.validation.shacl.terms import Term

_BY_TYPES = sh("ByTypes")


@evaluates("1.0, 4.8.1; by types 1.2", SH.closed, SH.ignoredProperties, _BY_TYPES)
def _closed(reader: Reader) -> Iterator[Check]:
    listed = reader.value(SH.ignoredProperties, "4.8.1")
    ignored = [] if listed is None else reader.members(listed, SH.ignoredProperties, "4.8.1")
    if not all(isinstance(member, URIRef) for member in ignored):
        refuse("sh:ignoredProperties needs IRIs", "4.8.1", reader.node)
    value = reader.value(SH.closed, "4.8.1")
    by_types = value == _BY_TYPES
    if value is None or not (by_types or reader.flag(SH.closed, "4.8.1")):
        return
    known = frozenset({RDF.type} if by_types else _declared(reader.graph, reader.node)).union(ignored)
    allowed = cache(lambda type_: _collected(reader.graph, URIRef(type_)))

    def breach(scope: Scope, focus: str) -> Breach:
        node, predicate, value = scope.fresh(), scope.fresh("p"), scope.fresh()
        unknown = _not_among(predicate, known)
        if by_types:
            type_ = scope.fresh("t")
            told = scope.related("typed", lambda one, two: URIRef(_iri(two)) in allowed(_iri(one)))
            unknown += (
                f" FILTER NOT EXISTS {{ {node} <{RDF.type}> {type_} FILTER({told(type_, predicate)}) }}"
            )
        return Breach(
            f"LATERAL {{ {value_nodes(focus, reader.path, node)} "
            f"LATERAL {{ {node} {predicate} {value} {unknown} }} }}",
            value,
            predicate,
            others={"node": node},
        )

    if source := reader.source(SH.ClosedConstraintComponent, SH.closed, value):
        yield FocusCheck(source, breach)


def _iri(term: Term) -> str:
    return term.value if isinstance(term, NamedNode) else ""


def _not_among(predicate: str, known: frozenset[Node]) -> str:
    """A filter; empty without known terms, since `NOT IN ()` is an error for Oxigraph."""
    names = ", ".join(sorted(f"<{iri}>" for iri in known))
    return f"FILTER({predicate} NOT IN ({names}))" if names else ""


def _declared(graph: Graph, shape: Node) -> set[Node]:
    paths = (path for one in graph.objects(shape, SH.property) for path in graph.objects(one, SH.path))
    return {path for path in paths if isinstance(path, URIRef)}


def _collected(graph: Graph, type_: Node) -> frozenset[Node]:
    """The properties of a type, from its shapes and those of the classes above it."""
    classes = {one for kind in subclasses(graph, RDFS.Class) for one in graph.subjects(RDF.type, kind)}
    shapes = {one for kind in subclasses(graph, SH.NodeShape) for one in graph.subjects(RDF.type, kind)}
    waiting, seen, found = [type_], {type_}, set[Node]()
    while waiting:
        node = waiting.pop()
        found |= _declared(graph, node)
        others = set[Node]()
        if node in classes:
            others.update(graph.objects(node, RDFS.subClassOf), graph.subjects(SH.targetClass, node))
        if node in shapes:
            others.update(graph.objects(node, SH.node))
        waiting += others - seen
        seen |= others
    return frozenset(found)


READERS = (_closed,)
