"""Anyone's shapes as rules: their names, places, messages and advice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from itertools import chain, islice
from pathlib import Path

import pyoxigraph as ox
from rdflib import RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from iomgraph.errors import OntologyError
from iomgraph.findings import Place, Severity
from iomgraph.validation.data import Paths
from iomgraph.validation.documents import Documents, Reading, read
from iomgraph.validation.documents.places import Wanted
from iomgraph.validation.shacl.graph import shapes_graph
from iomgraph.validation.shacl.results import ValidationResult
from iomgraph.validation.shacl.terms import Term, to_name, to_rdflib

SEVERITIES: Mapping[str, Severity] = {
    str(SH.Violation): Severity.MUST,
    str(SH.Warning): Severity.SHOULD,
    str(SH.Info): Severity.MAY,
}
"""Our severities for those of SHACL, section 2.1.4; any other counts as a violation."""


_SHOWN, _DEEPEST = 20, 3
"""Most members of a list, and most levels of lists, that messages show."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The name of a rule, its place, and advice for breaches.

    Args:
        names: language to a short name.
        steps: language to the advice.
        place: the place of the rule, if it came from a file.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    steps: Mapping[str, str] = field(default_factory=dict)
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Rulebook:
    """A shapes graph, and the files that it came from.

    Args:
        graph: the shapes.
        documents: the files, if it came from files.
    """

    graph: Graph
    documents: Documents | None = None
    _places: dict[tuple[Term, str], Place | None] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _declared: list[tuple[str, str]] = field(default_factory=list, init=False, repr=False, compare=False)
    _anonymous: dict[Node, str] = field(default_factory=dict, init=False, repr=False, compare=False)

    def name(self, shape: ox.NamedNode | ox.BlankNode) -> str:
        """Return the name of a shape in findings: its IRI, shortened if the shapes declare a prefix for it.

        A shape without an IRI is named after the nearest shape above it that has one, and after its path; if
        that is not unique, after its file and line.

        Example:
            >>> shapes = Graph().parse(format="turtle", data='''
            ...     @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <http://example.org/> .
            ...     :Person sh:property [ sh:path :age ; sh:minCount 1 ] .''')
            >>> book = Rulebook(shapes)
            >>> book.name(ox.BlankNode(str(shapes.value(predicate=SH.minCount, object=Literal(1)))))
            ':Person/:age'
        """
        node = to_rdflib(shape)
        if isinstance(node, URIRef):
            return self.short(node)
        if not self._anonymous:
            self._anonymous.update(self._told_apart(self._shapes_without_iri()))
        if node not in self._anonymous:
            place = self.place(shape)
            self._anonymous[node] = f"{self._described(node)} at {place}" if place else self._described(node)
        return self._anonymous[node]

    def _shapes_without_iri(self) -> set[Node]:
        """Find the blank nodes that may be the source of a result."""
        typed = (self.graph.subjects(RDF.type, kind) for kind in (SH.NodeShape, SH.PropertyShape))
        nodes = chain(self.graph.subjects(SH.path), self.graph.objects(None, SH.property), *typed)
        return {node for node in nodes if isinstance(node, BNode)}

    def _told_apart(self, nodes: Set[Node]) -> Iterator[tuple[Node, str]]:
        """Name blank nodes; those with the same name get their place or, without files, a number."""
        groups: dict[str, list[Node]] = {}
        for node in nodes:
            groups.setdefault(self._described(node), []).append(node)
        for name, group in groups.items():
            if len(group) == 1 and name:
                yield group[0], name
                continue
            for number, node in enumerate(sorted(group, key=partial(contents, self.graph)), 1):
                place = self.place(to_name(node))
                yield node, f"{name or 'shape'} at {place}" if place else f"{name or 'shape'} {number}"

    def _described(self, node: Node) -> str:
        above, path = self._above(node), self.graph.value(node, SH.path)
        tail = f"/{self.short(path)}" if isinstance(path, URIRef) else ""
        return f"{self.short(above)}{tail}" if above else tail

    def short(self, node: Node) -> str:
        """Return an IRI with its prefix, if the shapes declare one for it."""
        if not isinstance(node, URIRef):
            return str(node)
        iri = str(node)
        for prefix, namespace in self._prefixes:
            if iri.startswith(namespace):
                rest = iri[len(namespace) :]
                if rest and "/" not in rest and "#" not in rest:
                    return f"{prefix}:{rest}"
        return iri

    @property
    def _prefixes(self) -> list[tuple[str, str]]:
        """The prefixes of the shapes, cached because rdflib computes them on each request."""
        if not self._declared:
            self._declared.extend((prefix, str(iri)) for prefix, iri in self.graph.namespaces())
        return self._declared

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
        """Return the texts of a shape under sh:name, sh:message or sh:description, by language."""
        found = [text for text in self.graph.objects(to_rdflib(shape), term) if isinstance(text, Literal)]
        return {text.language or "en": str(text) for text in sorted(found, key=str, reverse=True)}

    def messages(self, result: ValidationResult) -> dict[str, str]:
        """Return the messages of a result by language, always with one in English."""
        texts = {literal.language or "en": literal.value for literal in reversed(result.messages)}
        if "en" not in texts:
            texts["en"] = next(iter(texts.values()), "") or self._built(result)
        return dict(sorted(texts.items()))

    def _built(self, result: ValidationResult) -> str:
        component = result.component.value.rpartition("#")[2].removesuffix("ConstraintComponent")
        name = component.lower() if component.isupper() else f"{component[:1].lower()}{component[1:]}"
        parameter = URIRef(f"{SH}{name}")
        values = [
            self._written(value) for value in self.graph.objects(to_rdflib(result.source_shape), parameter)
        ]
        asked = f"sh:{name} {', '.join(sorted(values))}".strip()
        about = f"{self.short(URIRef(result.path.iri))}: " if result.path and result.path.iri else ""
        return f"{about}{asked} is not met"

    def _written(self, value: Node, depth: int = 0) -> str:
        """Write a value of a parameter; for long lists the first members, and for deep ones the outermost."""
        if isinstance(value, BNode):
            items = list(islice(self.graph.items(value), _SHOWN + 1)) if depth < _DEEPEST else []
            written = [self._written(item, depth + 1) for item in items[:_SHOWN]]
            return f"({' '.join(written)}{' …' if len(items) > _SHOWN else ''})" if items else "[…]"
        if isinstance(value, Literal):
            return str(value) if isinstance(value.value, int | Decimal | float) else f'"{value}"'
        return self.short(value)

    def rules(self, shapes: Iterable[ox.NamedNode | ox.BlankNode]) -> dict[str, Rule]:
        """Return the rules of shapes, by their names."""
        return {
            self.name(one): Rule(self.texts(one, SH.name), self.texts(one, SH.description), self.place(one))
            for one in shapes
        }

    def place(self, shape: ox.NamedNode | ox.BlankNode, predicate: str = "") -> Place | None:
        """Return the place of a shape, or of any other node of the shapes graph; None without a file.

        Args:
            shape: the node.
            predicate: IRI of the property of the node whose place is wanted, if there is such a triple.
        """
        if (shape, predicate) not in self._places:
            others = chain(self.graph.subjects(SH.path), self.graph.subjects(RDF.type, SH.NodeShape))
            shapes = {(to_name(one), "") for one in others} if not self._places else ()
            self.look_up({(shape, predicate), *shapes})
        return self._places.get((shape, predicate))

    def look_up(self, wanted: Iterable[tuple[ox.NamedNode | ox.BlankNode, str]]) -> None:
        """Find the places of several nodes or properties, reading each file once."""
        if self.documents is None:
            return
        asked = {Wanted(node, predicate) for node, predicate in set(wanted) - self._places.keys()}
        places = self.documents.places(asked)
        self._places.update(((one.subject, one.predicate), places.get(one)) for one in asked)

    def located(self, error: OntologyError) -> OntologyError:
        """Return an error about a shape with the shape's name, file and line.

        An error about a literal is located at the node that has it as a value; other errors are unchanged.
        """
        node = next((one for one in self.graph.subjects() if error.where in (one.n3(), str(one))), None)
        if node is None:
            holders = (s for s, _, o in self.graph if isinstance(o, Literal) and o.n3() == error.where)
            node = min(holders, key=partial(contents, self.graph), default=None)
        if node is None:
            return error
        name, place = self.name(to_name(node)), self.place(to_name(node))
        where = f"{place} ({name})" if place and str(place) not in name else name
        return type(error)(error.what, where=where, step=error.step)


