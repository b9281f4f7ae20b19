"""Projects made in shards, side by side; a few that fail do not stop the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise

from iomgraph import iris, kept_projects, stages
from iomgraph.cache import Memo
from iomgraph.errors import IomgraphError
from iomgraph.failures import RULE, Failures
from iomgraph.findings import LINES, Finding, Severity
from iomgraph.mapping.dataset import Places, Shelf, record_spool
from iomgraph.notes import Notes
from iomgraph.processes import Say, Spool, Task, cut, processors, run_parallel, silent
from iomgraph.records.doubts import Doubts, Supplement
from iomgraph.records.grouping import Group
from iomgraph.records.project import Project, Reconciler
from iomgraph.records.quality import NOTED, Noted
from iomgraph.records.record import Record
from iomgraph.sources.rules import Reporter, Rules
from iomgraph.stages import Seen

_PART = 16
"""Projects on average of a part of the dataset."""
_LEAST = 4
"""Parts that are worth a shard of their own."""
_SHARDS = 4
"""Shards for each processor, so that none waits long for another."""
_MOST = 64
"""Shards: each keeps two files open."""


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes projects of groups of pages.

    Args:
        reconciler: decides between pages.
        doubts: checks what was decided.
        rules: make the findings.
        known: IATI identifier to the CURIE of a project of the same dataset.
    """

    reconciler: Reconciler
    doubts: Doubts
    rules: Rules
    known: Mapping[str, str] = field(default_factory=dict)

    def make(self, found: Group, findings: list[Finding]) -> tuple[Project, list[tuple[str, Record]]] | None:
        """Make a project, and its records, each with its graph; None if that fails, which is a finding.

        Args:
            found: the pages.
            findings: takes what is wrong with them, or doubtful.

        Raises:
            IomgraphError: if the tables or the ontology can't say what a source claims.
        """
        here = len(findings)
        reporter = Reporter(self.rules, findings)
        try:
            made = self.reconciler.project(found, reporter, self.known)
            self.doubts.check(made, reporter)
            records = list(stages.placed(made))
        except IomgraphError:
            raise
        except Exception as error:  # whatever one project does, the others are published
            del findings[here:]
            place = found.pages[0].whole.place
            said = f"{type(error).__name__}: {error}"
            reporter.report(RULE, place, value=found.key, error=said)
            return None
        return made, records

    def fill(self, groups: Iterable[Group], shelf: Shelf, notes: Notes) -> None:
        """Make projects, and put their records on a shelf.

        Args:
            groups: the pages.
            shelf: takes the records.
            notes: takes what else there is to know of them.
        """
        findings = list[Finding]()
        asked = kept_projects.Asked(self.known)
        maker = replace(self, doubts=self.doubts.fresh(), known=asked)
        for found in groups:
            if made := maker.make(found, findings):
                project, records = made
                notes.seen.take(project)
                shelf.put(records)
        notes.report(findings)
        notes.titles, notes.waiting = maker.doubts.titles, maker.doubts.waiting
        notes.answers = asked.answers


Told = tuple[list[tuple[Places, set[str]]], Seen, set[str], list[Supplement], Counter[tuple[str, Severity]]]
"""The results of making a shard besides its files on disk: places by part, and notes."""


@dataclass(slots=True)
class Shard:
    """Some projects in order of key, and what was made of them.

    Args:
        parts: their pages, part by part.
        shelves: their records, part by part.
        findings: what is wrong with them, or doubtful, with its records.
        counts: rule and severity of these to their number.
        seen: what is noted of them.
        titles: theirs, folded.
        waiting: the supplements among them, whose parents are looked for among all titles.
    """

    parts: Sequence[Sequence[Group]]
    seen: Seen
    shelves: list[Shelf] = field(default_factory=list)
    findings: Spool[Noted] = field(default_factory=lambda: Spool[Noted](form=NOTED))
    counts: Counter[tuple[str, Severity]] = field(default_factory=Counter)
    titles: set[str] = field(default_factory=set)
    waiting: list[Supplement] = field(default_factory=list)

    def __post_init__(self) -> None:
        spool = record_spool()
        self.shelves = [Shelf(spool) for _ in self.parts]

    @property
    def groups(self) -> list[Group]:
        """The pages of all projects."""
        return [found for part in self.parts for found in part]

    def fill(self, maker: Maker, fresh: Callable[[], Seen], memo: Memo) -> Told:
        """Make the projects, or take those of an earlier build.

        Returns:
            what a copy of this process has to tell: all that is not on disk.
        """
        for part, shelf in zip(self.parts, self.shelves, strict=True):
            notes, start = Notes(fresh()), shelf.spool.end
            if not kept_projects.found(memo, part, shelf, notes, maker.known):
                maker.fill(part, shelf, notes)
                kept_projects.keep(memo, part, shelf, start, notes)
            self.seen.merge(notes.seen)
            self.findings.extend_written(notes.findings)
            self.counts.update(notes.counts)
            self.titles |= notes.titles
            self.waiting += notes.waiting
        memo.flush()
        # References to pages can't be sent: whoever has the groups has them.
        seen = replace(self.seen, pages=dict.fromkeys(self.seen.pages, ()))
        shelves = [(shelf.places, shelf.cited) for shelf in self.shelves]
        return shelves, seen, self.titles, self.waiting, self.counts

    def learn(self, told: Told) -> None:
        """Take what `fill` told, elsewhere or here."""
        shelves, self.seen, self.titles, self.waiting, self.counts = told
        for shelf, (places, cited) in zip(self.shelves, shelves, strict=True):
            shelf.places, shelf.cited = places, cited
        pages = {iris.curie("projects", found.key): tuple(found.pages) for found in self.groups}
        self.seen.pages = {name: pages[name] for name in self.seen.pages}


def made(
    groups: Sequence[Group],
    maker: Maker,
    fresh: Callable[[], Seen],
    memo: Memo | None = None,
    say: Say = silent,
) -> Iterator[Shard]:
    """Make projects, a shard of them at a time on each processor, and yield the shards in order.

    Args:
        groups: the pages of each, in order of key.
        maker: makes a project.
        fresh: gives what nothing is noted in yet.
        memo: keeps what is made; its keys contain all that the maker was made from, except `known`.
        say: takes the number of shards made; also called in other processes.

    Raises:
        UnprocessedError: if so many could not be made that the fault is not theirs.
    """
    shards = [Shard(some, fresh()) for some in _cut(groups)]
    tasks = [Task("reconciling", partial(one.fill, maker, fresh, memo or Memo())) for one in shards]
    failures = Failures()
    for one, told in zip(shards, run_parallel(tasks, say=say, step="reconcile"), strict=True):
        one.learn(told)
        if len(one.seen.pages) < len(one.groups):
            failures.merge(Failures.of(LINES.read(line) for _, _, line in one.findings))
        yield one
    failures.judge(len(groups))


def _cut(groups: Sequence[Group]) -> Iterator[Sequence[Sequence[Group]]]:
    """Cut groups into parts, and these into shards of about one size."""
    parts = list(cut(groups, lambda found: found.key, _PART))
    number = min(len(parts) // _LEAST, processors() * _SHARDS, _MOST) or 1
    bounds = [len(parts) * at // number for at in range(number + 1)]
    return (parts[start:end] for start, end in pairwise(bounds))
