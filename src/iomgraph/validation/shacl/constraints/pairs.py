"""Property pair constraints: SHACL, section 4.5; paths instead of properties, and sh:subsetOf, SHACL 1.2."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from rdflib import SH, URIRef
from rdflib.term import Node

from iomgraph.validation.shacl.model import Breach, Check, FocusCheck, ValueCheck
from iomgraph.validation.shacl.paths import Path, PathError, read_path
from iomgraph.validation.shacl.reader import Reader, name, refuse, sh
from iomgraph.validation.shacl.registry import evaluates
from iomgraph.validation.shacl.scope import Scope, value_nodes

_ORDERS = {
    SH.lessThan: ("<", SH.LessThanConstraintComponent),
    SH.lessThanOrEquals: ("<=", SH.LessThanOrEqualsConstraintComponent),
}


def _other(reader: Reader, value: Node, parameter: URIRef, section: str) -> Path:
    """The path to the values to compare with."""
    try:
        return read_path(reader.graph, value)
    except PathError:
        refuse(f"{name(parameter)} needs an IRI, or a path (SHACL 1.2)", section, reader.node)


@evaluates("1.0, 4.5.1; paths 1.2", SH.equals)
def _equals(reader: Reader) -> Iterator[Check]:
    for value in reader.values(SH.equals):
        other = _other(reader, value, SH.equals, "4.5.1")
        if source := reader.source(SH.EqualsConstraintComponent, SH.equals, value):
            yield FocusCheck(source, partial(_differ, reader.path, other))


def _differ(path: Path | None, other: Path, scope: Scope, focus: str) -> Breach:
    value, same = scope.fresh(), scope.fresh()
    here, there = value_nodes(focus, path, value), value_nodes(focus, path, same)
    return Breach(
        f"LATERAL {{ {{ {here} FILTER(!{_among(other, focus, value, scope)}) }} UNION "
        f"{{ {value_nodes(focus, other, value)} "
        f"FILTER NOT EXISTS {{ {there} FILTER(sameTerm({same}, {value})) }} }} }}",
        value,
    )


def _among(other: Path, focus: str, value: str, scope: Scope) -> str:
    """A condition: the value is among those at the end of a path."""
    if not other.operator:
        return f"EXISTS {{ {focus} {other} {value} }}"
    same = scope.fresh()
    return f"EXISTS {{ {value_nodes(focus, other, same)} FILTER(sameTerm({same}, {value})) }}"


@evaluates("1.0, 4.5.2; paths 1.2", SH.disjoint)
def _disjoint(reader: Reader) -> Iterator[Check]:
    for value in reader.values(SH.disjoint):
        other = _other(reader, value, SH.disjoint, "4.5.2")
        if source := reader.source(SH.DisjointConstraintComponent, SH.disjoint, value):
            yield ValueCheck(source, partial(_is_not, other))


def _is_not(other: Path, scope: Scope, focus: str, value: str) -> str:
    return f"(!{_among(other, focus, value, scope)})"


@evaluates("1.2", "subsetOf")
def _subset(reader: Reader) -> Iterator[Check]:
    for value in reader.values(sh("subsetOf")):
        other = _other(reader, value, sh("subsetOf"), "1.2")
        if source := reader.source(sh("SubsetOfConstraintComponent"), sh("subsetOf"), value):
            yield ValueCheck(source, partial(_is, other))


def _is(other: Path, scope: Scope, focus: str, value: str) -> str:
    return _among(other, focus, value, scope)


@evaluates("1.0, 4.5.3 and 4.5.4; paths 1.2", *_ORDERS)
def _orders(reader: Reader) -> Iterator[Check]:
    for parameter, (operator, component) in _ORDERS.items():
        if not reader.on_properties_only(parameter, "4.5"):
            continue
        for value in reader.values(parameter):
            other = _other(reader, value, parameter, "4.5")
            if source := reader.source(component, parameter, value):
                yield FocusCheck(source, partial(_unordered, reader.path, other, operator))


def _unordered(path: Path | None, other: Path, operator: str, scope: Scope, focus: str) -> Breach:
    """The pairs that are out of order, each of which is a result."""
    value, than = scope.fresh(), scope.fresh()
    ordered = scope.compared(value, operator, than)
    if operator == "<=":
        # In Oxigraph, any term is `<=` itself, even without an order.
        ordered = f"IF(sameTerm({value}, {than}), COALESCE({scope.ordered(value)}, false), {ordered})"
    return Breach(
        f"LATERAL {{ {value_nodes(focus, path, value)} "
        f"LATERAL {{ {value_nodes(focus, other, than)} }} FILTER(!{ordered}) }}",
        value,
        others={"than": than},
    )


READERS = (_equals, _disjoint, _subset, _orders)
