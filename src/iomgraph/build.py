"""The story of a build: gather, check, then publish whole. Start reading here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from iomgraph import checks, iris, regression
from iomgraph import portfolio as portfolios
from iomgraph.claims import kinds
from iomgraph.claims.pages import PageRef, Pages
from iomgraph.findings import Finding, Findings, Place, Severity
from iomgraph.mapping import context, dataset
from iomgraph.mapping.dataset import DEFAULT, PROVENANCE, QUALITY, Dataset
from iomgraph.mapping.writers import as_list
from iomgraph.portfolio import Portfolio
from iomgraph.processes import Say, counted, silent, timed
from iomgraph.publication import artifacts
from iomgraph.publication.changes import predecessor
from iomgraph.publication.draft import Draft
from iomgraph.queries import execution
from iomgraph.records import doubts, project, quality
from iomgraph.records.record import Record
from iomgraph.reference import (
    agenda,
    codelists,
    concepts,
    evidence,
    fund,
    headline_facts,
    links,
    membership,
    organization,
    origins,
    state,
    works,
)
from iomgraph.release import dumps, exchange, signature, version
from iomgraph.settings import Settings, clock
from iomgraph.sources import patterns
from iomgraph.sources.rules import Reporter
from iomgraph.sources.rules import read as read_rules
from iomgraph.sources.tables import Tables
from iomgraph.validation import shapes
from iomgraph.validation.report import Report
from iomgraph.validation.rulebook import Rule


@dataclass(slots=True)
class Gathered:
    """The records, findings and counts that the sources gave.

    Args:
        portfolio: what is published, under the base IRI in force.
        data: every record, by graph.
        findings: what is wrong with them, or doubtful.
        origins: what knows the cells that things come from.
        counts: projects, captures, states and so on.
        years: every year that a project names, to tell what time the data is about.
        newest: day of the newest capture.
        linksets: the sets of links to other people's things.
    """

    portfolio: Portfolio
    data: Dataset
    findings: Findings = field(default_factory=Findings)
    origins: checks.Origins = field(default_factory=lambda: checks.Origins({}, {}))
    counts: dict[str, int] = field(default_factory=dict)
    years: tuple[int, int] | None = None
    newest: date | None = None
    linksets: list[links.Linkset] = field(default_factory=list)

    @property
    def pages(self) -> Pages:
        """The pages of all projects, as often as they are asked for."""
        return Pages(self.origins.pages)

    def take(self, found: Iterable[Finding]) -> None:
        """Take more findings, each of which is a record, too."""
        self.data.add(quality.noted(self._kept(found)), QUALITY)

    def _kept(self, found: Iterable[Finding]) -> Iterator[Finding]:
        for finding in found:
            self.findings.append(finding)
            yield finding


@dataclass(slots=True)
class _Seen:
    """Notes on all projects, taken as they go by."""

    pages: dict[str, Sequence[PageRef]] = field(default_factory=dict)
    states: set[str] = field(default_factory=set)
    concepts: set[str] = field(default_factory=set)
    years: set[int] = field(default_factory=set)
    newest: str = ""
    places: dict[str, Place] = field(default_factory=dict)
    used: codelists.Used = field(default_factory=lambda: codelists.Used(frozenset()))

    def take(self, found: project.Project) -> None:
        record = found.record
        self.used.note(record)
        if found.discrepancies:
            # A rejected value is published, too, and so is what it points to.
            for _, claimed in found.claims:
                self.used.note(claimed)
        self.used.name(found.labels)
        for thing, place in found.places.items():
            self.places.setdefault(thing, place)
        self.used.classify(found.kinds)
        self.pages[record["id"]] = tuple(found.pages)
        self.states.update(record.get("benefitingState", ()), record.get("otherBenefitingState", ()))
        terms = ("status", "theme", "coverage", "region")
        self.concepts.update(record[term] for term in terms if term in record)
        self.concepts.update(record.get("topic", ()))
        self.states.update(_states(record))
        self.years.update(record[term] for term in ("startYear", "endYear") if term in record)
        days = (capture.get("created", "") for capture in found.captures)
        self.newest = max((self.newest, *days))


def _states(record: Record) -> Iterator[str]:
    """The states that shares and transactions of a project go to."""
    for part in (*record.get("allocation", ()), *record.get("transaction", ())):
        for thing in as_list(part.get("allocatedTo", ())):
            if thing.startswith("states:"):
                yield thing


@dataclass(frozen=True, slots=True)
class Build:
    """The outcome of a build.

    Args:
        published: whether the release was put in place; it is not where a `must` is broken.
        counts: projects, captures, states, quads, files.
        findings: everything found, by reading and by the shapes.

    Example:
        >>> result = Build(False, {"projects": 3}, Findings())
        >>> result.published, result.counts["projects"], len(list(result.findings))
        (False, 3, 0)
    """

    published: bool
    counts: Mapping[str, int]
    findings: Findings


def build(settings: Settings, say: Say = silent) -> Build:
    """Build a release from the tables.

    Args:
        settings: folders, base IRI, licence.
        say: told each step as it begins, and how much of it is done.

    Raises:
        IomgraphError: if the build can't go on; the release that stood there is untouched.

    Example:
        >>> import tempfile
        >>> steps = []
        >>> out = Path(tempfile.mkdtemp()) / "dist"
        >>> result = build(Settings(out=out, site=False), lambda step, *_: steps.append(step))
        >>> result.published, result.counts["projects"]
        (True, 473)
        >>> list(dict.fromkeys(steps)), (out / "iomgraph.ttl").exists()
        (['gather', 'reconcile', 'check', 'publish', 'write'], True)
    """
    exchange.check(settings.out, settings.keep)
    say("gather")
    with timed("gather"):
        gathered = gather(settings, say)
    say("check")
    with timed("check"):
        rulebook = shapes.load(settings.shapes)
        results = checks.check(gathered.data, rulebook, say=say)
        gathered.take(checks.findings(results, rulebook, gathered.data.context, gathered.origins))
    if gathered.findings.severities[Severity.MUST]:
        return Build(False, gathered.counts, gathered.findings)
    say("publish")
    with timed("publish"):
        written = publish(settings, gathered, results, list(rulebook.rules.values()), say)
    return Build(True, {**gathered.counts, **written}, gathered.findings)


def examine(settings: Settings, previous: Path | None = None, say: Say = silent) -> Report:
    """Check the tables as a build does, and publish nothing.

    Args:
        settings: folders, base IRI.
        previous: folder of the release before, to find what has gone since.
        say: told each step as it begins, and how much of it is done.

    Returns:
        every finding, of reading and of the shapes, with its cell and, behind that, its page and line.

    Raises:
        IomgraphError: if the check can't be made.
    """
    gathered = gather(settings, say)
    rulebook = shapes.load(settings.shapes)
    data = gathered.data
    results = checks.check(data, rulebook, say=say)
    findings = [*gathered.findings, *checks.findings(results, rulebook, data.context, gathered.origins)]
    if previous:
        place = Place((previous / dumps.NQUADS).as_posix())
        old, new = execution.open_release(previous), data.store(DEFAULT)
        findings += regression.against(old, new, data.context, read_rules(Tables(settings.data)), place)
    named = {
        data.context.compact(iri): Rule(shape.names, shape.descriptions, shape.place)
        for iri, shape in rulebook.rules.items()
    }
    return Report(not findings, tuple(findings), tuple(results), rules=named, folder=settings.data.parent)


def gather(settings: Settings, say: Say = silent) -> Gathered:
    """Read the tables, reconcile what the pages claim, and put every record into its graph.

    Args:
        settings: folders, base IRI.
        say: told how many projects are gathered.

    Raises:
        IomgraphError: if a table can't be read.
    """
    reference = Tables(settings.data)
    portfolio = portfolios.read(settings.data)
    portfolio = replace(portfolio, base_iri=settings.base_iri or portfolio.base_iri)
    result = Gathered(portfolio, Dataset(context.read(settings.ontology, portfolio.base_iri)))
    data, reporter = result.data, Reporter(read_rules(reference), result.findings)
    shared: dict[str, kinds.Capture] = {}
    pages = kinds.read(reference, portfolio, reporter, shared)
    linked = agenda.read(reference, concepts.themes(reference), reporter)
    coded = codelists.read(reference)
    seen = _Seen(used=coded.used)
    reconciler = project.reconciler(
        reference,
        linked.related,
        publisher=portfolio.iati_organisation,
        fund=portfolio.fund,
        descriptions=portfolio.publish_descriptions,
    )
    projects = reconciler.projects(counted(pages, say, "gather"), reporter, say)
    for found in doubts.checked(projects, reference, reporter):
        seen.take(found)
        _add(found, data)
    data.add((project.capture(one.key, one.urls, one.day) for one in shared.values()), PROVENANCE)
    seen.newest = max((seen.newest, *(one.day for one in shared.values())))
    _vocabularies(reference, data, linked, seen.concepts)
    for record in _surroundings(reference, data, seen.states, reporter):
        seen.used.note(record)
    data.add(coded.records(seen.used))
    result.linksets = _linked(reference, data, reporter).linksets
    data.add(concepts.rules(reference), PROVENANCE)
    data.add(concepts.severities(reference), QUALITY)
    data.add(concepts.checks(reference), QUALITY)
    data.add(works.works(reference, data.cited))
    data.add(quality.noted(result.findings), QUALITY)
    result.origins = checks.Origins(seen.pages, origins.read(reference), seen.places)
    result.years = (min(seen.years), max(seen.years)) if seen.years else None
    result.newest = date.fromisoformat(seen.newest) if seen.newest else None
    captures = len({page.capture_key for pages in seen.pages.values() for page in pages})
    result.counts = {"projects": len(seen.pages), "captures": captures, "states": len(seen.states)}
    return result


def _vocabularies(reference: Tables, data: Dataset, linked: agenda.Agenda, used: Collection[str]) -> None:
    """The concepts that projects point to, and the agenda that themes are linked to.

    Who borrows the vocabulary publishes what is used of it, and the links of that.
    """
    found = concepts.vocabulary(reference, linked.matches, linked.unlinked)
    borrowed = reference.borrows("vocabulary/concepts.csv")
    data.add(concepts.in_use(found, used) if borrowed else found)
    published = linked.used(used) if borrowed else linked
    data.add(published.records)
    data.add(published.statements, PROVENANCE)


def _surroundings(
    reference: Tables, data: Dataset, used: Collection[str], reporter: Reporter
) -> list[Record]:
    """The organisation, its fund, and the states: all that projects are about but don't tell of.

    Returns:
        the records of states.
    """
    units = organization.read(reference, reporter)
    funds, countries = fund.read(reference), state.read(reference)
    names = units.names | {row["id"]: name for name, row in funds.items()}
    state.check(countries, patterns.read(reference), reporter)
    told = headline_facts.headlines(reference, names, reporter)
    members = membership.memberships(reference, countries, reporter)
    listed, statements = membership.eligibility(reference)
    bodies = [*units.records(told.facts), *told.persons, *told.memberships]
    data.add(evidence.translated([*bodies, *fund.funds(funds, told.facts, reporter)], reporter.rules.words))
    sites = {iris.curie("states", row["iso3"]) for row in units.sites}
    belong = {record["member"]: record["id"] for record in members.records}
    regions = state.intermediate_regions(reference)
    facts = {name: {**regions.get(name, {}), **listed.get(name, {})} for name in {*regions, *listed}}
    found = list(state.states(countries, belong, {*used, *sites}, facts, state.other_names(reference)))
    data.add(found)
    data.add(evidence.translated(members.records, reporter.rules.words))
    told_of = [*told.statements, *members.statements, *statements]
    data.add(evidence.translated(told_of, reporter.rules.words), PROVENANCE)
    return found


def _linked(reference: Tables, data: Dataset, reporter: Reporter) -> links.Links:
    """Links to other people's things, put onto the records that they start from."""
    known = {record["id"] for record in data.records()}
    found = links.links(reference, known, reporter)
    data.link(found.matches)
    data.add(found.statements, PROVENANCE)
    return found


