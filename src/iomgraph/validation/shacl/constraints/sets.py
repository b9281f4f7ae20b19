"""Constraints on the number of values, or on the properties: SHACL, sections 4.2, 4.7.3 to 4.8.2."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from rdflib import SH, URIRef
from rdflib.term import Node

from iomgraph.validation.shacl.columns import without_value
from iomgraph.validation.shacl.conformance import conforms
from iomgraph.validation.shacl.constraints.incomplete import or_incomplete
from iomgraph.validation.shacl.model import Breach, Check, FocusCheck, Shape, Source
from iomgraph.validation.shacl.paths import Path
from iomgraph.validation.shacl.reader import Reader, refuse, sh
from iomgraph.validation.shacl.registry import evaluates
from iomgraph.validation.shacl.scope import Scope, value_nodes
from iomgraph.validation.shacl.targets import focus_nodes
from iomgraph.validation.shacl.terms import Term, to_oxigraph

Condition = Callable[[Scope, str], str]


@evaluates("1.0, 4.2.1", SH.minCount)
@evaluates("1.0, 4.2.2", SH.maxCount)
def _counts(reader: Reader) -> Iterator[Check]:
    for parameter, component, section in (
        (SH.minCount, SH.MinCountConstraintComponent, "4.2.1"),
        (SH.maxCount, SH.MaxCountConstraintComponent, "4.2.2"),
    ):
        if reader.on_properties_only(parameter, section):
            count = reader.integer(parameter, section) or 0
            source = reader.source(component, parameter, reader.values(parameter)[0])
            if source:
                yield from _limit(reader.path, parameter, count, source, lambda *_: "true")


def _limit(
    path: Path | None, parameter: URIRef, count: int, source: Source, condition: Condition
) -> Iterator[Check]:
    at_least = parameter in (SH.minCount, SH.qualifiedMinCount, sh("someValue"))
    if at_least and count <= 0:
        return

    def breach(scope: Scope, focus: str) -> Breach:
        value = scope.fresh()
        wanted = condition(scope, value)
        nodes = value_nodes(focus, path, value) + ("" if wanted == "true" else f" FILTER({wanted})")
        least = count if at_least else count + 1
        enough = nodes if least == 1 else _at_least(least, focus, value, nodes)
        several = not at_least and count > 0
        return Breach(f"FILTER {'NOT ' if at_least else ''}EXISTS {{ {enough} }}", several=several)

    exists = parameter == SH.minCount and count == 1 and path is not None and not path.operator
    yield FocusCheck(source, breach, without_value(path.iri) if exists and path else None)


def _at_least(count: int, focus: str, value: str, nodes: str) -> str:
    return f"SELECT {focus} {{ {nodes} }} GROUP BY {focus} HAVING(COUNT(DISTINCT {value}) >= {count})"


_QUALIFIED = {
    SH.qualifiedMinCount: SH.QualifiedMinCountConstraintComponent,
    SH.qualifiedMaxCount: SH.QualifiedMaxCountConstraintComponent,
}


@evaluates("1.0, 4.7.3", SH.qualifiedValueShape, SH.qualifiedValueShapesDisjoint, *_QUALIFIED)
def _qualified(reader: Reader) -> Iterator[Check]:
    if reader.path is None:
        return
    for parameter, component in _QUALIFIED.items():
        count = reader.integer(parameter, "4.7.3")
        disjoint = reader.flag(SH.qualifiedValueShapesDisjoint, "4.7.3")
        shapes = reader.values(SH.qualifiedValueShape)
        if count is None or not shapes:
            continue
        if len(shapes) > 1:
            refuse("sh:qualifiedValueShape has more than one value", "4.7.3", reader.node)
        siblings = [reader.shape(node) for node in _siblings(reader)] if disjoint else []
        at_least = parameter == SH.qualifiedMinCount
        condition = _qualifies(reader.shape(shapes[0]), siblings, at_least=at_least)
        if source := reader.source(component, parameter, reader.values(parameter)[0]):
            yield from _limit(reader.path, parameter, count, source, condition)


def _siblings(reader: Reader) -> list[Node]:
    graph = reader.graph
    found = {
        shape
        for parent in graph.subjects(SH.property, reader.node)
        for sibling in graph.objects(parent, SH.property)
        for shape in graph.objects(sibling, SH.qualifiedValueShape)
    }
    return sorted(found - set(graph.objects(reader.node, SH.qualifiedValueShape)), key=reader.order)


def _qualifies(shape: Shape, siblings: list[Shape], *, at_least: bool) -> Condition:
    def condition(scope: Scope, value: str) -> str:
        others = [f"!{conforms(scope, sibling, value)}" for sibling in siblings]
        qualifies = f"({' && '.join([conforms(scope, shape, value), *others])})"
        return or_incomplete(scope, qualifies, value) if at_least else qualifies

    return condition


@evaluates("1.2", "someValue")
def _some_value(reader: Reader) -> Iterator[Check]:
    for node in reader.values(sh("someValue")):
        condition = _qualifies(reader.shape(node), [], at_least=True)
        if source := reader.source(sh("SomeValueConstraintComponent"), sh("someValue"), node):
            yield from _limit(reader.path, sh("someValue"), 1, source, condition)


@evaluates("1.0, 4.8.2", SH.hasValue)
def _has_value(reader: Reader) -> Iterator[Check]:
    for node in reader.values(SH.hasValue):
        if source := reader.source(SH.HasValueConstraintComponent, SH.hasValue, node):
            yield FocusCheck(source, partial(_lacks, reader.path, to_oxigraph(node)))


def _lacks(path: Path | None, term: Term, scope: Scope, focus: str) -> Breach:
    value = scope.fresh()
    nodes = value_nodes(focus, path, value)
    return Breach(f"FILTER NOT EXISTS {{ {nodes} FILTER({scope.is_one_of(value, frozenset({term}))}) }}")


@evaluates("1.2", "uniqueValuesFor")
def _unique_values(reader: Reader) -> Iterator[Check]:
    for value in reader.values(sh("uniqueValuesFor")):
        listed = not isinstance(value, URIRef)
        members = reader.members(value, sh("uniqueValuesFor"), "1.2") if listed else [value]
        if not members or not all(isinstance(member, URIRef) for member in members):
            refuse("sh:uniqueValuesFor needs properties", "1.2", reader.node)
        source = reader.source(sh("UniqueValuesForConstraintComponent"), sh("uniqueValuesFor"), value)
        if source:
            yield FocusCheck(source, partial(_shared, reader.shape(reader.node), list(map(str, members))))


def _shared(shape: Shape, properties: list[str], scope: Scope, focus: str) -> Breach:
    """Find another target node of the shape with the same values for each property."""
    other = scope.fresh("f")
    equal = []
    for iri in properties:
        value = scope.fresh()
        for one, two in ((focus, other), (other, focus)):
            equal.append(
                f"FILTER NOT EXISTS {{ {one} <{iri}> {value} FILTER NOT EXISTS {{ {two} <{iri}> {value} }} }}"
            )
    some = scope.fresh()
    return Breach(
        f"FILTER EXISTS {{ {focus} <{properties[0]}> {some} LATERAL {{ {other} <{properties[0]}> {some} }} "
        f"LATERAL {focus_nodes(scope, shape.targets, other)} "
        f"FILTER(!sameTerm({focus}, {other})) {' '.join(equal)} }}"
    )


READERS = (_counts, _qualified, _some_value, _has_value, _unique_values)
