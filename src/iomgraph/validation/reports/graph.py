"""Reports as RDF: the `sh:ValidationReport` of SHACL, section 3.6, as Turtle and as a graph of rdflib."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, TextIO

import pyoxigraph as ox
from rdflib import SH, XSD, BNode, Graph
from rdflib.term import Node

from iomgraph.validation.rulebook import contents
from iomgraph.validation.shacl.results import Label, description, fill, report_triples
from iomgraph.validation.shacl.terms import to_oxigraph

if TYPE_CHECKING:
    from iomgraph.validation.report import Report
    from iomgraph.validation.shacl import ValidationResult

_TURTLE = ("turtle", "ttl", "text/turtle", "longturtle", "n3", "text/n3")


class ReportGraph(Graph):
    """A graph of rdflib whose Turtle keeps every literal as written.

    rdflib's own writer shortens literals of booleans and numbers without checking that their text is a
    boolean or a number: `"none"^^xsd:boolean` becomes `none`, which no parser reads. Oxigraph's writer only
    shortens literals that stay the same.

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
            # For a file, rdflib's writers need the name of the encoding that they use anyway.
            known = encoding if destination is None else encoding or "utf-8"
            return super().serialize(destination, format, base, known, **args)
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
        report: the report.

    Returns:
        a graph with one sh:ValidationReport, as defined in section 3.6. Blank nodes of the shapes are
        described as the shapes describe them. Every result has a message.
    """
    graph = ReportGraph(bind_namespaces="none")
    for prefix, namespace in prefixes(report).items():
        graph.bind(prefix, namespace)
    fill(graph, triples(report))
    return graph


def write(report: Report, out: TextIO, _lang: str) -> None:
    """Write the report as Turtle: the results of shapes, without findings of reading.

    Args:
        report: the report.
        out: the output.
    """
    target: Any = _Utf8(out)
    numbered = triples(report, _Numbers())
    ox.serialize(numbered, target, format=ox.RdfFormat.TURTLE, prefixes=dict(prefixes(report)))


def triples(report: Report, label: Label = lambda node: node) -> Iterator[ox.Triple]:
    """Yield the triples of the report, result by result.

    Args:
        report: the report.
        label: gives the blank node to write for another one.
    """
    yield from report_triples(_with_messages(report), conforms=report.conforms, label=label)
    if report.rulebook:
        shapes = report.rulebook.graph
        parts = ((result.source_shape, result.source_constraint) for result in report.results)
        anonymous = dict.fromkeys(one for pair in parts for one in pair if isinstance(one, ox.BlankNode))
        nodes = [BNode(node.value) for node in anonymous]
        yield from description(shapes, nodes, label, partial(contents, shapes))


def _with_messages(report: Report) -> Iterator[ValidationResult]:
    built: dict[tuple[object, ...], tuple[ox.Literal, ...]] = {}
    for result in report.results:
        if result.messages or report.rulebook is None:
            yield result
            continue
        kind = (result.source_shape, result.component, result.path)
        if kind not in built:
            texts = report.rulebook.messages(result).items()
            built[kind] = tuple(ox.Literal(text, language=lang) for lang, text in texts)
        yield replace(result, messages=built[kind])


def _triple(triple: tuple[Node, Node, Node]) -> ox.Triple:
    subject, predicate, target = map(to_oxigraph, triple)
    return ox.Triple(subject, predicate, target)  # type: ignore[arg-type]


def prefixes(report: Report) -> Mapping[str, str]:
    """Return the prefixes that the shapes declare, and those of SHACL and XML Schema."""
    common = {str(namespace) for _, namespace in Graph().namespaces()}
    declared = report.rulebook.graph.namespaces() if report.rulebook else ()
    own = {prefix: str(namespace) for prefix, namespace in declared if str(namespace) not in common}
    return {"sh": str(SH), "xsd": str(XSD), **own}


class _Numbers(dict[ox.BlankNode, ox.BlankNode]):
    """Numbers for blank nodes in order of appearance, because their labels change from run to run."""

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
