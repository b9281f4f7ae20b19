"""The terms in the data: our own with definitions, those of others with IRIs, all with examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from iomgraph.publication.site.things import Text, Things, told, used
from iomgraph.publication.site.translations import Term
from iomgraph.publication.site.view import Item, View

_OURS = "iom:"
_SHOWN = 3
"""Values of an example."""


@dataclass(frozen=True, slots=True)
class Described:
    """A term, as the reference tells it.

    Args:
        name: its short IRI.
        label: what it is called; its own name where it has no label.
        definition: empty for terms of others, which define them.
        iri: where it is defined.
        count: how often records use it.
        example: a thing that uses it, and what it says there; None if none does.
    """

    name: str
    label: Text
    definition: Text
    iri: str
    count: int
    example: tuple[Item, tuple[Item, ...]] | None

    @property
    def id(self) -> str:
        """Return the fragment of the page: for our own terms, the end of the IRI."""
        return self.name.removeprefix(_OURS).replace(":", "-")


class Usage:
    """Count how often each term is used, and note the first thing that uses it.

    Args:
        things: the records.
    """

    def __init__(self, things: Things) -> None:
        self.things = things
        self._terms = _names(things)
        self._counts: Counter[str] = Counter()
        for term, count in things.within.items():
            if term in self._terms:
                self._counts[self._terms[term]] += count
        self._first: dict[str, tuple[str, str]] = {}
        for _, name in things.paged():
            record = things.records[name]
            for term in used(record):
                if term in self._terms:
                    self._counts[self._terms[term]] += 1
                    self._first.setdefault(self._terms[term], (name, term))

    def own(self, terms: Iterable[Term], view: View) -> list[Described]:
        """Describe the terms of our ontology, in the order given."""
        return [
            self._described(
                f"{_OURS}{term.name}", told(term.labels, view.lang), told(term.definitions, view.lang), view
            )
            for term in terms
        ]

    def others(self, view: View) -> list[Described]:
        """Describe the terms of others that the data uses, in order of name."""
        labels = {name: view.label(term) for term, name in self._terms.items()}
        return [
            self._described(name, Text(labels[name]), Text(""), view)
            for name in sorted(self._counts)
            if not name.startswith(_OURS)
        ]

    def _described(self, name: str, label: Text, definition: Text, view: View) -> Described:
        example = None
        if name in self._first:
            thing, term = self._first[name]
            value = self.things.records[thing].get(term)
            said = () if value is None else tuple(view.items(term, value))[:_SHOWN]
            example = (view.thing(thing), said)
        iri = self.things.context.expand(name)
        return Described(name, label, definition, iri, self._counts[name], example)


def _names(things: Things) -> dict[str, str]:
    """Term of the context to its short IRI."""
    context = things.context
    found = {}
    for term, definition in context.document["@context"].items():
        name = definition.get("@id", "") if isinstance(definition, Mapping) else definition
        if isinstance(name, str) and name.partition(":")[0] in context.prefixes:
            found[term] = name
    return {term: name for term, name in found.items() if term not in context.prefixes}
