"""Units: one project each, with its records, pages and findings; made and judged part by part."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pyoxigraph as ox

from iomgraph import checks, stages
from iomgraph.claims.claim import Claim, Page
from iomgraph.claims.pages import PageRef, spooled
from iomgraph.cluster.kit import Kit, Workshop
from iomgraph.cluster.reading import Read
from iomgraph.cluster.stop import on_worker
from iomgraph.findings import Finding, Place
from iomgraph.mapping.dataset import DEFAULT, PROVENANCE, QUALITY, linked
from iomgraph.records import doubts, project
from iomgraph.records.grouping import Group, group
from iomgraph.records.properties import RELATIONS
from iomgraph.records.record import Record
from iomgraph.reference.codelists import ORGANIZATIONS, Used
from iomgraph.slices import Maker
from iomgraph.sources.rules import Reporter
from iomgraph.sources.vocabulary import fold
from iomgraph.terms import RDF_TYPE
from iomgraph.validation.shacl import CompiledShapes
from iomgraph.validation.shacl.model import Targets

_TYPE = f"<{RDF_TYPE}>"
_JUDGED = (DEFAULT, PROVENANCE, QUALITY)
Links = Mapping[str, Mapping[str, list[str]]]
Told = tuple[tuple[int, str], Finding]
"""A finding, after what tells its order among those that say the same."""


@dataclass(frozen=True, slots=True)
class WholePage:
    """A page in memory that can be asked as one on disk."""

    whole: Page

    @property
    def kind(self) -> str:
        """The kind of its source."""
        return self.whole.kind


@dataclass(slots=True)
class Unit:
    """A thing that is published with all that is said of it: a project, an organisation, a finding.

    Args:
        name: its CURIE.
        records: its records, each with the graph that it belongs to.
        pages: that it stands on.
        place: where a source names it first, if it has no page.
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
            if graph in _JUDGED
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
    """The things that are noted of the projects of a part, beside their units.

    Args:
        seen: what they name; organisations are taken out.
        organizations: what is noted of each.
        places: CURIE of an organisation or a code to the project that names it first, and where.
        titles: of projects, folded.
        waiting: supplements whose parent is looked for among all titles.
        findings: of no project, or of one.
        cited: CURIEs of works that records cite.
    """

    seen: stages.Seen
    organizations: dict[str, Used] = field(default_factory=dict)
    places: dict[str, tuple[str, Place]] = field(default_factory=dict)
    titles: set[str] = field(default_factory=set)
    waiting: list[doubts.Supplement] = field(default_factory=list)
    findings: list[Told] = field(default_factory=list)
    cited: set[str] = field(default_factory=set)

    def take(self, made: project.Project, records: Iterable[tuple[str, Record]], key: str) -> None:
        """Note a project."""
        self.seen.take(made)
        for thing, place in made.places.items():
            self.places.setdefault(thing, (key, place))
        for _, record in records:
            self.cited.update(record.get("attribution", ()))

    def close(self) -> Noted:
        """Part what is noted of organisations from the rest: it grows with the number of projects."""
        self.organizations = self.seen.used.take_organizations()
        self.seen.pages, self.seen.places = {}, {}
        return self

    def common(self) -> Noted:
        """Return what does not grow with the number of projects."""
        places = {name: place for name, place in self.places.items() if not _is_organization(name)}
        return Noted(self.seen, places=places, cited=self.cited)

    def merge(self, other: Noted) -> Noted:
        """Add what is common to other parts."""
        self.seen.merge(other.seen)
        self.cited |= other.cited
        for name, place in other.places.items():
            self.places[name] = min(place, self.places.get(name, place), key=lambda one: one[0])
        return self


def _is_organization(name: str) -> bool:
    return name.startswith(f"{ORGANIZATIONS}:")


