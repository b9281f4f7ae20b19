"""Validation by part: shapes that look no further than one project see a part of the projects at a time.

Batches of parts are validated side by side, each in a store that also has the surroundings, so that
filling stores and locating results takes all processors, and no store is large. The other shapes see
the statements that they read, of all projects.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from math import ceil

from iomgraph import checks
from iomgraph.cache import Memo
from iomgraph.checks import Locator, Origins
from iomgraph.findings import Finding
from iomgraph.mapping.context import Context
from iomgraph.mapping.dataset import Dataset
from iomgraph.processes import Say, Spool, Task, processors, run_parallel, silent
from iomgraph.rechecks import across as rules
from iomgraph.rechecks.across import Across
from iomgraph.rechecks.batch import Batch, Bench, Told, in_order
from iomgraph.rechecks.parts import Cut, Part, cut
from iomgraph.rechecks.reduced import Reduced
from iomgraph.validation.shacl import ValidationResult
from iomgraph.validation.shapes import Shapes

LARGE = 100_000
"""From this number of records on, data is validated by part; less data is validated in one store."""
_BATCH = 30_000
"""Records per batch: a store with as many takes some 200 MB."""
_READ = 10
"""Estimated ratio of all records to those that shapes across parts read."""


@dataclass(frozen=True, slots=True)
class Results:
    """The results of a check, in order of the shapes, each with its cell; they lie on disk.

    Args:
        runs: results, those of each run in order.
        context: shortens the IRIs of findings.
    """

    runs: Sequence[Iterable[Told]]
    context: Context

    def __iter__(self) -> Iterator[ValidationResult]:
        """Yield the results."""
        return (result for _, result, _ in self._merged())

    def findings(self, rulebook: Shapes) -> Iterator[Finding]:
        """Make a finding of each result.

        Args:
            rulebook: the shapes.
        """
        return (checks.finding(one, cell, rulebook, self.context) for _, one, cell in self._merged())

    def _merged(self) -> Iterator[Told]:
        return heapq.merge(*self.runs, key=in_order) if len(self.runs) > 1 else iter(*self.runs)


def check(
    data: Dataset, rulebook: Shapes, origins: Origins, memo: Memo | None = None, say: Say = silent
) -> Results:
    """Validate a dataset as `checks.check` does, with the same results in the same order.

    Args:
        data: the dataset.
        rulebook: the shapes.
        origins: the sources of things, for the cells of results.
        memo: keeps verdicts on parts, whose keys it makes of the shapes, too.
        say: takes how much is done; it is called in other processes, too.

    Raises:
        OntologyError: as for `checks.check`.
    """
    locator = Locator(data.context, origins)
    kept = memo or Memo()
    split = _split(data, rulebook, kept) if kept.store or len(data) >= LARGE else None
    if split:
        return _by_part(split, locator, kept, say)
    results = checks.check(data, rulebook, say=say)
    every = enumerate(map(results.spools.at, results.by_shape))
    return Results([Spool(_located(every, locator))], data.context)


def _located(by_shape: Iterable[tuple[int, Iterable[ValidationResult]]], locator: Locator) -> Iterator[Told]:
    return ((at, one, locator.cell(one)) for at, results in by_shape for one in results)


@dataclass(frozen=True, slots=True)
class _Split:
    """Data in parts, and the shapes that look across them."""

    data: Dataset
    rulebook: Shapes
    cut: Cut
    across: Across


def _split(data: Dataset, rulebook: Shapes, memo: Memo) -> _Split | None:
    """Split data and shapes; None if a shape must see all at once, or the data can't be cut."""
    across = rules.find(rulebook, data.context, memo)
    found = cut(data) if across else None
    return _Split(data, rulebook, found, across) if across and found else None


def _by_part(split: _Split, locator: Locator, memo: Memo, say: Say) -> Results:
    compiled, around = checks.compiled_shapes(split.rulebook), split.cut.surroundings
    kept = memo.under(around.digest()) if memo.store else memo
    bench = Bench(split.data.context, compiled, split.across, around, locator, kept)
    parts = [around, *split.cut.others]
    batches = [Batch(bench, some, Spool(), Spool()) for some in _batches(parts)]
    run_parallel([Task("validating projects", batch.run) for batch in batches], say=say, step="check")
    texts = [batch.lines for batch in batches]
    reduced = Reduced(lambda: chain.from_iterable(texts), lambda: iter(()), len(split.data) // _READ)
    far = checks.check(reduced, split.rulebook, only=split.across.rules)
    numbers = [at for at, shape in enumerate(compiled.shapes) if shape.node.value in split.across.rules]
    by_shape = zip(numbers, map(far.spools.at, far.by_shape), strict=True)
    across = Spool(_located(by_shape, locator))
    return Results([*(batch.results for batch in batches), across], split.data.context)


def _batches(parts: Sequence[Part]) -> Iterator[Sequence[Part]]:
    """Deal parts out to batches of about the same size, at least one for each processor."""
    total = sum(map(len, parts))
    size = total / max(processors(), ceil(total / _BATCH))
    some, taken = list[Part](), 0
    for part in parts:
        some.append(part)
        taken += len(part)
        if taken >= size:
            yield some
            some, taken = [], 0
    if some:
        yield some
