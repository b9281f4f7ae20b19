"""The tables of a release in parts: each part lays out its own rows, in columns that all parts share."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any
from zlib import crc32

from iomgraph.cluster.fetching import fetch, made, pieces
from iomgraph.cluster.gathering import Gathered, on_disk
from iomgraph.cluster.job import Job
from iomgraph.cluster.kit import Kit, Workshop
from iomgraph.cluster.sealed import Sealed, of_kind, seal, unsealed
from iomgraph.cluster.stop import on_worker
from iomgraph.cluster.units import Links, Unit
from iomgraph.mapping.dataset import linked
from iomgraph.publication.tables import allocations, parquet
from iomgraph.publication.tables.columns import Column, Layout, Usages, merge, named, targets
from iomgraph.publication.tables.table import FOLDER
from iomgraph.publication.tables.write import GRAPHS, Records, batches, by_class
from iomgraph.records.record import Record

_THINGS, _ASKED, _TOLD = "thing", "asked", "told"
_LABELS = 1_000
_PATTERN = f"{FOLDER}/{{}}/part-{{{{:05}}}}.parquet"


def write(job: Job, folder: Path, gathered: Gathered, noted: Any) -> None:
    """Write the tables as Parquet, each a folder with a file per part; without the library, write none.

    Args:
        job: the build.
        folder: the staged release.
        gathered: projects, organisations, reference data.
        noted: findings of rules as units, sealed.
    """
    if not parquet.is_possible():
        return
    spark, parts = job.spark.sparkContext, job.parts
    things = _things(job, gathered, noted).coalesce(parts).persist(on_disk())
    asked = unsealed(things, _ASKED).distinct(parts)
    told = asked.join(unsealed(things, _TOLD), parts).values().groupByKey(parts).flatMapValues(_sealed_labels)
    placed = of_kind(things, _THINGS).map(lambda one: (one.part, one)).union(told)
    placed = placed.partitionBy(parts, lambda part: part).values().persist(on_disk())
    common = placed.mapPartitions(_Laying(job.kit)).reduce(_Common.merge)
    fetch(folder, made(placed.mapPartitionsWithIndex(_Writing(job.kit, spark.broadcast(common)))))
    for one in (things, placed):
        one.unpersist()


def _sealed_labels(labels: Iterable[_Label]) -> Iterator[Sealed]:
    return seal(_TOLD, labels)


@dataclass(frozen=True, slots=True)
class _Label:
    """The label of a record that another part links to."""

    name: str
    text: str
    kind: str


@dataclass(slots=True)
class _Common:
    """Common facts about the rows of all parts.

    Args:
        used: class to the terms that its records use.
        decimals: of the numbers in allocations.
    """

    used: dict[str, Usages] = field(default_factory=dict)
    decimals: dict[str, int] = field(default_factory=dict)

    def merge(self, other: _Common) -> _Common:
        """Add the facts about other parts."""
        for name, used in other.used.items():
            merge(self.used.setdefault(name, {}), used)
        for name, number in other.decimals.items():
            self.decimals[name] = max(number, self.decimals.get(name, 0))
        return self


def _things(job: Job, gathered: Gathered, noted: Any) -> Any:
    """Place records: those of projects stay in their parts, and those of a reference table come together."""
    parts, spark, data = job.parts, job.spark.sparkContext, gathered.reference
    shelving = _Shelving(job.kit, data.links, parts)
    kinds: dict[int, list[Record]] = {}
    for record in chain.from_iterable(data.records(graph) for graph in GRAPHS):
        kinds.setdefault(crc32(record["type"][0].encode()) % parts, []).append(record)
    own = [one for part, some in kinds.items() for one in shelving.shelved(part, iter([some]))]
    units = (gathered.sealed_units, gathered.organizations, gathered.notes, noted)
    return spark.union(
        [*(one.mapPartitionsWithIndex(shelving) for one in units), spark.parallelize(own, parts)]
    )


@dataclass(frozen=True, slots=True)
class _Placed(Sealed):
    """Sealed records of a part."""

    part: int


@dataclass(frozen=True)
class _Shelving:
    """Extracts the records of tables from units, with the labels that they provide and need."""

    kit: Kit
    links: Links
    parts: int

    def __call__(self, part: int, sealed: Iterable[Sealed]) -> Iterator[Sealed]:
        with on_worker():
            yield from self.shelved(part % self.parts, (self._records(one.things()) for one in sealed))

    def _records(self, units: Iterable[Unit]) -> list[Record]:
        return [
            record if graph else linked(record, self.links)
            for unit in units
            for graph, record in unit.records
            if graph in GRAPHS
        ]

    def shelved(self, part: int, batches: Iterable[list[Record]]) -> Iterator[Sealed]:
        """Yield records, and the labels that they provide and need.

        Args:
            part: their part.
            batches: some records at a time; all records of a batch know its labels.
        """
        context, asked = self.kit.workshop().context, set[str]()
        for records in batches:
            own = {record["id"] for record in records}
            for record in records:
                asked.update(name for name in targets(record, context) if name not in own)
            yield _Placed(_THINGS, pickle.dumps(records, pickle.HIGHEST_PROTOCOL), part)
            labels = (_label(self.kit, record) for record in records)
            yield from seal(_TOLD, ((one.name, one) for one in labels if one), _LABELS)
        yield from seal(_ASKED, ((name, part) for name in asked), _LABELS)


def _label(kit: Kit, record: Record) -> _Label | None:
    text = named(record, kit.workshop().context, kit.portfolio.base_iri)
    return None if text is None else _Label(record["id"], text, record["type"][0])


@dataclass(frozen=True)
class _Part:
    """The records of a part by class, with their layout."""

    records: Mapping[str, Records]
    layout: Layout
    labels: Mapping[str, str]

    @classmethod
    def of(cls, kit: Kit, sealed: Iterable[Sealed]) -> _Part:
        """Put the records of a part on disk, and note all labels."""
        labels, classes = dict[str, str](), dict[str, str]()

        def note(one: _Label | None) -> None:
            if one:
                labels[one.name], classes[one.name] = one.text, one.kind

        def records() -> Iterator[Record]:
            for batch in sealed:
                for one in batch.things():
                    note(one if isinstance(one, _Label) else _label(kit, one))
                    if not isinstance(one, _Label):
                        yield one

        shop, placed = kit.workshop(), by_class(records())
        extra = shop.dictionary.identifiers
        return cls(placed, Layout(shop.context, kit.portfolio.base_iri, labels, classes, extra), labels)

    def allocations(self) -> Iterator[allocations.Row]:
        """Yield the rows that divide the money of projects."""
        return allocations.rows(self.records.get(allocations.OF, ()), self.labels)


@dataclass(frozen=True)
class _Laying:
    """A finder of the columns that the records of a part need."""

    kit: Kit

    def __call__(self, sealed: Iterable[Sealed]) -> Iterator[_Common]:
        with on_worker():
            part = _Part.of(self.kit, sealed)
            used = {name: part.layout.used(records) for name, records in part.records.items()}
            yield _Common(used, allocations.places(part.allocations()))


@dataclass(frozen=True)
class _Writing:
    """A writer of the tables of a part, in the columns that all parts share."""

    kit: Kit
    common: Any

    def __call__(self, number: int, sealed: Iterable[Sealed]) -> Iterator[tuple[str, int, bytes]]:
        with on_worker():
            shop, part, common = self.kit.workshop(), _Part.of(self.kit, sealed), self.common.value
            for name, records in part.records.items():
                columns = part.layout.columns(common.used[name])
                for piece in _file(shop, columns, records):
                    yield _PATTERN.format(name), number, piece
            columns = allocations.columns(common.decimals)
            for piece in _file(shop, columns, part.allocations()):
                yield _PATTERN.format(allocations.NAME), number, piece


def _file(shop: Workshop, columns: Sequence[Column], records: Iterable[Record]) -> Iterator[bytes]:
    """Yield the bytes of a table, which is on disk meanwhile; nothing if it has no rows."""
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
