"""The reading of a shapes graph: the nodes that are shapes, their targets, and their checks (SHACL, 2)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from decimal import Decimal
from functools import cache, cached_property

from pyoxigraph import NamedNode
from rdflib import OWL, RDF, RDFS, SH, BNode, Literal, URIRef
from rdflib.term import Node

from iomgraph.validation.shacl.constraints import core_checks
from iomgraph.validation.shacl.custom_targets import custom_targets
from iomgraph.validation.shacl.functions import Function, declared_functions
from iomgraph.validation.shacl.graph import ShapesGraph
from iomgraph.validation.shacl.model import Shape, Targets
from iomgraph.validation.shacl.paths import Path, PathError, read_path
from iomgraph.validation.shacl.reader import Reader, name, refuse, sh, subclasses
from iomgraph.validation.shacl.references import mark
from iomgraph.validation.shacl.registry import note
from iomgraph.validation.shacl.rules import read_rules
from iomgraph.validation.shacl.terms import to_literal, to_name, to_oxigraph
from iomgraph.validation.shacl.validators import component_checks, declared_components, sparql_checks

note("1.0, 2.1.3", SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)
note("1.2", "targetWhere", "shape", "ShapeClass")
note("1.0, 2.1.4 to 2.1.6", SH.severity, SH.message, SH.deactivated)
note("1.0, 2.3", SH.path, SH.property)

TARGETS = (SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, sh("targetWhere"))
"""Properties that give a shape its targets, in SHACL Core."""

_AIMING = frozenset({*TARGETS, SH.target, RDF.type})
_CLASS = SH.targetClass
_OTHER_TARGETS = _AIMING - {_CLASS, RDF.type}
_DESCRIBING = frozenset({SH.severity, SH.message, SH.deactivated})
_PATH, _TYPE, _PROPERTY = SH.path, RDF.type, SH.property  # rdflib makes them anew each time
_NODE_SHAPE, _PROPERTY_SHAPE = SH.NodeShape, SH.PropertyShape
_BEYOND = (SH.js,)
"""Properties of a shape that this engine does not evaluate."""

_LARGE = 2000
"""Most triples of a blank node's description that distinguish it from others."""


def read_shapes(graph: ShapesGraph) -> tuple[Shape, ...]:
    """The sorted shapes of a graph that have targets or that nodes of the data may name.

    Raises:
        OntologyError: if a shape is ill-formed.
    """
    return _Shapes(graph).all()


def read_functions(graph: ShapesGraph) -> tuple[Function, ...]:
    """The functions that a graph declares.

    Raises:
        OntologyError: if one is ill-formed.
    """
    return declared_functions(_Shapes(graph).reader(RDF.nil))


def undefined(graph: ShapesGraph) -> list[Node]:
    """The sorted values of sh:property that the graph does not define.

    Profiles in several files, such as DCAT-AP 3, refer to one another in this way.
    """
    named = (node for node in graph.objects(None, SH.property) if isinstance(node, URIRef | BNode))
    return sorted({node for node in named if (node, None, None) not in graph}, key=str)


