"""The shapes that can be evaluated project by project, and those that look across projects.

Data that is split into parts, each with all triples of its subjects, can be validated part by part if a shape
only reads its focus node and the things that forward steps reach: parts of the node itself, and reference
data, which every part has. Shapes that look further, or may do so, are evaluated over the whole data, reduced
to the predicates that they read. In doubt, a shape counts as looking further.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from itertools import chain, count

from rdflib import OWL, RDF, RDFS, SH, Graph, Literal, URIRef
from rdflib.term import Node

from iomgraph.errors import OntologyError
from iomgraph.processes import Task, run_parallel
from iomgraph.validation.reach import ANYTHING, Pattern, Reach, pattern_reach, query_reach
from iomgraph.validation.shacl.paths import Path, PathError, list_members, read_path
from iomgraph.validation.shacl.validators import declared_prefixes
from iomgraph.validation.shacl.vocabulary import constrains

_TYPE, _SUBCLASS = (Path(iri=str(one)) for one in (RDF.type, RDFS.subClassOf))
_WHERE = URIRef(f"{SH}targetWhere")
_OF_VALUES = frozenset(
    {
        *(SH.datatype, SH.nodeKind, SH.pattern, SH.flags, SH.languageIn, SH.uniqueLang, SH.hasValue),
        *(SH.minCount, SH.maxCount, SH.minLength, SH.maxLength, SH.qualifiedMinCount, SH.qualifiedMaxCount),
        *(SH.minInclusive, SH.maxInclusive, SH.minExclusive, SH.maxExclusive, SH["in"], SH.path),
        *(SH.qualifiedValueShapesDisjoint, SH.severity, SH.message, SH.name, SH.description, SH.order),
        *(SH.group, SH.defaultValue, SH.deactivated, SH.targetClass, SH.targetSubjectsOf, SH.prefixes),
        *(SH.ignoredProperties, SH.declare),
    }
)
"""Constraints that read nothing beyond the values, or only describe the shape."""
_OF_FOCUS = (SH.equals, SH.disjoint, SH.lessThan, SH.lessThanOrEquals)
_SHAPES = (SH.node, SH["not"], SH.property, SH.qualifiedValueShape)
_LISTS = (SH["and"], SH["or"], SH.xone)
_OUTSIDE = {
    SH.targetNode: "a target that is a node, which may be in no part",
    SH.targetObjectsOf: "targets that are objects, which may be so in several parts",
}
_READ = frozenset({*_OF_VALUES, *_OF_FOCUS, *_SHAPES, *_LISTS, *_OUTSIDE, SH["class"], SH.closed, SH.sparql})
_TOGETHER = 10
"""Shapes that are read at a time: the parser of SPARQL takes some 10 ms for a query."""


class Locality(Enum):
    """The part of the data that a shape must see."""

    LOCAL = "local"
    """One project, and reference data."""
    GLOBAL = "global"
    """All projects, but only some predicates of them."""
    WHOLE = "whole"
    """All of the data, because the shape can't be split."""


@dataclass(frozen=True, slots=True)
class Extent:
    """The extent of the data that a shape reads.

    Args:
        shape: IRI of the shape.
        locality: the part of the data that it must see.
        predicates: IRIs of the predicates that it reads.
        hops: IRIs of those that lead to nodes of which it reads something.
        classes: IRIs of the classes whose members it reads, without subclasses; `*` where it may be any.
        reasons: the reasons why it is not local, or can't be split, each in a few words.
    """

    shape: str
    locality: Locality
    predicates: frozenset[str] = frozenset()
    hops: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    reasons: tuple[str, ...] = ()


