"""Spools that several processes fill at a time, a few for any number of tasks: each is an open file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from iomgraph.processes.spool import Spool

try:
    import fcntl
except ImportError:  # Windows has no forks, either: one process adds everything.
    fcntl = None  # type: ignore[assignment]

T = TypeVar("T")

Span = tuple[int, int, int]
"""Number of a spool, and the positions in it where some items begin and end."""


class SpoolSet(Generic[T]):
    """Spools for what tasks give: a task adds its items to one that no other process adds to just then.

    Args:
        count: of spools; processes in excess of them wait for each other.

    Raises:
        SpoolError: if the disk refuses, as it may when items are added.

    Example:
        >>> spools = SpoolSet(2)
        >>> spans = [spools.add("ab"), spools.add("c")]
        >>> [list(spools.at(span)) for span in spans]
        [['a', 'b'], ['c']]
    """

    def __init__(self, count: int) -> None:
        self._spools = tuple(Spool[T]() for _ in range(count))

    def add(self, items: Iterable[T]) -> Span:
        """Add items side by side, and tell where they are."""
        number = self._locked()
        spool = self._spools[number]
        try:
            start = spool.end
            spool += items
            return number, start, spool.end
        finally:
            if fcntl:
                fcntl.lockf(spool, fcntl.LOCK_UN)

    def at(self, span: Span) -> Iterator[T]:
        """Yield the items that `add` told of, as often as they are asked for."""
        number, start, end = span
        return self._spools[number].between(start, end)

    def _locked(self) -> int:
        """Lock a spool against other processes, and give its number; the system unlocks those of the dead."""
        if fcntl is None:
            return 0
        for number, spool in enumerate(self._spools):
            try:
                fcntl.lockf(spool, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                continue
            return number
        fcntl.lockf(self._spools[0], fcntl.LOCK_EX)
        return 0
