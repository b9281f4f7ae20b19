"""The things that have a page: their records, their names, their paths, and what points to them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import filterfalse
from typing import Any
from unicodedata import combining, normalize

from iomgraph import iris
from iomgraph.mapping.context import Context
from iomgraph.mapping.dataset import DEFAULT, PROVENANCE, QUALITY, Dataset
from iomgraph.mapping.writers import as_list
from iomgraph.publication.amounts import totals
from iomgraph.records.record import Record
from iomgraph.settings import LANGUAGES

_WITHOUT = frozenset({"Fact", "Finding", "Identifier", "Membership", "AgendaLink", "Mapping", "Statement"})
"""Classes whose things are shown on the pages of others."""

_OF_THE_UN = {"Goal": "id/goal/", "Target": "id/target/"}
"""Places of the pages of goals and targets: their IRIs are the UN's, and their site is another."""

_BOTH_WAYS = frozenset(
    {
        "inScheme",
        "topConceptOf",
        "hasTopConcept",
        "broader",
        "narrower",
        "unitOf",
        "subOrganizationOf",
        "postIn",
        "member",
        "hasTarget",
    }
)
"""Terms that are not shown from the other end: that end says it itself, or another term does."""

_NAMES = ("prefLabel", "title", "name")

_PARTS = re.compile(r"\d+|\D+")

_SORTED = 1 << 15
"""Names whose place in an order is remembered."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text, and its language where that is not the page's.

    Args:
        text: what is shown.
        lang: the language to mark it with; empty where the page's own is right.
    """

    text: str
    lang: str = ""


class Things:
    """Every record that pages are made of.

    Args:
        data: the records.
        base_iri: what the IRIs of our own things start with.
    """

    def __init__(self, data: Dataset, base_iri: str) -> None:
        self.context: Context = data.context
        self.records: dict[str, Record] = {}
        self.facts: dict[str, dict[str, Record]] = {}
        self.links: dict[str, list[Record]] = {}
        self.within: Counter[str] = Counter()
        """The number of uses of each term and class by things that have no page."""
        self.claims = {
            graph: _by_thing(records) for graph, records in data.named() if graph.startswith("claims:")
        }
        self._inside: dict[str, Record] = {}
        self._below: dict[str, list[str]] = {}
        self._pointing: dict[str, dict[str, list[str]]] = {}
        self._base, self._paths = base_iri, dict[str, str]()
        self._classes: dict[str, list[Record]] = {}
        self._amounts: dict[str, Mapping[str, Decimal]] = {}
        for graph in (DEFAULT, PROVENANCE, QUALITY):
            for record in data.records(graph):
                self._take(record)

    def _take(self, record: Record) -> None:
        kind, name = record["type"][0], record["id"]
        if kind == "Fact":
            for about in record["project"]:
                self.facts.setdefault(about, {})[record["property"]] = record
        elif kind == "AgendaLink":
            for about in record["subject"]:
                self.links.setdefault(about, []).append(record)
        elif kind in ("Membership", "Identifier"):
            self._inside[name] = record
            self._below.setdefault(name.rpartition("/")[0], []).append(name)
        if kind in _WITHOUT:
            self.within.update(used(record))
        else:
            self.records.setdefault(name, record)
            if (path := self._path(record)) is not None:
                self._paths[name] = path
            self._point(record)

    def _point(self, record: Record) -> None:
        for term, value in record.items():
            if term not in _BOTH_WAYS and self.is_link(term):
                for item in as_list(value):
                    if isinstance(item, str):
                        self._pointing.setdefault(item, {}).setdefault(term, []).append(record["id"])

    def _path(self, record: Record) -> str | None:
        kind, iri = record["type"][0], self.context.expand(record["id"])
        if kind in _OF_THE_UN:
            return _OF_THE_UN[kind] + iri.rpartition("/")[2]
        path = iris.local(iri, self._base)
        return None if path is None else iris.file_path(path)

    def is_link(self, term: str) -> bool:
        """Tell whether the values of a term are things."""
        definition = self.context.document["@context"].get(term)
        return isinstance(definition, Mapping) and definition.get("@type") in ("@id", "@vocab")

    def path(self, name: str) -> str | None:
        """The path of a thing's pages below the site, without a suffix; None if it has none.

        Args:
            name: its CURIE.
        """
        return self._paths.get(name)

    def paged(self) -> list[tuple[str, str]]:
        """Every thing that has a page, in order of path: path and CURIE."""
        return sorted((path, name) for name, path in self._paths.items())

    def of_class(self, kind: str) -> Sequence[Record]:
        """The records of a class that have a page, in order of id."""
        if kind not in self._classes:
            found = (self.records[name] for name in self._paths)
            some = (record for record in found if kind in record["type"])
            self._classes[kind] = sorted(some, key=lambda record: natural(record["id"]))
        return self._classes[kind]

    def amounts(self, project: Record) -> Mapping[str, Decimal]:
        """The budget of a project by currency, in order of currency: worked out once."""
        name = project["id"]
        if name not in self._amounts:
            self._amounts[name] = totals(project)
        return self._amounts[name]

    def inside(self, name: str) -> Record | None:
        """The record of a thing that is shown on another's page, such as a membership."""
        return self._inside.get(name)

    def described_with(self, record: Record) -> list[Record]:
        """Return the things inside others that belong into the documents of a thing.

        These are those that it names, and those whose IRIs lie below its own: whoever looks such an IRI up
        is led to the document of the thing above, even if another thing alone names it.
        """
        named = (one for value in record.values() for one in as_list(value) if isinstance(one, str))
        names = dict.fromkeys([*named, *self._below.get(record["id"], ())])
        return [self._inside[name] for name in names if name in self._inside]

    def pointing(self, name: str) -> Mapping[str, list[str]]:
        """Return the things that point to a thing, by term."""
        return self._pointing.get(name, {})

    def name(self, name: str, lang: str) -> Text:
        """Name a thing in a language, or else in another of ours, or by its key."""
        record = self.records.get(name)
        for term in _NAMES:
            value = record.get(term) if record else None
            if isinstance(value, str):
                return Text(value)
            if value:
                return told(value, lang)
        if record and isinstance(record.get("notation"), str):
            return Text(record["notation"])
        return Text(name.partition(":")[2] or name)