def contents(graph: Graph, node: Node) -> list[list[str]]:
    """Return a key that sorts blank nodes the same way in every run, by their statements to some depth.

    Example:
        >>> graph = Graph().parse(data="[] <urn:p> [ <urn:q> 1 ] .", format="turtle")
        >>> contents(graph, next(graph.subjects(URIRef("urn:p"))))[0]
        ['urn:p ']
    """
    levels: list[list[str]] = []
    seen, level = {node}, [node]
    while level:
        said = [pair for one in level for pair in graph.predicate_objects(one)]
        levels.append(sorted(f"{p} {'' if isinstance(o, BNode) else o.n3()}" for p, o in said))
        level = [o for _, o in said if isinstance(o, BNode) and o not in seen]
        seen.update(level)
    return levels


def open_shapes(shapes: Graph | ox.Store | Paths, reading: Reading = Reading()) -> Rulebook:  # noqa: B008
    """Open shapes: a graph, a store, a file, files, or a folder with any RDF.

    Args:
        shapes: the shapes.
        reading: options for reading files.

    Raises:
        SourceError: if a file can't be read, or a folder holds no RDF.
    """
    if isinstance(shapes, Graph):
        return Rulebook(shapes)
    if isinstance(shapes, ox.Store):
        return Rulebook(shapes_graph(shapes))
    documents = read([shapes] if isinstance(shapes, str | Path) else shapes, reading)
    graph = shapes_graph(documents.store)
    for prefix, namespace in sorted(documents.prefixes.items()):
        graph.bind(prefix, namespace)
    return Rulebook(graph, documents)
