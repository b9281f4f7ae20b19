"""Property pair constraints: SHACL, section 4.5."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from rdflib import SH, URIRef

from iomgraph.validation.shacl.model import Breach, Check, FocusCheck, Source, ValueCheck
from iomgraph.validation.shacl.paths import Path
from iomgraph.validation.shacl.reader import Reader
from iomgraph.validation.shacl.scope import Scope, value_nodes

_ORDERS = {
    SH.lessThan: ("<", SH.LessThanConstraintComponent),
    SH.lessThanOrEquals: ("<=", SH.LessThanOrEqualsConstraintComponent),
}


def _equals(reader: Reader) -> Iterator[Check]:
    for other in reader.iris(SH.equals, "4.5.1"):
        yield FocusCheck(Source(str(SH.EqualsConstraintComponent)), partial(_differ, reader.path, other))


def _differ(path: Path | None, other: URIRef, scope: Scope, focus: str) -> Breach:
    value, same = scope.fresh(), scope.fresh()
    here, there = value_nodes(focus, path, value), value_nodes(focus, path, same)
    return Breach(
        f"LATERAL {{ {{ {here} FILTER NOT EXISTS {{ {focus} <{other}> {value} }} }} UNION "
        f"{{ {focus} <{other}> {value} "
        f"FILTER NOT EXISTS {{ {there} FILTER(sameTerm({same}, {value})) }} }} }}",
        value,
    )


def _disjoint(reader: Reader) -> Iterator[Check]:
    for other in reader.iris(SH.disjoint, "4.5.2"):
        yield ValueCheck(Source(str(SH.DisjointConstraintComponent)), partial(_is_not, other))


def _is_not(other: URIRef, _: Scope, focus: str, value: str) -> str:
    return f"NOT EXISTS {{ {focus} <{other}> {value} }}"


def _orders(reader: Reader) -> Iterator[Check]:
    for parameter, (operator, component) in _ORDERS.items():
        if reader.on_properties_only(parameter, "4.5"):
            for other in reader.iris(parameter, "4.5"):
                yield FocusCheck(Source(str(component)), partial(_unordered, reader.path, other, operator))


def _unordered(path: Path | None, other: URIRef, operator: str, scope: Scope, focus: str) -> Breach:
    """The pairs that are out of order: each is a result of its own."""
    value, than = scope.fresh(), scope.fresh()
    ordered = scope.compared(value, operator, than)
    if operator == "<=":
        # Oxigraph lets any term be `<=` itself, even one that has no order.
        ordered = f"IF(sameTerm({value}, {than}), COALESCE({scope.ordered(value)}, false), {ordered})"
    return Breach(
        f"LATERAL {{ {value_nodes(focus, path, value)} "
        f"LATERAL {{ {focus} <{other}> {than} }} FILTER(!{ordered}) }}",
        value,
        others={"than": than},
    )


READERS = (_equals, _disjoint, _orders)