def extents(shapes: Graph, crossing: Collection[str], parts: Collection[str] = ()) -> list[Extent]:
    """Find the extent of data that each shape with targets reads.

    Args:
        shapes: the shapes graph.
        crossing: IRIs of the predicates that lead from one project to another.
        parts: IRIs of those that only lead from a node to its own parts, which are in the same part of the
            data.

    Returns:
        the extents, in order of the IRIs of the shapes.

    Example:
        >>> shapes = Graph().parse(format="turtle", data='''
        ...     @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <http://example.org/> .
        ...     :Name a sh:PropertyShape ; sh:targetClass :Person ; sh:path :name ; sh:minCount 1 .
        ...     :Known a sh:PropertyShape ; sh:targetClass :Person ; sh:path [ sh:inversePath :knows ] ;
        ...       sh:minCount 1 .''')
        >>> [(one.shape[-5:], one.locality.value, *one.reasons) for one in extents(shapes, ())]
        [('Known', 'global', '?v0 <http://example.org/knows> ?this'), ('/Name', 'local')]
    """
    nodes = _targeted(shapes)
    some = (nodes[start : start + _TOGETHER] for start in range(0, len(nodes), _TOGETHER))
    tasks = [Task("reading shapes", partial(_extents, shapes, one, crossing, parts)) for one in some]
    return list(chain.from_iterable(run_parallel(tasks)))


def _extents(
    shapes: Graph, nodes: Sequence[Node], crossing: Collection[str], parts: Collection[str]
) -> list[Extent]:
    return [_Reader(shapes, node, parts).extent(crossing) for node in nodes]


def split(found: Sequence[Extent]) -> tuple[list[Extent], list[Extent]]:
    """Separate local shapes from others.

    Raises:
        OntologyError: if a shape can't be split; it is never silently left out.
    """
    for one in found:
        if one.locality is Locality.WHOLE:
            raise OntologyError(
                f"a shape needs all data at once ({', '.join(one.reasons)})",
                where=one.shape,
                step="name the predicates in its query, or build on one machine",
            )
    local = [one for one in found if one.locality is Locality.LOCAL]
    return local, [one for one in found if one.locality is Locality.GLOBAL]


def _targeted(shapes: Graph) -> list[Node]:
    """Find the shapes with targets, including classes that are shapes."""
    targets = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf, SH.target, _WHERE)
    found = {node for target in targets for node in shapes.subjects(target)}
    kinds = [set(shapes.subjects(RDF.type, kind)) for kind in (SH.NodeShape, SH.PropertyShape)]
    classes = [set(shapes.subjects(RDF.type, kind)) for kind in (RDFS.Class, OWL.Class)]
    return sorted(found | (set[Node]().union(*kinds) & set[Node]().union(*classes)), key=str)


