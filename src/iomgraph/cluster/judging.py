"""The judging of units: rules for single projects part by part, others over reduced statements of all."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any
from zlib import crc32

from iomgraph import checks
from iomgraph.cluster.gathering import Gathered, on_disk
from iomgraph.cluster.job import Job
from iomgraph.cluster.sealed import Sealed, seal, unsealed
from iomgraph.cluster.stop import on_worker
from iomgraph.cluster.units import FINDINGS, JUDGED, UNITS, Unit
from iomgraph.cluster.verdicts import COUNTS, Judge, verdicts
from iomgraph.processes import batched
from iomgraph.rechecks import across
from iomgraph.rechecks.reduced import Reduced
from iomgraph.records.record import Record
from iomgraph.reference import origins
from iomgraph.validation.shacl import ValidationResult

_BATCH = 10_000
_UNITS = 100
_BITS = 1 << 23


class Names:
    """A set of names with a few false positives, which uses one megabyte for any number of names.

    Example:
        >>> names = Names()
        >>> names.add("projects:A")
        >>> "projects:A" in names, "projects:B" in names
        (True, False)
    """

    def __init__(self) -> None:
        self._bits = bytearray(_BITS // 8)

    def add(self, name: str) -> None:
        """Add a name."""
        at = crc32(name.encode()) % _BITS
        self._bits[at // 8] |= 1 << at % 8

    def __contains__(self, name: str) -> bool:
        at = crc32(name.encode()) % _BITS
        return bool(self._bits[at // 8] >> at % 8 & 1)


@dataclass
class Judged:
    """The outcome of the rules.

    Args:
        verdicts: texts of the report, findings, and their numbers by rule, sealed.
        counts: numbers of findings by rule and severity.
    """

    verdicts: Any
    counts: Counter[tuple[str, int]]

    @property
    def findings(self) -> Any:
        """The findings."""
        return unsealed(self.verdicts, FINDINGS)


def judge(job: Job, gathered: Gathered) -> Judged:
    """Judge everything by the rules.

    Raises:
        OntologyError: if a rule is ill-formed.
    """
    verdicts = job.spark.sparkContext.union([_by_part(job, gathered), *_on_driver(job, gathered)])
    verdicts = verdicts.coalesce(job.parts)
    verdicts = verdicts.persist(on_disk())
    return Judged(verdicts, sum(unsealed(verdicts, COUNTS).collect(), Counter()))


def _by_part(job: Job, gathered: Gathered) -> Any:
    """Judge the units of each part, together with the reference data and organisations that they name."""
    parts, spark = job.parts, job.spark.sparkContext

    def placed(part: int, some: Iterable[Sealed]) -> Iterator[tuple[int, Sealed]]:
        return ((part % parts, one) for one in some)

    def names(part: int, some: Iterable[Sealed]) -> Iterator[tuple[str, int]]:
        found = {name for one in some for unit in one.things() for name in unit.organizations()}
        return ((name, part % parts) for name in found)

    named = gathered.sealed_units.mapPartitionsWithIndex(names)
    described = unsealed(gathered.organizations, UNITS).map(lambda one: (one.name, one.records[0][1]))
    beside = named.join(described, parts).map(lambda pair: pair[1]).groupByKey(parts).flatMapValues(_beside)
    surroundings = spark.broadcast(gzip.compress("".join(gathered.reference.triples(*JUDGED)).encode(), 1))
    judging = Judge(job.kit, job.local, _Unpacked(surroundings), gathered.reference.links)
    units = (gathered.sealed_units, gathered.notes, gathered.organizations)
    every = spark.union([*(one.mapPartitionsWithIndex(placed) for one in units), beside])
    return every.partitionBy(parts, lambda part: part).values().mapPartitions(judging)


def _beside(records: Iterable[Record]) -> Iterator[Sealed]:
    return seal(UNITS, records)


@dataclass(frozen=True)
class _Unpacked:
    """Compressed statements that were broadcast."""

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
    start = shop.context.expand("projects:x").removesuffix("x")
    named, mine = Names(), list[ValidationResult]()

    def theirs() -> Iterator[tuple[str, ValidationResult]]:
        for result in chain.from_iterable(spools):
            iri = str(result.focus_node)[1:-1]
            if iri.startswith(start):
                name = shop.context.compact(iri).partition("/")[0]
                named.add(name)
                yield name, result
            else:
                mine.append(result)

    spark = job.spark.sparkContext
    # There may be as many as projects; sealing stores their common parts once.
    keyed = spark.parallelize([*seal("keyed", theirs(), _BATCH)], job.parts).flatMap(Sealed.things)
    keyed = keyed.groupByKey(job.parts)
    units = gathered.units.filter(lambda unit: unit.name in named).map(lambda unit: (unit.name, unit))
    judged = [*verdicts(job.kit, mine, about)]
    return spark.parallelize(judged, 1), keyed.join(units, job.parts).mapPartitions(_AboutProjects(job.kit))


def _reduced(job: Job, gathered: Gathered) -> Reduced:
    """Reduce the statements of projects to those that rules across projects read."""
    rules = across.of(job.across, gathered.shop.context)
    kit, links = job.kit, gathered.reference.links

    def lines(units: Iterator[Unit]) -> Iterator[str]:
        shop = kit.workshop()
        return (
            line
            for unit in units
            for line in unit.lines(shop, links, *JUDGED)
            if rules.read(*line.split(" ", 2)[1:])
        )

    units = gathered.units.union(unsealed(gathered.organizations, UNITS))
    cut = units.mapPartitions(lines)
    data = gathered.reference
    number = len(data) + gathered.counts["projects"]
    return Reduced(lambda: data.triples(*JUDGED), cut.toLocalIterator, number)


@dataclass(frozen=True)
class _AboutProjects:
    """Verdicts about projects, which know their cells."""

    kit: Any

    def __call__(self, pairs: Iterable[Any]) -> Iterator[Sealed]:
        with on_worker():
            for some in batched(pairs, _UNITS):
                pages: Any = {name: unit.pages for name, (_, unit) in some}
                results = [result for _, (found, _) in some for result in found]
                yield from verdicts(self.kit, results, checks.Origins(pages, {}))
