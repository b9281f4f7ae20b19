"""Whether a node conforms to a shape (SHACL, section 3.4.2), as one expression of a query."""

from __future__ import annotations

from iomgraph.validation.shacl.model import Shape, ValueCheck
from iomgraph.validation.shacl.scope import Scope, value_nodes


def conforms(scope: Scope, shape: Shape, node: str) -> str:
    """Write the expression that is true where the node conforms to the shape, and false elsewhere.

    Args:
        scope: the run that the text is for.
        shape: the shape.
        node: variable that is bound where the expression stands.
    """
    if shape.deactivated:
        return "true"
    value = node if shape.path is None else scope.fresh()
    each = [check.holds(scope, node, value) for check in shape.checks if isinstance(check, ValueCheck)]
    each += [conforms(scope, property_, value) for property_ in shape.properties]
    if each and shape.path is not None:
        nodes = value_nodes(node, shape.path, value)
        each = [f"NOT EXISTS {{ {nodes} FILTER(!({' && '.join(each)})) }}"]
    each += [
        f"NOT EXISTS {{ {check.breach(scope, node).text} }}"
        for check in shape.checks
        if not isinstance(check, ValueCheck)
    ]
    return f"({' && '.join(each) or 'true'})"
