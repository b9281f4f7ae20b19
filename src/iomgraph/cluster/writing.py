"""The release in parts, which workers write and the driver fetches part by part into its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from iomgraph.cluster import descriptions, statements, tables
from iomgraph.cluster.fetching import compressed, fetch, made
from iomgraph.cluster.gathering import Gathered, min_by_order, on_disk
from iomgraph.cluster.job import Job
from iomgraph.cluster.judging import Judged
from iomgraph.cluster.sealed import seal, unsealed
from iomgraph.cluster.units import UNITS, Unit
from iomgraph.cluster.verdicts import RESULTS
from iomgraph.findings import Findings, as_json
from iomgraph.mapping.dataset import QUALITY
from iomgraph.publication import copies, report, void
from iomgraph.publication.changes import predecessor
from iomgraph.publication.draft import Draft
from iomgraph.records import quality
from iomgraph.release import exchange, manifest, signature, version
from iomgraph.settings import clock

FINDINGS = "findings/part-{:05}.jsonl.gz"
REPORT = "report/part-{:05}.nt.gz"


def publish(job: Job, gathered: Gathered, judged: Judged, findings: Findings) -> Mapping[str, int]:
    """Write the release beside its place, then put it there.

    Returns:
        the numbers of statements and files.

    Raises:
        PublicationError: if it can't be written; the previous release is untouched.
    """
    settings = replace(job.settings, base_iri=gathered.portfolio.base_iri)
    name = version.of(settings.version, clock(gathered.newest).date())
    draft = Draft(
        settings=settings,
        portfolio=gathered.portfolio,
        data=gathered.reference,
        pages={},
        findings=findings,
        results=tuple,
        shapes=(),
        linksets=gathered.linksets,
        years=gathered.years,
        newest=gathered.newest,
        before=predecessor.find(settings.previous, settings.out, name),
    )
    with exchange.staged(settings.out, settings.keep) as folder:
        copies.write(folder, settings, gathered.reference.context.document)
        noted = _noted(job, judged)
        counted = statements.write(job, folder, gathered, noted, void.uri_space(draft.about))
        tables.write(job, folder, gathered, noted)
        _findings(folder, gathered, judged)
        _report(folder, judged, report.report_iri(settings.base_iri))
        descriptions.write(folder, draft, counted.statistics)
        listed = manifest.write(folder, draft.edition.version, draft.edition.previous)
        if settings.sign:
            signature.sign(folder, settings.sign)
    return {"quads": counted.quads, "files": len(listed) + len((manifest.NAME, manifest.SUMS))}


def _noted(job: Job, judged: Judged) -> Any:
    """Make sealed units from the findings of rules."""
    said = judged.findings.map(lambda one: (one.key, (one.about, one))).reduceByKey(min_by_order, job.parts)
    units = said.map(lambda pair: _note(pair[1][1]))
    return units.mapPartitions(lambda some: seal(UNITS, some)).persist(on_disk())


def _note(finding: Any) -> Unit:
    record = quality.finding(finding)
    return Unit(record["id"], [(QUALITY, record)])


def _findings(folder: Path, gathered: Gathered, judged: Judged) -> None:
    """Write findings as JSON, one per line."""
    every = gathered.findings.map(lambda told: told[1]).union(judged.findings)
    lines = every.coalesce(gathered.parts).map(lambda one: f"{as_json(one)}\n")
    fetch(folder, made(lines.mapPartitionsWithIndex(lambda part, some: compressed(FINDINGS, part, some))))


def _report(folder: Path, judged: Judged, name: str) -> None:
    """Write the report of validation as N-Triples."""
    conforms = not judged.counts.total()
    head = judged.verdicts.context.parallelize([*report.head(name, conforms=conforms)], 1)
    lines = head.union(unsealed(judged.verdicts, RESULTS)).coalesce(judged.verdicts.getNumPartitions())
    fetch(folder, made(lines.mapPartitionsWithIndex(lambda part, some: compressed(REPORT, part, some))))
