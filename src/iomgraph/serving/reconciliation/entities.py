"""The named things of a release, from its store or from another source of statements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from iomgraph.mapping.context import Context
from iomgraph.queries.graphs import Graphs
from iomgraph.serving.statements import Stated, Value
from iomgraph.terms import RDF_TYPE

TYPES: Mapping[str, str] = {
    "Project": "",
    "State": "",
    "MemberState": "State",
    "Region": "",
    "Theme": "",
    "Goal": "",
    "Target": "",
    "Objective": "",
    "Fund": "",
    "OrganizationalUnit": "",
    "FormerUnit": "OrganizationalUnit",
    "FormalOrganization": "",
    "ProjectStatus": "",
    "Coverage": "",
}
"""Types on offer, by their terms in the context, each with the broader one."""

NAMES = ("title", "prefLabel")
"""Terms for names of an entity."""
_OTHER_NAMES = ("altLabel", "hiddenLabel")
CODES = (
    "identifier",
    "primaId",
    "iatiIdentifier",
    "inferredIatiIdentifier",
    "alpha2",
    "alpha3",
    "m49",
    "notation",
)
"""Terms for identifiers of an entity."""
_SAME = ("sameAs", "exactMatch", "seeAlso")

TYPE = ox.NamedNode(RDF_TYPE)
DEFAULT = ox.DefaultGraph()


@dataclass(slots=True)
class Entity:
    """A thing with a name.

    Args:
        iri: its IRI.
        types: its types, the narrowest first.
        names: language to its name.
        others: its other names.
        codes: its other identifiers: IDs, codes, IRIs.
    """

    iri: str
    types: tuple[str, ...]
    names: dict[str, str] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)

    def name(self, languages: tuple[str, ...]) -> tuple[str, str]:
        """Its name in the first available language, with that language."""
        tag = next((tag for tag in languages if tag in self.names), "")
        return self.names.get(tag) or next(iter(self.names.values())), tag


def stated(store: Graphs, context: Context) -> Iterator[Stated]:
    """Read the things of a store with one of our types, in the order of their IRIs.

    Args:
        store: the release.
        context: gives the meaning of terms.
    """
    kinds = {context.expand(identifier(context, term)): term for term in TYPES}
    for iri, types in sorted(_typed(store, kinds).items()):
        quads = store.quads_for_pattern(ox.NamedNode(iri), None, None, DEFAULT)
        yield Stated(iri, types, tuple((quad.predicate.value, _value(quad.object)) for quad in quads))


def _value(term: object) -> Value | None:
    return term if isinstance(term, ox.NamedNode | ox.Literal) else None


def read(things: Iterable[Stated], context: Context) -> Iterator[Entity]:
    """Read the entities among things, in the order of their IRIs.

    Args:
        things: the things with their statements.
        context: gives the meaning of terms.
    """
    meanings = _meanings(context)
    for entity in sorted((_entity(one, meanings) for one in things), key=lambda one: one.iri):
        if not entity.names:
            # A target of the 2030 Agenda has a number but not a name.
            entity.names[""] = next(iter(entity.codes), entity.iri.rpartition("/")[2])
        entity.codes += [entity.iri, context.compact(entity.iri), entity.iri.rpartition("/")[2]]
        yield entity


def _entity(one: Stated, meanings: Mapping[str, str]) -> Entity:
    entity = Entity(one.iri, one.types)
    for predicate, value in one.values:
        _take(entity, meanings.get(predicate), value)
    return entity


def _typed(store: Graphs, kinds: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """IRI to types, narrower ones before broader ones."""
    found: dict[str, tuple[str, ...]] = {}
    for kind, term in kinds.items():
        for quad in store.quads_for_pattern(None, TYPE, ox.NamedNode(kind), DEFAULT):
            if isinstance(quad.subject, ox.NamedNode):
                found[quad.subject.value] = (term, *found.get(quad.subject.value, ()))
    return found


def _take(entity: Entity, term: str | None, value: Value | None) -> None:
    if isinstance(value, ox.Literal):
        if term in NAMES:
            entity.names.setdefault(value.language or "", value.value)
        elif term in _OTHER_NAMES:
            entity.others.append(value.value)
        elif term in CODES:
            entity.codes.append(value.value)
    elif term in _SAME and isinstance(value, ox.NamedNode):
        entity.codes += [value.value, value.value.rstrip("/").rpartition("/")[2]]


def _meanings(context: Context) -> Mapping[str, str]:
    return {
        context.expand(identifier(context, term)): term for term in (*NAMES, *_OTHER_NAMES, *CODES, *_SAME)
    }


def identifier(context: Context, term: str) -> str:
    """Return the CURIE or IRI that a term of the context stands for."""
    definition = context.document["@context"][term]
    return str(definition["@id"] if isinstance(definition, Mapping) else definition)
