"""The hand-over: shapes that this engine leaves alone go to pySHACL, and no others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyshacl
from pyoxigraph import NamedNode, Store
from rdflib import OWL, RDF, RDFS, SH, Graph, Literal, URIRef
from rdflib.term import Node

from iomgraph.errors import OntologyError
from iomgraph.validation.shacl.compiled import CompiledShapes, Unsupported
from iomgraph.validation.shacl.data import GraphName, graph_names
from iomgraph.validation.shacl.paths import read_path
from iomgraph.validation.shacl.results import ValidationResult
from iomgraph.validation.shacl.shapes import TARGETS
from iomgraph.validation.shacl.terms import as_written, to_literal, to_name, to_oxigraph, to_rdflib
from iomgraph.validation.shacl.text import words

_NETWORK = frozenset({"SERVICE", "FROM", "LOAD"})
_QUERIES = (SH.select, SH.ask, SH.construct, SH.update)


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What pySHACL found.

    Args:
        shapes: those that it validated, and why it was asked to.
        results: what it found, sorted; no other processor has checked it.

    Example:
        >>> HandedOver(shapes=(), results=()).results
        ()
    """

    shapes: tuple[Unsupported, ...]
    results: tuple[ValidationResult, ...]


def pyshacl_results(
    compiled: CompiledShapes,
    store: Store,
    *,
    graph: GraphName | Sequence[GraphName] | None = None,
) -> HandedOver:
    """Validate with pySHACL what `CompiledShapes.validate` leaves out, and that alone.

    The data is copied into an rdflib graph, which takes some 25 microseconds and 1 kB a triple.

    Args:
        compiled: the shapes, of which `unsupported` are handed over.
        store: the data, filled as it was, or by `exact_quads`.
        graph: the graph, or the graphs whose merge is the data graph; the default graph by default.

    Raises:
        OntologyError: if a shape needs JavaScript, or a query that could reach the network; or if
            pySHACL can't use the shapes.

    Example:
        >>> from iomgraph.validation.shacl import compile_shapes
        >>> pyshacl_results(compile_shapes(Graph()), Store())
        HandedOver(shapes=(), results=())
    """
    if not compiled.unsupported:
        return HandedOver((), ())
    _refuse_the_unsafe(compiled)
    try:
        _, report, text = pyshacl.validate(
            _copied(store, graph_names(graph)),
            shacl_graph=_without_other_targets(compiled),
            advanced=True,
        )
    except Exception as error:  # whatever goes wrong in there, the reader needs to know where
        raise _unusable(str(error)) from error
    if not isinstance(report, Graph):
        raise _unusable(text)
    return HandedOver(compiled.unsupported, tuple(sorted(_results(report), key=repr)))


def _unusable(why: str) -> OntologyError:
    return OntologyError(
        f"pySHACL can't use the shapes: {why}", step="mend the shapes, or write them in SHACL Core"
    )


def _refuse_the_unsafe(compiled: CompiledShapes) -> None:
    for unsupported in compiled.unsupported:
        for feature in unsupported.features:
            if "js" in feature.rpartition("#")[2].lower():
                raise OntologyError(
                    f"a shape needs {feature}, and no JavaScript is run",
                    where=unsupported.shape,
                    step="write the constraint as sh:sparql",
                )
    for predicate in _QUERIES:
        for query in compiled.graph.objects(None, predicate):
            if _NETWORK.intersection(words(str(query))):
                raise OntologyError(
                    "a query could reach the network",
                    where=str(query).strip(),
                    step="take SERVICE, FROM and LOAD out of it",
                )


def _without_other_targets(compiled: CompiledShapes) -> Graph:
    """The shapes graph, in which only the shapes that are handed over still have targets."""
    graph = Graph() + compiled.graph
    ours = {to_rdflib(unsupported.shape) for unsupported in compiled.unsupported}
    for target in (*TARGETS, SH.target):
        for shape in set(graph.subjects(target)) - ours:
            graph.remove((shape, target, None))
    for class_ in (RDFS.Class, OWL.Class):
        for shape in set(graph.subjects(RDF.type, class_)) - ours:
            graph.remove((shape, RDF.type, class_))
    return graph


def _copied(store: Store, names: Sequence[GraphName]) -> Graph:
    graph = Graph()
    for name in names:
        for quad in store.quads_for_pattern(None, None, None, name):
            terms = (quad.subject, quad.predicate, quad.object)
            subject, predicate, object_ = (to_rdflib(as_written(term)) for term in terms)
            graph.add((subject, predicate, object_))
    return graph


def _results(report: Graph) -> Iterator[ValidationResult]:
    for result in report.objects(None, SH.result):
        value = report.value(result, SH.value)
        path = report.value(result, SH.resultPath)
        constraint = report.value(result, SH.sourceConstraint)
        messages = (m for m in report.objects(result, SH.resultMessage) if isinstance(m, Literal))
        yield ValidationResult(
            focus_node=to_oxigraph(_given(report, result, SH.focusNode)),
            component=NamedNode(str(_given(report, result, SH.sourceConstraintComponent))),
            source_shape=to_name(_given(report, result, SH.sourceShape)),
            severity=NamedNode(str(_given(report, result, SH.resultSeverity))),
            path=None if path is None else read_path(report, path),
            value=None if value is None else to_oxigraph(value),
            source_constraint=None if constraint is None else to_name(constraint),
            messages=tuple(sorted(map(to_literal, messages), key=str)),
        )


def _given(report: Graph, result: Node, predicate: URIRef) -> Node:
    node = report.value(result, predicate)
    if node is None:
        raise _unusable(f"its report has a result without {predicate}")
    return node
