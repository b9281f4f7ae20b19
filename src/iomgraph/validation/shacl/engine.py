"""Validation: each shape becomes a few queries for all its focus nodes, and each solution a result."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolution, Triple

from iomgraph.validation.shacl.columns import Nodes, listed
from iomgraph.validation.shacl.model import Breach, Check, FocusCheck, Shape, Source, Targets, ValueCheck
from iomgraph.validation.shacl.paths import Path
from iomgraph.validation.shacl.references import LONG
from iomgraph.validation.shacl.results import ValidationResult
from iomgraph.validation.shacl.scope import NAMES, Scope, Stored, value_nodes
from iomgraph.validation.shacl.targets import focus_nodes, is_by_class, is_focus_node
from iomgraph.validation.shacl.terms import Term, as_written, shown
from iomgraph.validation.shacl.verdicts import Verdicts

Row: TypeAlias = tuple[Term | None, ...]

_DEEP = 8
_FEW = 4
"""Most values of a property per focus node for which all values are scanned."""

_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")


@dataclass(frozen=True, slots=True)
class _Place:
    """The context of a shape: the text that binds its focus nodes, and all variables on the way to them.

    Two ways to one focus node are two occasions to validate it (the W3C tests property-001 and shared).

    Args:
        text: a group.
        way: the variables, the last of which is the focus node.
        found: a condition that only holds for focus nodes, if they are so many that all values of a property
            may be scanned first.
        nodes: the focus nodes, if columns tell them.
    """

    text: str
    way: tuple[str, ...]
    found: str = ""
    nodes: Nodes | None = None

    @property
    def focus(self) -> str:
        return self.way[-1]


@dataclass(slots=True)
class _Run:
    """One shape with targets over one data graph.

    Args:
        verdicts: decide the nodes that queries ask for.
        scope: writes the texts.
        visited: nodes at which a shape was validated already, for shapes that lead back to themselves.

        focus_nodes: number of focus nodes, if they are many.
    """

    verdicts: Verdicts
    scope: Scope
    visited: dict[Shape, set[Stored]] = field(default_factory=lambda: defaultdict(set))
    focus_nodes: int = 0

    def scans(self, place: _Place, path: Path | None) -> bool:
        """Tell whether to scan all values of a property before finding their focus nodes."""
        if not place.found or path is None or path.operator:
            return False
        return self.verdicts.data.count(path.iri) <= _FEW * self.focus_nodes

    def is_functional(self, place: _Place, path: Path | None) -> bool:
        """Tell whether a quick check shows that no focus node has several values."""
        columns = self.verdicts.data.columns
        if columns and path is not None and not path.operator:
            return columns.is_functional(path.iri)
        return self.scans(place, path) and path is not None and self.verdicts.data.is_functional(path.iri)

    def doubts(self, check: Check, nodes: Nodes) -> Nodes:
        """Those of some nodes that may break a constraint."""
        columns = self.verdicts.data.columns
        return check.doubts(columns, nodes) if columns and check.doubts else nodes

    def values(self, place: _Place, path: Path | None, checks: Sequence[Check]) -> Nodes | None:
        """All value nodes, and maybe others; None if columns tell nothing of use to checks."""
        columns = self.verdicts.data.columns
        if path is None:
            return place.nodes
        if not columns or path.operator:
            return None
        useful = any(check.doubts for check in checks) or not columns.size(path.iri)
        return columns.values(path.iri) if useful else None

    def rows(self, text: str, columns: list[str], *, repeats: bool = False) -> list[Row]:
        """The solutions, sorted by their text, so that every run gives the same order."""
        query = f"SELECT {' '.join(columns)} {{ {text} }}"
        found = (_row(solution, len(columns)) for solution in self.verdicts.solutions(query, self.scope))
        return sorted(found if repeats else set(found), key=_key)


@dataclass(frozen=True, slots=True)
class Step:
    """One query of a validation.

    Args:
        shape: the shape that it is for.
        component: IRI of the constraint component, the first of several in one query; empty for counting
            focus nodes.
        run: gives the results, or the number of focus nodes.
    """

    shape: Shape
    component: str
    run: Callable[[], list[ValidationResult] | int]


def steps(shape: Shape, verdicts: Verdicts) -> Iterator[Step]:
    """The steps of a shape with targets: count its focus nodes, then evaluate its constraints.

    The results come in the order of its checks, then of the nodes' text.
    """
    run = _Run(verdicts, verdicts.scope())
    focus = run.scope.fresh("f")
    start = _Place(focus_nodes(run.scope, shape.targets, focus), (focus,), nodes=_known(shape.targets, run))
    yield Step(shape, "", partial(_count, start, run))
    if run.verdicts.data.is_large() and (found := is_focus_node(run.scope, shape.targets, focus)):
        run.focus_nodes = _count(start, run)
        start = replace(start, found=found)
    waiting = [(shape, start)]
    while waiting:
        met, place = waiting.pop()
        if met.deactivated:
            continue
        yield from _checks(met, place, run)
        if met.properties:
            inner = place if met.path is None else _step(place, met.path, run.scope)
            reached = ((one, _reached(one, inner, run)) for one in reversed(met.properties))
            waiting += [(one, place) for one, place in reached if place]


def _known(targets: Targets, run: _Run) -> Nodes | None:
    """The focus nodes, if they are the members of classes, and columns tell them."""
    columns = run.verdicts.data.columns
    if not columns or columns.has_subclasses or not is_by_class(run.scope, targets):
        return None
    return columns.members(targets.classes)


def _count(place: _Place, run: _Run) -> int:
    if place.nodes is not None:
        return len(place.nodes)
    query, counts = f"SELECT (COUNT(*) AS ?n) {{ {place.text} }}", run.verdicts.data.counts
    # Many shapes have the same targets. A function of a query means something in its own run alone.
    if query in counts and NAMES not in query:
        return counts[query]
    count = next(iter(run.verdicts.solutions(query, run.scope)))[0]
    counts[query] = int(count.value) if isinstance(count, Literal) else 0
    return counts[query]


def _checks(shape: Shape, place: _Place, run: _Run) -> Iterator[Step]:
    values = [check for check in shape.checks if isinstance(check, ValueCheck)]
    for at in range(0, len(values), LONG):
        some = values[at : at + LONG]
        yield Step(shape, some[0].source.component, partial(_of_values, shape, some, place, run))
    for check in shape.checks:
        if isinstance(check, FocusCheck):
            yield Step(shape, check.source.component, partial(_of_focus, shape, check, place, run))


def _step(place: _Place, path: Path, scope: Scope) -> _Place:
    value = scope.fresh("f")
    nodes = value_nodes(place.focus, path, value)
    if not path.is_set:
        nodes = f"{{ SELECT DISTINCT {place.focus} {value} {nodes} }}"
    return _Place(f"{place.text} LATERAL {nodes}", (*place.way, value))


def _reached(shape: Shape, place: _Place, run: _Run) -> _Place | None:
    """The same place, or only its new nodes if shapes lead back to themselves or nest deeply."""
    if not shape.circular and len(place.way) < _DEEP:
        return place
    query = f"SELECT DISTINCT {place.focus} {{ {place.text} }}"
    found = {solution[0] for solution in run.verdicts.solutions(query, run.scope)}
    new = sorted(found - run.visited[shape], key=str)
    if not new:
        return None
    run.visited[shape].update(new)
    focus = run.scope.fresh("f")
    return _Place(f"{{ {run.scope.listed(new, focus)} }}", (focus,))


def _of_values(shape: Shape, checks: list[ValueCheck], place: _Place, run: _Run) -> list[ValidationResult]:
    """Evaluate all constraints on single value nodes in one query, naming only those of failing nodes."""
    nodes, doubtful, scope = run.values(place, shape.path, checks), set[str](), run.scope
    if nodes is not None:
        doubts = [(check, some) for check in checks if (some := run.doubts(check, nodes))]
        checks, doubtful = [check for check, _ in doubts], doubtful.union(*(some for _, some in doubts))
    if not checks:
        return []
    value = place.focus if shape.path is None else scope.fresh()
    few = listed(doubtful, nodes, value) if nodes else ""
    text, found = _valued(place, shape.path, value, run, few)
    conditions = [check.holds(scope, place.focus, value) for check in checks]
    columns = list(dict.fromkeys([*place.way, value]))
    asked = [] if len(checks) == 1 else [f"({condition} AS {scope.fresh('k')})" for condition in conditions]
    fails = f"!({' && '.join(conditions)})" + (f" && {found}" if found else "")
    rows = run.rows(f"{text} FILTER({fails})", [*columns, *asked])
    results = []
    for at, check in enumerate(checks):
        for row in rows:
            if not asked or row[len(columns) + at] == Literal(False):
                focus, node = row[len(place.way) - 1], row[len(columns) - 1]
                bound = {"value": node, "this": focus}
                results.append(_result(shape, check.source, focus, node, shape.path, bound))
    return results


def _valued(place: _Place, path: Path | None, value: str, run: _Run, few: str) -> tuple[str, str]:
    """The text that binds focus nodes and value nodes, and a condition that their focus nodes must meet.

    Args:
        place: the context of the shape.
        path: the path from focus nodes to value nodes.
        value: the variable for the latter.
        run: tells whether values are scanned.
        few: the text that binds the value nodes that are looked at, if they are few.
    """
    if path is None:
        return f"{{ {few} }}" if few else place.text, ""
    if few and place.found:
        return f"{few} LATERAL {{ {place.focus} {path} {value} }}", place.found
    if run.scans(place, path):
        return f"{place.focus} {path} {value}", place.found
    return f"{place.text} LATERAL {value_nodes(place.focus, path, value)}", ""


def _of_focus(shape: Shape, check: FocusCheck, place: _Place, run: _Run) -> list[ValidationResult]:
    if place.nodes is not None:
        doubtful = run.doubts(check, place.nodes)
        if not doubtful:
            return []
        if few := listed(doubtful, place.nodes, place.focus):
            place = replace(place, text=f"{{ {few} }}")
    breach = check.breach(run.scope, place.focus)
    named = {"this": place.focus, "value": breach.value, "path": breach.path, "message": breach.message}
    names = {**(breach.others or {}), **{name: column for name, column in named.items() if column}}
    columns = list(dict.fromkeys([*place.way, *names.values()]))
    if breach.several and run.is_functional(place, shape.path):
        return []
    rows = run.rows(f"{place.text} {breach.text}", columns, repeats=breach.repeats)
    bound = ({name: row[columns.index(column)] for name, column in names.items()} for row in rows)
    return [_breached(shape, check.source, one, breach) for one in bound]


def _breached(
    shape: Shape, source: Source, bound: Mapping[str, Term | None], breach: Breach
) -> ValidationResult:
    path, value, message = bound.get("path"), bound.get("value"), bound.get("message")
    # Section 5.3.2: without a value, a query on a node shape is about the focus node itself.
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
    filled = tuple(_filled(m, {**dict(source.bound), **bound}) for m in source.messages)
    messages = filled if source.own else shape.messages or said or filled
    return ValidationResult(
        focus_node=focus,
        component=NamedNode(source.component),
        source_shape=shape.node,
        severity=source.severity or shape.severity,
        path=None if source.pathless else path,
        value=value,
        source_constraint=source.constraint,
        messages=messages,
    )


def _filled(message: Literal, bound: Mapping[str, Term | None]) -> Literal:
    """A message with the values of the variables that it names in braces (section 5.2.1)."""
    if "{" not in message.value:
        return message

    def text(match: re.Match[str]) -> str:
        term = bound.get(match[1])
        if term is None:
            return match[0]
        if isinstance(term, Triple):
            return shown(term)
        return str(term) if isinstance(term, BlankNode) else term.value

    filled = _PLACEHOLDER.sub(text, message.value)
    return Literal(filled, language=message.language) if message.language else Literal(filled)


def _row(solution: QuerySolution, width: int) -> Row:
    terms = (solution[at] for at in range(width))
    return tuple(None if term is None else as_written(term) for term in terms)


def _key(row: Row) -> tuple[str, ...]:
    return tuple(map(str, row))
