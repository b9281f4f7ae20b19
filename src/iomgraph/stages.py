"""The stages that turn sources into records; each takes all projects or a part of them.

A build on one machine runs them once; a build on a cluster runs them for each part and merges what they saw.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from iomgraph import iris
from iomgraph.claims.pages import PageRef
from iomgraph.findings import Place
from iomgraph.mapping import dataset
from iomgraph.mapping.dataset import DEFAULT, PROVENANCE, QUALITY, Dataset
from iomgraph.mapping.writers import as_list
from iomgraph.portfolio import Portfolio
from iomgraph.records import project
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
    state,
    works,
)
from iomgraph.sources import patterns
from iomgraph.sources.rules import Reporter
from iomgraph.sources.tables import Tables

Known = Callable[[Collection[str]], Collection[str]]
"""A function that picks the things that the release describes out of those that links start from."""


@dataclass(slots=True)
class Seen:
    """The things that projects name, noted while the projects pass through.

    Args:
        used: the codes and organisations that they name.
        pages: CURIE of a project to its pages.
        states: CURIEs of the states that they name.
        concepts: CURIEs of the concepts that they name.
        years: the years in which they start and end.
        newest: day of their newest capture; empty if unknown.
        places: CURIE of an organisation or a code to the place of its first name.

    Example:
        >>> one, other = (Seen(codelists.Used(frozenset()), states={name}) for name in ("a", "b"))
        >>> one.merge(other)
        >>> sorted(one.states)
        ['a', 'b']
    """

    used: codelists.Used
    pages: dict[str, Sequence[PageRef]] = field(default_factory=dict)
    states: set[str] = field(default_factory=set)
    concepts: set[str] = field(default_factory=set)
    years: set[int] = field(default_factory=set)
    newest: str = ""
    places: dict[str, Place] = field(default_factory=dict)

    def take(self, found: project.Project) -> None:
        """Note the things that a project names."""
        record = found.record
        self.used.note(record)
        if found.discrepancies:
            # A rejected value is published, too, and so is the thing that it points to.
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

    def written(self, place: Callable[[Place], Any]) -> Any:
        """Write what was seen as JSON can hold it, without the pages.

        Args:
            place: writes a place.
        """
        return {
            "used": self.used.written(),
            "projects": list(self.pages),
            "states": sorted(self.states),
            "concepts": sorted(self.concepts),
            "years": sorted(self.years),
            "newest": self.newest,
            "places": {thing: place(one) for thing, one in self.places.items()},
        }

    def merge_written(self, written: Any, place: Callable[[Any], Place | None]) -> None:
        """Add what `written` wrote, without the pages.

        Args:
            written: what was seen elsewhere.
            place: reads a place.
        """
        self.used.merge_written(written["used"])
        self.pages.update(dict.fromkeys(written["projects"], ()))
        self.states.update(written["states"])
        self.concepts.update(written["concepts"])
        self.years.update(written["years"])
        self.newest = max(self.newest, written["newest"])
        for thing, one in written["places"].items():
            if found := place(one):
                self.places.setdefault(thing, found)

    def merge(self, other: Seen) -> None:
        """Add the things that other projects name; a place that is known here already stays."""
        self.used.merge(other.used)
        self.pages.update(other.pages)
        self.states |= other.states
        self.concepts |= other.concepts
        self.years |= other.years
        self.newest = max(self.newest, other.newest)
        for thing, place in other.places.items():
            self.places.setdefault(thing, place)


def _states(record: Record) -> Iterator[str]:
    """The states that receive shares and transactions of a project."""
    for part in (*record.get("allocation", ()), *record.get("transaction", ())):
        for thing in as_list(part.get("allocatedTo", ())):
            if thing.startswith("states:"):
                yield thing


def linked(reference: Tables, reporter: Reporter) -> agenda.Agenda:
    """Read the agenda that themes are linked to.

    Raises:
        SourceError: if a table can't be read.
    """
    return agenda.read(reference, concepts.themes(reference), reporter)


def reconciler(reference: Tables, portfolio: Portfolio, linked: agenda.Agenda) -> project.Reconciler:
    """Make the reconciler that turns the pages of a portfolio into projects.

    Raises:
        SourceError: if a table can't be read.
    """
    return project.reconciler(
        reference,
        linked.related,
        publisher=portfolio.iati_organisation,
        fund=portfolio.fund,
        descriptions=portfolio.publish_descriptions,
    )


def placed(found: project.Project) -> Iterator[tuple[str, Record]]:
    """Yield the records of a project, each with the graph that it belongs to."""
    yield DEFAULT, found.record
    for key, claimed in found.claims:
        yield dataset.claims(key), claimed
    for record in (*found.captures, *found.facts):
        yield PROVENANCE, record
    for record in found.discrepancies:
        yield QUALITY, record


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The things that projects refer to and do not describe themselves.

    Args:
        reference: the reference tables.
        linked: the agenda that themes are linked to.
        coded: the code lists.
        reporter: takes the findings about them.
    """

    reference: Tables
    linked: agenda.Agenda
    coded: codelists.Codelists
    reporter: Reporter

    def add(self, data: Dataset, seen: Seen, known: Known | None = None) -> list[links.Linkset]:
        """Add the records of reference data: vocabularies, codes, states, the organisation, links, works.

        Args:
            data: takes them; links are put onto the records that are in it.
            seen: the things that projects name.
            known: finds the things that the release describes outside `data`.

        Returns:
            the sets of links to other people's things.

        Raises:
            SourceError: if a table can't be read.
        """
        reference = self.reference
        self._vocabularies(data, seen.concepts)
        for record in self._organization(data, seen.states):
            seen.used.note(record)
        data.add(self.coded.records(seen.used))
        found = self._links(data, seen, known)
        data.add(concepts.rules(reference), PROVENANCE)
        data.add(concepts.severities(reference), QUALITY)
        data.add(concepts.checks(reference), QUALITY)
        data.add(works.works(reference, data.cited))
        return found

    def _vocabularies(self, data: Dataset, used: Collection[str]) -> None:
        """Add the concepts that projects point to, and the agenda that themes are linked to.

        A portfolio that borrows the vocabulary publishes only the concepts that it uses, with their links.
        """
        linked = self.linked
        found = concepts.vocabulary(self.reference, linked.matches, linked.unlinked)
        borrowed = self.reference.borrows("vocabulary/concepts.csv")
        data.add(concepts.in_use(found, used) if borrowed else found)
        published = linked.used(used) if borrowed else linked
        data.add(published.records)
        data.add(published.statements, PROVENANCE)

    def _organization(self, data: Dataset, used: Collection[str]) -> list[Record]:
        """Add the organisation, its fund, and the states; return the records of states."""
        reference, reporter = self.reference, self.reporter
        units = organization.read(reference, reporter)
        funds, countries = fund.read(reference), state.read(reference)
        names = units.names | {row["id"]: name for name, row in funds.items()}
        state.check(countries, patterns.read(reference), reporter)
        told = headline_facts.headlines(reference, names, reporter)
        members = membership.memberships(reference, countries, reporter)
        listed, statements = membership.eligibility(reference)
        words = reporter.rules.words
        bodies = [*units.records(told.facts), *told.persons, *told.memberships]
        data.add(evidence.translated([*bodies, *fund.funds(funds, told.facts, reporter)], words))
        sites = {iris.curie("states", row["iso3"]) for row in units.sites}
        belong = {record["member"]: record["id"] for record in members.records}
        regions = state.intermediate_regions(reference)
        facts = {name: {**regions.get(name, {}), **listed.get(name, {})} for name in {*regions, *listed}}
        found = list(state.states(countries, belong, {*used, *sites}, facts, state.other_names(reference)))
        data.add(found)
        data.add(evidence.translated(members.records, words))
        told_of = [*told.statements, *members.statements, *statements]
        data.add(evidence.translated(told_of, words), PROVENANCE)
        return found

    def _links(self, data: Dataset, seen: Seen, known: Known | None) -> list[links.Linkset]:
        """Put links to other people's things onto the records that they start from."""
        described = {*seen.pages, *(record["id"] for part in data.own for record in part.records())}
        if known:
            described |= {*known(links.subjects(self.reference))}
        found = links.links(self.reference, described, self.reporter)
        data.link(found.matches)
        data.add(found.statements, PROVENANCE)
        return found.linksets
