"""Validation results, and the report made from them (SHACL, section 3.6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from rdflib import RDF, SH, BNode, Graph, URIRef
from rdflib import Literal as RdflibLiteral
from rdflib.term import IdentifiedNode, Node

from iomgraph.validation.shacl.paths import Path
from iomgraph.validation.shacl.terms import Term, to_oxigraph, to_rdflib


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """One fault that a shape found.

    Args:
        focus_node: the validated node.
        component: IRI of the broken constraint component.
        source_shape: the shape, as named in the shapes graph.
        severity: IRI of the severity, by default `sh:Violation`.
        path: the path from the focus node to the value, if the result is about a property.
        value: the node that caused it, if any.
        source_constraint: the value of sh:sparql, if the result comes from one.
        messages: messages of the shapes for people.

    Example:
        >>> sh, ex = "http://www.w3.org/ns/shacl#", "http://example.org/"
        >>> result = ValidationResult(
        ...     NamedNode(f"{ex}anna"), NamedNode(f"{sh}NodeKindConstraintComponent"),
        ...     NamedNode(f"{ex}Named"), NamedNode(f"{sh}Violation"),
        ...     messages=(Literal("pas un IRI", language="fr"), Literal("not an IRI", language="en")))
        >>> result.message("fr")
        'pas un IRI'
    """

    focus_node: Term
    component: NamedNode
    source_shape: NamedNode | BlankNode
    severity: NamedNode
    path: Path | None = None
    value: Term | None = None
    source_constraint: NamedNode | BlankNode | None = None
    messages: tuple[Literal, ...] = ()

    def __reduce__(self) -> tuple[Any, ...]:
        # Many results are spooled, and this pickles them twice as fast.
        parts = (self.focus_node, self.component, self.source_shape, self.severity)
        return ValidationResult, (*parts, self.path, self.value, self.source_constraint, self.messages)

    def message(self, language: str = "en") -> str:
        """The message in a language, else one without language, else the first; empty without any."""
        spoken = {literal.language or "": literal.value for literal in reversed(self.messages)}
        first = self.messages[0].value if self.messages else ""
        return spoken.get(language.lower(), spoken.get("", first))


Label = Callable[[BlankNode], BlankNode]
"""A function that gives the blank node to write for another one."""


def report_graph(results: Iterable[ValidationResult]) -> Graph:
    """Return the validation report as RDF.

    Args:
        results: of one validation.

    Returns:
        a graph with one sh:ValidationReport, as section 3.6 has it.

    Example:
        >>> [str(conforms) for conforms in report_graph([]).objects(None, SH.conforms)]
        ['true']
    """
    graph, found = Graph(), list(results)
    graph.bind("sh", SH)
    fill(graph, report_triples(found, conforms=not found))
    return graph


def report_triples(
    results: Iterable[ValidationResult], *, conforms: bool, label: Label = lambda node: node
) -> Iterator[Triple]:
    """Yield the triples of a validation report, result by result.

    Args:
        results: results of one validation.
        conforms: the verdict on the data as a whole.
        label: gives the blank node that is written for another one.
    """
    report = label(BlankNode())
    yield Triple(report, _TYPE, _sh("ValidationReport"))
    yield Triple(report, _sh("conforms"), Literal(conforms))
    for result in results:
        node = label(BlankNode())
        yield Triple(report, _RESULT, node)
        yield from _triples(node, result, label)


def fill(graph: Graph, triples: Iterable[Triple]) -> None:
    """Add triples to a graph of rdflib."""
    for triple in triples:
        subject, target = to_rdflib(triple.subject), _node(graph, triple.object)  # type: ignore[arg-type]
        graph.add((subject, URIRef(triple.predicate.value), target))


def _sh(name: str) -> NamedNode:
    return NamedNode(f"{SH}{name}")


_TYPE = NamedNode(str(RDF.type))
_RESULT, _VALIDATION_RESULT = _sh("result"), _sh("ValidationResult")
_MESSAGE, _PATH = _sh("resultMessage"), _sh("resultPath")
_PARTS = (
    (_sh("focusNode"), "focus_node"),
    (_sh("value"), "value"),
    (_sh("sourceConstraintComponent"), "component"),
    (_sh("sourceShape"), "source_shape"),
    (_sh("sourceConstraint"), "source_constraint"),
    (_sh("resultSeverity"), "severity"),
)


def _triples(node: BlankNode, result: ValidationResult, label: Label) -> Iterator[Triple]:
    yield Triple(node, _TYPE, _VALIDATION_RESULT)
    for predicate, name in _PARTS:
        term = getattr(result, name)
        if term is not None:
            yield Triple(node, predicate, _relabelled(term, label))
    for message in result.messages:
        yield Triple(node, _MESSAGE, message)
    if result.path is not None and result.path.iri:
        yield Triple(node, _PATH, NamedNode(result.path.iri))
    elif result.path is not None:
        steps = Graph()
        path = result.path.write(steps)
        yield Triple(node, _PATH, label(BlankNode(str(path))))
        yield from description(steps, [path], label)


def _relabelled(term: Term, label: Label) -> Term:
    """A term with renamed blank nodes, including those inside triple terms."""
    if isinstance(term, Triple):
        subject, value = _relabelled(term.subject, label), _relabelled(term.object, label)
        return Triple(subject, term.predicate, value)  # type: ignore[arg-type]
    return label(term) if isinstance(term, BlankNode) else term


def description(
    graph: Graph,
    nodes: Iterable[Node],
    label: Label = lambda node: node,
    rank: Callable[[Node], object] = lambda _: 0,
) -> Iterator[Triple]:
    """Copy the statements of a graph about blank nodes, and about those that they link to.

    Args:
        graph: the graph.
        nodes: the blank nodes.
        label: gives the blank node that is written for another one.
        rank: sorts blank nodes that are values of one property.
    """

    def order(triple: tuple[Node, Node, Node]) -> tuple[object, ...]:
        _, predicate, target = triple
        return (predicate, "", rank(target)) if isinstance(target, BNode) else (predicate, target.n3(), 0)

    left = list(nodes)
    seen = set(left)
    while left:
        node = left.pop()
        for _, predicate, target in sorted(graph.triples((node, None, None)), key=order):
            value = to_oxigraph(target)
            subject, written = label(BlankNode(str(node))), NamedNode(str(predicate))
            yield Triple(subject, written, _relabelled(value, label))
            if isinstance(target, BNode) and target not in seen:
                seen.add(target)
                left.append(target)


def _node(graph: Graph, term: Term | Triple) -> IdentifiedNode | RdflibLiteral:
    """A term for rdflib; a triple term in the vocabulary that RDF 1.1 tools use for it."""
    if not isinstance(term, Triple):
        return to_rdflib(term)
    node = BNode()
    graph.add((node, RDF.type, URIRef(f"{RDF}PropositionForm")))
    for part in ("subject", "predicate", "object"):
        value = _node(graph, getattr(term, part))
        graph.add((node, URIRef(f"{RDF}propositionForm{part.capitalize()}"), value))
    return node
