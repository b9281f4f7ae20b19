"""The statements that rules across projects read: some predicates of all projects, and reference data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from iomgraph.mapping.dataset import store_of


@dataclass(frozen=True)
class Reduced:
    """Reference data, and the statements of projects with the predicates that are read.

    Args:
        own: reference data, as lines of N-Triples.
        others: yields the statements of projects, a few at a time.
        number: approximate number of records.
    """

    own: Callable[[], Iterator[str]]
    others: Callable[[], Iterator[str]]
    number: int

    def __len__(self) -> int:
        """The approximate number of records."""
        return self.number

    def triples(self, *_: str) -> Iterator[str]:
        """Yield the statements."""
        yield from self.own()
        yield from self.others()

    def store(self, *_: str) -> ox.Store:
        """Load them into a store in memory."""
        return store_of(self.triples())
