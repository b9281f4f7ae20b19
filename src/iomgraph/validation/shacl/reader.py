"""The strict reading of one shape's parameters from the shapes graph (SHACL, appendix B)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import NoReturn

from pyoxigraph import BlankNode, NamedNode
from rdflib import RDFS, SH, XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from iomgraph.errors import OntologyError
from iomgraph.validation.shacl.graph import ShapesGraph, reifiers
from iomgraph.validation.shacl.index import Values
from iomgraph.validation.shacl.model import Shape, Source
from iomgraph.validation.shacl.paths import Path, PathError, list_members
from iomgraph.validation.shacl.terms import TripleTerm, to_literal

_DIGITS = 1_000
"""Most digits of a number in a shape."""


def refuse(rule: str, section: str, node: Node) -> NoReturn:
    """Stop at an ill-formed shape.

    Raises:
        OntologyError: always; the message names the rule, the section of the specification and the node.
    """
    raise OntologyError(
        f"the shapes are ill-formed: {rule} (SHACL, section {section})",
        where=node.n3() if isinstance(node, URIRef | BNode | Literal) else str(node),
        step="correct the shape, or remove it",
    )


@dataclass(slots=True)
class Reader:
    """One shape, as its triples.

    Args:
        graph: the shapes graph.
        node: the shape.
        path: the value of its sh:path, None for a node shape.
        read: gives another shape, of which only the node and the path may have been read.
        order: a key that sorts nodes the same way in every run, and blank nodes by their statements.
        beyond: collects the IRIs of features beyond Core and SHACL-SPARQL.
        referred: collects the referenced shapes.
        left_out: collects nodes of the shape that are left out, each with the IRI of its unsupported feature.
    """

    graph: ShapesGraph
    node: Node
    path: Path | None
    read: Callable[[Node], Shape]
    order: Callable[[Node], str]
    beyond: set[str] = field(default_factory=set)
    referred: list[Shape] = field(default_factory=list)
    left_out: list[tuple[NamedNode | BlankNode, str]] = field(default_factory=list)

    def shape(self, node: Node) -> Shape:
        """Another shape, which this one refers to."""
        if isinstance(node, Literal | TripleTerm):
            kind = "literal" if isinstance(node, Literal) else "triple term"
            refuse(f"a {kind} is not a shape", "2.1", node)
        self.referred.append(self.read(node))
        return self.referred[-1]

    def source(self, component: Node, parameter: Node, value: Node) -> Source | None:
        """The source of a constraint, whose terms its results name.

        Args:
            component: IRI of the constraint component.
            parameter: with the shape and the value, a triple that RDF 1.2 can annotate (SHACL 1.2).
            value: of the parameter.

        Returns:
            the source; None if the constraint is deactivated.
        """
        source = Source(str(component))
        for node in reifiers(self.graph, (self.node, parameter, value)):
            about = replace(self, node=node)
            if about.flag(SH.deactivated, "2.1.6"):
                return None
            severities = about.iris(SH.severity, "2.1.4")
            messages = tuple(map(to_literal, about.texts(SH.message, "2.1.5", tagged=True)))
            source = replace(
                source,
                severity=NamedNode(str(severities[0])) if severities else source.severity,
                messages=messages or source.messages,
                own=bool(messages) or source.own,
            )
        return source

    def said(self) -> Mapping[Node, Values]:
        """All statements about the node: predicate to value or values."""
        return self.graph.index.said(self.node)

    def values(self, parameter: Node) -> list[Node]:
        """All values, sorted."""
        values = self.graph.index.said(self.node).get(parameter)
        if isinstance(values, dict):
            return sorted(values, key=self.order)
        return [] if values is None else [values]

    def value(self, parameter: URIRef, section: str) -> Node | None:
        """The only value, if there is one."""
        values = self.values(parameter)
        if len(values) > 1:
            refuse(f"{name(parameter)} has more than one value", section, self.node)
        return values[0] if values else None

    def iris(self, parameter: URIRef, section: str) -> list[URIRef]:
        """All values, which must be IRIs."""
        iris = []
        for value in self.values(parameter):
            if not isinstance(value, URIRef):
                refuse(f"{name(parameter)} needs an IRI", section, self.node)
            iris.append(value)
        return iris

    def integer(self, parameter: URIRef, section: str) -> int | None:
        """The only value, an xsd:integer."""
        value = self.literal(parameter, section)
        if value is None:
            return None
        number = value.toPython()
        if value.datatype == XSD.integer and len(value) > _DIGITS:
            refuse(f"{name(parameter)} is a number of more than {_DIGITS:,} digits", section, self.node)
        if value.datatype != XSD.integer or not isinstance(number, int):
            refuse(f"{name(parameter)} needs an xsd:integer", section, self.node)
        return number

    def flag(self, parameter: URIRef, section: str) -> bool:
        """Tell whether the only value is the term `true`; another spelling of it does not count."""
        value = self.literal(parameter, section)
        if value is None:
            return False
        if value.datatype != XSD.boolean or not isinstance(value.toPython(), bool):
            refuse(f"{name(parameter)} needs an xsd:boolean", section, self.node)
        return str(value) == "true"

    def number(self, parameter: URIRef, section: str) -> Decimal:
        """The only value, a number; 0 without one."""
        value = self.literal(parameter, section)
        number = Decimal(0) if value is None else value.toPython()
        if not isinstance(number, int | float | Decimal) or isinstance(number, bool):
            refuse(f"{name(parameter)} needs a number", section, self.node)
        return Decimal(number)

    def literal(self, parameter: URIRef, section: str) -> Literal | None:
        """The only value, a literal."""
        value = self.value(parameter, section)
        if value is not None and not isinstance(value, Literal):
            refuse(f"{name(parameter)} needs a literal", section, self.node)
        return value

    def texts(self, parameter: URIRef, section: str, *, tagged: bool = False) -> list[Literal]:
        """All values, which must be strings, or texts with a language if allowed."""
        texts = []
        for value in self.values(parameter):
            if not (isinstance(value, Literal) and _is_text(value, tagged=tagged)):
                refuse(f"{name(parameter)} needs a string", section, self.node)
            texts.append(value)
        return texts

    def members(self, listed: Node, parameter: URIRef, section: str) -> list[Node]:
        """The members of a list that is the value of a parameter."""
        try:
            return list_members(self.graph, listed)
        except PathError as error:
            refuse(f"{name(parameter)} needs a list, but {error}", section, self.node)

    def on_properties_only(self, parameter: URIRef, section: str) -> bool:
        """Tell whether the shape has the parameter, which node shapes must not have."""
        there = bool(self.values(parameter))
        if there and self.path is None:
            refuse(f"{name(parameter)} is for property shapes only", section, self.node)
        return there


def _is_text(literal: Literal, *, tagged: bool) -> bool:
    return tagged if literal.language else literal.datatype in (None, XSD.string)


def sh(name: str) -> URIRef:
    """A term of SHACL that rdflib does not know yet.

    Example:
        >>> sh("memberShape")
        rdflib.term.URIRef('http://www.w3.org/ns/shacl#memberShape')
    """
    return URIRef(f"{SH}{name}")


def name(term: Node) -> str:
    """The name of a SHACL term as in shapes.

    Example:
        >>> name(URIRef("http://www.w3.org/ns/shacl#minCount"))
        'sh:minCount'
    """
    return f"sh:{term.rpartition('#')[2]}" if isinstance(term, URIRef) else str(term)


def subclasses(graph: Graph, class_: Node) -> set[Node]:
    """A class and all its subclasses declared in the shapes graph."""
    return {node for node in graph.transitive_subjects(RDFS.subClassOf, class_) if node is not None}
