"""Validation: each shape becomes a few queries for all of its focus nodes, each solution a result."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, QuerySolution

from iomgraph.validation.shacl.data import DataGraph
from iomgraph.validation.shacl.model import Breach, FocusCheck, Shape, Source, ValueCheck
from iomgraph.validation.shacl.paths import Path
from iomgraph.validation.shacl.results import ValidationResult
from iomgraph.validation.shacl.scope import Scope, value_nodes
from iomgraph.validation.shacl.targets import focus_nodes
from iomgraph.validation.shacl.terms import Term, as_written

_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a shape is met: the text that binds its focus nodes, and all variables on the way to them.

    Two ways to one focus node are two occasions to validate it (the W3C tests property-001 and shared).
    """

    text: str
    way: tuple[str, ...]

    @property
    def focus(self) -> str:
        return self.way[-1]


def validated(shape: Shape, data: DataGraph, scope: Scope) -> Iterator[ValidationResult]:
    """The results of a shape with targets: in the order of its checks, then of the nodes' text."""
    focus = scope.fresh("f")
    yield from _results(shape, _Place(focus_nodes(scope, shape.targets, focus), (focus,)), data, scope)


def _results(shape: Shape, place: _Place, data: DataGraph, scope: Scope) -> Iterator[ValidationResult]:
    if shape.deactivated:
        return
    values = [check for check in shape.checks if isinstance(check, ValueCheck)]
    if values:
        yield from _of_values(shape, values, place, data, scope)
    for check in shape.checks:
        if isinstance(check, FocusCheck):
            yield from _of_focus(shape, check, place, data, scope)
    if shape.properties:
        inner = place if shape.path is None else _step(place, shape.path, scope)
        for property_ in shape.properties:
            yield from _results(property_, inner, data, scope)


def _step(place: _Place, path: Path, scope: Scope) -> _Place:
    value = scope.fresh("f")
    nodes = value_nodes(place.focus, path, value)
    if not path.is_set:
        nodes = f"{{ SELECT DISTINCT {place.focus} {value} {nodes} }}"
    return _Place(f"{place.text} LATERAL {nodes}", (*place.way, value))


def _of_values(
    shape: Shape, checks: list[ValueCheck], place: _Place, data: DataGraph, scope: Scope
) -> Iterator[ValidationResult]:
    """All constraints on single value nodes in one query: which ones fail is asked of failing nodes only."""
    value, text = place.focus, place.text
    if shape.path is not None:
        value = scope.fresh()
        text = f"{text} LATERAL {value_nodes(place.focus, shape.path, value)}"
    conditions = [check.holds(scope, place.focus, value) for check in checks]
    columns = list(dict.fromkeys([*place.way, value]))
    asked = [] if len(checks) == 1 else [f"({condition} AS {scope.fresh('k')})" for condition in conditions]
    rows = _rows(data, scope, f"{text} FILTER(!({' && '.join(conditions)}))", [*columns, *asked])
    for at, check in enumerate(checks):
        for row in rows:
            if not asked or row[len(columns) + at] == Literal(False):
                focus, node = row[len(place.way) - 1], row[len(columns) - 1]
                yield _result(shape, check.source, focus, node, shape.path, {"value": node, "this": focus})


def _of_focus(
    shape: Shape, check: FocusCheck, place: _Place, data: DataGraph, scope: Scope
) -> Iterator[ValidationResult]:
    breach = check.breach(scope, place.focus)
    named = {"this": place.focus, "value": breach.value, "path": breach.path, "message": breach.message}
    names = {**(breach.others or {}), **{name: column for name, column in named.items() if column}}
    columns = list(dict.fromkeys([*place.way, *names.values()]))
    for row in _rows(data, scope, f"{place.text} {breach.text}", columns, repeats=breach.repeats):
        bound = {name: row[columns.index(column)] for name, column in names.items()}
        yield _breached(shape, check.source, bound, breach)


def _breached(
    shape: Shape, source: Source, bound: Mapping[str, Term | None], breach: Breach
) -> ValidationResult:
    path, value, message = bound.get("path"), bound.get("value"), bound.get("message")
    # Section 5.3.2: a query on a node shape that gives no value is about the focus node itself.
    if breach.repeats and value is None and shape.path is None:
        value = bound["this"]
    way = Path(iri=path.value) if isinstance(path, NamedNode) else shape.path
    said = (message,) if isinstance(message, Literal) else ()
    return _result(shape, source, bound["this"], value, way, bound, said)


def _result(
    shape: Shape,
    source: Source,
    focus: Term | None,
    value: Term | None,
    path: Path | None,
    bound: Mapping[str, Term | None],
    said: tuple[Literal, ...] = (),
) -> ValidationResult:
    assert focus is not None  # noqa: S101 - every query binds it
    messages = (
        shape.messages or said or tuple(_filled(m, {**dict(source.bound), **bound}) for m in source.messages)
    )
    return ValidationResult(
        focus_node=focus,
        component=NamedNode(source.component),
        source_shape=shape.node,
        severity=shape.severity,
        path=path,
        value=value,
        source_constraint=source.constraint,
        messages=messages,
    )


def _filled(message: Literal, bound: Mapping[str, Term | None]) -> Literal:
    """A message with the values of the variables that it names in braces (section 5.2.1)."""

    def text(match: re.Match[str]) -> str:
        term = bound.get(match[1])
        return match[0] if term is None else term.value

    filled = _PLACEHOLDER.sub(text, message.value)
    return Literal(filled, language=message.language) if message.language else Literal(filled)


Row = tuple[Term | None, ...]


def _rows(
    data: DataGraph, scope: Scope, text: str, columns: list[str], *, repeats: bool = False
) -> list[Row]:
    """The solutions, sorted by their text so that every run gives them in one order."""
    query = f"SELECT {' '.join(columns)} {{ {text} }}"
    found = (_row(solution, len(columns)) for solution in data.select(query, scope))
    return sorted(found if repeats else set(found), key=_key)


def _row(solution: QuerySolution, width: int) -> Row:
    terms = (solution[at] for at in range(width))
    return tuple(None if term is None else as_written(term) for term in terms)


def _key(row: Row) -> tuple[str, ...]:
    return tuple(map(str, row))
