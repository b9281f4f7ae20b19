"""Descriptions of shapes with another type than SHACL requires (sections 2.1.5 and 2.3.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from rdflib import RDF, SH, XSD, BNode, Literal, URIRef
from rdflib.term import Node

from iomgraph.validation.shacl.coverage import Reason, Unevaluated
from iomgraph.validation.shacl.graph import ShapesGraph
from iomgraph.validation.shacl.terms import shown, to_name, to_oxigraph


def ill_typed(graph: ShapesGraph) -> Iterator[Unevaluated]:
    """Yield names, descriptions, messages, orders and groups whose value is of another type."""
    for predicate, (fits, section) in _TYPES.items():
        for subject, value in graph.subject_objects(predicate):
            if not fits(value):
                detail = f"{shown(to_oxigraph(value))} (SHACL, {section})"
                at = str(predicate)
                yield Unevaluated(Reason.ILL_TYPED, to_name(subject), at, detail=detail, at=at)


def _is_text(value: Node) -> bool:
    """Tell whether a value is an xsd:string or a text with a language."""
    return isinstance(value, Literal) and value.datatype in (None, XSD.string, RDF.langString)


def _is_number(value: Node) -> bool:
    number = value.value if isinstance(value, Literal) else None
    return isinstance(number, int | float | Decimal) and not isinstance(number, bool)


def _is_resource(value: Node) -> bool:
    return isinstance(value, URIRef | BNode)


_TYPES: Mapping[URIRef, tuple[Callable[[Node], bool], str]] = {
    SH.name: (_is_text, "2.3.2.1"),
    SH.description: (_is_text, "2.3.2.1"),
    SH.message: (_is_text, "2.1.5"),
    SH.order: (_is_number, "2.3.2.2"),
    SH.group: (_is_resource, "2.3.2.3"),
}
"""Properties, to a test of their values, and the section that defines it."""
