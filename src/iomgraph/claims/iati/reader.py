"""The reading of IATI activities: each becomes a page with claims, or a finding.

It follows the activity standard of the IATI Standard 2.03.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from iomgraph import iris
from iomgraph.claims import values
from iomgraph.claims.claim import Page, Part
from iomgraph.claims.iati import codes, money, places, subjects
from iomgraph.claims.iati.activity import Reading
from iomgraph.findings import Place
from iomgraph.sources.captures import is_day
from iomgraph.sources.characters import forbidden
from iomgraph.sources.iati import elements, ruleset, stream, tabled
from iomgraph.sources.iati.stream import Activity
from iomgraph.sources.rules import Reporter
from iomgraph.sources.tables import Tables
from iomgraph.sources.vocabulary import fold

DATES = {"1": "plannedStartDate", "2": "startDate", "3": "plannedEndDate", "4": "endDate"}
"""Type of a date to the term of its claim."""

RELATIONS = {"1": "isPartOf", "2": "hasPart", "3": "relation", "4": "relation", "5": "relation"}
"""Type of a relation to the term of its claim."""

_FUNDING = "1"


@dataclass(frozen=True, slots=True)
class IatiFile:
    """A file of activities, or the table that a harvest made from files.

    Args:
        path: the file.
        label: its name in places.
        capture: key of its capture; empty for a table, whose files each have their own.
        captured: day on which it was read; the day in the file takes precedence.
    """

    path: Path
    label: str
    capture: str
    captured: str = ""


@dataclass(slots=True)
class Reader:
    """Reads the files of a source.

    Args:
        codes: the code lists.
        known: the elements of the standard.
        ruleset: the rules of the standard.
        reporter: takes the findings.
        owner: IATI organisation identifier of the portfolio; the rest of an activity's identifier after it is
            the project ID.
        funds: folded names of the portfolio's fund, to its CURIE, for activities that name it as their
            funder.
        names: identifier to the place of the first activity that has it.
    """

    codes: codes.Codes
    known: elements.Elements
    ruleset: ruleset.Ruleset
    reporter: Reporter
    owner: str = ""
    funds: Mapping[str, str] = field(default_factory=dict)
    names: dict[str, Place] = field(default_factory=dict)

    def pages(self, file: IatiFile) -> Iterator[Page]:
        """Read a file into pages, one activity at a time.

        Raises:
            SourceError: if the file can't be read, is of another version, or is hostile.
        """
        return (page for page in self.each(file) if page)

    def each(self, file: IatiFile) -> Iterator[Page | None]:
        """Read a file as `pages` does, and yield None for each activity that is left out."""
        tabled_ = file.path.suffix.lower() == tabled.SUFFIX
        activities = (tabled if tabled_ else stream).activities(file.path, file.label, self.reporter)
        for activity in activities:
            self.known.check(activity)
            yield self._page(activity, file)
        self.known.report(self.reporter)

    def forget(self) -> None:
        """Forget the activities so far, for callers who read parts and find repeated ones themselves."""
        self.names.clear()

    def _page(self, activity: Activity, file: IatiFile) -> Page | None:
        element = activity.element.find("iati-identifier")
        identifier = activity.identifier
        place, source = activity.place(element), activity.source(element)
        if not identifier or forbidden(identifier):
            self.reporter.report("iati-no-identifier", place, source=source)
            return None
        first = self.names.setdefault(identifier, place)
        if first is not place:
            self.reporter.report("iati-duplicate", place, value=identifier, source=source, first=first)
            return None
        capture = file.capture or iris.page_key(activity.file)
        updated = activity.element.get("last-updated-datetime", "")[:10]
        captured = activity.generated or file.captured or (updated if is_day(updated) else "")
        key = iris.page_key(f"{capture}-{identifier}")
        page = Page(key, "", "", captured, False, activity.place(), kind="iati", capture=capture)
        publisher = activity.element.find("reporting-org")
        ref = (publisher.get("ref") or "").strip() if publisher is not None else ""
        reading = Reading(
            activity,
            page,
            self.codes,
            self.reporter,
            publisher=iris.slug(ref) or "unknown",
            today=captured,
            currency=(activity.element.get("default-currency") or "").strip().upper(),
            funds=self.funds,
        )
        reading.claim("iatiIdentifier", identifier, activity.element if element is None else element)
        own = identifier.removeprefix(f"{self.owner}-")
        if self.owner and own != identifier and values.identifier(own):
            reading.claim("identifier", own, activity.element if element is None else element)
        _read(reading)
        self._check(reading)
        return page

    def _check(self, reading: Reading) -> None:
        """Report each broken rule once per activity, unless reading has reported it."""
        breaches: dict[str, list[ruleset.Breach]] = {}
        for breach in self.ruleset.breaches(reading.activity.element, reading.today):
            if breach.finding not in reading.reported:
                breaches.setdefault(breach.rule, []).append(breach)
        for rule, (first, *others) in breaches.items():
            reading.report(
                f"iati-rule-{first.severity}",
                first.element,
                first.value,
                attribute=first.attribute,
                number=rule,
                test=first.test,
                times=1 + len(others),
            )


def _read(reading: Reading) -> None:
    root = reading.activity.element
    _texts(reading)
    _dates(reading)
    status = reading.code(reading.once("activity-status"), "ActivityStatus")
    if status:
        name = iris.curie("statuses", reading.codes.lists["ActivityStatus"][status])
        reading.claim("status", name, reading.elements("activity-status")[0])
    scope = reading.code(reading.once("activity-scope"), "ActivityScope")
    if scope:
        reading.claim("activityScope", f"activity-scopes:{scope}", reading.elements("activity-scope")[0])
    allocations = (*places.allocations(reading), *subjects.sectors(reading))
    reading.claim("allocation", tuple(allocations), root)
    subjects.goals(reading)
    for term, parts in (
        ("policyMarker", subjects.markers(reading)),
        ("location", places.locations(reading)),
        ("budget", money.budgets(reading)),
        ("transaction", money.transactions(reading)),
        ("participation", _participations(reading)),
    ):
        reading.claim(term, parts, root)
    _funder(reading)
    _relations(reading)
    _hierarchy(reading)
    _names(reading)


def _texts(reading: Reading) -> None:
    for term in ("title", "description"):
        elements_ = reading.elements(term)
        for lang, text in reading.texts(elements_[0] if elements_ else None):
            reading.claim(term, text, elements_[0], lang)
    if not any(claim.term == "title" for claim in reading.page):
        reading.report("iati-no-title", reading.activity.element)


def _dates(reading: Reading) -> None:
    for element in reading.elements("activity-date"):
        kind, day = reading.code(element, "ActivityDateType", "type"), reading.day(element)
        if not kind or not day:
            continue
        if kind in ("2", "4") and reading.today and day > reading.today:
            reading.report("iati-future-date", element, day, today=reading.today)
        if DATES[kind] in reading.page.claims:
            reading.report("iati-repeated", element, day)
        else:
            reading.claim(DATES[kind], day, element)
    for year, actual, planned in (
        ("startYear", "startDate", "plannedStartDate"),
        ("endYear", "endDate", "plannedEndDate"),
    ):
        claim = reading.page.claims.get(actual) or reading.page.claims.get(planned)
        if claim:
            number = values.year(str(claim.value)[:4])
            if number:
                found = type(claim)(year, number, claim.place, claim.source)
                reading.page.claims[year] = found


def _participations(reading: Reading) -> tuple[Part, ...]:
    found = []
    for element in reading.elements("participating-org"):
        role = reading.code(element, "OrganisationRole", "role")
        kind = reading.code(element, "OrganisationType", "type")
        part = Part.of(
            reading.place(element),
            organization=reading.organization(element),
            name=reading.texts(element),
            role=f"roles:{role}" if role else "",
            organizationType=f"organization-types:{kind}" if kind else "",
        )
        if part.get("organization") or part.get("name"):
            found.append(part)
        else:
            reading.report("iati-nameless-organisation", element)
    return tuple(found)


def _funder(reading: Reading) -> None:
    """Claim the portfolio's fund if an organisation of that name funds the activity."""
    for element in reading.elements("participating-org"):
        if (element.get("role") or "").strip() == _FUNDING:
            for _, name in reading.texts(element):
                reading.claim("fundedBy", reading.funds.get(fold(name)), element)


