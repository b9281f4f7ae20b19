"""The tables of a release in parts: each part lays out its own rows, in columns that all parts share."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from iomgraph.cluster.fetching import fetch, pieces
from iomgraph.cluster.gathering import Gathered, on_disk
from iomgraph.cluster.job import Job
from iomgraph.cluster.judging import hash_of
from iomgraph.cluster.kit import Kit, Workshop
from iomgraph.cluster.stop import on_worker
from iomgraph.cluster.units import Links, Unit
from iomgraph.mapping.dataset import linked
from iomgraph.publication.tables import allocations, parquet
from iomgraph.publication.tables.columns import Column, Layout, Usages, merge, named, targets
from iomgraph.publication.tables.table import FOLDER
from iomgraph.publication.tables.write import GRAPHS, Records, batches, by_class
from iomgraph.records.record import Record

_PATTERN = f"{FOLDER}/{{}}/part-{{{{:05}}}}.parquet"


def write(job: Job, folder: Path, gathered: Gathered, others: Sequence[Any]) -> None:
    """Write the tables as Parquet, each a folder with a file for each part; none without the library.

    Args:
        job: the build.
        folder: the staged release.
        gathered: projects, organisations, reference data.
        others: more units, such as findings.
    """
    if not parquet.is_possible():
        return
    labels = _Labels(job.kit)
    things = _things(job, gathered, others)
    asked = things.mapPartitions(labels.asked).distinct()
    told = asked.join(things.flatMap(labels.told)).map(lambda pair: (pair[1][0], pair[1][1]))
    placed = things.union(told).partitionBy(job.parts, lambda part: part).values().persist(on_disk())
    spark = job.spark.sparkContext
    common = placed.mapPartitions(_Laying(job.kit)).reduce(_Common.merge)
    fetch(folder, placed.mapPartitionsWithIndex(_Writing(job.kit, spark.broadcast(common))))
    placed.unpersist()


@dataclass(slots=True)
class _Thing:
    """A thing with those of its records that have rows."""

    records: list[Record]


@dataclass(frozen=True, slots=True)
class _Label:
    """The label of a record that another part links to."""

    name: str
    text: str
    kind: str


@dataclass(slots=True)
class _Common:
    """All that rows of all parts have in common.

    Args:
        used: class to the terms that its records use.
        decimals: of the numbers in allocations.
    """

    used: dict[str, Usages] = field(default_factory=dict)
    decimals: dict[str, int] = field(default_factory=dict)

    def merge(self, other: _Common) -> _Common:
        """Add what other parts use."""
        for name, used in other.used.items():
            merge(self.used.setdefault(name, {}), used)
        for name, number in other.decimals.items():
            self.decimals[name] = max(number, self.decimals.get(name, 0))
        return self


def _things(job: Job, gathered: Gathered, others: Sequence[Any]) -> Any:
    """Place things: projects stay where they are, a table of reference data is whole in one part."""
    parts, links = job.parts, gathered.reference.links

    def units(part: int, some: Iterable[Unit]) -> Iterator[tuple[int, _Thing]]:
        return ((part % parts, _thing(unit, links)) for unit in some)

    def more(some: Iterable[Unit]) -> Iterator[tuple[int, _Thing]]:
        return ((hash_of(unit.name) % parts, _thing(unit, links)) for unit in some)

    spark, data = job.spark.sparkContext, gathered.reference
    records = chain.from_iterable(data.records(graph) for graph in GRAPHS)
    own = [(hash_of(record["type"][0]) % parts, _Thing([record])) for record in records]
    placed = gathered.units.mapPartitionsWithIndex(units)
    rest = spark.union([gathered.organizations, gathered.notes, *others]).mapPartitions(more)
    return spark.union([placed, rest, spark.parallelize(own, parts)])


def _thing(unit: Unit, links: Links) -> _Thing:
    return _Thing(
        [record if graph else linked(record, links) for graph, record in unit.records if graph in GRAPHS]
    )


@dataclass(frozen=True)
class _Labels:
    """The labels that things tell, and those that they ask for."""

    kit: Kit

    def asked(self, things: Iterable[tuple[int, _Thing]]) -> Iterator[tuple[str, int]]:
        """Yield the names of what is linked to, with the part that asks."""
        context, asked = self.kit.workshop().context, set[tuple[str, int]]()
        for part, thing in things:
            own = {record["id"] for record in thing.records}
            for record in thing.records:
                asked.update((name, part) for name in targets(record, context) if name not in own)
        yield from asked

    def told(self, placed: tuple[int, _Thing]) -> Iterator[tuple[str, _Label]]:
        """Yield names with their labels."""
        return ((one.name, one) for record in placed[1].records if (one := _label(self.kit, record)))


def _label(kit: Kit, record: Record) -> _Label | None:
    text = named(record, kit.workshop().context, kit.portfolio.base_iri)
    return None if text is None else _Label(record["id"], text, record["type"][0])


@dataclass(frozen=True)
class _Part:
    """The records of a part by class, and what lays them out."""

    records: Mapping[str, Records]
    layout: Layout
    labels: Mapping[str, str]

    @classmethod
    def of(cls, kit: Kit, things: Iterable[_Thing | _Label]) -> _Part:
        """Put the records of a part on disk, and note all labels."""
        labels, classes = dict[str, str](), dict[str, str]()

        def note(one: _Label | None) -> None:
            if one:
                labels[one.name], classes[one.name] = one.text, one.kind

        def records() -> Iterator[Record]:
            for one in things:
                if isinstance(one, _Label):
                    note(one)
                    continue
                for record in one.records:
                    note(_label(kit, record))
                    yield record

        shop, placed = kit.workshop(), by_class(records())
        extra = shop.dictionary.identifiers
        return cls(placed, Layout(shop.context, kit.portfolio.base_iri, labels, classes, extra), labels)

    def allocations(self) -> Iterator[allocations.Row]:
        """Yield the rows that part the money of projects."""
        return allocations.rows(self.records.get(allocations.OF, ()), self.labels)


@dataclass(frozen=True)
class _Laying:
    """Finds what columns the records of a part need."""

    kit: Kit

    def __call__(self, things: Iterable[_Thing | _Label]) -> Iterator[_Common]:
        with on_worker():
            part = _Part.of(self.kit, things)
            used = {name: part.layout.used(records) for name, records in part.records.items()}
            yield _Common(used, allocations.places(part.allocations()))


@dataclass(frozen=True)
class _Writing:
    """Writes the tables of a part, in the columns that all parts share."""

    kit: Kit
    common: Any

    def __call__(self, number: int, things: Iterable[_Thing | _Label]) -> Iterator[tuple[str, int, bytes]]:
        with on_worker():
            shop, part, common = self.kit.workshop(), _Part.of(self.kit, things), self.common.value
            for name, records in part.records.items():
                columns = part.layout.columns(common.used[name])
                for piece in _file(shop, columns, records):
                    yield _PATTERN.format(name), number, piece
            columns = allocations.columns(common.decimals)
            for piece in _file(shop, columns, part.allocations()):
                yield _PATTERN.format(allocations.NAME), number, piece


def _file(shop: Workshop, columns: Sequence[Column], records: Iterable[Record]) -> Iterator[bytes]:
    """Yield the bytes of a table, which lies on disk meanwhile; none if it has no rows."""
    rows = batches(columns, records)
    first = next(rows, None)
    if first is None:
        return
    with tempfile.TemporaryDirectory(dir=shop.folder, prefix="table-") as folder:
        path = Path(folder) / "table.parquet"
        with parquet.write(path, columns) as take:
            for some in chain([first], rows):
                take(some)
        with path.open("rb") as stream:
            yield from pieces(stream.read)
