"""Long sequences in pieces of bounded size, which is how everything here stays out of memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield lists of a size; the last one may be shorter (`itertools.batched` of Python 3.12).

    Args:
        items: read once, a list ahead at most.
        size: items of a list.

    Example:
        >>> list(batched("abcde", 2))
        [['a', 'b'], ['c', 'd'], ['e']]
    """
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch
