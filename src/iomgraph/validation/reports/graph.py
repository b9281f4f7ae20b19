"""Reports as RDF: the `sh:ValidationReport` of SHACL, section 3.6, as Turtle and as a graph of rdflib."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, TextIO

import pyoxigraph as ox
from rdflib import RDF, SH, XSD, BNode, Graph
from rdflib.term import Node

from iomgraph.validation.shacl.terms import to_oxigraph, to_rdflib

if TYPE_CHECKING:
    from iomgraph.validation.report import Report
    from iomgraph.validation.rulebook import Rulebook
    from iomgraph.validation.shacl import ValidationResult

_TURTLE = ("turtle", "ttl", "text/turtle", "longturtle", "n3", "text/n3")


class ReportGraph(Graph):
    """A graph of rdflib whose Turtle keeps every literal as it is written.

    rdflib's own writer shortens literals of booleans and numbers without asking whether their text is
    that of a boolean or a number: `"none"^^xsd:boolean` becomes `none`, which no parser reads. Oxigraph's
    writer shortens only what stays the same.

    Example:
        >>> from rdflib import Literal, URIRef
        >>> graph = ReportGraph()
        >>> e = URIRef("http://example.org/")
        >>> _ = graph.add((e, e, Literal("none", datatype=XSD.boolean, normalize=False)))
        >>> '"none"^^' in graph.serialize(format="turtle")
        True
    """

    def serialize(
        self,
        destination: Any = None,
        format: str = "turtle",  # noqa: A002 - as in Graph
        base: str | None = None,
        encoding: str | None = None,
        **args: Any,
    ) -> Any:
        """Serialise as `Graph.serialize` does, but Turtle and N3 by another writer, without `base`."""
        if format not in _TURTLE:
            return super().serialize(destination, format, base, encoding, **args)
        prefixes = {prefix: str(namespace) for prefix, namespace in self.namespaces()}
        ranked = sorted(self, key=lambda triple: (isinstance(triple[0], BNode), triple[0], triple[1]))
        out = io.BytesIO()
        ox.serialize(map(_triple, ranked), out, format=ox.RdfFormat.TURTLE, prefixes=prefixes)
        if destination is None:
            return out.getvalue().decode().encode(encoding) if encoding else out.getvalue().decode()
        if isinstance(destination, str | PurePath):
            Path(destination).write_bytes(out.getvalue())
        else:
            destination.write(out.getvalue())
        return self


def report_graph(report: Report) -> ReportGraph:
    """Return the validation report as a graph; blank nodes of data and shapes keep their labels.

    Args:
        report: what was found.

    Returns:
        a graph with one sh:ValidationReport, as section 3.6 has it. Blank nodes of the shapes are
        described as the shapes describe them. Every result has a message.
    """
    graph = ReportGraph(bind_namespaces="none")
    for prefix, namespace in prefixes(report).items():
        graph.bind(prefix, namespace)
    for triple in triples(report):
        graph.add((to_rdflib(triple.subject), to_rdflib(triple.predicate), to_rdflib(triple.object)))  # type: ignore[arg-type]
    return graph


def write(report: Report, out: TextIO, _lang: str) -> None:
    """Write the report as Turtle: what the shapes found, and not what reading found.

    Args:
        report: what was found.
        out: where to.
    """
    renamed = _renamed(triples(report))
    target: Any = _Utf8(out)
    ox.serialize(renamed, target, format=ox.RdfFormat.TURTLE, prefixes=dict(prefixes(report)))


def triples(report: Report) -> Iterator[ox.Triple]:
    """Yield the triples of the report, a result at a time."""
    node = ox.BlankNode()
    yield ox.Triple(node, _name(RDF.type), _name(SH.ValidationReport))
    conforms = str(report.conforms).lower()
    yield ox.Triple(node, _name(SH.conforms), ox.Literal(conforms, datatype=_name(XSD.boolean)))
    anonymous: dict[ox.BlankNode, None] = {}
    built: dict[tuple[object, ...], tuple[ox.Literal, ...]] = {}
    for result in report.results:
        one = ox.BlankNode()
        yield ox.Triple(node, _name(SH.result), one)
        kind = (result.source_shape, result.component, result.path, result.messages)
        if kind not in built:
            built[kind] = _messages(result, report.rulebook)
        yield from _result(one, result, built[kind])
        for part in (result.source_shape, result.source_constraint):
            if isinstance(part, ox.BlankNode):
                anonymous[part] = None
    if report.rulebook:
        yield from _description(report.rulebook.graph, anonymous)


def _messages(result: ValidationResult, rulebook: Rulebook | None) -> tuple[ox.Literal, ...]:
    if result.messages or rulebook is None:
        return result.messages
    return tuple(ox.Literal(text, language=lang) for lang, text in rulebook.messages(result).items())


def _result(
    node: ox.BlankNode, result: ValidationResult, messages: tuple[ox.Literal, ...]
) -> Iterator[ox.Triple]:
    yield ox.Triple(node, _name(RDF.type), _name(SH.ValidationResult))
    for predicate, term in (
        (SH.focusNode, result.focus_node),
        (SH.value, result.value),
        (SH.sourceConstraintComponent, result.component),
        (SH.sourceShape, result.source_shape),
        (SH.sourceConstraint, result.source_constraint),
        (SH.resultSeverity, result.severity),
        *((SH.resultMessage, message) for message in messages),
    ):
        if term is not None:
            yield ox.Triple(node, _name(predicate), term)
    if result.path is not None and result.path.iri:
        yield ox.Triple(node, _name(SH.resultPath), ox.NamedNode(result.path.iri))
    elif result.path is not None:
        steps = Graph()
        path = result.path.write(steps)
        yield ox.Triple(node, _name(SH.resultPath), to_oxigraph(path))
        yield from map(_triple, steps)


def _description(shapes: Graph, nodes: Iterable[ox.BlankNode]) -> Iterator[ox.Triple]:
    """Copy what the shapes graph says of blank nodes, and of the blank nodes that they lead to."""
    left: list[Node] = [BNode(node.value) for node in nodes]
    seen = set(left)
    while left:
        for triple in sorted(shapes.triples((left.pop(), None, None))):
            yield _triple(triple)
            if isinstance(triple[2], BNode) and triple[2] not in seen:
                seen.add(triple[2])
                left.append(triple[2])


def _triple(triple: tuple[Node, Node, Node]) -> ox.Triple:
    subject, predicate, target = map(to_oxigraph, triple)
    return ox.Triple(subject, predicate, target)  # type: ignore[arg-type]


def _renamed(given: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Number the blank nodes in the order in which they come: their own labels change from run to run."""
    names: dict[ox.BlankNode, ox.BlankNode] = {}

    def named(term: Any) -> Any:
        if not isinstance(term, ox.BlankNode):
            return term
        return names.setdefault(term, ox.BlankNode(f"b{len(names) + 1}"))

    for triple in given:
        yield ox.Triple(named(triple.subject), triple.predicate, named(triple.object))


def prefixes(report: Report) -> Mapping[str, str]:
    """Return the prefixes that the shapes declare, beside those of SHACL and XML Schema."""
    common = {str(namespace) for _, namespace in Graph().namespaces()}
    declared = report.rulebook.graph.namespaces() if report.rulebook else ()
    own = {prefix: str(namespace) for prefix, namespace in declared if str(namespace) not in common}
    return {"sh": str(SH), "xsd": str(XSD), **own}


@cache
def _name(iri: str) -> ox.NamedNode:
    return ox.NamedNode(str(iri))


class _Utf8:
    """A stream of bytes that writes to a stream of text."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def write(self, data: bytes) -> int:
        self._out.write(self._decoder.decode(bytes(data)))
        return len(data)

    def flush(self) -> None:
        self._out.flush()