def _relations(reading: Reading) -> None:
    named: dict[str, list[str]] = {}
    for element in reading.elements("related-activity"):
        ref = (element.get("ref") or "").strip()
        kind = reading.code(element, "RelatedActivityType", "type")
        if ref and kind and ref not in named.setdefault(RELATIONS[kind], []):
            named[RELATIONS[kind]].append(ref)
    for term, refs in named.items():
        reading.claim(term, tuple(refs), reading.elements("related-activity")[0])


def _hierarchy(reading: Reading) -> None:
    text = (reading.activity.element.get("hierarchy") or "").strip()
    if text.isascii() and text.isdigit() and len(text) < 4:
        reading.claim("hierarchy", int(text), reading.activity.element)
    elif text:
        reading.report("iati-bad-number", reading.activity.element, text, attribute="hierarchy")


def _names(reading: Reading) -> None:
    """Claim the reporting organisation, and the publisher's names for itself and its own codes."""
    element = reading.once("reporting-org")
    name = reading.organization(element)
    if name and element is not None:
        reading.claim("reportingOrg", name, element)
        reading.names.setdefault(name, reading.texts(element))
    kind = reading.code(element, "OrganisationType", "type")
    types = {name: f"organization-types:{kind}"} if name and kind else {}
    labels = [
        Part.of(thing=thing, name=texts, organizationType=types.get(thing, ""))
        for thing, texts in reading.names.items()
        if texts or thing in types
    ]
    reading.claim("label", tuple(labels), reading.activity.element)


def reader(
    tables: Tables, reporter: Reporter, owner: str = "", funds: Mapping[str, str] | None = None
) -> Reader:
    """Make a reader with the code lists and elements of the standard.

    Args:
        tables: the reference tables.
        reporter: takes the findings.
        owner: IATI organisation identifier of the portfolio.
        funds: names of its fund, as `fund_names.read` gives them.

    Raises:
        SourceError: if a table can't be read.
    """
    return Reader(
        codes.read(tables), elements.read(tables), ruleset.read(tables), reporter, owner, funds or {}
    )
