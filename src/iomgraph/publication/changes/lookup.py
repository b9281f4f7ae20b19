"""Lookups for the changes of a release: labels, grounds of facts, and addresses of pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from iomgraph import terms
from iomgraph.errors import PublicationError
from iomgraph.mapping.context import Context
from iomgraph.publication.places import JSON, shared
from iomgraph.release.lines import graph_of
from iomgraph.settings import LANGUAGES
from iomgraph.sources import tables

COLUMNS = ("key", *LANGUAGES)

_LABELS = (terms.SKOS_PREF_LABEL, terms.DCT_TITLE)


@dataclass(slots=True)
class Lookup:
    """Statements of one of the two releases.

    Args:
        things: the wanted things that it has.
        labels: IRI to language to label.
        grounds: project and property to the captures that the fact rests on.
        pages: capture to the address of its page.
    """

    things: set[str] = field(default_factory=set)
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    grounds: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)


def look(
    statements: Callable[[], Iterator[str]], context: Context, things: set[str], mentioned: set[str]
) -> Lookup:
    """Look up the statements on some things, in two passes over a release.

    Args:
        statements: yields the statements of the release, in order.
        context: context of the release.
        things: IRIs of changed things.
        mentioned: IRIs of things that a change only names.
    """
    found = Lookup()
    wanted = things | mentioned
    for subject, lines in groupby(statements(), _subject):
        iri = subject[1:-1]
        if iri in wanted:
            _describe(found, iri, list(lines), things)
        elif iri.startswith(context.prefixes["facts"]):
            _ground(found, list(lines), context.prefixes["iom"], things)
    captures = {capture for group in found.grounds.values() for capture in group}
    if captures:
        for subject, lines in groupby(statements(), _subject):
            if subject[1:-1] in captures:
                _address(found, subject[1:-1], list(lines))
    return found


def _subject(line: str) -> str:
    return line.partition(" ")[0]


def _parsed(lines: Iterable[str]) -> Iterator[ox.Quad]:
    return ox.parse("".join(lines).encode(), format=ox.RdfFormat.N_QUADS)


def _describe(found: Lookup, iri: str, lines: list[str], things: set[str]) -> None:
    facts = [line for line in lines if not graph_of(line)]
    if facts and iri in things:
        found.things.add(iri)
    for quad in _parsed(facts):
        if quad.predicate.value in _LABELS and isinstance(quad.object, ox.Literal):
            found.labels.setdefault(iri, {})[quad.object.language or "en"] = quad.object.value


def _ground(found: Lookup, lines: list[str], iom: str, things: set[str]) -> None:
    if not any(part.strip("<>") in things for line in lines for part in line.split(" ")[2:3]):
        return
    quads = list(_parsed(lines))
    said = {quad.predicate.value: getattr(quad.object, "value", "") for quad in quads}
    captures = [str(getattr(q.object, "value", "")) for q in quads if q.predicate.value == terms.PROV_DERIVED]
    key = said.get(f"{iom}project", ""), said.get(f"{iom}property", "")
    # A title has a fact for each language.
    found.grounds[key] = tuple(sorted({*found.grounds.get(key, ()), *captures}))


def _address(found: Lookup, iri: str, lines: list[str]) -> None:
    for quad in _parsed(lines):
        if quad.predicate.value == terms.DCT_SOURCE:
            found.pages[iri] = str(getattr(quad.object, "value", ""))


@dataclass(frozen=True, slots=True)
class Names:
    """Names of properties, and the columns of the tables that have their values.

    Args:
        labels: IRI of a property to language to label; one without a label is not shown to people, because
            another property says the same.
        terms: IRI of a property to its name in the context.
        places: CURIE of a capture to its file, row and columns.
    """

    labels: Mapping[str, Mapping[str, str]]
    terms: Mapping[str, str]
    places: Mapping[str, Any]

    def is_shown(self, predicate: str) -> bool:
        """Tell whether to show people a change of a property."""
        return predicate not in self.labels or any(self.labels[predicate].values())

    def property(self, stated: str, predicate: str) -> Mapping[str, str]:
        """The labels of a property, with those of a second one that leads to it."""
        own = self.labels.get(predicate, {})
        if stated == predicate:
            return own
        head = self.labels.get(stated, {})
        return {lang: ", ".join(filter(None, (head.get(lang), own.get(lang)))) for lang in LANGUAGES}

    def cells(self, project: str, stated: str, captures: Iterable[str]) -> Iterator[str]:
        """Find the cells with the value of a property of a project, as text, one cell per capture."""
        for capture in captures:
            place = self.places.get(capture) or self.places.get(shared(capture, project), {})
            column = place.get("columns", {}).get(self.terms.get(stated, ""))
            if column:
                yield f"{place['file']} row {place['row']} column {column}"


def names(data: Path, ontology: Path, context: Context, places: Mapping[str, Any]) -> Names:
    """Read the names of properties: ours from the ontology, others from `changes.csv`.

    Args:
        data: folder of the tables.
        ontology: folder of the ontology.
        context: context of the release.
        places: the places, from `places_of`.

    Raises:
        SourceError: if the table can't be read.
        PublicationError: if the ontology can't be read.
    """
    path = ontology / "iomgraph.ttl"
    labels: dict[str, dict[str, str]] = {}
    try:
        for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE):
            if quad.predicate.value == terms.RDFS_LABEL and isinstance(quad.object, ox.Literal):
                iri = str(getattr(quad.subject, "value", ""))
                labels.setdefault(iri, {})[quad.object.language or "en"] = quad.object.value
    except (OSError, SyntaxError) as error:
        raise PublicationError(
            f"the ontology can't be read ({error})", where=path, step="name the folder of a whole release"
        ) from error
    for row in tables.read(tables.located(data, "vocabulary/changes.csv"), COLUMNS):
        if ":" in row["key"]:
            labels[context.expand(row["key"])] = {lang: row[lang] for lang in LANGUAGES}
    return Names(labels, _terms(context), places)


def _terms(context: Context) -> dict[str, str]:
    found: dict[str, str] = {}
    for term, value in context.document["@context"].items():
        if isinstance(value, Mapping):
            found.setdefault(context.expand(value["@id"]), term)
    return found


def places_of(release: Path) -> Mapping[str, Any]:
    """Read the places of a release's captures; empty if it has no such file.

    Raises:
        PublicationError: if the file is not a JSON object of objects.
    """
    path = release / JSON
    if not path.exists():
        return {}
    try:
        places = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(places, dict) or not all(isinstance(place, dict) for place in places.values()):
            raise ValueError("it is not an object of objects")
    except (OSError, ValueError, RecursionError) as error:
        raise PublicationError(
            f"the places can't be read ({error})", where=path, step="fetch the release again"
        ) from error
    return places
