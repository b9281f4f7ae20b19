"""The keys of things that a query can take, with their labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from iomgraph.publication.site.things import natural
from iomgraph.queries.graphs import Graphs
from iomgraph.queries.metadata import PLAIN_TYPES
from iomgraph.serving.release import Release
from iomgraph.settings import LANGUAGES
from iomgraph.terms import RDF_TYPE

FEW = 60
"""Most things of a kind to list in the description of the API."""
MANY = 400
"""Most things of a kind to offer on a page."""

_LABEL = ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
_RDF_TYPE = ox.NamedNode(RDF_TYPE)


@dataclass(frozen=True, slots=True)
class Choice:
    """A thing that a query can take.

    Args:
        key: the end of its IRI.
        labels: language to its label.
    """

    key: str
    labels: Mapping[str, str]

    def label(self, lang: str) -> str:
        """Return its label in a language, else in another one, else its key."""
        return next((self.labels[tag] for tag in (lang, *LANGUAGES) if tag in self.labels), self.key)


def read(release: Release) -> dict[str, list[Choice]]:
    """Read the choices of every kind of thing that a query takes, if they are not too many."""
    asked = {one.type for query in release.queries.values() for one in query.parameters}
    bases = {kind: release.context.prefixes[kind] for kind in sorted(asked - {*PLAIN_TYPES})}
    keys: dict[str, set[str]] = {kind: set() for kind in bases}
    for quad in release.names.quads_for_pattern(None, _RDF_TYPE, None, ox.DefaultGraph()):
        for kind, base in bases.items():
            if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(base):
                keys[kind].add(quad.subject.value.removeprefix(base))
    # Parts of things, such as budgets, are not choices.
    heads = {
        kind: sorted((key for key in found if "/" not in key), key=natural) for kind, found in keys.items()
    }
    return {
        kind: [Choice(key, _labels(release.names, bases[kind] + key)) for key in found]
        for kind, found in heads.items()
        if len(found) <= MANY
    }


def _labels(store: Graphs, iri: str) -> dict[str, str]:
    found = store.quads_for_pattern(ox.NamedNode(iri), _LABEL, None, ox.DefaultGraph())
    return {
        quad.object.language or "": quad.object.value for quad in found if isinstance(quad.object, ox.Literal)
    }
