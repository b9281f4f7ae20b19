"""Parts of a shapes graph that are not evaluated, found before reading any data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from types import MappingProxyType

from pyoxigraph import BlankNode
from rdflib import RDF, SH, Graph, URIRef
from rdflib.term import Node

from iomgraph.validation.shacl import definitions, descriptions, namespaces, vocabulary
from iomgraph.validation.shacl.coverage import Reason, Unevaluated
from iomgraph.validation.shacl.graph import ShapesGraph
from iomgraph.validation.shacl.model import Shape
from iomgraph.validation.shacl.reader import name
from iomgraph.validation.shacl.terms import shown, to_name, to_oxigraph, to_rdflib
from iomgraph.validation.shacl.text import WELL_KNOWN, assumed
from iomgraph.validation.shacl.validators import declared_prefixes

_TOGETHER: Sequence[tuple[Sequence[Node], Sequence[Node]]] = (
    ((SH.qualifiedValueShape,), (SH.qualifiedMinCount, SH.qualifiedMaxCount)),
    ((SH.qualifiedValueShape,), (SH.path,)),
    ((SH.qualifiedMinCount, SH.qualifiedMaxCount), (SH.qualifiedValueShape,)),
    ((SH.qualifiedValueShapesDisjoint,), (SH.qualifiedValueShape,)),
    ((SH.flags,), (SH.pattern,)),
    ((SH.ignoredProperties,), (SH.closed,)),
)
"""Parameters that need another one, each with those of which a shape must have one."""

_QUERIES = (SH.select, SH.ask, SH.construct)

_RULES = frozenset({f"{SH}Rules", f"{SH}RulesEntailment"})
"""Supported entailment regimes; rules run even if a graph does not ask for them."""


def audit(graph: ShapesGraph, shapes: Iterable[Shape]) -> tuple[Unevaluated, ...]:
    """List the parts of a shapes graph that are not evaluated.

    Args:
        graph: the shapes graph.
        shapes: all shapes that were read from it.

    Returns:
        a note for each term of each node, sorted.
    """
    shapes = list(shapes)
    spoken_of = _spoken_of(shapes)
    read = {to_rdflib(shape.node) for shape in (*shapes, *spoken_of)}
    notes = {
        *_terms(graph),
        *_entailments(graph),
        *_shapes(shapes, spoken_of),
        *_prefixes(graph),
        *_lonely(graph),
        *_left_out(graph),
        *definitions.undefined(graph),
        *definitions.unused(graph, read),
        *descriptions.ill_typed(graph),
    }
    if not shapes:
        speaks = any(note.reason is not Reason.UNDEFINED_SHAPE for note in notes) or not len(graph)
        data = Unevaluated(Reason.DATA_AS_SHAPES, detail=str(len(graph)))
        notes.add(Unevaluated(Reason.NO_SHAPES) if speaks else data)
    return tuple(sorted(notes, key=key))


def key(note: Unevaluated) -> tuple[bool, str, bool, str, str]:
    """Return the sort key of notes, with blank nodes last, because their labels have no meaning."""
    anonymous = isinstance(note.subject, BlankNode)
    return (not note.fails, note.reason, anonymous, "" if anonymous else str(note.subject), note.term)


def _terms(graph: ShapesGraph) -> Iterator[Unevaluated]:
    declared = set(graph.objects(None, SH.path))
    terms = {term for _, *terms in graph for term in terms if type(term) is URIRef} - declared
    foreign = (str(term) for term in terms if not term.startswith(str(SH)))
    misspelt = namespaces.misspelt(foreign)
    judged: dict[Node, Unevaluated] = {
        term: note for term in terms if (note := _judged(term, misspelt)) is not None
    }
    if not judged:
        return
    for subject, predicate, value in graph:
        for term in (predicate, value):
            if term in judged:
                yield replace(judged[term], subject=to_name(subject), at=str(predicate))


def _judged(term: Node, misspelt: Mapping[str, str] = MappingProxyType({})) -> Unevaluated | None:
    """The note about a term on any node."""
    iri = str(term)
    if iri in misspelt:
        return Unevaluated(Reason.WRONG_NAMESPACE, term=iri, nearest=misspelt[iri])
    if iri.startswith(str(SH)) and iri != str(SH):
        name = iri.removeprefix(str(SH))
        if vocabulary.evaluated(name):
            return None
        if vocabulary.known(name):
            return Unevaluated(Reason.NOT_EVALUATED, term=iri)
        return Unevaluated(Reason.UNKNOWN_TERM, term=iri, nearest=vocabulary.nearest(name))
    return Unevaluated(Reason.NOT_EVALUATED, term=iri) if vocabulary.constrains(iri) else None


def _entailments(graph: Graph) -> Iterator[Unevaluated]:
    for subject, regime in graph.subject_objects(SH.entailment):
        if str(regime) not in _RULES:
            yield Unevaluated(Reason.ENTAILMENT, to_name(subject), str(regime))


def _shapes(shapes: Sequence[Shape], spoken_of: Set[Shape]) -> Iterator[Unevaluated]:
    for shape in shapes:
        for term in shape.beyond:
            if _judged(URIRef(term)) is None:  # others are noted at their places
                yield Unevaluated(Reason.NOT_EVALUATED, shape.node, term)
        for node, term in shape.left_out:
            if _judged(URIRef(term)) is None:
                yield Unevaluated(Reason.NOT_EVALUATED, node, term)
        ruled = shape.rules or shape.left_out
        idle = not (shape.targets or shape in spoken_of or shape.deactivated or ruled)
        if idle and (shape.checks or shape.properties):
            yield Unevaluated(Reason.NO_TARGETS, shape.node)


def _lonely(graph: Graph) -> Iterator[Unevaluated]:
    """Yield parameters that lack the others needed to make a constraint."""
    pairs = [(one, others) for ones, others in _TOGETHER for one in ones]
    for component in graph.subjects(RDF.type, SH.ConstraintComponent):
        required = [
            path
            for parameter in graph.objects(component, SH.parameter)
            if str(graph.value(parameter, SH.optional)) != "true"
            for path in graph.objects(parameter, SH.path)
        ]
        pairs += [(one, (other,)) for one in required for other in required if other != one]
    for one, others in pairs:
        for node in set(graph.subjects(one)):
            if not any((node, other, None) in graph for other in others):
                detail = " / ".join(map(name, others))
                at = str(one)
                yield Unevaluated(Reason.MISSING_PARAMETER, to_name(node), at, detail=detail, at=at)


def _spoken_of(shapes: Sequence[Shape]) -> set[Shape]:
    """The shapes that others refer to."""
    waiting, found = list(shapes), set[Shape]()
    while waiting:
        shape = waiting.pop()
        new = {other for other in shape.speaks_of() if other is not shape} - found
        found |= new
        waiting += new
    return found


def _prefixes(graph: Graph) -> Iterator[Unevaluated]:
    for parameter in _QUERIES:
        for node, query in graph.subject_objects(parameter):
            for prefix in assumed(str(query), declared_prefixes(graph, node)):
                detail, term = f"{prefix}:", WELL_KNOWN[prefix]
                yield Unevaluated(Reason.ASSUMED, to_name(node), term, detail=detail, fails=False)


def _left_out(graph: ShapesGraph) -> Iterator[Unevaluated]:
    """Yield parameters whose value is a triple term."""
    declared = {path for one in graph.objects(None, SH.parameter) for path in graph.objects(one, SH.path)}
    for subject, predicate, value in graph.left_out:
        if str(predicate).startswith(str(SH)) or predicate in declared:
            detail = shown(to_oxigraph(value))
            yield Unevaluated(
                Reason.TRIPLE_TERM, to_name(subject), str(predicate), detail=detail, at=str(predicate)
            )
