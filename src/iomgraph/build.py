"""The story of a build: gather, check, then publish whole. Start reading here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from iomgraph import iris
from iomgraph.claims import read as claims
from iomgraph.claims.claim import Page
from iomgraph.findings import Finding, Place, Severity, by_severity
from iomgraph.mapping import context, dataset
from iomgraph.mapping.dataset import DEFAULT, PROVENANCE, QUALITY, Dataset
from iomgraph.publication import (
    answers,
    copies,
    dcat,
    description,
    dumps,
    jsonld,
    manifest,
    places,
    questions,
    release,
    report,
    schemaorg,
    service,
    turtle,
    version,
    void,
)
from iomgraph.publication.changes import feed, predecessor
from iomgraph.publication.site import outlines
from iomgraph.publication.site import write as site
from iomgraph.publication.site.things import Things
from iomgraph.publication.tables import datapackage
from iomgraph.publication.tables.write import write as write_tables
from iomgraph.records import (
    agenda,
    concepts,
    fund,
    headlines,
    links,
    membership,
    organization,
    origins,
    project,
    quality,
    state,
)
from iomgraph.settings import Settings, clock
from iomgraph.sources import patterns, portfolio, rules, tables
from iomgraph.validation import check, regression, shapes
from iomgraph.validation.report import Report
from iomgraph.validation.rulebook import Rule


@dataclass(slots=True)
class Gathered:
    """What the sources gave.

    Args:
        data: every record, by graph.
        findings: what is wrong with them, or doubtful.
        origins: what knows the cells that things come from.
        counts: projects, captures, states and so on.
        years: every year that a project names, to tell what time the data is about.
        newest: day of the newest capture.
        linksets: the sets of links to other people's things.
    """

    data: Dataset
    findings: list[Finding] = field(default_factory=list)
    origins: check.Origins = field(default_factory=lambda: check.Origins({}, {}))
    counts: dict[str, int] = field(default_factory=dict)
    years: tuple[int, int] | None = None
    newest: date | None = None
    linksets: list[links.Linkset] = field(default_factory=list)


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
    verdict = check.check(data.store(DEFAULT, PROVENANCE, QUALITY), rulebook, data.context, gathered.origins)
    findings = [*gathered.findings, *verdict.findings]
    data.add(quality.noted(verdict.findings), QUALITY)
    if by_severity(findings)[Severity.MUST]:
        return Build(False, gathered.counts, tuple(findings))
    say("publish")
    publish(settings, gathered, findings, verdict, list(rulebook.rules.values()))
    return Build(True, gathered.counts, tuple(findings))


def examine(settings: Settings, previous: Path | None = None) -> Report:
    """Check the tables as a build does, and publish nothing.

    Args:
        settings: folders, base IRI.
        previous: folder of the release before, to find what has gone since.

    Returns:
        every finding, of reading and of the shapes, with its cell and, behind that, its page and line.

    Raises:
        IomgraphError: if the check can't be made.
    """
    gathered = gather(settings)
    rulebook = shapes.load(settings.shapes)
    data = gathered.data
    verdict = check.check(data.store(DEFAULT, PROVENANCE, QUALITY), rulebook, data.context, gathered.origins)
    findings = [*gathered.findings, *verdict.findings]
    if previous:
        place = Place((previous / dumps.NQUADS).as_posix())
        old, new = answers.open_release(previous), data.store(DEFAULT)
        findings += regression.against(old, new, data.context, rules.read(settings.data), place)
    named = {
        data.context.compact(iri): Rule(shape.names, shape.descriptions)
        for iri, shape in rulebook.rules.items()
    }
    return Report(not findings, tuple(findings), verdict.results, rules=named, folder=settings.data.parent)


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
    linked = agenda.read(settings.data, concepts.themes(settings.data), make, findings)
    projects = 0
    used: set[str] = set()
    found_on: dict[str, Sequence[Page]] = {}
    for found in project.reconciler(settings.data, linked.related, make).projects(pages, findings):
        projects += 1
        _add(found, data)
        found_on[found.record["id"]] = found.pages
        used.update(found.record.get("benefitingState", ()), found.record.get("otherBenefitingState", ()))
    data.add(concepts.vocabulary(settings.data, linked.matches))
    data.add(linked.records)
    data.add(linked.statements, PROVENANCE)
    _surroundings(settings.data, data, used, make, findings)
    result.linksets = _linked(settings.data, data, make, findings).linksets
    data.add(concepts.rules(settings.data), PROVENANCE)
    data.add(concepts.severities(settings.data), QUALITY)
    data.add(concepts.checks(settings.data), QUALITY)
    data.add(quality.noted(findings), QUALITY)
    result.origins = check.Origins(found_on, origins.read(settings.data))
    result.years = _years(data)
    result.counts = {"projects": projects, "captures": len(pages), "states": len(used)}
    return result


def _surroundings(
    folder: Path, data: Dataset, used: Collection[str], make: rules.Rules, findings: list[Finding]
) -> None:
    """The organisation, its fund, and the states: all that projects are about but don't tell of."""
    units, funds, countries = organization.read(folder, make, findings), fund.read(folder), state.read(folder)
    names = units.names | {row["id"]: name for name, row in funds.items()}
    state.check(countries, patterns.read(folder), make, findings)
    told = headlines.headlines(folder, names, make, findings)
    members = membership.memberships(folder, countries, make, findings)
    listed, statements = membership.eligibility(folder)
    data.add([*units.records(told.facts), *told.persons])
    data.add(fund.funds(funds, told.facts, make, findings))
    sites = {iris.curie("states", row["iso3"]) for row in units.sites}
    belong = {record["member"]: record["id"] for record in members.records}
    data.add(state.states(countries, belong, {*used, *sites}, listed, state.other_names(folder)))
    data.add(members.records)
    data.add([*told.statements, *members.statements, *statements], PROVENANCE)


