"""Losses since the previous release: missing projects, and columns that have become empty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pyoxigraph as ox

from iomgraph.findings import Finding, Place
from iomgraph.mapping.context import Context
from iomgraph.sources.rules import Rules

LEAST = 5
"""The number of projects that must have had a property before its loss counts."""

SHARE = 0.5
"""A property counts as lost if the share of projects that have it fell below this part of the earlier
share."""

_ALL = "SELECT ?project WHERE { ?project a <https://w3id.org/iomgraph/ontology#Project> }"
_HAVE = """SELECT ?property (COUNT(DISTINCT ?project) AS ?number) WHERE {
  ?project a <https://w3id.org/iomgraph/ontology#Project> ; ?property ?value
} GROUP BY ?property"""


def against(old: ox.Store, new: ox.Store, context: Context, rules: Rules, place: Place) -> Iterator[Finding]:
    """Compare the projects of two graphs.

    Args:
        old: the default graph of the previous release.
        new: the graph that is checked.
        context: shortens IRIs.
        rules: makes findings.
        place: the previous release, the place of findings on missing things.
    """
    before, now = _projects(old), _projects(new)
    for project in sorted(before - now):
        name = context.compact(project)
        yield rules.finding("gone-project", place, about=name, value=name)
    were, are = _properties(old), _properties(new)
    for iri, number in sorted(were.items()):
        share = number / len(before)
        left = are[iri] / max(len(now), 1)
        if number >= LEAST and left < share * SHARE:
            term = context.compact(iri)
            named = rules.words.term(term.removeprefix("iom:"))
            yield rules.finding("emptied-column", place, value=term, term=named, old=number, new=are[iri])


def _projects(store: ox.Store) -> set[str]:
    return {row[0].value for row in _rows(store, _ALL)}


def _properties(store: ox.Store) -> Counter[str]:
    return Counter({row[0].value: int(row[1].value) for row in _rows(store, _HAVE)})


def _rows(store: ox.Store, text: str) -> Iterator[tuple[ox.NamedNode, ox.Literal]]:
    found = store.query(text)
    if isinstance(found, ox.QuerySolutions):
        for row in found:
            yield tuple(row)
