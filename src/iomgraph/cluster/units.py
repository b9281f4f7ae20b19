"""Units: one project each, with its records, pages and findings; made part by part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from iomgraph import stages
from iomgraph.claims.claim import Claim, Page
from iomgraph.claims.pages import spooled
from iomgraph.cluster.kit import Kit, Workshop
from iomgraph.cluster.reading import Read
from iomgraph.cluster.sealed import Sealed, seal
from iomgraph.cluster.stop import on_worker
from iomgraph.failures import Failures
from iomgraph.findings import Finding, Place
from iomgraph.mapping.dataset import DEFAULT, PROVENANCE, QUALITY, linked
from iomgraph.records import doubts, project
from iomgraph.records.grouping import Group, group
from iomgraph.records.properties import RELATIONS
from iomgraph.records.record import Record
from iomgraph.reference.codelists import ORGANIZATIONS as ORGANIZATION_IRIS
from iomgraph.shards import Maker
from iomgraph.sources.rules import Reporter
from iomgraph.sources.vocabulary import fold

JUDGED = (DEFAULT, PROVENANCE, QUALITY)
"""The graphs that are validated."""
Links = Mapping[str, Mapping[str, list[str]]]
Told = tuple[tuple[int, str], Finding]
"""A finding after its sort key among equal ones."""

UNITS, NAMES, NOTED, ORGANIZATIONS, FINDINGS, WAITING, TITLES = (
    "unit",
    "name",
    "noted",
    "organization",
    "finding",
    "waiting",
    "title",
)
"""Kinds of output of a part: projects, their names, and the notes on them."""


@dataclass(slots=True)
class Unit:
    """A published thing with all its records: a project, an organisation, a finding.

    Args:
        name: its CURIE.
        records: its records, each with its graph.
        pages: the pages that it rests on.
        place: its first place in a source, if it has no page.
    """

    name: str
    records: list[tuple[str, Record]]
    pages: tuple[Page, ...] = ()
    place: Place | None = None

    def lines(self, shop: Workshop, links: Links, *graphs: str) -> Iterator[str]:
        """Yield its statements in some graphs, or in all, as lines of N-Quads; for some, of N-Triples."""
        for graph, record in self.records:
            whole = record if graph else linked(record, links)
            if not graphs:
                yield from shop.context.quads(whole, graph)
            elif graph in graphs:
                yield from shop.context.quads(whole)

    def organizations(self) -> set[str]:
        """Return the CURIEs of organisations that its records in the validated graphs name."""
        return {
            name
            for graph, record in self.records
            if graph in JUDGED
            for name in _texts(record)
            if _is_organization(name)
        }


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


@dataclass(slots=True)
class Noted:
    """Notes on the projects of a part that do not grow with their number.

    Args:
        seen: the things that they name, without organisations.
        number: number of the projects.
        places: CURIE of a code to the project that names it first, with the place.
        cited: CURIEs of works that records cite.
        kinds: types of organisations.
        failures: projects that could not be made.
    """

    seen: stages.Seen
    number: int = 0
    places: dict[str, tuple[str, Place]] = field(default_factory=dict)
    cited: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    failures: Failures = field(default_factory=Failures)

    def take(self, made: project.Project, records: Iterable[tuple[str, Record]], key: str) -> None:
        """Note a project."""
        self.number += 1
        self.seen.take(made)
        for thing, place in made.places.items():
            self.places.setdefault(thing, (key, place))
        for _, record in records:
            self.cited.update(record.get("attribution", ()))

    def closed(self) -> Iterator[Sealed]:
        """Separate notes on organisations, which grow with the number of projects, from the rest."""
        organizations = self.seen.used.take_organizations()
        self.seen.pages, self.seen.places = {}, {}
        for name, used in organizations.items():
            if [*used]:
                self.kinds.update(used.kinds(name))
        yield from seal(
            ORGANIZATIONS, [(name, (one, self.places.get(name))) for name, one in organizations.items()]
        )
        yield from seal(NAMES, [name for name, used in organizations.items() if [*used]])
        self.places = {name: place for name, place in self.places.items() if not _is_organization(name)}
        yield from seal(NOTED, [self])

    def merge(self, other: Noted) -> Noted:
        """Add the notes on other parts."""
        self.seen.merge(other.seen)
        self.number += other.number
        self.cited |= other.cited
        self.kinds |= other.kinds
        self.failures.merge(other.failures)
        for name, place in other.places.items():
            self.places[name] = min(place, self.places.get(name, place), key=lambda one: one[0])
        return self


def _is_organization(name: str) -> bool:
    return name.startswith(f"{ORGANIZATION_IRIS}:")


@dataclass(frozen=True)
class ProjectMaker:
    """A maker of the projects of a part; all pages of a project are in one part."""

    kit: Kit

    def names(self, part: int, reads: Iterable[Read]) -> Iterator[tuple[str, tuple[str, Any]]]:
        """Yield the IATI identifiers of projects with their names, and identifiers that pages refer to."""
        with on_worker():
            shop = self.kit.workshop()
            groups, wanted = self._groups(shop, reads, []), set[str]()
            for found in groups:
                for page in found.pages:
                    wanted.update(_related(page.whole))
            for identifier, name in project.activities(groups).items():
                yield identifier, ("is", name)
            for identifier in wanted:
                yield identifier, ("asks", part)

    def __call__(self, reads: Iterable[Read | Mapping[str, str]]) -> Iterator[Sealed]:
        """Group pages and reconcile each project; a project that fails is reported and left out.

        Args:
            reads: the pages of a part, mixed with IATI identifiers and the names of their projects.
        """
        with on_worker():
            shop, known = self.kit.workshop(), dict[str, str]()
            wrong, told, names = list[Finding](), list[Told](), list[str]()
            groups = self._groups(shop, reads, wrong, known)
            told += [((2, one.about), one) for one in wrong]
            noted, doubted = Noted(stages.Seen(shop.coded.used)), shop.doubts.fresh()
            maker = Maker(shop.reconciler, doubted, shop.rules, known)

            def units() -> Iterator[Unit]:
                for found in groups:
                    for unit in self._unit(found, maker, (noted, told)):
                        names.append(unit.name)
                        yield unit

            yield from seal(UNITS, units())
            yield from seal(NAMES, names)
            yield from seal(FINDINGS, told)
            yield from seal(TITLES, doubted.titles)
            yield from seal(WAITING, doubted.waiting)
            yield from noted.closed()

    def _groups(
        self,
        shop: Workshop,
        reads: Iterable[Read | Mapping[str, str]],
        findings: list[Finding],
        known: dict[str, str] | None = None,
    ) -> list[Group]:
        numbers: list[int] = []

        def pages() -> Iterator[Page]:
            for one in reads:
                if isinstance(one, Read):
                    if page := one.page:
                        numbers.append(one.number)
                        yield page
                elif known is not None:
                    known.update(one)

        refs = list(spooled(pages()))
        ordered = [ref for _, ref in sorted(zip(numbers, refs, strict=True), key=lambda pair: pair[0])]
        return group(ordered, Reporter(shop.rules, findings), shop.portfolio.iati_organisation)

    def _unit(self, found: Group, maker: Maker, so_far: tuple[Noted, list[Told]]) -> Iterator[Unit]:
        noted, told = so_far
        findings: list[Finding] = []
        made = maker.make(found, findings)
        told += [((3, found.key), one) for one in findings]
        if made:
            project, records = made
            noted.take(project, records, found.key)
            yield Unit(project.record["id"], records, tuple(ref.whole for ref in found.pages))
        else:
            noted.failures.merge(Failures.of(findings))


def _related(page: Page) -> Iterator[str]:
    for term in RELATIONS:
        value = page.says(term)
        yield from map(str, value if isinstance(value, tuple) else (value,) if value else ())


def supplement_alone(kit: Kit, supplement: tuple[str, str, Claim | None]) -> list[Finding]:
    """Report a supplement whose parent is not among the projects."""
    found: list[Finding] = []
    doubts.alone(supplement, Reporter(kit.workshop().rules, found))
    return found


def parent_of(supplement: tuple[str, str, Claim | None]) -> str:
    """Return the title of the parent of a supplement, folded."""
    return fold(supplement[1])
