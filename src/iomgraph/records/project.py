"""One record a project, with the claims it stands on, the facts it states and the disagreements behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from iomgraph import iris
from iomgraph.claims.claim import Claim, Page, Value, parts
from iomgraph.claims.pages import PageRef, spooled
from iomgraph.records import defects, quality, reconcile, titles
from iomgraph.records.grouping import Group, group
from iomgraph.records.reconcile import Decision
from iomgraph.records.record import Record
from iomgraph.sources.rules import Reporter
from iomgraph.sources.tables import Tables
from iomgraph.sources.vocabulary import fold

IATI_PREFIX = "XM-DAC-47066-"
"""IATI names IOM's activities by its organisation identifier and IOM's own project ID."""

DATES = {"startYear": "startDate", "endYear": "endDate"}
TERMS = (
    "identifier",
    "primaId",
    "status",
    "theme",
    "coverage",
    "region",
    "benefitingState",
    "otherBenefitingState",
    "startYear",
    "endYear",
    "fundingYear",
    "budget",
)
"""What a record holds as its sources state it, but for texts."""


@dataclass(slots=True)
class Project:
    """A project, ready for the graphs.

    Args:
        record: what is published as fact.
        claims: for each page, its key and the project as that page has it.
        captures: those of its pages that have one to themselves, as records.
        facts: which pages, and which rule, gave each published property.
        discrepancies: the disagreements, as records.
        pages: the pages it stands on.
    """

    record: Record
    pages: Sequence[PageRef]
    claims: list[tuple[str, Record]] = field(default_factory=list)
    captures: list[Record] = field(default_factory=list)
    facts: list[Record] = field(default_factory=list)
    discrepancies: list[Record] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reconciler:
    """Makes projects of pages.

    Args:
        known: the known defects of the sources.
        related: theme to the goals and targets that its published links lead to.
    """

    known: Sequence[defects.Defect]
    related: Mapping[str, Mapping[str, Sequence[str]]]

    def projects(self, pages: Iterable[Page], reporter: Reporter) -> Iterator[Project]:
        """Group pages into projects and reconcile each, in order of key.

        No more than one project is in memory at a time, and what pages are grouped by.
        """
        for found in group(spooled(pages), reporter):
            yield self.project(found, reporter)

    def project(self, found: Group, reporter: Reporter) -> Project:
        """Reconcile the pages of one project.

        Args:
            found: the pages.
            reporter: is told what the pages disagree on, and what could not be decided.
        """
        pages = [page.whole for page in found.pages]
        decisions = self._decisions(pages)
        texts = self._titles(pages, found.key, reporter)
        withheld = _withhold_disordered(decisions)
        record = self._record(found, decisions, texts)
        project = Project(record, found.pages)
        for page in pages:
            project.claims.append((page.capture_key, _claimed(record["id"], page)))
            if not page.capture:
                project.captures.append(_capture(page))
        every = {**decisions, **{f"title@{lang}": decision for lang, decision in texts.items()}}
        for name, decision in every.items():
            subject = quality.Subject(found.key, record["id"], name)
            if decision.value is not None:
                project.facts.append(quality.fact(subject, decision))
            if decision.disputed:
                project.discrepancies.append(quality.discrepancy(subject, decision))
            quality.report(subject, decision, reporter)
        _report_disordered(record["id"], decisions, withheld, reporter)
        return project

    def _decisions(self, pages: Iterable[Page]) -> dict[str, Decision]:
        decisions = {}
        for term in TERMS:
            said = [(page, page.claims[term]) for page in pages if term in page.claims]
            if said:
                decisions[term] = reconcile.decide(term, said, self.known)
        return decisions

    def _titles(self, pages: Iterable[Page], key: str, reporter: Reporter) -> dict[str, Decision]:
        """Decide the title in each language; titles that differ in typography only are the same."""
        first: dict[tuple[str, str], str] = {}
        said: dict[str, list[tuple[Page, Claim]]] = {}
        for page in pages:
            for claim in page.texts("title"):
                title = titles.tidy(str(claim.value))
                about = iris.curie("projects", key)
                quality.report_untidy(title, claim, about, reporter)
                if title.text:
                    text = first.setdefault((claim.lang, fold(title.text)), title.text)
                    tidied = Claim("title", text, claim.place, claim.source, claim.lang)
                    said.setdefault(claim.lang, []).append((page, tidied))
        return {lang: reconcile.decide("title", said[lang], self.known) for lang in sorted(said)}

    def _record(
        self, found: Group, decisions: Mapping[str, Decision], texts: Mapping[str, Decision]
    ) -> Record:
        values = {term: decision.value for term, decision in decisions.items() if decision.value is not None}
        record = _project(
            iris.curie("projects", found.key), values, {k: d.value for k, d in texts.items() if d.value}
        )
        if "identifier" in values and not found.clash:
            record["iatiIdentifier"] = f"{IATI_PREFIX}{values['identifier']}"
        record["fundedBy"] = iris.curie("funds", "idf")
        record["source"] = sorted({page.url for page in found.pages if page.url})
        record["wasDerivedFrom"] = quality.captures(found.pages)
        for term, things in self.related.get(str(values.get("theme")), {}).items():
            record[term] = list(things)
        return {key: value for key, value in record.items() if value != []}


def _report_disordered(
    about: str, decisions: Mapping[str, Decision], withheld: Mapping[str, int], reporter: Reporter
) -> None:
    """Report both years that contradict each other, at every cell that gives one."""
    for term, year in withheld.items():
        for rival in decisions[term].rivals:
            for claim in rival.claims if rival.value == year and not rival.aside else ():
                reporter.report(
                    "end-before-start",
                    claim.place,
                    about=about,
                    value=str(year),
                    source=claim.source,
                    start=withheld["startYear"],
                    end=withheld["endYear"],
                )


def _project(name: str, values: Mapping[str, Value], texts: Mapping[str, Value]) -> Record:
    """The part of a record that a single page can state, too."""
    record: Record = {"id": name, "type": ["Project"]}
    if texts:
        record["title"] = {lang: [text] for lang, text in sorted(texts.items())}
    for term, value in values.items():
        if term == "budget":
            (part,) = parts(value)
            record[term] = {
                "id": f"{name}/budget",
                "type": ["MonetaryAmount"],
                "value": part["value"],
                "currency": part["currency"],
            }
        else:
            record[term] = list(value) if isinstance(value, tuple) else value
        if term in DATES:
            record[DATES[term]] = str(value)
    return record


def _claimed(name: str, page: Page) -> Record:
    values = {term: page.claims[term].value for term in TERMS if term in page.claims}
    return _project(name, values, {title.lang: title.value for title in page.texts("title")})


def _capture(page: Page) -> Record:
    record: Record = {"id": iris.curie("captures", page.key), "type": ["Capture", "Entity"]}
    if page.url:
        record["source"] = [page.url]
    if page.lang:
        record["language"] = page.lang
    if page.captured:
        record["created"] = page.captured
    record["claimsGraph"] = iris.curie("claims", page.key)
    return record


def _withhold_disordered(decisions: dict[str, Decision]) -> dict[str, int]:
    """Take back a start and an end that contradict each other; give them, or nothing if they don't."""
    start, end = (decisions[term].value if term in decisions else None for term in DATES)
    if not (isinstance(start, int) and isinstance(end, int) and end < start):
        return {}
    for term in DATES:
        decisions[term] = Decision(None, "order-of-years", decisions[term].rivals)
    return {"startYear": start, "endYear": end}


def reconciler(tables: Tables, related: Mapping[str, Mapping[str, Sequence[str]]]) -> Reconciler:
    """A reconciler with the known defects of a folder of tables.

    Raises:
        SourceError: if the table of defects can't be read.
    """
    return Reconciler(defects.read(tables), related)
