"""The story of a build: gather, check, then publish whole. Start reading here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain
from pathlib import Path

from iomgraph import checks, regression, shards, stages
from iomgraph import portfolio as portfolios
from iomgraph.cache import Memo, Store, digest, of_folder, of_program
from iomgraph.claims import kinds
from iomgraph.findings import Findings, Place, Severity
from iomgraph.mapping import context
from iomgraph.mapping.dataset import DEFAULT, PROVENANCE, QUALITY, Dataset
from iomgraph.portfolio import Portfolio
from iomgraph.processes import Say, batched, counted, silent, timed
from iomgraph.publication import artifacts
from iomgraph.publication.changes import predecessor
from iomgraph.publication.draft import Draft
from iomgraph.publication.report import ShaclReport
from iomgraph.queries import execution
from iomgraph.rechecks import check as rechecks
from iomgraph.rechecks.check import Outcome
from iomgraph.records import doubts, project, quality
from iomgraph.records.quality import Noted
from iomgraph.reference import codelists, links, origins
from iomgraph.release import dumps, exchange, signature, version
from iomgraph.settings import Settings, clock
from iomgraph.sources.rules import Reporter
from iomgraph.sources.rules import read as read_rules
from iomgraph.sources.tables import Tables
from iomgraph.validation import shapes
from iomgraph.validation.report import Report
from iomgraph.validation.rulebook import Rule

_FINDINGS = 10_000
"""Findings that are written at a time."""


@dataclass(slots=True)
class Gathered:
    """The records, findings and counts that the sources gave.

    Args:
        portfolio: what is published, under the base IRI in force.
        data: every record, by graph.
        findings: what is wrong with them, or doubtful.
        origins: what knows the cells that things come from.
        counts: projects, captures, states and so on.
        years: every year that a project names, to tell what time the data is about.
        newest: day of the newest capture.
        linksets: the sets of links to other people's things.
        cache: results of earlier builds; None if there is no cache.
    """

    portfolio: Portfolio
    data: Dataset
    findings: Findings = field(default_factory=Findings)
    origins: checks.Origins = field(default_factory=lambda: checks.Origins({}, {}))
    counts: dict[str, int] = field(default_factory=dict)
    years: tuple[int, int] | None = None
    newest: date | None = None
    linksets: list[links.Linkset] = field(default_factory=list)
    cache: Store | None = None

    @property
    def memo(self) -> Memo:
        """The memo of results that depend on some of the records, the context and the links."""
        if self.cache is None:
            return Memo()
        said = json.dumps([self.data.context.document, self.data.links], ensure_ascii=False)
        return Memo(self.cache, digest(of_program(), said))

    def take(self, outcome: Outcome) -> None:
        """Take the findings of a check, each of which is a record, too."""
        self.data.add_written(_distinct(self._records(outcome)), QUALITY)
        self.findings.count(outcome.counts)

    def note(self, projects: Iterable[Iterable[Noted]], start: int, end: int) -> None:
        """Add the records of the findings.

        Args:
            projects: those on projects, with their records.
            start: the position of the first of these.
            end: the position after the last one.
        """
        before, after = self.findings.between(0, start), self.findings.between(end, self.findings.end)
        told = chain(quality.noted(before), *projects, quality.noted(after))
        self.data.add_written(_distinct((name, record) for name, record, _ in told), QUALITY)

    def _records(self, outcome: Outcome) -> Iterator[tuple[bytes, bytes]]:
        for some in batched(outcome.findings(), _FINDINGS):
            self.findings.extend_written(finding for _, _, finding in some)
            yield from ((name, record) for name, record, _ in some)


def _distinct(records: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[str, bytes]]:
    """Yield each record once by its name: findings that differ only in the row are one record."""
    said = set[bytes]()
    for name, record in records:
        if name not in said:
            said.add(name)
            yield name.decode(), record


@dataclass(frozen=True, slots=True)
class Build:
    """The outcome of a build.

    Args:
        published: whether the release was put in place; it is not where a `must` is broken.
        counts: projects, captures, states, quads, files.
        findings: everything found, by reading and by the shapes.
        cache_trouble: why some results were not kept or reused; empty if all were.

    Example:
        >>> result = Build(False, {"projects": 3}, Findings())
        >>> result.published, result.counts["projects"], len(list(result.findings))
        (False, 3, 0)
    """

    published: bool
    counts: Mapping[str, int]
    findings: Findings
    cache_trouble: str = ""


def build(settings: Settings, say: Say = silent) -> Build:
    """Build a release from the tables.

    Args:
        settings: folders, base IRI, licence.
        say: takes each step as it begins, and the amount done.

    Raises:
        IomgraphError: if the build can't go on; the release that stood there is untouched.

    Example:
        >>> import tempfile
        >>> steps = []
        >>> out = Path(tempfile.mkdtemp()) / "dist"
        >>> result = build(Settings(out=out, site=False), lambda step, *_: steps.append(step))
        >>> result.published, result.counts["projects"]
        (True, 473)
        >>> list(dict.fromkeys(steps)), (out / "iomgraph.ttl").exists()
        (['gather', 'reconcile', 'check', 'publish', 'write'], True)
    """
    exchange.check(settings.out, settings.keep)
    if settings.cache is None:
        return _build(settings, say, None)
    with Store(settings.cache) as cache:
        result = _build(settings, say, cache)
    return replace(result, cache_trouble=cache.trouble)


def _build(settings: Settings, say: Say, cache: Store | None) -> Build:
    say("gather")
    with timed("gather"):
        gathered = gather(settings, say, cache)
    say("check")
    with timed("check"):
        rulebook = shapes.load(settings.shapes)
        memo = gathered.memo.under(of_folder(settings.shapes))
        report = ShaclReport(gathered.data.context.prefixes, gathered.portfolio.base_iri)
        outcome = rechecks.check(gathered.data, rulebook, gathered.origins, report, memo=memo, say=say)
        gathered.take(outcome)
    if gathered.findings.severities[Severity.MUST]:
        return Build(False, gathered.counts, gathered.findings)
    say("publish")
    with timed("publish"):
        written = publish(settings, gathered, outcome, list(rulebook.rules.values()), say)
    return Build(True, {**gathered.counts, **written}, gathered.findings)


def examine(settings: Settings, previous: Path | None = None, say: Say = silent) -> Report:
    """Check the tables as a build does, and publish nothing.

    Args:
        settings: folders, base IRI.
        previous: folder of the previous release, to find losses since then.
        say: takes each step as it begins, and the amount done.

    Returns:
        every finding, of reading and of the shapes, with its cell and, behind that, its page and line.

    Raises:
        IomgraphError: if the check can't be made.
    """
    gathered = gather(settings, say)
    rulebook = shapes.load(settings.shapes)
    data = gathered.data
    results = checks.check(data, rulebook, say=say)
    findings = [*gathered.findings, *checks.findings(results, rulebook, data.context, gathered.origins)]
    if previous:
        place = Place((previous / dumps.NQUADS).as_posix())
        old, new = execution.open_release(previous), data.store(DEFAULT)
        findings += regression.against(old, new, data.context, read_rules(Tables(settings.data)), place)
    named = {
        data.context.compact(iri): Rule(shape.names, shape.descriptions, shape.place)
        for iri, shape in rulebook.rules.items()
    }
    return Report(not findings, tuple(findings), tuple(results), rules=named, folder=settings.data.parent)


def gather(settings: Settings, say: Say = silent, cache: Store | None = None) -> Gathered:
    """Read the tables, reconcile what the pages claim, and put every record into its graph.

    Args:
        settings: folders, base IRI.
        say: takes the number of gathered projects.
        cache: results of earlier builds; None to make everything anew.

    Raises:
        IomgraphError: if a table can't be read.
    """
    reference = Tables(settings.data)
    portfolio = portfolios.read(settings.data, reference)
    portfolio = replace(portfolio, base_iri=settings.base_iri or portfolio.base_iri)
    result = Gathered(portfolio, Dataset(context.read(settings.ontology, portfolio.base_iri)), cache=cache)
    data, reporter = result.data, Reporter(read_rules(reference), result.findings)
    shared: dict[str, kinds.Capture] = {}
    reporter.rules.words.complete()
    memo = _memo(settings, portfolio, cache)
    pages = kinds.read(reference, portfolio, reporter, shared, memo)
    linked = stages.linked(reference, reporter)
    coded = codelists.read(reference)
    reconciler, doubted = stages.reconciler(reference, portfolio, linked), doubts.read(reference)
    groups = reconciler.groups(counted(pages, say, "gather"), reporter)
    memo = memo.under(reference.digest())
    maker = shards.Maker(reconciler, doubted, reporter.rules, project.activities(groups))
    seen, noted, start = stages.Seen(coded.used), list[Iterable[Noted]](), result.findings.end
    for one in shards.made(groups, maker, lambda: stages.Seen(coded.used), memo, say):
        data.take(one.shelves)
        seen.merge(one.seen)
        doubted.learn(one.titles, one.waiting)
        noted.append(one.findings)
        result.findings.merge((line for _, _, line in one.findings), one.counts)
    end = result.findings.end
    doubted.close(reporter)
    data.add((project.capture(one.key, one.urls, one.day, one.lang) for one in shared.values()), PROVENANCE)
    seen.newest = max((seen.newest, *(one.day for one in shared.values())))
    result.linksets = stages.Surroundings(reference, linked, coded, reporter).add(data, seen)
    result.note(noted, start, end)
    seen.places.update(kinds.places(portfolio, shared.values()))
    result.origins = checks.Origins(seen.pages, origins.read(reference), seen.places)
    result.years = (min(seen.years), max(seen.years)) if seen.years else None
    result.newest = date.fromisoformat(seen.newest) if seen.newest else None
    captures = len({page.capture_key for pages in seen.pages.values() for page in pages})
    result.counts = {"projects": len(seen.pages), "captures": captures, "states": len(seen.states)}
    return result


def _memo(settings: Settings, portfolio: Portfolio, cache: Store | None) -> Memo:
    """Make the memo of results that depend on some pages, beside the tables that they are made with."""
    if cache is None:
        return Memo()
    declared = (settings.data / portfolios.FILE).read_bytes()
    return Memo(cache, digest(of_program(), declared, portfolio.base_iri))


def publish(
    settings: Settings,
    gathered: Gathered,
    outcome: Outcome,
    checked: Sequence[shapes.Shape],
    say: Say = silent,
) -> Mapping[str, int]:
    """Write the release beside its place, then put it there.

    Returns:
        how many statements there are, and how many files.

    Raises:
        PublicationError: if it can't be written; the release that stood there is untouched.
    """
    name = version.of(settings.version, clock(gathered.newest).date())
    with exchange.staged(settings.out, settings.keep) as folder:
        draft = Draft(
            settings=replace(settings, base_iri=gathered.portfolio.base_iri),
            portfolio=gathered.portfolio,
            data=gathered.data,
            pages=gathered.origins.pages,
            findings=gathered.findings,
            results=outcome.report,
            shapes=checked,
            linksets=gathered.linksets,
            years=gathered.years,
            newest=gathered.newest,
            before=predecessor.find(settings.previous, settings.out, name),
            memo=gathered.memo,
        )
        written = artifacts.write(folder, draft, say)
        if settings.sign:
            signature.sign(folder, settings.sign)
        return written
