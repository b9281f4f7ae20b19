"""The summary of a validation's coverage, from the outcomes of its steps."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pyoxigraph import BlankNode, NamedNode

from iomgraph.terms import RDF_TYPE
from iomgraph.validation.shacl.audit import key
from iomgraph.validation.shacl.coverage import Coverage, Reason, Unevaluated
from iomgraph.validation.shacl.data import DataGraph
from iomgraph.validation.shacl.model import Shape, Targets
from iomgraph.validation.shacl.workers import Outcome

_TYPE = NamedNode(RDF_TYPE)
_SCHEMES = {"http:": "https:", "https:": "http:"}


def covered(
    notes: Iterable[Unevaluated],
    shapes: Sequence[Shape],
    outcomes: Sequence[Outcome],
    data: DataGraph,
    started: float,
) -> Coverage:
    """Summarise a validation.

    Args:
        notes: parts of the shapes graph that are never evaluated.
        shapes: the evaluated shapes.
        outcomes: outcomes of their steps.
        data: the data graph.
        started: when the validation started, by the monotonic clock.
    """
    counts: dict[NamedNode | BlankNode, int] = {}
    for outcome in outcomes:
        if not (outcome.component or outcome.failure or outcome.late):
            counts[outcome.shape] = counts.get(outcome.shape, 0) + outcome.focus_nodes
    found = {*notes, *_stopped(outcomes), *_idle(shapes, counts, data)}
    constraints = sum(shape.size() for shape in shapes if counts.get(shape.node))
    if shapes and not constraints and not any(note.fails for note in found):
        found.add(Unevaluated(Reason.NO_CONSTRAINTS))
    return Coverage(
        shapes=len(shapes),
        focus_nodes=sum(counts.values()),
        constraints=constraints,
        seconds=time.monotonic() - started,
        unevaluated=tuple(sorted(found, key=key)),
    )


def _stopped(outcomes: Iterable[Outcome]) -> Iterator[Unevaluated]:
    for outcome in outcomes:
        term = outcome.component
        if outcome.late:
            yield Unevaluated(Reason.NOT_DECIDED, outcome.shape, term, detail=f"{outcome.seconds:g}")
        elif outcome.failure:
            yield Unevaluated(Reason.FAILED, outcome.shape, term, detail=outcome.failure)


def _idle(
    shapes: Sequence[Shape], counts: Mapping[NamedNode | BlankNode, int], data: DataGraph
) -> Iterator[Unevaluated]:
    """Shapes without focus nodes; a failure if all are, or if the data spells a target differently."""
    fails = not any(counts.values())
    for shape in shapes:
        if shape.deactivated or counts.get(shape.node) != 0:
            continue
        others = list(_misspelt(shape.targets, data))
        for iri, other in others:
            yield Unevaluated(Reason.OTHER_SCHEME, shape.node, iri, other)
        if not others:
            yield Unevaluated(Reason.NO_FOCUS_NODES, shape.node, fails=fails)


def _misspelt(targets: Targets, data: DataGraph) -> Iterator[tuple[str, str]]:
    """Targets that the data only has with `https:` instead of `http:`, or the other way round."""
    for iri in targets.classes:
        if (other := _other(iri)) and data.has(_TYPE, NamedNode(other)):
            yield iri, other
    for iri in (*targets.subjects_of, *targets.objects_of):
        if (other := _other(iri)) and data.has(NamedNode(other)):
            yield iri, other


def _other(iri: str) -> str:
    scheme, colon, rest = iri.partition(":")
    return f"{_SCHEMES[scheme + colon]}{rest}" if scheme + colon in _SCHEMES else ""
