"""Things pickled in batches, so that code that only passes them on need not unpickle them."""

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
        kind: kind of the things.
        content: the pickled list of them.
    """

    kind: str
    content: bytes

    def things(self) -> list[Any]:
        """Unpickle the things."""
        found: list[Any] = pickle.loads(self.content)  # noqa: S301 - a process of the same build wrote it
        return found


def seal(kind: str, things: Iterable[Any], size: int = _BATCH) -> Iterator[Sealed]:
    """Seal things in batches; each batch pickles shared objects once.

    Args:
        kind: kind of the things.
        things: read once.
        size: number of things per batch.

    Example:
        >>> [one.things() for one in seal("letter", "abc", 2)]
        [['a', 'b'], ['c']]
    """
    for some in batched(things, size):
        yield Sealed(kind, pickle.dumps(some, pickle.HIGHEST_PROTOCOL))


def of_kind(everything: Any, kind: str) -> Any:
    """Filter sealed things by kind, in Spark.

    Args:
        everything: sealed things.
        kind: kind of the things to keep.
    """
    return everything.filter(lambda one: one.kind == kind)


def unsealed(everything: Any, kind: str) -> Any:
    """Unseal the things of a kind, in Spark.

    Args:
        everything: sealed things.
        kind: kind of the things to unseal.
    """
    return of_kind(everything, kind).flatMap(Sealed.things)
