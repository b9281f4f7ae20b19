"""Validation by part: shapes that look no further than one project see a part of the projects at a time.

Batches of parts are validated side by side, each in a store that also has the surroundings, so that
filling stores and locating results takes all processors, and no store is large. The other shapes see
the statements that they read, of all projects.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from math import ceil

from iomgraph import checks
from iomgraph.cache import Memo
from iomgraph.checks import Locator, Origins
from iomgraph.mapping.dataset import Dataset
from iomgraph.processes import Say, SpoolSet, Task, dealt, processors, run_parallel, silent
from iomgraph.processes.spool_set import Span
from iomgraph.publication.pieces import Pieces
from iomgraph.publication.report import ShaclReport
from iomgraph.rechecks import across, notes
from iomgraph.rechecks.across import Across
from iomgraph.rechecks.batch import Bench, Case
from iomgraph.rechecks.kept import Kept
from iomgraph.rechecks.notes import FINDINGS, REPORT, Counts, Noted, Noter, write
from iomgraph.rechecks.noting import noted
from iomgraph.rechecks.parts import Cut, Part, cut
from iomgraph.rechecks.reading import Reading
from iomgraph.rechecks.reduced import Reduced
from iomgraph.validation.shapes import Shapes

_BATCH = 30_000
"""Records per batch: a store with as many takes some 200 MB."""
_READ = 10
"""Estimated ratio of all records to those that shapes across parts read."""


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
        """Yield what each result is about, thing by thing, as `notes.read` does."""
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
    split = _split(data, rulebook, kept)
    if split:
        found = _by_part(split, noter, kept, spools, say)
    else:
        results = checks.check(data, rulebook, say=say)
        found = noted(results, range(len(results.by_shape)), Kept(Memo(), noter), spools)
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
    far = across.find(rulebook, data.context, memo)
    found = cut(data) if far else None
    return _Split(data, rulebook, found, far) if far and found else None


def _by_part(split: _Split, noter: Noter, memo: Memo, spools: SpoolSet[bytes], say: Say) -> list[Noted]:
    compiled, around = checks.compiled_shapes(split.rulebook), split.cut.surroundings
    kept = Kept(memo.under(around.digest()) if memo.store else memo, noter)
    bench = Bench(split.data.context, compiled, split.across, around, kept, spools)
    places, found = _judged(bench, [around, *split.cut.others], say)
    return found + _across(split, bench, Reading(spools, places))


def _judged(bench: Bench, parts: Sequence[Part], say: Say) -> tuple[list[Span], list[Noted]]:
    """Take the verdicts of earlier builds, and judge the other parts.

    Returns:
        the places of the statements of each part that shapes across parts read, and the notes.
    """
    waiting, found = [(part, b"") for part in parts], list[Noted]()
    before = list[Span | None]([None] * len(parts))
    if bench.kept.memo.store:
        looking = [Task("finding verdicts", partial(bench.look, some)) for some in _batches(waiting)]
        looked = run_parallel(looking, say=say, step="check")
        before = [place for one in looked for place in one.places]
        digests = [digest for one in looked for digest in one.digests]
        waiting = [(part, digest) for part, digest in zip(parts, digests, strict=True) if digest]
        found = [one.noted for one in looked]
    judging = [Task("validating projects", partial(bench.judge, some)) for some in _batches(waiting)]
    judged = run_parallel(judging, say=say, step="check")
    places = chain.from_iterable(places for places, _ in judged)
    return [place or next(places) for place in before], found + [noted for _, noted in judged]


def _batches(cases: Sequence[Case]) -> Iterator[Sequence[Case]]:
    """Deal parts out to batches of about one size, as many for each processor as for any other."""
    total, count = sum(map(_size, cases)), processors()
    return dealt(cases, _size, total / (count * max(1, ceil(total / count / _BATCH))))


def _size(case: Case) -> int:
    return len(case[0])


def _across(split: _Split, bench: Bench, reading: Reading) -> list[Noted]:
    """Take the verdicts of earlier builds on the shapes across parts, and evaluate the other ones."""
    rules, kept, spools = split.across.rules, bench.kept, bench.spools
    keys = reading.keys(split.across) if kept.memo.store else {}
    known = {rule: found for rule, key in keys.items() if (found := kept.found(key))}
    before = write(spools, [notes for notes, _ in known.values()])
    new = rules.keys() - known.keys()
    if not new:
        return [before]
    read = {predicate for rule in new for predicate in rules[rule]}
    reduced = Reduced(partial(reading.lines, read), lambda: iter(()), len(split.data) // _READ)
    results = checks.check(reduced, split.rulebook, only=new)
    numbers = {at: rule for at, one in enumerate(bench.compiled.shapes) if (rule := one.node.value) in new}
    named = {at: keys[rule] for at, rule in numbers.items()} if keys else None
    return [before, *noted(results, [*numbers], kept, spools, named)]