def _linked(folder: Path, data: Dataset, make: rules.Rules, findings: list[Finding]) -> links.Links:
    """Links to other people's things, put onto the records that they start from."""
    known = {record["id"] for record in data.records[DEFAULT]}
    found = links.links(folder, known, make, findings)
    data.link(found.matches)
    data.add(found.statements, PROVENANCE)
    return found


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
    settings: Settings,
    gathered: Gathered,
    findings: Sequence[Finding],
    verdict: check.Verdict,
    checked: Sequence[shapes.Shape],
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
        projects = (page for pages in gathered.origins.pages.values() for page in pages)
        places.write(folder / places.JSON, projects)
        copies.write(folder, settings, data.context.document)
        feed.Maker(folder, settings.data, data.context, about).write(
            name, now, counts["quads"], findings, before
        )
        _describe(folder, settings, gathered, about, issued, edition)
        if settings.site:
            _show(folder, settings, gathered, about, (findings, checked), issued, edition)
        counts["files"] = len(manifest.write(folder, edition.version, edition.previous)) + 2


def _describe(
    folder: Path,
    settings: Settings,
    gathered: Gathered,
    about: description.Description,
    issued: date,
    edition: version.Edition,
) -> None:
    """Write the tables, and what catalogues, search engines and SPARQL clients read of the release."""
    data, years, licence = gathered.data, gathered.years, settings.data_license
    written = write_tables(folder, data, settings.base_iri)
    homepage = about.context.expand(about.dataset["landingPage"])
    datapackage.write(folder, written, about.dataset, homepage, issued, licence, edition.version)
    dcat.write(folder, about, issued, licence, years, edition)
    schemaorg.write(folder, about, issued, licence, years, edition)
    statistics = void.count(dumps.default_graph(folder), void.uri_space(about))
    service.write(folder, about, statistics.triples)
    void.write(folder, about, statistics, gathered.linksets, data.context.prefixes, issued, licence, edition)


def _show(
    folder: Path,
    settings: Settings,
    gathered: Gathered,
    about: description.Description,
    found: tuple[Sequence[Finding], Sequence[shapes.Shape]],
    issued: date,
    edition: version.Edition,
) -> None:
    """Write the site of the release."""
    contents = site.Contents(
        Things(gathered.data, settings.base_iri),
        outlines.read(settings.data),
        list(questions.read_all(settings.queries).values()),
        *found,
        settings.base_iri,
        edition.version,
        issued.isoformat(),
        about.contact,
    )
    before = settings.out if manifest.is_release(settings.out) else None
    site.write(folder, contents, settings.data, settings.ontology, before)
