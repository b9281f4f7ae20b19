"""One record per project, with its claims, its facts and the disagreements between its pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from iomgraph import iris
from iomgraph.claims.claim import Claim, Page, Value, parts
from iomgraph.claims.pages import PageRef
from iomgraph.errors import OntologyError
from iomgraph.findings import Place
from iomgraph.records import defects, nested, properties, quality, reconcile, titles, topics
from iomgraph.records.description import describe
from iomgraph.records.grouping import Group, group
from iomgraph.records.reconcile import Decision
from iomgraph.records.record import Record
from iomgraph.sources.rules import Reporter
from iomgraph.sources.tables import Tables
from iomgraph.sources.vocabulary import fold


@dataclass(slots=True)
class Project:
    """A project, ready for the graphs.

    Args:
        record: the published facts.
        pages: the pages that it rests on.
        claims: for each page, the key of its capture and the project as that page states it.
        captures: the captures that belong to one page alone, as records.
        facts: for each published property, the pages and the rule that gave it.
        discrepancies: the disagreements, as records.
        labels: CURIE of an organisation or a code to the names that the sources give it.
        places: CURIE of the same to the place of its first name.
        kinds: CURIE of an organisation to the types that the sources give it.
    """

    record: Record
    pages: Sequence[PageRef]
    claims: list[tuple[str, Record]] = field(default_factory=list)
    captures: list[Record] = field(default_factory=list)
    facts: list[Record] = field(default_factory=list)
    discrepancies: list[Record] = field(default_factory=list)
    labels: list[tuple[str, str, str]] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    kinds: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reconciler:
    """Makes projects from pages.

    Args:
        known: the known defects of the sources.
        related: theme to the goals and targets that its published links lead to.
        publisher: IATI organisation identifier of the publisher of the projects; empty if none.
        fund: id of the fund whose pages these are; empty if none.
        descriptions: publish descriptions.
        terms: the terms that tell topics in titles.
    """

    known: Sequence[defects.Defect]
    related: Mapping[str, Mapping[str, Sequence[str]]]
    publisher: str = ""
    fund: str = ""
    descriptions: bool = False
    terms: topics.Terms = field(default_factory=lambda: topics.Terms({}))

    def groups(self, pages: Iterable[PageRef], reporter: Reporter) -> list[Group]:
        """Group pages into projects, in order of key."""
        return group(pages, reporter, self.publisher)

    def project(self, found: Group, reporter: Reporter, known: Mapping[str, str] | None = None) -> Project:
        """Reconcile the pages of one project.

        Args:
            found: the pages.
            reporter: takes findings on disagreements and on undecided values.
            known: IATI identifier to the CURIE of a project of the same dataset.
        """
        name, known = iris.curie("projects", found.key), known or {}
        pages = [page.whole for page in found.pages]
        said = self._said(pages, name, reporter)
        decisions = {key: reconcile.decide(key.partition("@")[0], said[key], self.known) for key in said}
        withheld = _withhold_disordered(decisions)
        _withhold_days(decisions)
        values = {key: decision.value for key, decision in decisions.items() if decision.value is not None}
        named = _named(name, values, pages)
        project = Project(describe(name, values, named, known), found.pages)
        self._derive(project.record, found, pages)
        for page in pages:
            stated = {
                tagged: claim.value
                for key, claim in page.claims.items()
                if (tagged := _tagged(key, claim)) in said or claim.term == "title"
            }
            project.claims.append((page.capture_key, describe(name, stated, named, known)))
            project.labels += _labels(page)
            for thing, place in _places(page):
                project.places.setdefault(thing, place)
            project.kinds += _kinds(page)
            if not page.capture:
                urls = (page.url,) if page.url else ()
                project.captures.append(capture(page.key, urls, page.captured, page.lang))
        _judge(project, found.key, decisions, reporter)
        self._tell_topics(project, found.key, decisions)
        _report_disordered(name, decisions, withheld, reporter)
        return project

    def _tell_topics(self, project: Project, key: str, decisions: Mapping[str, Decision]) -> None:
        """Add the topics of the published titles, with their grounds."""
        titles = {
            name.partition("@")[2]: decision
            for name, decision in decisions.items()
            if name.startswith("title@") and decision.value is not None
        }
        told = self.terms.told({lang: str(decision.value) for lang, decision in titles.items()})
        if told:
            project.record["topic"] = list(told)
            languages = sorted({lang for some in told.values() for lang in some})
            pages = [page for lang in languages for page in titles[lang].accepted]
            subject = quality.Subject(key, project.record["id"], "topic")
            project.facts.append(quality.read_off(subject, pages))

    def _said(self, pages: Sequence[Page], about: str, reporter: Reporter) -> dict[str, reconcile.Said]:
        """Gather claims by property, in the order of properties; texts by language come last."""
        said: dict[str, list[tuple[Page, Claim]]] = {}
        for page in pages:
            for key, claim in page.claims.items():
                if claim.term not in properties.TEXTS:
                    said.setdefault(key, []).append((page, claim))
        for term in properties.SUPPORTING & said.keys():
            del said[term]
        unknown = said.keys() - set(properties.DECIDED)
        if unknown:
            raise OntologyError(
                "a source makes a claim about a property that no project has",
                where=", ".join(sorted(unknown)),
                step="add the property to records/properties.py",
            )
        found: dict[str, reconcile.Said] = {term: said[term] for term in properties.DECIDED if term in said}
        return found | self._texts(pages, about, reporter)

    def _texts(self, pages: Sequence[Page], about: str, reporter: Reporter) -> dict[str, reconcile.Said]:
        """Gather texts by language; titles that differ only in typography count as equal."""
        said: dict[str, list[tuple[Page, Claim]]] = {}
        first: dict[tuple[str, str], str] = {}
        for page in pages:
            for key, claim in page.claims.items():
                if claim.term == "title":
                    tidied = _tidied(page, claim, about, first, reporter)
                    if tidied:
                        said.setdefault(_tagged(key, claim), []).append((page, tidied))
                elif claim.term == "description" and self.descriptions:
                    said.setdefault(_tagged(key, claim), []).append((page, claim))
        return {key: said[key] for key in sorted(said, key=_text_order)}

    def _derive(self, record: Record, found: Group, pages: Sequence[Page]) -> None:
        """Add facts to a record that follow from those of the sources."""
        if self.publisher and "identifier" in record and "iatiIdentifier" not in record and not found.clash:
            record["inferredIatiIdentifier"] = f"{self.publisher}-{record['identifier']}"
        if self.fund and any(page.kind == "pages" for page in pages):
            record.setdefault("fundedBy", iris.curie("funds", self.fund))
        sources = {page.url for page in pages if page.url}
        for page in pages:
            link = page.says("sourceLink")
            sources.update(map(str, link if isinstance(link, tuple) else (link,) if link else ()))
        if sources:
            record["source"] = record["page"] = sorted(sources)
        record["capture"] = quality.captures(pages)
        for term, things in self.related.get(str(record.get("theme")), {}).items():
            if things:
                record[term] = list(things)


def activities(groups: Iterable[Group]) -> dict[str, str]:
    """Return the IATI identifiers of projects, each with the CURIE of the last project that has it."""
    return {
        page.text("iatiIdentifier"): iris.curie("projects", found.key)
        for found in groups
        for page in found.pages
        if page.text("iatiIdentifier")
    }


def _tagged(key: str, claim: Claim) -> str:
    """The name of a property; a text of unknown language is undetermined (BCP 47, `und`)."""
    return f"{key}@und" if claim.term in properties.TEXTS and not claim.lang else key


def _text_order(key: str) -> tuple[int, str]:
    term, _, lang = key.partition("@")
    return properties.TEXTS.index(term), lang


def _tidied(
    page: Page, claim: Claim, about: str, first: dict[tuple[str, str], str], reporter: Reporter
) -> Claim | None:
    """A title as it is compared; only pages print titles with spoiled typography."""
    text = str(claim.value)
    if page.kind == "pages":
        title = titles.tidy(text)
        quality.report_untidy(title, claim, about, reporter)
        text = title.text
    if not text:
        return None
    same = first.setdefault((claim.lang, fold(text)), text)
    return Claim("title", same, claim.place, claim.source, claim.lang)


def _named(name: str, values: Mapping[str, Value], pages: Sequence[Page]) -> dict[str, nested.Names]:
    """Name the parts of a project: the published ones first, then the others of each source."""
    named = {}
    for term in properties.NESTED:
        stated = [parts(claim.value) for page in pages if (claim := page.claims.get(term))]
        if stated:
            named[term] = nested.names(term, name, [parts(values.get(term)), *stated])
    return named


def _judge(project: Project, key: str, decisions: Mapping[str, Decision], reporter: Reporter) -> None:
    """Record the grounds of every property and the disagreements; report the claims that were set aside."""
    for name, decision in decisions.items():
        subject = quality.Subject(key, project.record["id"], name)
        if decision.value is not None:
            project.facts += [quality.fact(one, decision) for one in _published(subject, project.record)]
        if decision.disputed:
            project.discrepancies.append(quality.discrepancy(subject, decision))
        quality.report(subject, decision, reporter)


def _published(subject: quality.Subject, record: Record) -> list[quality.Subject]:
    """The properties that publish a decided value; a relation may have two."""
    terms = properties.RELATIONS.get(subject.term)
    if not terms:
        return [subject]
    return [replace(subject, name=term) for term in terms if term in record]


def _labels(page: Page) -> Iterator[tuple[str, str, str]]:
    """The names that a source gives to organisations and codes: CURIE, language, name."""
    for part in parts(page.says("label")):
        yield from _names_in(part.get("thing"), part.get("name"))
    for part in parts(page.says("participation")):
        yield from _names_in(part.get("organization"), part.get("name"))
    for part in parts(page.says("transaction")):
        for role in ("provider", "receiver"):
            yield from _names_in(part.get(role), part.get(f"{role}Name"))


def _places(page: Page) -> Iterator[tuple[str, Place]]:
    """Yield the things that a source names, each with the place of its claim."""
    if claim := page.claims.get("label"):
        yield from ((str(part["thing"]), claim.place) for part in parts(claim.value))


def _kinds(page: Page) -> Iterator[tuple[str, str]]:
    """The type that a source gives to the organisation that reports: CURIE, type."""
    for part in parts(page.says("label")):
        if part.get("organizationType"):
            yield str(part["thing"]), str(part["organizationType"])


def _names_in(thing: object, texts: object) -> Iterator[tuple[str, str, str]]:
    if thing and isinstance(texts, tuple):
        for lang, text in texts:
            yield str(thing), lang, text


def _report_disordered(
    about: str, decisions: Mapping[str, Decision], withheld: Mapping[str, int], reporter: Reporter
) -> None:
    """Report a start and an end that contradict each other, at every cell that gives one of them."""
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


def capture(key: str, urls: Sequence[str], day: str, lang: str = "") -> Record:
    """Describe a capture.

    Args:
        key: the end of its IRI.
        urls: addresses of the saved files; if there are several, none of them is the address of this one
            file.
        day: the day on which it was saved; empty if unknown.
        lang: its language; empty if unknown.

    Example:
        >>> capture("activities.xml", (), "2026-11-27")["claimsGraph"]
        'claims:activities.xml'
    """
    record: Record = {"id": iris.curie("captures", key), "type": ["Capture", "Entity"]}
    if len(urls) == 1:
        record["source"] = list(urls)
    if lang:
        record["language"] = lang
    if day:
        record["created"] = day
    record["claimsGraph"] = iris.curie("claims", key)
    return record


def _withhold_disordered(decisions: dict[str, Decision]) -> dict[str, int]:
    """Withdraw a start and an end that contradict each other, and return them; else return nothing."""
    years = properties.DATED
    start, end = (decisions[term].value if term in decisions else None for term in years)
    if not (isinstance(start, int) and isinstance(end, int) and end < start):
        return {}
    for term in years:
        decisions[term] = Decision(None, "order-of-years", decisions[term].rivals)
    return {"startYear": start, "endYear": end}


def _withhold_days(decisions: dict[str, Decision]) -> None:
    """Withdraw a day that is not in the published year."""
    for term, date in properties.DATED.items():
        year, day = decisions.get(term), decisions.get(date)
        if year and day and day.value is not None and str(day.value)[:4] != str(year.value):
            decisions[date] = Decision(None, year.rule, day.rivals)


def reconciler(
    tables: Tables,
    related: Mapping[str, Mapping[str, Sequence[str]]],
    *,
    publisher: str = "",
    fund: str = "",
    descriptions: bool = False,
) -> Reconciler:
    """Make a reconciler with the known defects in a folder of tables.

    Args:
        tables: the reference tables.
        related: theme to the goals and targets that it is linked to.
        publisher: IATI organisation identifier of the publisher of the projects; empty if none.
        fund: id of the fund whose pages these are; empty if none.
        descriptions: whether descriptions are published.

    Raises:
        SourceError: if the table of defects can't be read.
    """
    return Reconciler(defects.read(tables), related, publisher, fund, descriptions, terms=topics.read(tables))