@dataclass(slots=True)
class _Reader:
    """A writer of queries that read the data of a shape; it notes parts that no query can read.

    Args:
        shapes: the shapes graph.
        node: the shape.
        parts: as for `extents`.
    """

    shapes: Graph
    node: Node
    parts: Collection[str]
    _numbers: Iterator[int] = field(default_factory=count)
    _patterns: list[Pattern] = field(default_factory=list)
    _reaches: list[Reach] = field(default_factory=list)
    _classes: set[str] = field(default_factory=set)
    _odd: list[str] = field(default_factory=list)
    _far: list[str] = field(default_factory=list)

    def extent(self, crossing: Collection[str]) -> Extent:
        self._patterns.append(("this", _TYPE, "class"))
        self._classes.update(map(str, self.shapes.objects(self.node, SH.targetClass)))
        if not {RDFS.Class, OWL.Class}.isdisjoint(self.shapes.objects(self.node, RDF.type)):
            self._classes.add(str(self.node))
        for one in self.shapes.objects(self.node, SH.targetSubjectsOf):
            self._follow("this", Path(iri=str(one)), self._fresh())
        for one in self.shapes.objects(self.node, SH.targetObjectsOf):
            self._follow(self._fresh(), Path(iri=str(one)), "this")
        self._read(self.node, "this", ())
        reaches = [pattern_reach(self._patterns, self.parts), *self._reaches]
        predicates = frozenset[str]().union(*(one.predicates for one in reaches))
        hops = frozenset[str]().union(*(one.hops for one in reaches))
        across = [f"a step by {iri} to another project" for iri in sorted(hops & {*crossing})]
        across += ["a step by any predicate"] if ANYTHING in hops else []
        far = [*self._far, *(reason for one in reaches for reason in one.far), *across]
        unlisted = [reason for one in reaches for reason in one.whole]
        odd = [*self._odd, *(reason for reason in unlisted if reason.endswith("in a query"))]
        if odd or (far and unlisted):
            kind, reasons = Locality.WHOLE, odd or unlisted
        else:
            kind, reasons = (Locality.GLOBAL if far else Locality.LOCAL), far
        classes = self._classes.union(*(one.classes for one in self._reaches))
        return Extent(
            str(self.node), kind, predicates, hops, frozenset(classes), tuple(dict.fromkeys(reasons))
        )

    def _read(self, shape: Node, focus: str, inside: tuple[Node, ...]) -> None:
        """Write the patterns that a shape reads of a focus node bound to a variable."""
        if shape in inside:
            self._odd.append("a shape that refers to itself")
            return
        if str(self.shapes.value(shape, SH.deactivated)) == "true":
            return
        value, path = focus, None
        if (route := self.shapes.value(shape, SH.path)) is not None:
            try:
                path = read_path(self.shapes, route)
            except PathError as error:
                self._odd.append(f"a path that can't be read: {error}")
                return
            value = self._fresh()
            self._follow(focus, path, value)
        for predicate, object_ in self.shapes.predicate_objects(shape):
            self._constraint(predicate, object_, (focus, value, path), (*inside, shape))

    def _constraint(
        self, predicate: Node, said: Node, where: tuple[str, str, Path | None], inside: tuple[Node, ...]
    ) -> None:
        focus, value, path = where
        if predicate in _OF_FOCUS and isinstance(said, URIRef):
            self._follow(focus, Path(iri=str(said)), self._fresh())
        elif predicate == SH["class"]:
            # A class may have subclasses, which only the data shows.
            kind = self._fresh()
            self._classes.add(str(said))
            self._patterns += [(value, _TYPE, kind), (kind, _SUBCLASS, self._fresh())]
        elif predicate in _SHAPES:
            self._read(said, value, inside)
        elif predicate in _LISTS:
            for member in list_members(self.shapes, said):
                self._read(member, value, inside)
        elif predicate == SH.closed and isinstance(said, Literal) and said.value:
            self._patterns.append((value, None, self._fresh()))
        elif predicate == SH.sparql:
            self._query(said, str(path or ""))
        elif predicate in _OUTSIDE:
            self._far.append(_OUTSIDE[URIRef(str(predicate))])
        elif self._is_strange(predicate):
            self._odd.append(f"it uses {predicate}")

    def _follow(self, focus: str, path: Path, value: str) -> None:
        """Write a pattern; types of nodes that are values may be any class."""
        self._patterns.append((focus, path, value))
        if str(_TYPE) in str(path):
            self._classes.add(ANYTHING)

    def _query(self, constraint: Node, path: str) -> None:
        if str(self.shapes.value(constraint, SH.deactivated)) == "true":
            return
        select = self.shapes.value(constraint, SH.select)
        try:
            prefixes = declared_prefixes(self.shapes, constraint)
            self._reaches.append(query_reach(str(select), prefixes, path, self.parts))
        except Exception as error:  # rdflib's parser raises the errors of its grammar
            self._odd.append(f"a query that can't be read: {' '.join(str(error).split())[:80]}")

    def _is_strange(self, predicate: Node) -> bool:
        """Tell whether a predicate of a shape may need data that is unknown here."""
        if predicate in _READ:
            return False
        iri = str(predicate)
        if iri.startswith(str(SH)) or constrains(iri):
            return True
        return any(
            (one, SH.path, predicate) in self.shapes for one in self.shapes.objects(None, SH.parameter)
        )

    def _fresh(self) -> str:
        return f"v{next(self._numbers)}"
