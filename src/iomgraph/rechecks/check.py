"""Validation by part: shapes that look no further than one project see a part of the projects at a time.

Batches of parts are validated side by side, each in a store that also has the surroundings, so that
filling stores and locating results takes all processors, and no store is large. The other shapes see
the statements that they read, of all projects.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, compress
from math import ceil

from iomgraph import checks
from iomgraph.cache import Memo
from iomgraph.checks import Locator, Origins
from iomgraph.mapping.dataset import Dataset
from iomgraph.processes import Say, SpoolSet, Task, batched, processors, run_parallel, silent
from iomgraph.processes.spool_set import Span
from iomgraph.publication.pieces import Pieces
from iomgraph.publication.report import ShaclReport
from iomgraph.rechecks import across as rules
from iomgraph.rechecks import notes
from iomgraph.rechecks.across import Across
from iomgraph.rechecks.batch import FINDINGS, READ, REPORT, Bench, Noted, write
from iomgraph.rechecks.kept import Kept
from iomgraph.rechecks.notes import Counts, Noter
from iomgraph.rechecks.parts import Cut, Part, cut
from iomgraph.rechecks.reduced import Reduced
from iomgraph.validation.shapes import Shapes

LARGE = 100_000
"""From this number of records on, data is validated by part; less data is validated in one store."""
_BATCH = 30_000
"""Records per batch: a store with as many takes some 200 MB."""
_READ = 10
"""Estimated ratio of all records to those that shapes across parts read."""
_RESULTS = 20_000
"""Results that are noted at a time."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a check: notes on all results, on disk.

    Args:
        pieces: the notes.
        counts: numbers of findings by rule and severity.
    """

    pieces: Pieces
    counts: Counts

    def findings(self) -> Iterator[tuple[bytes, bytes, bytes]]:
        """Yield what each result is about in order of the shapes, as `notes.read` does."""
        return notes.read(self.pieces.of(FINDINGS))

    def report(self) -> Iterator[bytes]:
        """Yield the results as runs, for `ShaclReport.write`."""
        return self.pieces.of(REPORT)


def check(
    data: Dataset,
    rulebook: Shapes,
    origins: Origins,
    report: ShaclReport,
    *,
    memo: Memo | None = None,
    say: Say = silent,
) -> Outcome:
    """Validate a dataset as `checks.check` does, and note the results.

    Args:
        data: the dataset.
        rulebook: the shapes.
        origins: the sources of things, for the cells of results.
        report: writes the results.
        memo: keeps notes, whose keys it makes of the shapes, too.
        say: takes how much is done; it is called in other processes, too.

    Raises:
        OntologyError: as for `checks.check`.
    """
    noter = Noter(rulebook, data.context, Locator(data.context, origins), report)
    kept, spools = memo or Memo(), SpoolSet[bytes](processors())
    split = _split(data, rulebook, kept) if kept.store or len(data) >= LARGE else None
    if split:
        found = _by_part(split, noter, kept, spools, say)
    else:
        results = checks.check(data, rulebook, say=say)
        found = _noted(results, range(len(results.by_shape)), noter, spools)
    pieces = Pieces(spools, [places for places, _ in found])
    return Outcome(pieces, sum((counts for _, counts in found), Counts()))


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


def _by_part(split: _Split, noter: Noter, memo: Memo, spools: SpoolSet[bytes], say: Say) -> list[Noted]:
    compiled, around = checks.compiled_shapes(split.rulebook), split.cut.surroundings
    kept = Kept(memo.under(around.digest()) if memo.store else memo, noter)
    bench = Bench(split.data.context, compiled, split.across, around, kept, spools)
    noted = list(_judged(bench, [around, *split.cut.others], say))
    read = Pieces(spools, [places for places, _ in noted])
    reduced = Reduced(lambda: _lines(read.of(READ)), lambda: iter(()), len(split.data) // _READ)
    far = checks.check(reduced, split.rulebook, only=split.across.rules)
    numbers = [at for at, shape in enumerate(compiled.shapes) if shape.node.value in split.across.rules]
    return noted + _noted(far, numbers, noter, spools)


def _judged(bench: Bench, parts: Sequence[Part], say: Say) -> Iterator[Noted]:
    """Take the verdicts of earlier builds, and judge the other parts."""
    digests: Sequence[bytes] = ()
    if bench.kept.memo.store:
        finding = [Task("finding verdicts", partial(bench.look, some)) for some in _batches(parts)]
        looked = run_parallel(finding, say=say, step="check")
        yield from (found for _, found in looked)
        new = list(chain.from_iterable(digests for digests, _ in looked))
        parts, digests = list(compress(parts, new)), list(filter(None, new))
    tasks, start = [], 0
    for some in _batches(parts):
        end = start + len(some)
        tasks.append(Task("validating projects", partial(bench.judge, some, digests[start:end])))
        start = end
    yield from run_parallel(tasks, say=say, step="check")


def _lines(pieces: Iterator[bytes]) -> Iterator[str]:
    return map(bytes.decode, chain.from_iterable(map(io.BytesIO, pieces)))


def _noted(
    results: checks.Results, numbers: Sequence[int], noter: Noter, spools: SpoolSet[bytes]
) -> list[Noted]:
    """Write notes on the results of shapes with some numbers, those of a few shapes at a time."""
    numbered = [(number, span) for number, span in zip(numbers, results.by_shape, strict=True) if _size(span)]
    total, groups, taken = sum(_size(span) for _, span in numbered), list[list[tuple[int, Span]]](), 0
    for one in numbered:
        if not groups or taken * processors() >= total:
            groups.append([])
            taken = 0
        groups[-1].append(one)
        taken += _size(one[1])
    tasks = [Task("noting results", partial(_note, some, results, noter, spools)) for some in groups]
    return list(chain.from_iterable(run_parallel(tasks)))


def _size(span: Span) -> int:
    _, start, end = span
    return end - start


def _note(
    group: Sequence[tuple[int, Span]], results: checks.Results, noter: Noter, spools: SpoolSet[bytes]
) -> list[Noted]:
    found = ((number, result) for number, span in group for result in results.spools.at(span))
    return [
        write(spools, [noter.note(some, at * _RESULTS)]) for at, some in enumerate(batched(found, _RESULTS))
    ]


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
