"""Reading a shapes graph: which nodes are shapes, what each is about, and what it checks (SHACL, 2)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from pyoxigraph import NamedNode
from rdflib import RDF, RDFS, SH, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from iomgraph.validation.shacl.constraints import core_checks
from iomgraph.validation.shacl.custom_targets import custom_targets
from iomgraph.validation.shacl.functions import Function, declared_functions
from iomgraph.validation.shacl.model import Shape, Targets
from iomgraph.validation.shacl.paths import Path, PathError, read_path
from iomgraph.validation.shacl.reader import Reader, name, refuse, subclasses
from iomgraph.validation.shacl.rules import read_rules
from iomgraph.validation.shacl.terms import to_literal, to_name, to_oxigraph
from iomgraph.validation.shacl.validators import component_checks, declared_components, sparql_checks

TARGETS = (SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)
"""Properties that give a shape its targets, in SHACL Core."""

_BEYOND = (SH.js, URIRef(f"{SH}values"))
"""Properties of a shape that are not evaluated here."""


def read_shapes(graph: Graph) -> tuple[Shape, ...]:
    """The shapes of a graph that have targets, sorted.

    Raises:
        OntologyError: if a shape is ill-formed or refers to itself.
    """
    return _Shapes(graph).with_targets()


def read_functions(graph: Graph) -> tuple[Function, ...]:
    """The functions that a graph declares.

    Raises:
        OntologyError: if one is ill-formed.
    """
    return declared_functions(_Shapes(graph).reader(RDF.nil))


def undefined(graph: Graph) -> list[Node]:
    """The values of sh:property of which the graph says nothing, sorted.

    Profiles that come in several files, DCAT-AP 3 among them, refer from one to another like this.
    """
    return sorted(
        {node for node in graph.objects(None, SH.property) if (node, None, None) not in graph}, key=str
    )


class _Shapes:
    """The shapes that were read so far, and those that are being read."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._read: dict[Node, Shape] = {}
        self._open: list[Node] = []
        self._order = cache(self._signature)
        self._components = declared_components(self.reader(RDF.nil))

    def with_targets(self) -> tuple[Shape, ...]:
        typed = {
            node
            for type_ in (SH.NodeShape, SH.PropertyShape)
            for class_ in subclasses(self._graph, type_)
            for node in self._graph.subjects(RDF.type, class_)
        }
        targeted = {node for p in (*TARGETS, SH.target) for node in self._graph.subjects(p)}
        shapes = [self._shape(node) for node in sorted(typed | targeted, key=self._order)]
        custom = {to_name(node) for node in self._graph.subjects(SH.target)}
        return tuple(shape for shape in shapes if shape.targets or shape.node in custom)

    def reader(self, node: Node) -> Reader:
        """A reader of a node that is not a shape."""
        return self._reader(node, None)

    def _reader(self, node: Node, path: Path | None) -> Reader:
        return Reader(self._graph, node, path, self._shape, self._order)

    def _shape(self, node: Node) -> Shape:
        if node not in self._read:
            if node in self._open:
                refuse("a shape refers to itself, and recursive shapes have no meaning", "3.4.3", node)
            self._open.append(node)
            self._read[node] = self._new(node)
            self._open.pop()
        return self._read[node]

    def _new(self, node: Node) -> Shape:
        if isinstance(node, Literal):
            refuse("a literal is no shape", "2.1", node)
        reader = self._reader(node, self._path(node))
        reader.beyond.update(str(feature) for feature in _BEYOND if reader.values(feature))
        severities = reader.iris(SH.severity, "2.1.4")
        reader.value(SH.severity, "2.1.4")
        checks = (*core_checks(reader), *sparql_checks(reader), *component_checks(reader, self._components))
        targets, rules = self._targets(reader), tuple(read_rules(reader))
        return Shape(
            node=to_name(node),
            path=reader.path,
            targets=targets,
            checks=checks,
            properties=tuple(_properties(reader)),
            severity=NamedNode(str(severities[0] if severities else SH.Violation)),
            messages=tuple(map(to_literal, reader.texts(SH.message, "2.1.5", tagged=True))),
            deactivated=reader.flag(SH.deactivated, "2.1.6"),
            beyond=tuple(sorted(reader.beyond)),
            order=reader.number(SH.order, "AF 8") if rules else Decimal(0),
            rules=rules,
        )

    def _path(self, node: Node) -> Path | None:
        paths = list(self._graph.objects(node, SH.path))
        types = set(self._graph.objects(node, RDF.type))
        if len(paths) > 1:
            refuse("a property shape has more than one sh:path", "2.3", node)
        if not paths:
            if SH.PropertyShape in types:
                refuse("a property shape has no sh:path", "2.3", node)
            return None
        if SH.NodeShape in types:
            refuse("a node shape has a sh:path", "2.2", node)
        try:
            return read_path(self._graph, paths[0])
        except PathError as error:
            refuse(f"sh:path is ill-formed: {error}", "2.3.1", node)

    def _targets(self, reader: Reader) -> Targets:
        classes = [str(iri) for iri in reader.iris(SH.targetClass, "2.1.3.2")]
        nodes = reader.values(SH.targetNode)
        if any(isinstance(node, BNode) for node in nodes):
            refuse("sh:targetNode needs an IRI or a literal", "2.1.3.1", reader.node)
        return Targets(
            nodes=tuple(map(to_oxigraph, nodes)),
            classes=tuple(classes + self._implicit(reader.node)),
            subjects_of=tuple(map(str, reader.iris(SH.targetSubjectsOf, "2.1.3.4"))),
            objects_of=tuple(map(str, reader.iris(SH.targetObjectsOf, "2.1.3.5"))),
            queries=tuple(custom_targets(reader)),
        )

    def _implicit(self, node: Node) -> list[str]:
        """The shape itself, where it is a class as well (section 2.1.3.3)."""
        types = set(self._graph.objects(node, RDF.type))
        shape = types & (subclasses(self._graph, SH.NodeShape) | subclasses(self._graph, SH.PropertyShape))
        if not (shape and types & subclasses(self._graph, RDFS.Class)):
            return []
        if not isinstance(node, URIRef):
            refuse("a shape that is a class needs an IRI", "2.1.3.3", node)
        return [str(node)]

    def _signature(self, node: Node) -> str:
        """A text that sorts nodes as it does in every run: IRIs and literals, then blank nodes."""
        return node.n3() if not isinstance(node, BNode) else f"_:{self._contents(node, (node,))}"

    def _contents(self, node: Node, inside: tuple[Node, ...]) -> str:
        parts = []
        for predicate, object_ in self._graph.predicate_objects(node):
            nested = isinstance(object_, BNode) and object_ not in inside
            text = self._contents(object_, (*inside, object_)) if nested else ""
            parts.append(f"{predicate} {text or ('_' if isinstance(object_, BNode) else object_.n3())}")
        return f"[{';'.join(sorted(parts))}]"


def _properties(reader: Reader) -> Iterator[Shape]:
    for node in reader.values(SH.property):
        if isinstance(node, Literal):
            refuse(f"{name(SH.property)} needs an IRI or a blank node", "2.1", reader.node)
        if (node, None, None) not in reader.graph:
            continue
        shape = reader.shape(node)
        if shape.path is None:
            refuse(f"{name(SH.property)} needs a property shape", "4.7.2", reader.node)
        yield shape
