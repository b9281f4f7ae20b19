"""The difference of two releases: a merge of their sorted statements, so that neither is ever in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

ADDED = "A"
REMOVED = "D"

Change = tuple[str, str]
"""`A` or `D`, as RDF Patch has them, and the line of N-Quads."""


def difference(old: Iterable[str], new: Iterable[str]) -> Iterator[Change]:
    r"""Tell which lines were added and which removed, in order of line.

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
    r"""Give the lines that there were before some changes, which are in order as well.

    Example:
        >>> list(undone(["b\n", "c\n"], [("D", "a\n"), ("A", "c\n")]))
        ['a\n', 'b\n']
    """
    # Undone, each change is its opposite; what a merge with them leaves over is what there was.
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
