"""Pages that belong together, found by Spark: connected components over the tokens that pages share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

_ROUNDS = 1_000


def labelled(shared: Any, parts: int) -> Any:
    """Label each page by the least number among all pages that it shares tokens with, by others or not.

    The pages of a token are neighbours of the first of them. Each round joins the labels with the
    neighbours and takes the least, until none changes: as many rounds as the longest chain of pages, of
    which each shares a token with the next, and there are few.

    Args:
        shared: pairs of the number of a page and a token of it.
        parts: how many parts the work is split into.

    Returns:
        pairs of number and label, for the pages that share a token with another.
    """
    tokens = shared.map(lambda pair: (pair[1], pair[0])).groupByKey(parts).values()
    neighbours = tokens.flatMap(_star).distinct(parts).persist()
    labels = neighbours.map(lambda pair: (pair[0], pair[0])).distinct(parts)
    for _ in range(_ROUNDS):
        told = neighbours.join(labels, parts).values()
        found = labels.union(told).reduceByKey(min, parts).persist()
        if labels.join(found, parts).values().filter(lambda pair: pair[0] != pair[1]).isEmpty():
            return found
        labels = found
    return labels


def _star(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of the least number with each other, both ways."""
    every = set(numbers)
    least = min(every)
    for number in every - {least}:
        yield number, least
        yield least, number
