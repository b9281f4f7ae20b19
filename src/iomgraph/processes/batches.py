"""Long sequences in pieces of bounded size, so that they are never in memory as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar
from zlib import crc32

T = TypeVar("T")


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield lists of a given size, the last of which may be shorter (`itertools.batched` of Python 3.12).

    Args:
        items: read once, at most one list ahead.
        size: items per list.

    Example:
        >>> list(batched("abcde", 2))
        [['a', 'b'], ['c', 'd'], ['e']]
    """
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch


def is_cut(key: str, size: int) -> bool:
    """Tell whether a piece of a sequence ends with the item that has a key.

    The key alone decides, so that an item more or less changes the piece that it is in, and no other.

    Args:
        key: of the item.
        size: items that a piece has on average.

    Example:
        >>> sum(is_cut(str(number), 10) for number in range(1000))
        83
    """
    return crc32(key.encode("utf-8", "surrogatepass")) % size == 0


def cut(items: Iterable[T], key: Callable[[T], str], size: int) -> Iterator[list[T]]:
    """Yield pieces of a sequence, each of which ends where `is_cut` says so.

    Args:
        items: read once.
        key: names an item.
        size: items that a piece has on average.

    Example:
        >>> [*map("".join, cut("abcdefghij", str, 3))], [*map("".join, cut("abcdXefghij", str, 3))]
        (['a', 'bc', 'd', 'e', 'fgh', 'ij'], ['a', 'bc', 'd', 'Xe', 'fgh', 'ij'])
    """
    piece = list[T]()
    for item in items:
        piece.append(item)
        if is_cut(key(item), size):
            yield piece
            piece = []
    if piece:
        yield piece


def dealt(items: Iterable[T], weight: Callable[[T], int], share: float) -> Iterator[list[T]]:
    """Deal items out to tasks of about one weight, in order.

    Args:
        items: read once.
        weight: tells the weight of an item.
        share: the weight at which a list is full.

    Example:
        >>> list(dealt(["a", "bcd", "e", "f"], len, 2))
        [['a', 'bcd'], ['e', 'f']]
    """
    some, taken = list[T](), 0
    for item in items:
        some.append(item)
        taken += weight(item)
        if taken >= share:
            yield some
            some, taken = [], 0
    if some:
        yield some