def used(record: Record) -> Iterator[str]:
    """Yield the terms that a record uses, and its classes, those of records inside it included.

    Example:
        >>> list(used({"id": "projects:a", "type": ["Project"], "budget": {"value": "1"}}))
        ['id', 'Project', 'type', 'budget', 'value']
    """
    for term, value in record.items():
        if term == "type":
            yield from value
        yield term
        for inner in value if isinstance(value, list | tuple) else (value,):
            if isinstance(inner, dict):
                yield from used(inner)


def _by_thing(records: Iterable[Record]) -> dict[str, Record]:
    """Records by the thing that they are about: a file of activities claims something of many."""
    return {record["id"]: record for record in records}


def told(texts: Mapping[str, Any], lang: str) -> Text:
    """The text in a language, or else in another, marked as such.

    Example:
        >>> told({"fr": ["Géorgie"]}, "es")
        Text(text='Géorgie', lang='fr')
    """
    one = next(tag for tag in (lang, *LANGUAGES, *sorted(texts)) if texts.get(tag))
    return Text(str(as_list(texts[one])[0]), "" if one == lang else one)


@lru_cache(_SORTED)
def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Make the key that sorts names as people expect: 10.7 after 2.1, and Égypte before Zimbabwe.

    Example:
        >>> sorted(["10.7", "2.1"], key=natural)
        ['2.1', '10.7']
        >>> sorted(["Zimbabwe", "Égypte", "eau"], key=natural)
        ['eau', 'Égypte', 'Zimbabwe']
    """
    # Letters without their accents first; the text itself tells equal ones apart.
    plain = text if text.isascii() else "".join(filterfalse(combining, normalize("NFD", text)))
    parts = _PARTS.findall(plain.casefold())
    return (*((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts), (2, 0, text))
