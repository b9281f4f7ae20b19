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
from iomgraph.cluster.kit import Kit
from iomgraph.cluster.sealed import Sealed, of_kind, seal, unsealed
from iomgraph.cluster.stop import on_worker
from iomgraph.cluster.units import Links, Unit
from iomgraph.mapping.dataset import linked
from iomgraph.processes import Spool, batched
from iomgraph.publication.tables import allocations, jsonlines, parquet
from iomgraph.publication.tables.columns import Column, Layout
from iomgraph.publication.tables.labels import named, targets
from iomgraph.publication.tables.records import GRAPHS, by_class
from iomgraph.publication.tables.rows import columnar
from iomgraph.publication.tables.table import FOLDER
from iomgraph.publication.tables.usage import Usages, merge
from iomgraph.records.record import Record

_THINGS, _ASKED, _TOLD = "thing", "asked", "told"
_LABELS = 1_000
_BATCH = 1_000
"""Records to lay out at a time."""
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
            asked |= targets(records, context) - own
            yield _Placed(_THINGS, pickle.dumps(records, pickle.HIGHEST_PROTOCOL), part)
            labels = (_label(self.kit, record) for record in records)
            yield from seal(_TOLD, ((one.name, one) for one in labels if one), _LABELS)
        yield from seal(_ASKED, ((name, part) for name in asked), _LABELS)


def _label(kit: Kit, record: Record) -> _Label | None:
    text = named(record, kit.workshop().context, kit.portfolio.base_iri)
    return None if text is None else _Label(record["id"], text, record["type"][0])


@dataclass(frozen=True)
class _Part:
    """The records of a part on disk, some at a time, with their layout."""

    records: Spool[list[Record]]
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

        shop, placed = kit.workshop(), Spool(batched(records(), _BATCH))
        extra = shop.dictionary.identifiers
        return cls(placed, Layout(shop.context, kit.portfolio.base_iri, labels, classes, extra), labels)

    def tables(self) -> Iterator[tuple[Mapping[str, list[Record]], Iterator[allocations.Row]]]:
        """Yield some records at a time by class, with the rows that divide the money of projects."""
        for placed in map(by_class, self.records):
            yield placed, allocations.rows(placed.get(allocations.OF, ()), self.labels)


@dataclass(frozen=True)
class _Laying:
    """A finder of the columns that the records of a part need."""

    kit: Kit

    def __call__(self, sealed: Iterable[Sealed]) -> Iterator[_Common]:
        with on_worker():
            part, common = _Part.of(self.kit, sealed), _Common()
            for placed, money in part.tables():
                used = {name: part.layout.used(records) for name, records in placed.items()}
                common.merge(_Common(used, allocations.places(money)))
            yield common


@dataclass(frozen=True)
class _Writing:
    """A writer of the tables of a part, in the columns that all parts share."""

    kit: Kit
    common: Any

    def __call__(self, number: int, sealed: Iterable[Sealed]) -> Iterator[tuple[str, int, bytes]]:
        with on_worker():
            shop, part, common = self.kit.workshop(), _Part.of(self.kit, sealed), self.common.value
            columns = {name: part.layout.columns(used) for name, used in common.used.items()}
            columns[allocations.NAME] = allocations.columns(common.decimals)
            with tempfile.TemporaryDirectory(dir=shop.folder, prefix="table-") as folder:
                written = _lines(Path(folder), part, columns)
                for name, lines in written.items():
                    path = lines.with_suffix(".parquet")
                    parquet.write(path, columns[name], lines)
                    with path.open("rb") as stream:
                        for piece in pieces(stream.read):
                            yield _PATTERN.format(name), number, piece


def _lines(folder: Path, part: _Part, columns: Mapping[str, Sequence[Column]]) -> dict[str, Path]:
    """Write the tables of a part that have rows as JSON Lines; return their files by name."""
    found: dict[str, Path] = {}
    for placed, money in part.tables():
        for name, records in chain(placed.items(), [(allocations.NAME, money)]):
            text = jsonlines.text(columns[name], columnar(columns[name], records))
            if text:
                found[name] = folder / f"{name}.jsonl"
                with found[name].open("ab") as out:
                    out.write(text)
    return found
