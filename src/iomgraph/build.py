"""The story of a build: gather, check, then publish whole. Start reading here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from iomgraph.claims import read as claims
from iomgraph.claims.claim import Page
from iomgraph.findings import Finding, Severity, by_severity
from iomgraph.mapping import context, dataset
from iomgraph.mapping.dataset import DEFAULT, PROVENANCE, QUALITY, Dataset
from iomgraph.publication import (
    copies,
    dcat,
    description,
    dumps,
    jsonld,
    manifest,
    places,
    release,
    report,
    turtle,
    version,
    void,
)
from iomgraph.publication.changes import feed, predecessor
from iomgraph.records import concepts, fund, project, quality, state
from iomgraph.settings import Settings, clock
from iomgraph.sources import portfolio, rules, tables
from iomgraph.validation import check, shapes


@dataclass(slots=True)
class Gathered:
    """What the sources gave.

    Args:
        data: every record, by graph.
        findings: what is wrong with them, or doubtful.
        pages: CURIE of a project to the pages it stands on, which know the cells.
        counts: projects, captures, states and so on.
        years: every year that a project names, to tell what time the data is about.
        newest: day of the newest capture.
    """

    data: Dataset
    findings: list[Finding] = field(default_factory=list)
    pages: dict[str, Sequence[Page]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    years: tuple[int, int] | None = None
    newest: date | None = None


@dataclass(frozen=True, slots=True)
class Build:
    """What a build did.

    Args:
        published: whether the release was put in place; it is not where a `must` is broken.
        counts: projects, captures, states, quads, files.
        findings: everything found, by reading and by the shapes.
    """

    published: bool
    counts: dict[str, int]
    findings: tuple[Finding, ...]


def build(settings: Settings, say: Callable[[str], None] = lambda _: None) -> Build:
    """Build a release from the tables.

    Args:
        settings: folders, base IRI, licence.
        say: told each step as it begins.

    Raises:
        IomgraphError: if the build can't go on; the release that stood there is untouched.
    """
    say("gather")
    gathered = gather(settings)
    say("check")
    rulebook = shapes.load(settings.shapes)
    data = gathered.data
    verdict = check.check(data.store(DEFAULT, PROVENANCE, QUALITY), rulebook, data.context, gathered.pages)
    findings = [*gathered.findings, *verdict.findings]
    data.add(map(quality.finding, verdict.findings), QUALITY)
    if by_severity(findings)[Severity.MUST]:
        return Build(False, gathered.counts, tuple(findings))
    say("publish")
    publish(settings, gathered, findings, verdict)
    return Build(True, gathered.counts, tuple(findings))


def gather(settings: Settings) -> Gathered:
    """Read the tables, reconcile what the pages claim, and put every record into its graph.

    Raises:
        IomgraphError: if a table can't be read.
    """
    make = rules.read(settings.data)
    result = Gathered(Dataset(context.read(settings.ontology, settings.base_iri)))
    data, findings = result.data, result.findings
    rows = tables.read(settings.data / "idf/pages.csv", portfolio.COLUMNS, name="data/idf/pages.csv")
    pages = list(claims.reader(settings.data, make).pages(rows, findings))
    result.newest = max((date.fromisoformat(page.captured) for page in pages if page.captured), default=None)
    projects = 0
    used: set[str] = set()
    for found in project.reconciler(settings.data, {}, make).projects(pages, findings):
        projects += 1
        _add(found, data)
        result.pages[found.record["id"]] = found.pages
        used.update(found.record.get("benefitingState", ()), found.record.get("otherBenefitingState", ()))
    data.add(concepts.vocabulary(settings.data))
    data.add(fund.funds(settings.data))
    data.add(state.states(settings.data, used))
    data.add(concepts.rules(settings.data), PROVENANCE)
    data.add(concepts.severities(settings.data), QUALITY)
    data.add(concepts.checks(settings.data), QUALITY)
    data.add(map(quality.finding, findings), QUALITY)
    result.years = _years(data)
    result.counts = {"projects": projects, "captures": len(pages), "states": len(used)}
    return result


def _add(found: project.Project, data: Dataset) -> None:
    data.add([found.record])
    for key, claimed in found.claims:
        data.add([claimed], dataset.claims(key))
    data.add([*found.captures, *found.facts], PROVENANCE)
    data.add(found.discrepancies, QUALITY)


def _years(data: Dataset) -> tuple[int, int] | None:
    named = [
        record[term]
        for record in data.records[DEFAULT]
        for term in ("startYear", "endYear")
        if term in record
    ]
    return (min(named), max(named)) if named else None


def publish(
    settings: Settings, gathered: Gathered, findings: Sequence[Finding], verdict: check.Verdict
) -> None:
    """Write the release beside its place, then put it there.

    Raises:
        PublicationError: if it can't be written; the release that stood there is untouched.
    """
    data, counts = gathered.data, gathered.counts
    terms, prefixes = data.context.document["@context"], data.context.prefixes
    about = description.read(settings.data, settings.base_iri)
    now = clock(gathered.newest)
    issued, name = now.date(), version.of(settings.version, now.date())
    with release.staged(settings.out) as folder:
        before = predecessor.find(settings.previous, settings.out, name)
        edition = version.Edition(name, before.version if before else "")
        counts["quads"] = dumps.write(folder, data.lines(), prefixes, turtle.properties_of(terms, prefixes))
        jsonld.write(folder / "iomgraph.jsonld", terms, data.records[DEFAULT], data.named())
        report.write_shacl(folder / report.TURTLE, verdict.results, prefixes, settings.base_iri)
        report.write_findings(folder / report.JSON, findings)
        places.write(folder / places.JSON, (page for pages in gathered.pages.values() for page in pages))
        copies.write(folder, settings.ontology, settings.shapes, data.context.document)
        feed.Maker(folder, settings.data, data.context, about).write(name, now, counts["quads"], before)
        dcat.write(folder, about, issued, settings.data_license, gathered.years, edition)
        statistics = void.count(dumps.default_graph(folder), void.uri_space(about))
        void.write(folder, about, statistics, prefixes, issued, settings.data_license, edition)
        counts["files"] = len(manifest.write(folder, edition.version, edition.previous)) + 2
