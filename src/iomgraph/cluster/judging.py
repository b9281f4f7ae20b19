"""Units against the rules: those of one project part by part, the others over what they read of all."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from iomgraph import checks
from iomgraph.cluster.gathering import Gathered, on_disk
from iomgraph.cluster.job import Job
from iomgraph.cluster.reduced import Reduced
from iomgraph.cluster.units import Judge, Unit, WholePage
from iomgraph.findings import Finding
from iomgraph.mapping.dataset import DEFAULT, PROVENANCE, QUALITY
from iomgraph.processes import Spool
from iomgraph.reference import origins
from iomgraph.validation.shacl import ValidationResult

_JUDGED = (DEFAULT, PROVENANCE, QUALITY)
_BATCH = 10_000


@dataclass
class Judged:
    """The results of the rules.

    Args:
        results: of validation.
        findings: made of them.
    """

    results: Any
    findings: Any


def judge(job: Job, gathered: Gathered) -> Judged:
    """Judge everything by the rules.

    Raises:
        OntologyError: if a rule is ill-formed.
    """
    local = _by_part(job, gathered)
    own, about_projects = _on_driver(job, gathered)
    found = local.union(own).union(about_projects)
    return Judged(
        found.filter(lambda one: one[0] == "result").map(lambda one: one[1]),
        found.filter(lambda one: one[0] == "finding").map(lambda one: one[1]),
    )


def _by_part(job: Job, gathered: Gathered) -> Any:
    """Judge the units of each part, beside the reference data and the organisations that they name."""
    parts, spark = job.parts, job.spark.sparkContext
    units = gathered.units.mapPartitionsWithIndex(lambda part, some: ((part % parts, one) for one in some))
    others = gathered.notes.union(gathered.organizations).map(lambda one: (hash_of(one.name) % parts, one))
    named = units.flatMap(lambda pair: [(name, pair[0]) for name in pair[1].organizations()]).distinct()
    described = gathered.organizations.map(lambda one: (one.name, one.records[0][1]))
    beside = named.join(described).map(lambda pair: pair[1])
    surroundings = spark.broadcast(gzip.compress("".join(gathered.reference.triples(*_JUDGED)).encode(), 1))
    judging = Judge(job.kit, job.local, _Unpacked(surroundings), gathered.reference.links)
    placed = units.union(others).union(beside).partitionBy(parts, lambda part: part)
    return placed.values().mapPartitions(judging).persist(on_disk())


def hash_of(name: str) -> int:
    """Hash a name alike in every process."""
    return sum(byte * (index + 1) for index, byte in enumerate(name.encode()))


@dataclass(frozen=True)
class _Unpacked:
    """Statements that were broadcast, compressed."""

    packed: Any

    def __call__(self) -> bytes:
        return gzip.decompress(self.packed.value)


def _on_driver(job: Job, gathered: Gathered) -> tuple[Any, Any]:
    """Judge reference data, and everything by the rules that look across projects."""
    shop, data = gathered.shop, gathered.reference
    spools = [
        checks.check(data, shop.rulebook, only=job.local),
        checks.check(_reduced(job, gathered), shop.rulebook, only={one.shape for one in job.across}),
    ]
    places = {name: place for name, (_, place) in gathered.common.places.items()}
    about = checks.Origins({}, origins.read(shop.reference), places)
    mine: list[tuple[str, Any]] = []
    theirs: Spool[tuple[str, ValidationResult]] = Spool()
    start = shop.context.expand("projects:x").removesuffix("x")
    for results in spools:
        for result in results:
            iri = str(result.focus_node)[1:-1]
            if iri.startswith(start):
                theirs.append((shop.context.compact(iri).partition("/")[0], result))
            else:
                mine.append(("result", result))
    found = [one for _, one in mine]
    mine += [("finding", one) for one in checks.findings(found, shop.rulebook, shop.context, about)]
    spark = job.spark.sparkContext
    keyed = spark.parallelize([*theirs], job.parts).groupByKey()
    units = gathered.units.map(lambda unit: (unit.name, unit))
    return spark.parallelize(mine), keyed.join(units).flatMap(_AboutProjects(job.kit))


def _reduced(job: Job, gathered: Gathered) -> Reduced:
    """Cut the statements of projects down to the predicates that rules across projects read."""
    read = frozenset(f"<{iri}>" for one in job.across for iri in one.predicates)
    kit, links = job.kit, gathered.reference.links

    def lines(units: Iterator[Unit]) -> Iterator[str]:
        shop = kit.workshop()
        return (
            line
            for unit in units
            for line in unit.lines(shop, links, *_JUDGED)
            if line.split(" ", 2)[1] in read
        )

    cut = gathered.units.union(gathered.organizations).mapPartitions(lines)
    data = gathered.reference
    number = len(data) + gathered.counts["projects"]
    return Reduced(lambda: data.triples(*_JUDGED), cut.toLocalIterator, number)


@dataclass(frozen=True)
class _AboutProjects:
    """Makes findings of results about projects, which know their cells."""

    kit: Any

    def __call__(self, pair: Any) -> Iterator[tuple[str, Any]]:
        name, (results, unit) = pair
        shop = self.kit.workshop()
        pages: Any = {name: tuple(map(WholePage, unit.pages))}
        found = list(results)
        for result in found:
            yield "result", result
        findings: Iterator[Finding] = checks.findings(
            found,
            shop.rulebook,
            shop.context,
            checks.Origins(pages, {}),
        )
        for finding in findings:
            yield "finding", finding
