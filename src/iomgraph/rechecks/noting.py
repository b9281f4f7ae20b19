"""Notes on the results of shapes that were validated in one store, made on all processors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import chain

from iomgraph import checks
from iomgraph.processes import SpoolSet, Task, batched, dealt, processors, run_parallel
from iomgraph.processes.spool_set import Span
from iomgraph.rechecks.kept import Kept
from iomgraph.rechecks.notes import Noted, Notes, write

RESULTS = 20_000
"""Results that are noted at a time. Those of a shape with more are not kept for the next build."""

Numbered = tuple[int, Span]
"""Number of a shape, and the place of its results."""


def noted(
    results: checks.Results,
    numbers: Sequence[int],
    kept: Kept,
    spools: SpoolSet[bytes],
    keys: Mapping[int, bytes] | None = None,
) -> list[Noted]:
    """Write notes on results.

    Args:
        results: the results by shape.
        numbers: of the shapes.
        kept: makes notes, and keeps them.
        spools: take the notes.
        keys: the keys to keep notes under, by number; unless given, none are kept.
    """
    found = [(number, span) for number, span in zip(numbers, results.by_shape, strict=True)]
    groups = [[one] for one in found] if keys else _groups(found)
    tasks = [
        Task("noting results", partial(_note, some, results, kept, spools, keys[some[0][0]] if keys else b""))
        for some in groups
    ]
    return list(chain.from_iterable(run_parallel(tasks)))


def _groups(found: Sequence[Numbered]) -> Iterator[Sequence[Numbered]]:
    """Deal shapes out to groups with about as many results, as many as there are processors."""
    return dealt(found, _size, sum(map(_size, found)) / processors())


def _size(one: Numbered) -> int:
    _, (_, start, end) = one
    return end - start


def _note(
    group: Sequence[Numbered], results: checks.Results, kept: Kept, spools: SpoolSet[bytes], key: bytes
) -> list[Noted]:
    found = ((number, result) for number, span in group for result in results.spools.at(span))
    made = list[Noted]()
    for at, some in enumerate(batched(found, RESULTS)):
        notes = kept.noter.note(some, at * RESULTS)
        if key and len(some) < RESULTS and not at:
            kept.keep(key, some, notes)
        made.append(write(spools, [notes]))
    if key and not made:
        kept.keep(key, (), Notes())
    kept.memo.flush()
    return made
