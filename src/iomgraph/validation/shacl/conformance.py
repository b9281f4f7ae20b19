"""Conformance of a node to a shape (SHACL, section 3.4.2), as one expression of a query."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from pyoxigraph import BlankNode

from iomgraph.validation.shacl.model import Check, Shape, Source, ValueCheck
from iomgraph.validation.shacl.references import LONG
from iomgraph.validation.shacl.scope import Scope, value_nodes


def conforms(scope: Scope, shape: Shape, node: str) -> str:
    """Write the expression that is true if the node conforms to the shape, else false.

    Args:
        scope: the run that the text is for.
        shape: the shape.
        node: variable that is bound at the place of the expression.
    """
    if shape.deactivated:
        return "true"
    return scope.called(shape, node) if shape.apart else written_out(scope, shape, node)


def written_out(scope: Scope, shape: Shape, node: str) -> str:
    """Write the full expression for a shape, even if others call it by name."""
    members = [*shape.checks, *shape.properties]
    if len(members) > LONG:
        some = all_of([_part(shape, members[at : at + LONG]) for at in range(0, len(members), LONG)])
        return _every(conforms(scope, part, node) for part in some)
    value = node if shape.path is None else scope.fresh()
    each = [check.holds(scope, node, value) for check in shape.checks if isinstance(check, ValueCheck)]
    each += [conforms(scope, property_, value) for property_ in shape.properties]
    if each and shape.path is not None:
        nodes = value_nodes(node, shape.path, value)
        each = [f"NOT EXISTS {{ {nodes} FILTER(!{_every(each)}) }}"]
    each += [
        f"NOT EXISTS {{ {check.breach(scope, node).text} }}"
        for check in shape.checks
        if not isinstance(check, ValueCheck)
    ]
    return _every(each)


def all_of(shapes: Sequence[Shape]) -> Sequence[Shape]:
    """Combine many shapes into a few that a node conforms to if it conforms to all of the many."""
    return _few(shapes, " && ")


def any_of(shapes: Sequence[Shape]) -> Sequence[Shape]:
    """Combine many shapes into a few of which a node conforms to one if it conforms to one of the many."""
    return _few(shapes, " || ")


def _few(shapes: Sequence[Shape], operator: str) -> Sequence[Shape]:
    def write(scope: Scope, some: Sequence[Shape], value: str) -> str:
        return f"({operator.join(conforms(scope, shape, value) for shape in some)})"

    while len(shapes) > LONG:
        shapes = [together(shapes[at : at + LONG], write) for at in range(0, len(shapes), LONG)]
    return shapes


def together(shapes: Sequence[Shape], write: Callable[[Scope, Sequence[Shape], str], str]) -> Shape:
    """Combine shapes into one that a node conforms to if an expression about them is true.

    Args:
        shapes: some shapes.
        write: writes the expression for them and the variable of a node.
    """
    check = ValueCheck(Source(""), lambda scope, _, value: write(scope, shapes, value))
    return Shape(BlankNode(), checks=(check,), apart=True, references=tuple(shapes))


def _part(shape: Shape, members: Iterable[Check | Shape]) -> Shape:
    """A shape with a few of the checks of one that has many."""
    return Shape(
        shape.node,
        shape.path,
        checks=tuple(member for member in members if not isinstance(member, Shape)),
        properties=tuple(member for member in members if isinstance(member, Shape)),
        apart=True,
    )


def _every(conditions: Iterable[str]) -> str:
    return f"({' && '.join(conditions) or 'true'})"
