"""Shapes that queries call by name: those in a cycle, and those whose text would be long or deep.

Usually the text of a shape is part of the query of every shape that refers to it. That would be endless for
shapes that refer to each other, and enormous if many refer to many; SPARQL parsers also limit nesting.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iomgraph.validation.shacl.model import Shape

LONG = 60
"""Most checks in one expression; others are called by name."""
_DEEP = 8


def mark(shapes: Iterable[Shape]) -> None:
    """Mark the shapes to call by name, among some shapes and all that they refer to.

    Unsupported features of a shape are also noted for those that refer to it.

    Args:
        shapes: shapes that were read completely.
    """
    weights: dict[Shape, int] = {}
    depths: dict[Shape, int] = {}
    for circle in circles(shapes):
        beyond = {one for shape in circle for one in shape.beyond}
        beyond.update(one for shape in circle for other in shape.refers_to() for one in other.beyond)
        for shape in circle:
            shape.beyond = tuple(sorted(beyond))
            inner = [other for other in shape.refers_to() if not other.apart and other not in circle]
            weight = len(shape.checks) + sum(weights[other] for other in inner)
            depth = 1 + max((depths[other] for other in inner), default=0)
            shape.circular = len(circle) > 1 or any(other is shape for other in shape.refers_to())
            shape.apart = shape.apart or shape.circular or weight > LONG or depth > _DEEP
            weights[shape], depths[shape] = weight, depth


def circles(shapes: Iterable[Shape]) -> Iterator[list[Shape]]:
    """Yield groups of shapes that refer to each other, each after the groups that it refers to.

    This is Tarjan's algorithm with an explicit stack.
    """
    order: dict[Shape, int] = {}
    low: dict[Shape, int] = {}
    waiting: dict[Shape, None] = {}
    for start in shapes:
        if start in order:
            continue
        path = [(start, iter(start.refers_to()))]
        order[start] = low[start] = len(order)
        waiting[start] = None
        while path:
            shape, others = path[-1]
            following = next(others, None)
            if following is None:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[shape])
                if low[shape] == order[shape]:
                    yield _popped(waiting, shape)
            elif following not in order:
                order[following] = low[following] = len(order)
                waiting[following] = None
                path.append((following, iter(following.refers_to())))
            elif following in waiting:
                low[shape] = min(low[shape], order[following])


def _popped(waiting: dict[Shape, None], last: Shape) -> list[Shape]:
    circle = list[Shape]()
    while True:
        shape, _ = waiting.popitem()
        circle.append(shape)
        if shape is last:
            return circle
