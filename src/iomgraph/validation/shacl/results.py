"""Validation results, and the report made of them: SHACL, section 3.6."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from rdflib import RDF, SH, BNode, Graph, URIRef
from rdflib import Literal as RdflibLiteral
from rdflib.term import IdentifiedNode

from iomgraph.validation.shacl.paths import Path
from iomgraph.validation.shacl.terms import Term, to_rdflib


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """One thing that a shape has found wrong.

    Args:
        focus_node: the node that was validated.
        component: IRI of the constraint component that it broke.
        source_shape: the shape, as the shapes graph names it.
        severity: IRI, `sh:Violation` if the shape says nothing else.
        path: what leads from the focus node to the value, if the result is about a property.
        value: the node that caused it, if one did.
        source_constraint: the value of sh:sparql, if the result comes from one.
        messages: what the shapes say to people about it.
    """

    focus_node: Term
    component: NamedNode
    source_shape: NamedNode | BlankNode
    severity: NamedNode
    path: Path | None = None
    value: Term | None = None
    source_constraint: NamedNode | BlankNode | None = None
    messages: tuple[Literal, ...] = ()

    def message(self, language: str = "en") -> str:
        """The message in a language, else one without language, else the first; empty without any."""
        spoken = {literal.language or "": literal.value for literal in reversed(self.messages)}
        first = self.messages[0].value if self.messages else ""
        return spoken.get(language.lower(), spoken.get("", first))


def report_graph(results: Iterable[ValidationResult]) -> Graph:
    """The validation report as RDF.

    Args:
        results: of one validation.

    Returns:
        a graph with one sh:ValidationReport, as section 3.6 has it.

    Example:
        >>> [str(conforms) for conforms in report_graph([]).objects(None, SH.conforms)]
        ['true']
    """
    graph = Graph()
    graph.bind("sh", SH)
    report, conforms = BNode(), True
    for result in results:
        conforms = False
        graph.add((report, SH.result, _write(graph, result)))
    graph.add((report, RDF.type, SH.ValidationReport))
    graph.add((report, SH.conforms, RdflibLiteral(conforms)))
    return graph


def _write(graph: Graph, result: ValidationResult) -> BNode:
    node = BNode()
    graph.add((node, RDF.type, SH.ValidationResult))
    for predicate, term in (
        (SH.focusNode, result.focus_node),
        (SH.value, result.value),
        (SH.sourceConstraintComponent, result.component),
        (SH.sourceShape, result.source_shape),
        (SH.sourceConstraint, result.source_constraint),
        (SH.resultSeverity, result.severity),
        *((SH.resultMessage, message) for message in result.messages),
    ):
        if term is not None:
            graph.add((node, predicate, _node(graph, term)))
    if result.path is not None:
        graph.add((node, SH.resultPath, result.path.write(graph)))
    return node


def _node(graph: Graph, term: Term) -> IdentifiedNode | RdflibLiteral:
    """A term as rdflib has it; a triple term by the vocabulary that RDF 1.1 tools exchange it in."""
    if not isinstance(term, Triple):
        return to_rdflib(term)
    node = BNode()
    graph.add((node, RDF.type, URIRef(f"{RDF}PropositionForm")))
    for part in ("subject", "predicate", "object"):
        value = _node(graph, getattr(term, part))
        graph.add((node, URIRef(f"{RDF}propositionForm{part.capitalize()}"), value))
    return node
