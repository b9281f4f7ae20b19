"""Shapes that are referenced but not defined, and shapes that are defined but not referenced."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from rdflib import RDF, SH, BNode, URIRef
from rdflib.term import Node

from iomgraph.validation.shacl.constraints import PARAMETERS
from iomgraph.validation.shacl.coverage import Reason, Unevaluated
from iomgraph.validation.shacl.graph import ShapesGraph
from iomgraph.validation.shacl.paths import PathError, list_members
from iomgraph.validation.shacl.reader import name, sh
from iomgraph.validation.shacl.terms import to_name

_ONE = (
    SH.property,
    SH.node,
    SH["not"],
    SH.qualifiedValueShape,
    SH.filterShape,
    SH.condition,
    *map(sh, ("memberShape", "reifierShape", "someValue", "targetWhere")),
)
"""Parameters whose value is a shape."""

_LISTS = (SH["and"], SH["or"], SH.xone)
"""Parameters whose value is a list of shapes."""

_FIRST = RDF.first
_MAKING = (SH.path, SH.property, SH.sparql, SH.js)
"""Properties that make a node a shape, besides the parameters of Core."""


def undefined(graph: ShapesGraph) -> Iterator[Unevaluated]:
    """Yield nodes that are referenced as shapes but are undefined, or are lists."""
    for parameter in _ONE:
        for holder, value in graph.subject_objects(parameter):
            yield from _referred(graph, holder, parameter, value)
    for parameter in _LISTS:
        for holder, listed in graph.subject_objects(parameter):
            try:
                members = list_members(graph, listed)
            except PathError:  # it is refused when it is read
                continue
            if not members:
                yield Unevaluated(
                    Reason.EMPTY_LIST, to_name(holder), detail=name(parameter), at=str(parameter)
                )
            for member in members:
                yield from _referred(graph, holder, parameter, member)


def _referred(graph: ShapesGraph, holder: Node, parameter: URIRef, value: Node) -> Iterator[Unevaluated]:
    if type(value) is not URIRef and type(value) is not BNode:
        return
    said = graph.index.said(value)
    if said and _FIRST not in said and value != RDF.nil:
        return
    reason = Reason.UNDEFINED_SHAPE if not said and value != RDF.nil else Reason.LIST_AS_SHAPE
    term = str(value) if isinstance(value, URIRef) else ""
    yield Unevaluated(reason, to_name(holder), term, detail=name(parameter), at=str(parameter))


def unused(graph: ShapesGraph, read: Collection[Node]) -> Iterator[Unevaluated]:
    """Yield nodes with properties of shapes, but without type, target or a reference from a shape.

    Args:
        graph: the shapes graph.
        read: the nodes that were read as shapes.
    """
    components = graph.subjects(RDF.type, SH.ConstraintComponent)
    declared = (one for component in components for one in graph.objects(component, SH.parameter))
    own = [path for one in declared for path in graph.objects(one, SH.path)]
    nodes = {node for making in (*_MAKING, *PARAMETERS, *own) for node in graph.subjects(making)}
    alone = nodes.difference(read)
    if alone:
        alone -= set(_named(graph))
    for node in alone:
        types = graph.objects(node, RDF.type)
        if not any(str(one).startswith(str(SH)) for one in types):
            yield Unevaluated(Reason.NO_TARGETS, to_name(node))


def _named(graph: ShapesGraph) -> Iterator[Node]:
    """Yield the values of SHACL's own properties, and the members of lists."""
    for _, predicate, value in graph:
        if predicate == _FIRST or str(predicate).startswith(str(SH)):
            yield value
