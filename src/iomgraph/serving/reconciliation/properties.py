"""The properties of each type of entity, and the values of an entity.

They are found in the store: a property of any entity of a type is a property of the type. A property that
links one type to another is also a property of the other, backwards, if the site has words for it
(`of:benefitingState`: the projects that benefit a state).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from iomgraph.mapping.context import Context
from iomgraph.publication.site.translations import FROM_THE_OTHER_END, Words
from iomgraph.queries.graphs import Graphs
from iomgraph.serving.reconciliation.entities import DEFAULT, Entity
from iomgraph.serving.statements import Stated, Value
from iomgraph.terms import RDF_TYPE

BACKWARDS = FROM_THE_OTHER_END

_AMOUNT = ox.NamedNode("https://schema.org/value")


@dataclass(slots=True)
class Property:
    """A property.

    Args:
        name: its term in the context; backward ones start with `of:`.
        predicate: its IRI.
        types: types of the entities that have it.
        leads: types of its values that are entities; empty if values are not entities.
    """

    name: str
    predicate: ox.NamedNode
    types: set[str] = field(default_factory=set)
    leads: set[str] = field(default_factory=set)

    @property
    def backwards(self) -> bool:
        """True if its values are the subjects of the statements."""
        return self.name.startswith(BACKWARDS)


def label(name: str, said: Words) -> str:
    """Return the label of a property in a language."""
    if name.startswith(BACKWARDS):
        return said.labels[name]
    return said.labels.get(name) or name


def find(
    things: Iterable[Stated], context: Context, entities: Mapping[str, Entity], said: Words
) -> dict[str, Property]:
    """Find the properties of the entities of a release, by name, in the order of the context.

    Args:
        things: the things with their statements.
        context: gives the names.
        entities: IRI to entity.
        said: has words for properties that can be read backwards.
    """
    terms = _terms(context)
    found: dict[str, Property] = {}
    for thing in things:
        for predicate, value in thing.values:
            term = terms.get(predicate)
            if term is None or predicate == RDF_TYPE:
                continue
            one = found.setdefault(term, Property(term, ox.NamedNode(predicate)))
            one.types.update(thing.types)
            if isinstance(value, ox.NamedNode) and value.value in entities:
                one.leads.update(entities[value.value].types)
    order = list(dict.fromkeys(terms.values()))
    forwards = [found[term] for term in order if term in found]
    backwards = [
        Property(BACKWARDS + one.name, one.predicate, set(one.leads), set(one.types))
        for one in forwards
        if one.leads and BACKWARDS + one.name in said.labels
    ]
    return {one.name: one for one in (*forwards, *backwards)}


def _terms(context: Context) -> dict[str, str]:
    """IRI to the first of the terms that stand for it."""
    found: dict[str, str] = {}
    for term, definition in context.document["@context"].items():
        if isinstance(definition, Mapping) and "@id" in definition:
            found.setdefault(context.expand(definition["@id"]), term)
    return found


def values(store: Graphs, iri: str, one: Property) -> Iterator[Value]:
    """Yield the values of a property of an entity, in order; for an amount of money, its number."""
    node = ox.NamedNode(iri)
    if one.backwards:
        back = (quad.subject for quad in store.quads_for_pattern(None, one.predicate, node, DEFAULT))
        yield from sorted((value for value in back if isinstance(value, ox.NamedNode)), key=str)
        return
    found = (quad.object for quad in store.quads_for_pattern(node, one.predicate, None, DEFAULT))
    for value in sorted(found, key=str):
        if isinstance(value, ox.NamedNode):
            # The amounts of a thing have IRIs below it; other values are not amounts.
            yield from (_amount(store, value) if value.value.startswith(f"{iri}/") else ()) or (value,)
        elif isinstance(value, ox.Literal):
            yield value


def _amount(store: Graphs, node: ox.NamedNode) -> Iterable[Value]:
    found = store.quads_for_pattern(node, _AMOUNT, None, DEFAULT)
    return [quad.object for quad in found if isinstance(quad.object, ox.Literal)]


def subjects(store: Graphs, value: Value, one: Property) -> Iterator[str]:
    """The IRIs of what has a value in a property."""
    if one.backwards:
        if isinstance(value, ox.NamedNode):
            for quad in store.quads_for_pattern(value, one.predicate, None, DEFAULT):
                if isinstance(quad.object, ox.NamedNode):
                    yield quad.object.value
        return
    for quad in store.quads_for_pattern(None, one.predicate, value, DEFAULT):
        if isinstance(quad.subject, ox.NamedNode):
            yield quad.subject.value
