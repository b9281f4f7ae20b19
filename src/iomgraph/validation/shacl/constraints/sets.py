"""Constraints on how many values, or which properties, there are: SHACL, sections 4.2, 4.7.3 to 4.8.2."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from rdflib import SH, URIRef
from rdflib.term import Node

from iomgraph.validation.shacl.conformance import conforms
from iomgraph.validation.shacl.model import Breach, Check, FocusCheck, Shape, Source
from iomgraph.validation.shacl.paths import Path
from iomgraph.validation.shacl.reader import Reader, refuse
from iomgraph.validation.shacl.scope import Scope, value_nodes
from iomgraph.validation.shacl.terms import Term, to_oxigraph

Condition = Callable[[Scope, str], str]


def _counts(reader: Reader) -> Iterator[Check]:
    for parameter, component, section in (
        (SH.minCount, SH.MinCountConstraintComponent, "4.2.1"),
        (SH.maxCount, SH.MaxCountConstraintComponent, "4.2.2"),
    ):
        if reader.on_properties_only(parameter, section):
            count = reader.integer(parameter, section) or 0
            yield from _limit(reader.path, parameter, count, Source(str(component)), lambda *_: "true")


def _limit(
    path: Path | None, parameter: URIRef, count: int, source: Source, condition: Condition
) -> Iterator[Check]:
    at_least = parameter in (SH.minCount, SH.qualifiedMinCount)
    if at_least and count <= 0:
        return

    def breach(scope: Scope, focus: str) -> Breach:
        value = scope.fresh()
        wanted = condition(scope, value)
        nodes = value_nodes(focus, path, value) + ("" if wanted == "true" else f" FILTER({wanted})")
        least = count if at_least else count + 1
        enough = nodes if least == 1 else _at_least(least, focus, value, nodes)
        return Breach(f"FILTER {'NOT ' if at_least else ''}EXISTS {{ {enough} }}")

    yield FocusCheck(source, breach)


def _at_least(count: int, focus: str, value: str, nodes: str) -> str:
    return f"SELECT {focus} {{ {nodes} }} GROUP BY {focus} HAVING(COUNT(DISTINCT {value}) >= {count})"


def _qualified(reader: Reader) -> Iterator[Check]:
    if reader.path is None:
        return
    for parameter, component in (
        (SH.qualifiedMinCount, SH.QualifiedMinCountConstraintComponent),
        (SH.qualifiedMaxCount, SH.QualifiedMaxCountConstraintComponent),
    ):
        count = reader.integer(parameter, "4.7.3")
        disjoint = reader.flag(SH.qualifiedValueShapesDisjoint, "4.7.3")
        shapes = reader.values(SH.qualifiedValueShape)
        if count is None or not shapes:
            continue
        if len(shapes) > 1:
            refuse("sh:qualifiedValueShape has more than one value", "4.7.3", reader.node)
        siblings = [reader.shape(node) for node in _siblings(reader)] if disjoint else []
        condition = _qualifies(reader.shape(shapes[0]), siblings)
        yield from _limit(reader.path, parameter, count, Source(str(component)), condition)


def _siblings(reader: Reader) -> list[Node]:
    graph = reader.graph
    found = {
        shape
        for parent in graph.subjects(SH.property, reader.node)
        for sibling in graph.objects(parent, SH.property)
        for shape in graph.objects(sibling, SH.qualifiedValueShape)
    }
    return sorted(found - set(graph.objects(reader.node, SH.qualifiedValueShape)), key=reader.order)


def _qualifies(shape: Shape, siblings: list[Shape]) -> Condition:
    def condition(scope: Scope, value: str) -> str:
        others = [f"!{conforms(scope, sibling, value)}" for sibling in siblings]
        return " && ".join([conforms(scope, shape, value), *others])

    return condition


def _has_value(reader: Reader) -> Iterator[Check]:
    source = Source(str(SH.HasValueConstraintComponent))
    for node in reader.values(SH.hasValue):
        yield FocusCheck(source, partial(_lacks, reader.path, to_oxigraph(node)))


def _lacks(path: Path | None, term: Term, scope: Scope, focus: str) -> Breach:
    value = scope.fresh()
    nodes = value_nodes(focus, path, value)
    return Breach(f"FILTER NOT EXISTS {{ {nodes} FILTER({scope.is_one_of(value, [term])}) }}")


def _closed(reader: Reader) -> Iterator[Check]:
    listed = reader.value(SH.ignoredProperties, "4.8.1")
    ignored = [] if listed is None else reader.members(listed, SH.ignoredProperties, "4.8.1")
    if not all(isinstance(member, URIRef) for member in ignored):
        refuse("sh:ignoredProperties needs IRIs", "4.8.1", reader.node)
    if not reader.flag(SH.closed, "4.8.1"):
        return
    declared = (path for shape in reader.values(SH.property) for path in reader.graph.objects(shape, SH.path))
    known = sorted({str(node) for node in (*ignored, *declared) if isinstance(node, URIRef)})

    def breach(scope: Scope, focus: str) -> Breach:
        node, predicate, value = scope.fresh(), scope.fresh("p"), scope.fresh()
        allowed = ", ".join(f"<{iri}>" for iri in known)
        return Breach(
            f"LATERAL {{ {value_nodes(focus, reader.path, node)} LATERAL {{ {node} {predicate} {value} "
            f"FILTER({predicate} NOT IN ({allowed})) }} }}",
            value,
            predicate,
            others={"node": node},
        )

    yield FocusCheck(Source(str(SH.ClosedConstraintComponent)), breach)


READERS = (_counts, _qualified, _has_value, _closed)