def _add(found: project.Project, data: Dataset) -> None:
    data.add([found.record])
    for key, claimed in found.claims:
        data.add([claimed], dataset.claims(key))
    data.add([*found.captures, *found.facts], PROVENANCE)
    data.add(found.discrepancies, QUALITY)


def publish(
    settings: Settings,
    gathered: Gathered,
    results: checks.Results,
    checked: Sequence[shapes.Shape],
    say: Say = silent,
) -> Mapping[str, int]:
    """Write the release beside its place, then put it there.

    Returns:
        how many statements there are, and how many files.

    Raises:
        PublicationError: if it can't be written; the release that stood there is untouched.
    """
    name = version.of(settings.version, clock(gathered.newest).date())
    with exchange.staged(settings.out, settings.keep) as folder:
        draft = Draft(
            settings=replace(settings, base_iri=gathered.portfolio.base_iri),
            portfolio=gathered.portfolio,
            data=gathered.data,
            pages=gathered.pages,
            findings=gathered.findings,
            results=results,
            shapes=checked,
            linksets=gathered.linksets,
            years=gathered.years,
            newest=gathered.newest,
            before=predecessor.find(settings.previous, settings.out, name),
        )
        written = artifacts.write(folder, draft, say)
        if settings.sign:
            signature.sign(folder, settings.sign)
        return written
