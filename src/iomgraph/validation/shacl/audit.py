"""What a shapes graph says that is not evaluated, found before any data is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import BlankNode, NamedNode
from rdflib import RDF, SH, BNode, Graph, URIRef
from rdflib.term import Node

from iomgraph.validation.shacl import vocabulary
from iomgraph.validation.shacl.coverage import Reason, Unevaluated
from iomgraph.validation.shacl.graph import ShapesGraph
from iomgraph.validation.shacl.model import Shape
from iomgraph.validation.shacl.reader import name
from iomgraph.validation.shacl.terms import to_name
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
"""Parameters, and those of which a shape that has one of them needs one as well."""

_QUERIES = (SH.select, SH.ask, SH.construct)

_RULES = frozenset({f"{SH}Rules", f"{SH}RulesEntailment"})
"""Entailment regimes that are done: rules run whether a graph asks for them or not."""


def audit(graph: Graph, shapes: Iterable[Shape]) -> tuple[Unevaluated, ...]:
    """List what a shapes graph has that is not evaluated.

    Args:
        graph: the shapes graph.
        shapes: all shapes that were read from it.

    Returns:
        a note for each term of each node, sorted.
    """
    shapes = list(shapes)
    notes = {*_terms(graph), *_entailments(graph), *_shapes(graph, shapes), *_prefixes(graph)}
    notes.update(_lonely(graph))
    notes.update(_left_out(graph))
    notes.update(_untyped(graph, shapes))
    if not shapes:
        speaks = any(note.reason is not Reason.UNDEFINED_SHAPE for note in notes) or not len(graph)
        data = Unevaluated(Reason.DATA_AS_SHAPES, detail=str(len(graph)))
        notes.add(Unevaluated(Reason.NO_SHAPES) if speaks else data)
    return tuple(sorted(notes, key=key))


def key(note: Unevaluated) -> tuple[bool, str, bool, str, str]:
    """What notes are sorted by; blank nodes, whose labels mean nothing, come last."""
    anonymous = isinstance(note.subject, BlankNode)
    return (not note.fails, note.reason, anonymous, "" if anonymous else str(note.subject), note.term)


def _terms(graph: Graph) -> Iterator[Unevaluated]:
    declared = set(graph.objects(None, SH.path))
    judged: dict[Node, Unevaluated | None] = {}
    for subject, predicate, value in graph:
        for term in (predicate, value):
            if term not in judged:
                judged[term] = _judged(term) if isinstance(term, URIRef) and term not in declared else None
            note = judged[term]
            if note is not None:
                yield Unevaluated(note.reason, to_name(subject), note.term, note.nearest)


def _judged(term: URIRef) -> Unevaluated | None:
    """The note about a term, whatever it stands on."""
    if term.startswith(str(SH)) and term != URIRef(str(SH)):
        name = term.removeprefix(str(SH))
        if vocabulary.evaluated(name):
            return None
        if vocabulary.known(name):
            return Unevaluated(Reason.NOT_EVALUATED, term=str(term))
        return Unevaluated(Reason.UNKNOWN_TERM, term=str(term), nearest=vocabulary.nearest(name))
    like = vocabulary.LIKE_SHACL.fullmatch(term)
    meant = (like[1] or like[2]) if like else ""
    if meant and vocabulary.known(meant):
        return Unevaluated(Reason.WRONG_NAMESPACE, term=str(term), nearest=f"{SH}{meant}")
    if vocabulary.constrains(str(term)):
        return Unevaluated(Reason.NOT_EVALUATED, term=str(term))
    return None


def _entailments(graph: Graph) -> Iterator[Unevaluated]:
    for subject, regime in graph.subject_objects(SH.entailment):
        if str(regime) not in _RULES:
            yield Unevaluated(Reason.ENTAILMENT, to_name(subject), str(regime))


def _shapes(graph: Graph, shapes: Sequence[Shape]) -> Iterator[Unevaluated]:
    spoken_of = _spoken_of(shapes)
    for shape in shapes:
        for term in shape.beyond:
            if _judged(URIRef(term)) is None:  # others are noted where they stand
                yield Unevaluated(Reason.NOT_EVALUATED, shape.node, term)
        idle = not (shape.targets or shape in spoken_of or shape.deactivated or shape.rules)
        if idle and (shape.checks or shape.properties):
            yield Unevaluated(Reason.NO_TARGETS, shape.node)
    for node in _undefined(graph):
        yield Unevaluated(Reason.UNDEFINED_SHAPE, node, node.value)


def _lonely(graph: Graph) -> Iterator[Unevaluated]:
    """Yield parameters of constraints without the other parameters that make them a constraint."""
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
                yield Unevaluated(Reason.MISSING_PARAMETER, to_name(node), str(one), detail=detail)


def _spoken_of(shapes: Sequence[Shape]) -> set[Shape]:
    """The shapes that others refer to."""
    waiting, found = list(shapes), set[Shape]()
    while waiting:
        shape = waiting.pop()
        new = {other for other in shape.refers_to() if other is not shape} - found
        found |= new
        waiting += new
    return found


def _prefixes(graph: Graph) -> Iterator[Unevaluated]:
    for parameter in _QUERIES:
        for node, query in graph.subject_objects(parameter):
            for prefix in assumed(str(query), declared_prefixes(graph, node)):
                detail, term = f"{prefix}:", WELL_KNOWN[prefix]
                yield Unevaluated(Reason.ASSUMED, to_name(node), term, detail=detail, fails=False)


def _left_out(graph: Graph) -> Iterator[Unevaluated]:
    """Yield parameters whose value is a triple term."""
    for subject, predicate in graph.left_out if isinstance(graph, ShapesGraph) else ():
        if predicate.startswith(str(SH)) or predicate == RDF.first:
            yield Unevaluated(Reason.NOT_EVALUATED, to_name(subject), str(predicate))


def _untyped(graph: Graph, shapes: Sequence[Shape]) -> Iterator[Unevaluated]:
    """Yield shapes by their path alone, which have no type and no target, and which nothing refers to."""
    read = {shape.node for shape in shapes}
    for node in set(graph.subjects(SH.path)):
        alone = (None, None, node) not in graph and (node, RDF.type, None) not in graph
        if alone and to_name(node) not in read:
            yield Unevaluated(Reason.NO_TARGETS, to_name(node))


def _undefined(graph: Graph) -> Iterator[NamedNode | BlankNode]:
    """Yield what shapes refer to as shapes, but of which the graph says nothing, or that are lists."""
    for parameter in (SH.property, SH.node, SH["not"], SH.qualifiedValueShape):
        for node in graph.objects(None, parameter):
            silent = isinstance(node, URIRef | BNode) and (node, None, None) not in graph
            if silent or (node, RDF.first, None) in graph:
                yield to_name(node)
