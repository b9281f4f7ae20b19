"""The difference of two releases, found by merging their sorted statements without loading either."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

ADDED = "A"
REMOVED = "D"

Change = tuple[str, str]
"""`A` or `D`, as in RDF Patch, and the line of N-Quads."""


def difference(old: Iterable[str], new: Iterable[str]) -> Iterator[Change]:
    r"""Yield the added and removed lines, in order of line.

    Args:
        old: sorted lines without repeats; read once.
        new: the same of the other release.

    Example:
        >>> list(difference(["a\n", "b\n"], ["b\n", "c\n"]))
        [('D', 'a\n'), ('A', 'c\n')]
    """
    before, after = iter(old), iter(new)
    left, right = next(before, None), next(after, None)
    while left is not None and right is not None:
        if left == right:
            left, right = next(before, None), next(after, None)
        elif left < right:
            yield REMOVED, left
            left = next(before, None)
        else:
            yield ADDED, right
            right = next(after, None)
    while left is not None:
        yield REMOVED, left
        left = next(before, None)
    while right is not None:
        yield ADDED, right
        right = next(after, None)


def undone(lines: Iterable[str], changes: Iterable[Change]) -> Iterator[str]:
    r"""Yield the lines before some changes; lines and changes are in order.

    Example:
        >>> list(undone(["b\n", "c\n"], [("D", "a\n"), ("A", "c\n")]))
        ['a\n', 'b\n']
    """
    # Each change is undone by its opposite, so a merge with the opposites gives the old lines.
    kept = iter(lines)
    line = next(kept, None)
    for sign, changed in changes:
        while line is not None and line < changed:
            yield line
            line = next(kept, None)
        if sign == REMOVED:
            yield changed
        elif line == changed:
            line = next(kept, None)
    while line is not None:
        yield line
        line = next(kept, None)
