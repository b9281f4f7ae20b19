"""Reports as RDF: the `sh:ValidationReport` of SHACL, section 3.6, as Turtle and as a graph of rdflib."""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, TextIO, cast

import pyoxigraph as ox
from rdflib import RDF, SH, XSD, BNode, Graph
from rdflib.term import Node

from iomgraph.validation.rulebook import contents
from iomgraph.validation.shacl.terms import to_oxigraph, to_rdflib

if TYPE_CHECKING:
    from iomgraph.validation.report import Report
    from iomgraph.validation.rulebook import Rulebook
    from iomgraph.validation.shacl import ValidationResult

Label = Callable[[ox.BlankNode], ox.BlankNode]


def _sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"{SH}{name}")


_TYPE = ox.NamedNode(str(RDF.type))
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
    target: Any = _Utf8(out)
    numbered = triples(report, _Numbers())
    ox.serialize(numbered, target, format=ox.RdfFormat.TURTLE, prefixes=dict(prefixes(report)))


def triples(report: Report, label: Label = lambda node: node) -> Iterator[ox.Triple]:
    """Yield the triples of the report, a result at a time.

    Args:
        report: what was found.
        label: gives the blank node that is written for another one.
    """
    node = label(ox.BlankNode())
    yield ox.Triple(node, _TYPE, _sh("ValidationReport"))
    yield ox.Triple(node, _sh("conforms"), ox.Literal(report.conforms))
    anonymous: dict[ox.BlankNode, None] = {}
    built: dict[tuple[object, ...], tuple[ox.Literal, ...]] = {}
    for result in report.results:
        one = label(ox.BlankNode())
        yield ox.Triple(node, _RESULT, one)
        kind = (result.source_shape, result.component, result.path, result.messages)
        if kind not in built:
            built[kind] = _messages(result, report.rulebook)
        yield from _result(one, result, built[kind], label)
        for part in (result.source_shape, result.source_constraint):
            if isinstance(part, ox.BlankNode):
                anonymous[part] = None
    if report.rulebook:
        yield from _description(report.rulebook.graph, anonymous, label)


def _messages(result: ValidationResult, rulebook: Rulebook | None) -> tuple[ox.Literal, ...]:
    if result.messages or rulebook is None:
        return result.messages
    return tuple(ox.Literal(text, language=lang) for lang, text in rulebook.messages(result).items())


def _result(
    node: ox.BlankNode, result: ValidationResult, messages: tuple[ox.Literal, ...], label: Label
) -> Iterator[ox.Triple]:
    yield ox.Triple(node, _TYPE, _VALIDATION_RESULT)
    for predicate, name in _PARTS:
        term = getattr(result, name)
        if term is not None:
            yield ox.Triple(node, predicate, label(term) if isinstance(term, ox.BlankNode) else term)
    for message in messages:
        yield ox.Triple(node, _MESSAGE, message)
    if result.path is not None and result.path.iri:
        yield ox.Triple(node, _PATH, ox.NamedNode(result.path.iri))
    elif result.path is not None:
        steps = Graph()
        path = ox.BlankNode(str(result.path.write(steps)))
        yield ox.Triple(node, _PATH, label(path))
        yield from _description(steps, [path], label)


def _description(shapes: Graph, nodes: Iterable[ox.BlankNode], label: Label) -> Iterator[ox.Triple]:
    """Copy what a graph says of blank nodes, and of the blank nodes that they lead to."""

    def order(triple: tuple[Node, Node, Node]) -> tuple[Node, str, list[list[str]]]:
        _, predicate, target = triple
        blank = isinstance(target, BNode)
        return predicate, "" if blank else target.n3(), contents(shapes, target) if blank else []

    left: list[Node] = [BNode(node.value) for node in nodes]
    seen = set(left)
    while left:
        for triple in sorted(shapes.triples((left.pop(), None, None)), key=order):
            written = _triple(triple)
            target = label(written.object) if isinstance(written.object, ox.BlankNode) else written.object
            yield ox.Triple(label(cast(ox.BlankNode, written.subject)), written.predicate, target)
            if isinstance(triple[2], BNode) and triple[2] not in seen:
                seen.add(triple[2])
                left.append(triple[2])


def _triple(triple: tuple[Node, Node, Node]) -> ox.Triple:
    subject, predicate, target = map(to_oxigraph, triple)
    return ox.Triple(subject, predicate, target)  # type: ignore[arg-type]


def prefixes(report: Report) -> Mapping[str, str]:
    """Return the prefixes that the shapes declare, beside those of SHACL and XML Schema."""
    common = {str(namespace) for _, namespace in Graph().namespaces()}
    declared = report.rulebook.graph.namespaces() if report.rulebook else ()
    own = {prefix: str(namespace) for prefix, namespace in declared if str(namespace) not in common}
    return {"sh": str(SH), "xsd": str(XSD), **own}


class _Numbers(dict[ox.BlankNode, ox.BlankNode]):
    """Numbers for blank nodes, in the order in which they come: their labels change from run to run."""

    def __call__(self, node: ox.BlankNode) -> ox.BlankNode:
        return self.get(node) or self.setdefault(node, ox.BlankNode(f"b{len(self) + 1}"))


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
