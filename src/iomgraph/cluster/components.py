"""Pages that belong together: connected components of shared tokens, found by Spark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

_ROUNDS = 1_000


def labelled(shared: Any, parts: int) -> Any:
    """Label each page by the least number among the pages that shared tokens connect it with.

    The pages of a token are neighbours of the first of them. Each round joins the labels with the neighbours
    and takes the least, until none changes. There are as many rounds as the longest chain of pages that share
    tokens has members, which is few.

    Args:
        shared: pairs of the number of a page and one of its tokens.
        parts: number of parts of the work.

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
    """Yield the pairs of the least number with each other number, in both directions."""
    every = set(numbers)
    least = min(every)
    for number in every - {least}:
        yield number, least
        yield least, number