@dataclass(frozen=True)
class ProjectMaker:
    """Makes the projects of a part; the pages of a project all lie in one part."""

    kit: Kit

    def names(self, part: int, reads: Iterable[Read]) -> Iterator[tuple[str, tuple[str, Any]]]:
        """Yield the IATI identifiers of projects with their names, and those that pages speak of."""
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

    def __call__(self, reads: Iterable[Read | Mapping[str, str]]) -> Iterator[Unit | Noted]:
        """Group pages and reconcile each project; what fails names itself, and costs itself.

        Args:
            reads: the pages of a part, and among them IATI identifiers with the names of their projects.
        """
        with on_worker():
            shop, known = self.kit.workshop(), dict[str, str]()
            findings: list[Finding] = []
            groups = self._groups(shop, reads, findings, known)
            noted = Noted(stages.Seen(shop.coded.used))
            noted.findings += [((2, one.about), one) for one in findings]
            doubted = shop.doubts.fresh()
            maker = Maker(shop.reconciler, doubted, shop.rules, known)
            for found in groups:
                yield from self._unit(found, maker, noted)
            noted.titles, noted.waiting = doubted.titles, doubted.waiting
            yield noted.close()

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
                    if one.page:
                        numbers.append(one.number)
                        yield one.page
                elif known is not None:
                    known.update(one)

        refs = list(spooled(pages()))
        ordered = [ref for _, ref in sorted(zip(numbers, refs, strict=True), key=lambda pair: pair[0])]
        return group(ordered, Reporter(shop.rules, findings), shop.portfolio.iati_organisation)

    def _unit(self, found: Group, maker: Maker, noted: Noted) -> Iterator[Unit]:
        findings: list[Finding] = []
        made = maker.make(found, findings)
        noted.findings += [((3, found.key), one) for one in findings]
        if made:
            project, records = made
            noted.take(project, records, found.key)
            yield Unit(project.record["id"], records, tuple(ref.whole for ref in found.pages))


def _related(page: Page) -> Iterator[str]:
    for term in RELATIONS:
        value = page.says(term)
        yield from map(str, value if isinstance(value, tuple) else (value,) if value else ())


@dataclass(frozen=True)
class Judge:
    """Judges the units of a part by the rules that look no further than one.

    Args:
        kit: the shapes.
        rules: IRIs of the rules.
        surroundings: the reference data, as N-Triples.
        links: to other people's things.
    """

    kit: Kit
    rules: frozenset[str]
    surroundings: Callable[[], bytes]
    links: Links

    def __call__(self, units: Iterable[Unit | Record]) -> Iterator[tuple[str, Any]]:
        """Yield the results, and a finding of each; records that units point to come among them."""
        with on_worker():
            shop = self.kit.workshop()
            store, own, classes = ox.Store(), set[str](), set[str]()
            pages: dict[str, tuple[PageRef, ...]] = {}
            places: dict[str, Place] = {}
            store.bulk_load(self.surroundings(), format=ox.RdfFormat.N_TRIPLES)
            for unit in units:
                if not isinstance(unit, Unit):
                    _load(store, shop.context.quads(unit))
                    continue
                lines = list(unit.lines(shop, self.links, *_JUDGED))
                own.update(line.partition(" ")[0] for line in lines)
                classes.update(line.split(" ")[2][1:-1] for line in lines if line.split(" ")[1] == _TYPE)
                _load(store, lines)
                if unit.pages:
                    pages[unit.name] = tuple(map(WholePage, unit.pages))  # type: ignore[arg-type]
                if unit.place:
                    places[unit.name] = unit.place
            compiled = _concerned(shop.compiled(self.rules), classes)
            results = [one for one in compiled.validate(store) if str(one.focus_node) in own]
            origins = checks.Origins(pages, {}, places)
            for result in results:
                yield "result", result
            for finding in checks.findings(results, shop.rulebook, shop.context, origins):
                yield "finding", finding


def _concerned(compiled: CompiledShapes, classes: set[str]) -> CompiledShapes:
    """Leave out the shapes of classes that no unit of a part has: they are those of reference data."""

    def concerns(targets: Targets) -> bool:
        by_class = replace(targets, classes=())
        return bool(by_class) or not classes.isdisjoint(targets.classes)

    return replace(compiled, shapes=tuple(one for one in compiled.shapes if concerns(one.targets)))


def _load(store: ox.Store, lines: Iterable[str]) -> None:
    store.bulk_load("".join(lines).encode(), format=ox.RdfFormat.N_TRIPLES)


def supplement_alone(kit: Kit, supplement: tuple[str, str, Claim | None]) -> list[Finding]:
    """Report a supplement whose parent is none of the projects."""
    found: list[Finding] = []
    doubts.alone(supplement, Reporter(kit.workshop().rules, found))
    return found


def parent_of(supplement: tuple[str, str, Claim | None]) -> str:
    """Return the title of the parent of a supplement, folded."""
    return fold(supplement[1])
