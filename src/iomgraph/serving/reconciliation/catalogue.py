"""The catalogue for reconciliation, built when a release is opened: entities, indexes, properties."""

from __future__ import annotations

import difflib
import heapq
from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from iomgraph.matching import folding
from iomgraph.matching.index import Index
from iomgraph.serving.problem import RequestError
from iomgraph.serving.reconciliation import entities, properties
from iomgraph.serving.reconciliation.entities import TYPES, Entity
from iomgraph.serving.reconciliation.known import AGENDA, STATES, Known
from iomgraph.serving.reconciliation.properties import Property
from iomgraph.serving.release import Release
from iomgraph.serving.statements import Value
from iomgraph.settings import LANGUAGES

_TOLD = {
    "Project": ("identifier", "benefitingState", "fundingYear"),
    "State": ("alpha3", "region"),
    "Theme": ("notation",),
    "Goal": ("notation",),
    "Target": ("isTargetOf",),
    "Objective": ("notation",),
    "OrganizationalUnit": ("unitOf", "subOrganizationOf"),
}
"""The property that distinguishes an entity from its namesakes."""
_MOST_TOLD = 3
_LONGEST_ID = 500
_WIDE = 4
"""Most names of an entity with the same beginning."""


class Catalogue:
    """The entities, indexes and properties of a release.

    Args:
        release: the release.
    """

    def __init__(self, release: Release) -> None:
        self.release = release
        things = release.things or (lambda: entities.stated(release.store, release.context))
        self.entities: Mapping[str, Entity] = {
            one.iri: one for one in entities.read(things(), release.context)
        }
        self.properties = properties.find(
            things(), release.context, self.entities, release.said[LANGUAGES[0]]
        )
        self.types = tuple(term for term in TYPES if any(term in one.types for one in self.entities.values()))
        self._all = list(self.entities.values())
        self._known = Known()
        self._indexes = {term: self._index(term) for term in self.types}
        self._codes: dict[str, tuple[str, ...]] = {}
        for one in self._all:
            for code in one.codes:
                held = self._codes.get(folding.key(code), ())
                if one.iri not in held:
                    self._codes[folding.key(code)] = (*held, one.iri)

    def _index(self, term: str) -> Index:
        return Index(
            (name, number)
            for number, one in enumerate(self._all)
            if term in one.types
            for name in (*one.names.values(), *one.others)
        )

    def roots(self) -> tuple[str, ...]:
        """The types without a broader one; together they cover every entity."""
        return tuple(term for term in self.types if not TYPES[term])

    def type(self, name: str) -> str:
        """The type that a term, CURIE or IRI names.

        Raises:
            RequestError: if there is none; the message lists the types.
        """
        return self._term(name, self.types, "type")

    def property(self, name: str) -> Property:
        """The property that a term, CURIE or IRI names.

        Raises:
            RequestError: if there is none; the message lists similar ones.
        """
        return self.properties[self._term(name, self.properties, "property")]

    def _term(self, name: str, known: Iterable[str], kind: str) -> str:
        known = list(known)
        if name in known:
            return name
        # Terms that share a CURIE or IRI (`title`, in two languages) come in the order of the context.
        iri = self._expanded(name)
        if found := next((term for term in known if iri and self._expanded(term) == iri), ""):
            return found
        close = difflib.get_close_matches(name.rpartition("#")[2][:100], known, n=3) or known
        raise RequestError(400, f"unknown {kind}", where=name[:100], step=f"name one of {', '.join(close)}")

    def _expanded(self, name: str) -> str:
        """The IRI that a term, a CURIE or an IRI stands for; empty if there is none."""
        if name in self.properties:
            one = self.properties[name]
            return "" if one.backwards else one.predicate.value
        if name in TYPES:
            return self.release.context.expand(entities.identifier(self.release.context, name))
        prefix, colon, rest = name.partition(":")
        base = self.release.context.prefixes.get(prefix, "") if colon else ""
        return base + rest if base else name if colon else ""

    def entity(self, name: str) -> Entity | None:
        """The one entity that an IRI, an ID or a code identifies; None if there is none or several."""
        found = self.identified(name)
        return self.entities[found[0]] if len(found) == 1 else None

    def identified(self, text: str) -> tuple[str, ...]:
        """The IRIs of the entities that an IRI, an ID or a code identifies."""
        if text in self.entities:
            return (text,)
        if len(text) > _LONGEST_ID:
            return ()
        return self._codes.get(folding.key(text), ()) or self._stated(text)

    def _stated(self, text: str) -> tuple[str, ...]:
        """The goal or the target that a text such as "SDG 8.8" names by its number."""
        code = self._known.agenda(text)
        found = self._codes.get(folding.key(code), ()) if code else ()
        return tuple(iri for iri in found if AGENDA & {*self.entities[iri].types})

    def named(self, text: str, types: Iterable[str]) -> set[str]:
        """The IRIs of the entities of these types whose name is a text, ignoring variations of spelling."""
        types = tuple(types)
        found = {self._all[number].iri for term in types for number in self._indexes[term].same(text)}
        return found | self._states(text, types)

    def _states(self, text: str, types: tuple[str, ...]) -> set[str]:
        """The states of the release that the reference tables know by a name or a code."""
        found = (iri for iri in self._known.states(text, types) if iri in self.entities)
        return {iri for iri in found if {*types} & {*self.entities[iri].types}}

    def namesakes(self, text: str, types: Iterable[str]) -> set[str]:
        """The IRIs of the entities of these types that share a name, ignoring qualifiers."""
        return {self._all[number].iri for term in types for number in self._indexes[term].cores(text)}

    def similar(self, text: str, types: Iterable[str]) -> dict[str, float]:
        """The IRIs of the entities of these types with similar names, and the similarities.

        For a known state that the release lacks, other states do not count as similar.
        """
        types = tuple(types)
        if self._known.states(text, types) and not self._states(text, types):
            types = tuple(term for term in types if term not in STATES)
        return {
            self._all[number].iri: score
            for term in types
            for number, score in self._indexes[term].similar(text).items()
        }

    def values(self, iri: str, one: Property) -> list[Value]:
        """The values of a property of an entity."""
        return list(properties.values(self.release.store, iri, one))

    def beginning(self, prefix: str, types: Iterable[str], most: int) -> list[str]:
        """The IRIs of entities of these types with a name, and then a word, that begins with a text."""
        found = (
            (rank, name, self._all[number].iri)
            for term in types
            for rank, name, number in self._indexes[term].beginning(prefix)
        )
        return list(dict.fromkeys(iri for _, _, iri in heapq.nsmallest(_WIDE * most, found)))[:most]

    def expect(self, iris: Iterable[str]) -> None:
        """Prefetch the values of entities, by one request if the store is elsewhere."""
        self.release.expect(iris)

    def subjects(self, value: Value, one: Property) -> list[str]:
        """The IRIs of the things that have a value of a property."""
        return list(properties.subjects(self.release.store, value, one))

    def name(self, iri: str, lang: str) -> tuple[str, str]:
        """Return the name of an entity in a language, or else in another, with that language."""
        return self.entities[iri].name((lang, *LANGUAGES))

    def text(self, value: Value, lang: str) -> str:
        """A value for readers: the name of an entity, or the text of another value."""
        if isinstance(value, ox.NamedNode) and value.value in self.entities:
            return self.name(value.value, lang)[0]
        return value.value

    def description(self, iri: str, lang: str) -> str:
        """Return a text that distinguishes an entity from its namesakes; empty if there is none."""
        kind = self.entities[iri].types[-1]
        told = []
        for name in _TOLD.get(kind, ()):
            found = self.values(iri, self.properties[name]) if name in self.properties else []
            if found:
                shown = [self.text(value, lang) for value in found[:_MOST_TOLD]]
                told.append(", ".join([*shown, "…"] if len(found) > _MOST_TOLD else shown))
        return " · ".join(told)