class _Shapes:
    """The shapes found so far, and those of them still to be read."""

    def __init__(self, graph: ShapesGraph) -> None:
        self._graph = graph
        self._met: dict[Node, Shape] = {}
        self._waiting: deque[Node] = deque()
        self._order = cache(self._signature)
        self._components = declared_components(self.reader(RDF.nil))

    def all(self) -> tuple[Shape, ...]:
        typed = {node for class_ in self._kinds for node in self._graph.subjects(RDF.type, class_)}
        targeted = {node for p in (*TARGETS, SH.target) for node in self._graph.subjects(p)}
        shapes = [self._shape(node) for node in sorted(typed | targeted, key=self._order)]
        while self._waiting:
            node = self._waiting.popleft()
            self._fill(self._met[node], node)
        mark(self._met.values())
        for shape in self._met.values():
            if shape.rules:
                _leave_out_rules(shape)
        return tuple(shapes)

    @cached_property
    def _kinds(self) -> set[Node]:
        """The classes of shapes."""
        return {
            class_
            for kind in (SH.NodeShape, SH.PropertyShape, sh("ShapeClass"))
            for class_ in subclasses(self._graph, kind)
        }

    @cached_property
    def _classes(self) -> set[Node]:
        """The classes of classes: a shape of such a type is its own target."""
        return {
            class_
            for kind in (RDFS.Class, OWL.Class, sh("ShapeClass"))
            for class_ in subclasses(self._graph, kind)
        }

    def reader(self, node: Node) -> Reader:
        """A reader of a node that is not a shape."""
        return self._reader(node, None)

    def _reader(self, node: Node, path: Path | None) -> Reader:
        return Reader(self._graph, node, path, self._shape, self._order)

    def _shape(self, node: Node) -> Shape:
        """A shape to be read later, so that nested shapes do not cause recursion."""
        if node not in self._met:
            self._met[node] = Shape(to_name(node), self._path(node))
            self._waiting.append(node)
        return self._met[node]

    def _fill(self, shape: Shape, node: Node) -> None:
        reader = self._reader(node, shape.path)
        said = reader.said().keys()
        reader.beyond.update(str(feature) for feature in _BEYOND if feature in said)
        shape.checks = (
            *core_checks(reader),
            *sparql_checks(reader),
            *component_checks(reader, self._components),
        )
        shape.properties = tuple(_properties(reader))
        # Among a hundred thousand shapes, each has few properties, so only those are looked up.
        if _AIMING.isdisjoint(said):
            shape.targets = Targets(named_by=str(node) if isinstance(node, URIRef) else "")
        else:
            shape.targets = self._targets(reader)
        if not _DESCRIBING.isdisjoint(said):
            self._describe(shape, reader)
        if self._has_rules:
            shape.rules = tuple(read_rules(reader))
            shape.order = reader.number(SH.order, "AF 8") if shape.rules else Decimal(0)
            shape.left_out = tuple(reader.left_out)
        shape.references = tuple(reader.referred)
        shape.beyond = tuple(sorted(reader.beyond))

    @staticmethod
    def _describe(shape: Shape, reader: Reader) -> None:
        severity = reader.value(SH.severity, "2.1.4")
        if severity is not None:
            shape.severity = NamedNode(str(reader.iris(SH.severity, "2.1.4")[0]))
        shape.messages = tuple(map(to_literal, reader.texts(SH.message, "2.1.5", tagged=True)))
        shape.deactivated = reader.flag(SH.deactivated, "2.1.6")

    @cached_property
    def _has_rules(self) -> bool:
        return any(map(self._graph.index.uses, (SH.rule, sh("values"))))

    def _path(self, node: Node) -> Path | None:
        paths = self._graph.index.values(node, _PATH)
        types = set(self._graph.index.values(node, _TYPE))
        if len(paths) > 1:
            refuse("a property shape has more than one sh:path", "2.3", node)
        if not paths:
            if _PROPERTY_SHAPE in types:
                refuse("a property shape has no sh:path", "2.3", node)
            return None
        if _NODE_SHAPE in types:
            refuse("a node shape has a sh:path", "2.2", node)
        try:
            return read_path(self._graph, next(iter(paths)))
        except PathError as error:
            refuse(f"sh:path is ill-formed: {error}", "2.3.1", node)

    def _targets(self, reader: Reader) -> Targets:
        classes = [str(iri) for iri in reader.iris(_CLASS, "2.1.3.2")]
        if _OTHER_TARGETS.isdisjoint(reader.said()):
            named_by = str(reader.node) if isinstance(reader.node, URIRef) else ""
            return Targets(classes=tuple(classes + self._implicit(reader.node)), named_by=named_by)
        nodes = reader.values(SH.targetNode)
        paths = {node: path for node in nodes if (path := self._expression(node)) is not None}
        return Targets(
            nodes=tuple(to_oxigraph(node) for node in nodes if node not in paths),
            paths=tuple(paths.values()),
            classes=tuple(classes + self._implicit(reader.node)),
            subjects_of=tuple(map(str, reader.iris(SH.targetSubjectsOf, "2.1.3.4"))),
            objects_of=tuple(map(str, reader.iris(SH.targetObjectsOf, "2.1.3.5"))),
            where=tuple(reader.shape(node) for node in reader.values(sh("targetWhere"))),
            named_by=str(reader.node) if isinstance(reader.node, URIRef) else "",
            queries=tuple(custom_targets(reader)),
        )

    def _expression(self, node: Node) -> Path | None:
        """The path that a target node stands for (SHACL 1.2); a list stands for itself."""
        if not isinstance(node, BNode) or (node, RDF.first, None) in self._graph:
            return None
        try:
            return read_path(self._graph, node)
        except PathError:
            return None

    def _implicit(self, node: Node) -> list[str]:
        """The shape itself, where it is a class as well (section 2.1.3.3)."""
        types = set(self._graph.index.values(node, _TYPE))
        if not (types & self._kinds and types & self._classes):
            return []
        if not isinstance(node, URIRef):
            refuse("a shape that is a class needs an IRI", "2.1.3.3", node)
        return [str(node)]

    def _signature(self, node: Node) -> str:
        """A text that sorts nodes in the same way in every run: IRIs and literals, then blank nodes."""
        return node.n3() if not isinstance(node, BNode) else f"_:{';'.join(self._description(node))}"

    def _description(self, node: BNode) -> Iterator[str]:
        """List the statements about a blank node, level by level, and within a level in a fixed order."""
        level, seen, said = [node], {node}, 0
        while level and said < _LARGE:
            below, texts = list[BNode](), list[str]()
            for one in level:
                for predicate, value in self._graph.predicate_objects(one):
                    if isinstance(value, BNode) and value not in seen:
                        seen.add(value)
                        below.append(value)
                    texts.append(f"{predicate} {'_' if isinstance(value, BNode) else value.n3()}")
            yield from sorted(texts)
            said += len(texts)
            level = below


def _leave_out_rules(shape: Shape) -> None:
    """Leave out rules that depend on a shape with an unsupported feature."""
    beyond = [(rule, {one for other in rule.references for one in other.beyond}) for rule in shape.rules]
    shape.rules = tuple(rule for rule, used in beyond if not used)
    shape.left_out += tuple((rule.node, one) for rule, used in beyond for one in sorted(used))


def _properties(reader: Reader) -> Iterator[Shape]:
    for node in reader.values(_PROPERTY):
        if isinstance(node, Literal):
            refuse(f"{name(SH.property)} needs an IRI or a blank node", "2.1", reader.node)
        if not reader.graph.index.said(node) or reader.source(SH.property, SH.property, node) is None:
            continue
        shape = reader.shape(node)
        if shape.path is None:
            refuse(f"{name(SH.property)} needs a property shape", "4.7.2", reader.node)
        yield shape
