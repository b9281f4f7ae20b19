"""The release in parts: statements sorted by Spark and compressed by the workers, fetched part by part."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from iomgraph.claims.pages import Pages
from iomgraph.cluster import descriptions, tables
from iomgraph.cluster.fetching import BLOCK, fetch
from iomgraph.cluster.gathering import Gathered, min_by_order, on_disk
from iomgraph.cluster.job import Job
from iomgraph.cluster.judging import Judged
from iomgraph.cluster.units import Unit
from iomgraph.findings import Findings
from iomgraph.mapping.dataset import QUALITY
from iomgraph.publication import copies, report, void
from iomgraph.publication.changes import predecessor
from iomgraph.publication.draft import Draft
from iomgraph.records import quality
from iomgraph.release import exchange, manifest, signature, version
from iomgraph.release.lines import COMPRESSION, check, graph_of
from iomgraph.settings import clock

NQUADS = "nquads/part-{:05}.nq.gz"
FINDINGS = "findings/part-{:05}.jsonl.gz"
REPORT = "report/part-{:05}.nt.gz"


def publish(job: Job, gathered: Gathered, judged: Judged, findings: Findings) -> Mapping[str, int]:
    """Write the release beside its place, then put it there.

    Returns:
        how many statements and files there are.

    Raises:
        PublicationError: if it can't be written; the release that stood there is untouched.
    """
    settings = replace(job.settings, base_iri=gathered.portfolio.base_iri)
    name = version.of(settings.version, clock(gathered.newest).date())
    draft = Draft(
        settings=settings,
        portfolio=gathered.portfolio,
        data=gathered.reference,
        pages=Pages({}),
        findings=findings,
        results=(),
        shapes=(),
        linksets=gathered.linksets,
        years=gathered.years,
        newest=gathered.newest,
        before=predecessor.find(settings.previous, settings.out, name),
    )
    with exchange.staged(settings.out, settings.keep) as folder:
        copies.write(folder, settings, gathered.reference.context.document)
        noted = _noted(judged)
        statistics = _statements(job, folder, gathered, noted, void.uri_space(draft.about))
        tables.write(job, folder, gathered, [noted])
        _findings(folder, gathered, judged)
        _report(folder, judged, f"{settings.base_iri}report")
        descriptions.write(folder, draft, statistics.statistics)
        listed = manifest.write(folder, draft.edition.version, draft.edition.previous)
        if settings.sign:
            signature.sign(folder, settings.sign)
    return {"quads": statistics.quads, "files": len(listed) + len((manifest.NAME, manifest.SUMS))}


@dataclass(slots=True)
class _Counted:
    """The statistics of a part: the first and the last subject of its default graph tell what goes on."""

    number: int
    quads: int
    statistics: void.Statistics
    first: str = ""
    last: str = ""


def _noted(judged: Judged) -> Any:
    """Make records of the findings of rules."""
    said = judged.findings.map(lambda one: (one.key, (one.about, one))).reduceByKey(min_by_order)
    return said.map(lambda pair: _note(pair[1][1])).persist(on_disk())


def _statements(job: Job, folder: Path, gathered: Gathered, noted: Any, uri_space: str) -> _Counted:
    """Write the statements in order, and count them."""
    kit, links = job.kit, gathered.reference.links
    units = gathered.units.union(gathered.organizations).union(gathered.notes).union(noted)

    def lines(some: Iterator[Unit]) -> Iterator[tuple[str]]:
        shop = kit.workshop()
        return ((check(line)[:-1],) for unit in some for line in unit.lines(shop, links))

    own = job.spark.sparkContext.parallelize([line[:-1] for line in gathered.reference.lines()], job.parts)
    every = units.mapPartitions(lines).union(own.map(lambda line: (line,))).persist(on_disk())
    frame = job.spark.createDataFrame(every, "line string")
    ordered = frame.repartitionByRange(job.parts, "line").sortWithinPartitions("line").rdd.map(_line)
    ordered = ordered.persist(on_disk())
    fetch(folder, _packed(NQUADS, ordered, _once))
    counts = ordered.mapPartitionsWithIndex(lambda part, some: _counted(part, _once(some), uri_space))
    counted = _merged(counts.collect(), uri_space)
    values = ordered.filter(lambda line: not graph_of(line)).map(lambda line: (line.split(" ", 2)[2],))
    objects = job.spark.createDataFrame(values, "value string").distinct().count()
    counted.statistics.objects = objects
    return counted


def _note(finding: Any) -> Unit:
    record = quality.finding(finding)
    return Unit(record["id"], [(QUALITY, record)])


def _line(row: Any) -> str:
    return f"{row.line}\n"


def _once(lines: Iterable[str]) -> Iterator[str]:
    return (line for line, _ in groupby(lines))


def _counted(part: int, lines: Iterable[str], uri_space: str) -> Iterator[_Counted]:
    """Count the statements of a part."""
    found = _Counted(part, 0, void.Statistics())

    def default() -> Iterator[str]:
        for line in lines:
            found.quads += 1
            if not graph_of(line):
                found.last = line.partition(" ")[0]
                found.first = found.first or found.last
                yield line

    for _ in void.tally(default(), uri_space, found.statistics):
        pass
    yield found


def _batches(lines: Iterable[str]) -> Iterator[list[str]]:
    batch, size = list[str](), 0
    for line in lines:
        batch.append(line)
        size += len(line)
        if size >= BLOCK:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _merged(parts: list[_Counted], uri_space: str) -> _Counted:
    """Add up what was counted of parts; a subject that two of them share is one."""
    whole = _Counted(0, 0, void.Statistics())
    for part in sorted(parts, key=lambda one: one.number):
        whole.quads += part.quads
        whole.statistics.add(part.statistics)
        if part.first and part.first == whole.last:
            whole.statistics.subjects -= 1
            whole.statistics.entities -= part.first.startswith(uri_space, 1)
        whole.last = part.last or whole.last
    return whole


def _packed(pattern: str, lines: Any, each: Callable[[Iterable[str]], Iterable[str]] = iter) -> Any:
    """Compress the lines of each part, in blocks."""

    def blocks(part: int, some: Iterator[str]) -> Iterator[tuple[str, int, bytes]]:
        for batch in _batches(each(some)):
            yield pattern, part, gzip.compress("".join(batch).encode(), COMPRESSION, mtime=0)

    return lines.mapPartitionsWithIndex(blocks)


def _findings(folder: Path, gathered: Gathered, judged: Judged) -> None:
    """Write findings as JSON, one per line."""
    every = gathered.findings.map(lambda told: told[1]).union(judged.findings)
    fetch(folder, _packed(FINDINGS, every.map(report.as_json)))


def _report(folder: Path, judged: Judged, name: str) -> None:
    """Write the report of validation as N-Triples."""
    conforms = judged.results.isEmpty()
    head = judged.results.context.parallelize([*report.head(name, conforms=conforms)], 1)
    lines = judged.results.flatMap(lambda one: [*report.lines(one, name)])
    fetch(folder, _packed(REPORT, head.union(lines)))
