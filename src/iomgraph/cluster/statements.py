"""The statements of a release in parts: sorted by Spark, counted and compressed by the workers.

Lines pass between Python and Java in blocks, because passing them one by one costs more than making them.
"""

from __future__ import annotations

import gzip
import pickle
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby
from pathlib import Path
from typing import Any

from iomgraph.cluster.fetching import fetch, texts
from iomgraph.cluster.gathering import Gathered, on_disk
from iomgraph.cluster.job import Job
from iomgraph.cluster.kit import Kit
from iomgraph.cluster.sealed import Sealed
from iomgraph.cluster.stop import on_worker
from iomgraph.cluster.units import Links
from iomgraph.processes import batched
from iomgraph.publication import void
from iomgraph.release.blocks import COMPRESSION
from iomgraph.release.lines import check, graph_of
from iomgraph.release.quads import PARTS

_OBJECTS, _COUNTED = "objects", "counted"
_BATCH = 20_000
"""Statements to compress and count at a time."""
_SCHEMA = "kind string, part int, content binary"


@dataclass(slots=True)
class Counted:
    """The statistics of a part; its first and last subjects show if a subject continues in the next part.

    Args:
        number: number of the part.
        quads: number of statements.
        statistics: statistics of its default graph.
        first: first subject.
        last: last subject.
    """

    number: int
    quads: int = 0
    statistics: void.Statistics = field(default_factory=void.Statistics)
    first: str = ""
    last: str = ""


def write(job: Job, folder: Path, gathered: Gathered, noted: Any, uri_space: str) -> Counted:
    """Write the statements in order, each once, and count them.

    Args:
        job: the build.
        folder: the staged release.
        gathered: projects, organisations, reference data.
        noted: findings of rules as units, sealed.
        uri_space: the beginning of the IRI of each entity of the dataset.
    """
    from pyspark.sql import functions as sql

    spark, links = job.spark.sparkContext, gathered.reference.links
    units = spark.union([gathered.sealed_units, gathered.organizations, gathered.notes, noted]).coalesce(
        job.parts
    )
    own = spark.parallelize([(text[:-1],) for text in _texts(gathered.reference.lines())], job.parts)
    blocks = (
        spark.union([units.mapPartitions(_Lines(job.kit, links)), own]).coalesce(job.parts).persist(on_disk())
    )
    frame = job.spark.createDataFrame(blocks, "text string", verifySchema=False)
    lines = frame.select(sql.explode(sql.split("text", "\n")).alias("line"))
    ordered = lines.repartitionByRange(job.parts, "line").sortWithinPartitions("line")
    parts = ordered.mapInArrow(_Parts(uri_space), _SCHEMA).persist(on_disk())
    parts.count()
    found = parts.where(parts.kind == PARTS).toLocalIterator()
    fetch(folder, ((one.kind, one.part, bytes(one.content)) for one in found))
    counted = parts.where(parts.kind == _COUNTED).toLocalIterator()
    whole = merged((pickle.loads(one.content) for one in counted), uri_space)  # noqa: S301 - we wrote it
    objects = parts.where(parts.kind == _OBJECTS).select(sql.col("content").cast("string").alias("text"))
    whole.statistics.objects = objects.select(sql.explode(sql.split("text", "\n"))).distinct().count()
    parts.unpersist()
    blocks.unpersist()
    return whole


@dataclass(frozen=True)
class _Lines:
    """A maker of statements from units, in blocks of lines."""

    kit: Kit
    links: Links

    def __call__(self, sealed: Iterable[Sealed]) -> Iterator[tuple[str]]:
        with on_worker():
            shop = self.kit.workshop()
            units = chain.from_iterable(one.things() for one in sealed)
            lines = chain.from_iterable(unit.lines(shop, self.links) for unit in units)
            for text in _texts(lines):
                yield (text[:-1],)


def _texts(lines: Iterable[str]) -> Iterator[str]:
    """Join lines, some at a time; stop at a blank node."""
    for text in texts(lines):
        # One check of the whole text usually shows that no line needs a closer look.
        for line in text[:-1].split("\n") if "_:" in text else ():
            check(f"{line}\n")
        yield text


@dataclass(frozen=True)
class _Parts:
    """A maker of the published form of a part's sorted lines: blocks, objects, counts."""

    uri_space: str

    def __call__(self, batches: Iterable[Any]) -> Iterator[Any]:
        import pyarrow
        from pyspark import TaskContext

        context = TaskContext.get()
        part = context.partitionId() if context else 0
        for kind, content in self._made(part, batches):
            yield pyarrow.RecordBatch.from_pydict(
                {"kind": [kind], "part": pyarrow.array([part], pyarrow.int32()), "content": [content]}
            )

    def _made(self, part: int, batches: Iterable[Any]) -> Iterator[tuple[str, bytes]]:
        every = (f"{line}\n" for batch in batches for line in batch.column(0).to_pylist())
        counted = list[Counted]()
        for some in batched((line for line, _ in groupby(every)), _BATCH):
            yield PARTS, gzip.compress("".join(some).encode(), COMPRESSION, mtime=0)
            objects = list[str]()
            counted.append(_counted(part, some, self.uri_space, objects))
            if objects:
                yield _OBJECTS, "".join(objects)[:-1].encode()
        yield _COUNTED, pickle.dumps(merged(counted, self.uri_space))


def _counted(part: int, lines: Sequence[str], uri_space: str, objects: list[str]) -> Counted:
    """Count some statements, and take the objects of their default graph."""
    default = [line for line in lines if not graph_of(line)]
    found = Counted(part, len(lines))
    objects += void.tally(default, uri_space, found.statistics)
    if default:
        found.first, found.last = (line.partition(" ")[0] for line in (default[0], default[-1]))
    return found


def merged(parts: Iterable[Counted], uri_space: str) -> Counted:
    """Add up the counts of ordered parts; a subject that continues in the next part is counted once.

    Args:
        parts: the parts, in order.
        uri_space: the beginning of the IRI of each entity of the dataset.
    """
    whole = Counted(0)
    for part in parts:
        whole.number = part.number
        whole.quads += part.quads
        whole.statistics.add(part.statistics)
        if part.first and part.first == whole.last:
            whole.statistics.subjects -= 1
            whole.statistics.entities -= part.first.startswith(uri_space, 1)
        whole.first = whole.first or part.first
        whole.last = part.last or whole.last
    return whole
