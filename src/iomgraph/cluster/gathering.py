"""The gathering of units: Spark reads, groups and reconciles the sources; the driver adds reference data."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from typing import Any

from iomgraph import stages
from iomgraph.claims import kinds
from iomgraph.claims.kinds import Capture
from iomgraph.cluster import reading
from iomgraph.cluster.components import labelled
from iomgraph.cluster.job import Job
from iomgraph.cluster.kit import Workshop
from iomgraph.cluster.reading import FileReader, Read
from iomgraph.cluster.sealed import of_kind, seal, unsealed
from iomgraph.cluster.units import (
    FINDINGS,
    NAMES,
    NOTED,
    ORGANIZATIONS,
    TITLES,
    UNITS,
    WAITING,
    Noted,
    ProjectMaker,
    Unit,
    parent_of,
    supplement_alone,
)
from iomgraph.failures import Failures
from iomgraph.findings import Finding
from iomgraph.mapping.dataset import DEFAULT, PROVENANCE, QUALITY, Dataset
from iomgraph.portfolio import Portfolio
from iomgraph.records import project, quality
from iomgraph.reference.links import Linkset
from iomgraph.sources.rules import Reporter


@dataclass
class Gathered:
    """The outcome of reading the sources, in Spark and on the driver.

    Args:
        shop: the tables and words of the driver.
        reference: the records of reference data.
        made: everything that parts make from their pages, sealed.
        organizations: organisations as units, each with its record, sealed.
        notes: findings as units, sealed.
        findings: findings, each after its sort key.
        common: the common notes on all projects.
        linksets: the sets of links to other people's things.
        counts: numbers of projects, captures, states.
        parts: number of parts into which projects are split.
    """

    shop: Workshop
    reference: Dataset
    made: Any
    organizations: Any
    notes: Any
    findings: Any
    common: Noted
    linksets: list[Linkset] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    parts: int = 1

    @property
    def sealed_units(self) -> Any:
        """Projects, sealed."""
        return of_kind(self.made, UNITS)

    @property
    def units(self) -> Any:
        """Projects."""
        return unsealed(self.made, UNITS)

    @property
    def portfolio(self) -> Portfolio:
        """The portfolio."""
        return self.shop.given

    @property
    def years(self) -> tuple[int, int] | None:
        """The first and the last year that a project names."""
        years = self.common.seen.years
        return (min(years), max(years)) if years else None

    @property
    def newest(self) -> date | None:
        """Day of the newest capture."""
        newest = self.common.seen.newest
        return date.fromisoformat(newest) if newest else None


def gather(job: Job) -> Gathered:
    """Read the sources, and make units from them.

    Raises:
        IomgraphError: if a source can't be read, or too many projects fail.
    """
    reads, doubles = _reads(job)
    parts = _parts(job, reads)
    maker = ProjectMaker(job.kit)
    if any(source.kind != "pages" for source in job.kit.portfolio.sources):
        parts = _with_names(job, parts, maker)
    made = parts.mapPartitions(lambda rows: maker(map(itemgetter(1), rows))).persist(on_disk())
    common: Noted = unsealed(made, NOTED).reduce(Noted.merge)
    unread = reads.map(lambda one: Failures.of(one.findings)).fold(Failures(), Failures.merge)
    failures = common.failures.merge(unread)
    failures.judge(common.number + failures.number)
    shop = job.kit.workshop()
    findings: list[Finding] = []
    captures = _captures(reads)
    reference, linksets = _reference((shop, made), common, (captures, findings))
    told = _findings(job, (reads, doubles, made), findings)
    counts = {
        "projects": common.number,
        "captures": reads.flatMap(_capture_key).distinct(job.parts).count(),
        "states": len(common.seen.states),
    }
    organizations = _sealed(_organizations(made, job.kit, job.parts)).persist(on_disk())
    notes = told.map(lambda one: (one[1].key, one)).reduceByKey(min_by_order, job.parts).map(_note)
    notes = _sealed(notes).persist(on_disk())
    return Gathered(
        shop, reference, made, organizations, notes, told, common, linksets, counts, parts=job.parts
    )


def _sealed(units: Any) -> Any:
    return units.mapPartitions(lambda some: seal(UNITS, some))


def on_disk() -> Any:
    """Return the level at which Spark stores data for reuse."""
    from pyspark import StorageLevel

    return StorageLevel.DISK_ONLY


def _reads(job: Job) -> tuple[Any, Any]:
    """Read the sources; of repeated activities, the first is kept, and the others become findings."""
    files = reading.listed(job.spark, job.kit.portfolio)
    reader = FileReader(job.kit, files)
    rows = reading.contents(job.spark, list(files)).select("path", "content").rdd
    reads = rows.repartition(min(len(files), job.parts)).mapPartitions(reader).persist(on_disk())
    sources = job.kit.portfolio.sources
    if not any(source.kind == "iati" for source in sources):
        return reads, job.spark.sparkContext.emptyRDD()
    kit = job.kit
    keyed = reads.filter(lambda one: one.activity).map(lambda one: (one.activity, one))
    several = (
        keyed.mapValues(lambda one: one.number).groupByKey(job.parts).filter(lambda pair: len(pair[1]) > 1)
    )
    later = several.flatMap(lambda pair: [(number, min(pair[1])) for number in sorted(pair[1])[1:]])
    if later.isEmpty():
        return reads, job.spark.sparkContext.emptyRDD()
    first = keyed.join(several.mapValues(min), job.parts).filter(lambda pair: pair[1][0].number == pair[1][1])
    places = first.map(lambda pair: (pair[0], pair[1][0].page.claims["iatiIdentifier"].place))
    again = keyed.join(several.mapValues(min), job.parts).filter(lambda pair: pair[1][0].number != pair[1][1])
    doubles = (
        again.mapValues(lambda pair: pair[0])
        .join(places, job.parts)
        .map(lambda pair: ((1, f"{pair[1][0].number:020}"), _double(kit, *pair[1])))
    )
    numbers = later.map(lambda pair: (pair[0], None))
    left = (
        reads.map(lambda one: (one.number, one)).subtractByKey(numbers, job.parts).values().persist(on_disk())
    )
    return left, doubles


def _double(kit: Any, read: Read, first: Any) -> Finding:
    assert read.page is not None  # noqa: S101 - activities are pages
    claim = read.page.claims["iatiIdentifier"]
    # A claim in a file is its own source; a claim in a table has the file that the row was made from.
    source = claim.source if claim.source != claim.place else None
    finding: Finding = kit.workshop().rules.finding(
        "iati-duplicate", claim.place, value=str(claim.value), source=source, first=first
    )
    return finding


def _parts(job: Job, reads: Any) -> Any:
    """Put pages that belong together into one part; return pairs of part and page."""
    pages = reads.filter(lambda one: one.content)
    shared = pages.flatMap(lambda one: [(one.number, token) for token in one.tokens])
    parts = job.parts
    labels = labelled(shared, parts)
    keyed = pages.map(lambda one: (one.number, one)).leftOuterJoin(labels, parts)
    placed = keyed.map(lambda row: ((row[1][1] if row[1][1] is not None else row[0]) % parts, row[1][0]))
    return placed.partitionBy(parts, lambda part: part).persist(on_disk())


def _with_names(job: Job, parts: Any, maker: ProjectMaker) -> Any:
    """Add to each part the names of projects that its pages refer to by identifier."""
    named = parts.mapPartitionsWithIndex(lambda part, rows: maker.names(part, map(itemgetter(1), rows)))
    asked = named.filter(lambda one: one[1][0] == "asks").mapValues(itemgetter(1))
    if asked.isEmpty():
        return parts
    # If an identifier names two projects, it means the last in order of key.
    known = named.filter(lambda one: one[1][0] == "is").mapValues(itemgetter(1)).reduceByKey(max, job.parts)
    told = asked.join(known, job.parts).map(lambda one: (one[1][0], {one[0]: one[1][1]}))
    return parts.union(told).partitionBy(job.parts, lambda part: part)


def _captures(reads: Any) -> list[Capture]:
    """Find the captures that several pages share, one for each file of activities or table."""

    def later(one: Capture, other: Capture) -> Capture:
        return max(one, other, key=lambda capture: capture.day)

    keyed = reads.filter(lambda one: one.capture).map(lambda one: (one.capture.key, one.capture))
    return [capture for _, capture in sorted(keyed.reduceByKey(later, 1).collect())]


def _capture_key(read: Read) -> list[str]:
    return [read.captured] if read.content else []


def _reference(
    where: tuple[Workshop, Any],
    common: Noted,
    others: tuple[list[Capture], list[Finding]],
) -> tuple[Dataset, list[Linkset]]:
    """Make the records of reference data on the driver, as a build on one machine does."""
    shop, made = where
    captures, findings = others
    shop.warm()
    reporter = Reporter(shop.rules, findings)
    data = Dataset(shop.context)
    data.cite(common.cited)
    records = (project.capture(one.key, one.urls, one.day, one.lang) for one in captures)
    data.add(records, PROVENANCE)
    declared = kinds.places(shop.portfolio, captures)
    common.places |= {name: ("", place) for name, place in declared.items()}
    common.seen.newest = max((common.seen.newest, *(one.day for one in captures)))
    common.seen.used.note({"kinds": sorted(common.kinds)})

    def known(asked: Collection[str]) -> set[str]:
        wanted = frozenset(asked)
        return set(unsealed(made, NAMES).filter(lambda name: name in wanted).collect())

    linked = stages.linked(shop.reference, reporter)
    around = stages.Surroundings(shop.reference, linked, shop.coded, reporter)
    return data, around.add(data, common.seen, known)


def _findings(job: Job, where: tuple[Any, Any, Any], own: list[Finding]) -> Any:
    """Combine all findings, each after a key that orders equal ones."""
    reads, doubles, made = where
    kit = job.kit
    read = reads.flatMap(lambda one: [((1, f"{one.number:020}"), finding) for finding in one.findings])
    told = unsealed(made, FINDINGS)
    waiting = unsealed(made, WAITING).map(lambda some: (parent_of(some), some))
    titles = unsealed(made, TITLES).map(lambda title: (title, None))
    alone = waiting.subtractByKey(titles, job.parts).values().flatMap(lambda one: supplement_alone(kit, one))
    closing = alone.map(lambda one: ((4, one.about), one))
    mine = job.spark.sparkContext.parallelize([((5, ""), one) for one in own], 1)
    return (
        job.spark.sparkContext.union([read, doubles, told, closing, mine])
        .coalesce(job.parts)
        .persist(on_disk())
    )


def min_by_order(one: Any, other: Any) -> Any:
    """Return the first of two findings."""
    return min(one, other, key=itemgetter(0))


def _note(pair: Any) -> Unit:
    record = quality.finding(pair[1][1])
    return Unit(record["id"], [(QUALITY, record)])


def _organizations(made: Any, kit: Any, parts: int) -> Any:
    """Make the records of organisations, with the names that all projects give them."""

    def merged(one: Any, other: Any) -> Any:
        one[0].merge(other[0])
        places = [place for place in (one[1], other[1]) if place]
        return one[0], min(places, key=itemgetter(0), default=None)

    def unit(pair: Any) -> list[Unit]:
        name, (used, place) = pair
        if name not in [*used]:
            return []
        records = kit.workshop().coded.records(used)
        described = [(DEFAULT, record) for record in records if record["id"] == name]
        return [Unit(name, described, place=place[1] if place else None)]

    return unsealed(made, ORGANIZATIONS).reduceByKey(merged, parts).flatMap(unit)
