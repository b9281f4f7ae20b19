"""Things pickled once, some at a time: what passes them on, or looks for others, need not unpickle them."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from iomgraph.processes import batched

_BATCH = 100


@dataclass(frozen=True, slots=True)
class Sealed:
    """Some things of a kind.

    Args:
        kind: of the things.
        content: the list of them, pickled.
    """

    kind: str
    content: bytes

    def things(self) -> list[Any]:
        """Unpickle the things."""
        found: list[Any] = pickle.loads(self.content)  # noqa: S301 - a process of the same build wrote it
        return found


def seal(kind: str, things: Iterable[Any], size: int = _BATCH) -> Iterator[Sealed]:
    """Seal things, some at a time; what they share is pickled once for each batch.

    Args:
        kind: of the things.
        things: read once.
        size: how many are sealed together.

    Example:
        >>> [one.things() for one in seal("letter", "abc", 2)]
        [['a', 'b'], ['c']]
    """
    for some in batched(things, size):
        yield Sealed(kind, pickle.dumps(some, pickle.HIGHEST_PROTOCOL))


def of_kind(everything: Any, kind: str) -> Any:
    """Leave out, in Spark, what is not of a kind.

    Args:
        everything: sealed things.
        kind: of those that stay.
    """
    return everything.filter(lambda one: one.kind == kind)


def unsealed(everything: Any, kind: str) -> Any:
    """Give the things of a kind, in Spark.

    Args:
        everything: sealed things.
        kind: of those that are given.
    """
    return of_kind(everything, kind).flatMap(Sealed.things)
