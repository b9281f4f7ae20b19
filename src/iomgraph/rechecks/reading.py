"""The statements of all parts that rules across parts read."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain

from iomgraph.cache import digest
from iomgraph.processes import SpoolSet
from iomgraph.processes.spool_set import Span
from iomgraph.rechecks.across import Across

_DIGEST = 16


@dataclass(frozen=True, slots=True)
class Reading:
    r"""Statements on disk.

    Args:
        spools: take the statements of parts, as N-Triples.
        places: of the statements of each part, in order.

    Example:
        >>> spools = SpoolSet[bytes](1)
        >>> place = spools.add([b"<urn:a> <urn:p> <urn:b> .\n<urn:a> <urn:q> <urn:c> .\n"])
        >>> reading = Reading(spools, [place])
        >>> list(reading.lines({"<urn:q>"}))
        ['<urn:a> <urn:q> <urn:c> .\n']
    """

    spools: SpoolSet[bytes]
    places: Sequence[Span]

    def lines(self, predicates: Collection[str]) -> Iterator[str]:
        """Yield the statements with some predicates, given in angle brackets."""
        wanted = {predicate.encode() for predicate in predicates}
        return (line.decode() for predicate, line in self._lines() if predicate in wanted)

    def keys(self, across: Across) -> dict[str, bytes]:
        """Digest what each rule reads; the IRI of a rule leads to its digest."""
        made = {predicate.encode(): blake2b(digest_size=_DIGEST) for predicate in across.predicates}
        for predicate, line in self._lines():
            made[predicate].update(line)
        said = {predicate.decode(): one.digest() for predicate, one in made.items()}
        return {rule: digest(rule, *map(said.get, read)) for rule, read in across.rules.items()}

    def _lines(self) -> Iterator[tuple[bytes, bytes]]:
        pieces = chain.from_iterable(map(self.spools.at, self.places))
        return ((line.split(b" ", 2)[1], line) for line in chain.from_iterable(map(io.BytesIO, pieces)))
