"""Anyone's shapes as rules: what each is called, says and advises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
from rdflib import SH, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from iomgraph.findings import Place, Severity
from iomgraph.validation.documents import Documents, File, Reading, read
from iomgraph.validation.documents.positions import Wanted
from iomgraph.validation.shacl.results import ValidationResult
from iomgraph.validation.shacl.terms import as_written, to_rdflib

Paths = str | Path | Sequence[str | Path | File]
"""A file, a folder or a pattern, or several."""

SEVERITIES: Mapping[str, Severity] = {
    str(SH.Violation): Severity.MUST,
    str(SH.Warning): Severity.SHOULD,
    str(SH.Info): Severity.MAY,
}
"""What the severities of SHACL, section 2.1.4, are to us; any other is as grave as a violation."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule is called, and how what breaks it is mended.

    Args:
        names: language to a short name.
        steps: language to what to do.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    steps: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """A shapes graph, and the files that it came from.

    Args:
        graph: the shapes.
        documents: the files, if it came from files.
    """

    graph: Graph
    documents: Documents | None = None

    def name(self, shape: ox.NamedNode | ox.BlankNode) -> str:
        """What findings call a shape: its IRI, shortened if the shapes declare a prefix for it.

        A shape without an IRI is called after the nearest shape above it that has one, and after its path.
        """
        node = to_rdflib(shape)
        if isinstance(node, URIRef):
            return self.short(node)
        above = self._above(node)
        path = self.graph.value(node, SH.path)
        tail = f"/{self.short(path)}" if isinstance(path, URIRef) else ""
        return f"{self.short(above)}{tail}" if above else f"shape without a name{tail}"

    def short(self, node: Node) -> str:
        """An IRI by its prefix, if the shapes have one for it."""
        if not isinstance(node, URIRef):
            return str(node)
        for prefix, namespace in self.graph.namespaces():
            rest = str(node).removeprefix(str(namespace))
            if rest and rest != str(node) and "/" not in rest and "#" not in rest:
                return f"{prefix}:{rest}"
        return str(node)

    def _above(self, node: Node) -> URIRef | None:
        seen: set[Node] = {node}
        level: list[Node] = [node]
        while level:
            level = [up for one in level for up in self.graph.subjects(None, one) if up not in seen]
            seen.update(level)
            named = sorted((up for up in level if isinstance(up, URIRef)), key=str)
            if named:
                return named[0]
        return None

    def texts(self, shape: ox.NamedNode | ox.BlankNode, term: URIRef) -> dict[str, str]:
        """What a shape says under sh:name, sh:message or sh:description, by language."""
        found = [text for text in self.graph.objects(to_rdflib(shape), term) if isinstance(text, Literal)]
        return {text.language or "en": str(text) for text in sorted(found, key=str, reverse=True)}

    def messages(self, result: ValidationResult) -> dict[str, str]:
        """What a result says by language, English always there: built from the constraint if need be."""
        texts = {literal.language or "en": literal.value for literal in reversed(result.messages)}
        if "en" not in texts:
            texts["en"] = next(iter(texts.values()), "") or self._built(result)
        return dict(sorted(texts.items()))

    def _built(self, result: ValidationResult) -> str:
        component = result.component.value.rpartition("#")[2].removesuffix("ConstraintComponent")
        parameter = URIRef(f"{SH}{component[:1].lower()}{component[1:]}")
        values = [
            self._written(value) for value in self.graph.objects(to_rdflib(result.source_shape), parameter)
        ]
        asked = f"sh:{component[:1].lower()}{component[1:]} {', '.join(sorted(values))}".strip()
        about = f"{self.short(URIRef(result.path.iri))}: " if result.path and result.path.iri else ""
        return f"{about}{asked} is not met"

    def _written(self, value: Node) -> str:
        if isinstance(value, BNode):
            items = list(self.graph.items(value))
            return f"({' '.join(map(self._written, items))})" if items else "[…]"
        if isinstance(value, Literal):
            return str(value) if isinstance(value.value, int | Decimal | float) else f'"{value}"'
        return self.short(value)

    def rule(self, shape: ox.NamedNode | ox.BlankNode) -> Rule:
        """What a shape says of itself."""
        return Rule(self.texts(shape, SH.name), self.texts(shape, SH.description))

    def place(self, shape: ox.NamedNode | ox.BlankNode) -> Place | None:
        """Where a shape stands, if it came from a file."""
        if self.documents is None or not isinstance(shape, ox.NamedNode):
            return None
        wanted = Wanted(shape)
        return self.documents.places([wanted]).get(wanted)


def open_shapes(shapes: Graph | ox.Store | Paths, reading: Reading = Reading()) -> Rulebook:  # noqa: B008
    """Take shapes in: a graph, a store, a file, files, or a folder with whatever RDF is in it.

    Args:
        shapes: the shapes.
        reading: how files are read.

    Raises:
        SourceError: if a file can't be read, or a folder holds no RDF.
    """
    if isinstance(shapes, Graph):
        return Rulebook(shapes)
    if isinstance(shapes, ox.Store):
        return Rulebook(_graph(shapes))
    documents = read([shapes] if isinstance(shapes, str | Path) else shapes, reading)
    graph = _graph(documents.store)
    for prefix, namespace in sorted(documents.prefixes.items()):
        graph.bind(prefix, namespace)
    return Rulebook(graph, documents)


def _graph(store: ox.Store) -> Graph:
    graph = Graph()
    for quad in store:
        if not isinstance(quad.subject, ox.Triple) and not isinstance(quad.object, ox.Triple):
            subject = to_rdflib(quad.subject)
            graph.add((subject, URIRef(quad.predicate.value), to_rdflib(as_written(quad.object))))
    return graph

