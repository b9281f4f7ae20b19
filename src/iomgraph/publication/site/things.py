"""The things that have a page: their records, their names, their paths, and what points to them."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache, partial
from itertools import filterfalse
from typing import Any, NamedTuple
from unicodedata import combining, normalize

from iomgraph import iris
from iomgraph.cache import digest
from iomgraph.mapping.context import Context
from iomgraph.mapping.dataset import DEFAULT, PROVENANCE, QUALITY, Dataset
from iomgraph.mapping.writers import as_list
from iomgraph.publication.amounts import totals
from iomgraph.publication.site.lookups import Watch, Watched
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

_SORTED = 1 << 12
"""Names whose place in an order is remembered."""
_READ = 1 << 12
"""Records that are kept once they were read: those that many pages name."""
_COUNTED = 1 << 14
"""Projects whose budgets are kept."""
_TOGETHER = 256
"""Records of a class, or things with their facts, that are kept."""


class Text(NamedTuple):
    """A text, and its language where that is not the page's.

    Args:
        text: what is shown.
        lang: the language to mark it with; empty where the page's own is right.
    """

    text: str
    lang: str = ""


class Things:
    """Every record that pages are made of: read from disk when it is looked up, and not held.

    Args:
        data: the records; none may be added from then on.
        base_iri: what the IRIs of our own things start with.

    Attributes:
        records: by name.
        inside: those that are shown on the page of another thing, such as a membership, by name.
        facts: on what each published value of a project rests, by the project.
        links: a theme or topic's links to goals and the like, by the theme.
        claims: what a capture says of a project; the name is that of the graph, a space, and the project.
        sole: what a capture that is about one thing alone says of it, by the name of the graph.
        within: the number of uses of each term and class by things that have no page.
        watch: notes what is looked up for a page.
    """

    def __init__(self, data: Dataset, base_iri: str) -> None:
        self.context: Context = data.context
        self.watch = Watch()
        self.within: Counter[str] = Counter()
        self._data, self._base, self._paths = data.positions(), base_iri, dict[str, str]()
        self._linked = data.links
        self._below: dict[str, list[str]] = {}
        self._pointing: dict[str, dict[str, list[str]]] = {}
        self._named: dict[str, list[str]] = {}
        self._few: dict[str, Sequence[Record]] = {}
        self._amounts: dict[str, Mapping[str, Decimal]] = {}
        read, each = lru_cache(_READ)(self._data.at), lru_cache(_TOGETHER)(self._each)
        self._records: dict[str, int] = {}
        self._insides: dict[str, int] = {}
        facts: dict[str, tuple[int, ...]] = {}
        links: dict[str, tuple[int, ...]] = {}
        self.records = Watched("record", self._records, self.watch, read, self._told)
        self.inside = Watched("inside", self._insides, self.watch, read, partial(self._raw, self._insides))
        self.facts = Watched("facts", facts, self.watch, each, partial(self._raws, facts))
        self.links = Watched("links", links, self.watch, each, partial(self._raws, links))
        about = {"Fact": ("project", facts), "AgendaLink": ("subject", links)}
        for _, position, record in self._data.of(DEFAULT, PROVENANCE, QUALITY):
            self._take(position, record, about.get(record["type"][0]))
        claims, sole = self._claimed(data.names)
        self.claims = Watched("claims", claims, self.watch, read, partial(self._raw, claims))
        self.sole = Watched("sole", sole, self.watch, read, partial(self._raw, sole))
        self.watch.tell("below", self._below.get)
        self.watch.tell("pointing", self._pointing.get)
        self.watch.tell("class", lambda kind: list(map(self._told, self._named.get(kind, ()))))

    def _claimed(self, graphs: Iterable[str]) -> tuple[dict[str, int], dict[str, int]]:
        """Find the claims by graph and thing: a file of activities claims something of many."""
        claims: dict[str, int] = {}
        sole: dict[str, int] = {}
        several = set[str]()
        named = (graph for graph in graphs if graph.startswith("claims:"))
        for graph, position, record in self._data.of(*named):
            claims[f"{graph} {record['id']}"] = position
            if graph in sole:
                several.add(graph)
            sole[graph] = position
        return claims, {graph: position for graph, position in sole.items() if graph not in several}

    def _take(
        self, position: int, record: Record, about: tuple[str, dict[str, tuple[int, ...]]] | None
    ) -> None:
        kind, name = record["type"][0], record["id"]
        if about is not None:
            term, found = about
            for one in record[term]:
                found[one] = (*found.get(one, ()), position)
        elif kind in ("Membership", "Identifier"):
            self._insides[name] = position
            self._below.setdefault(name.rpartition("/")[0], []).append(name)
        if kind in _WITHOUT:
            self.within.update(used(record))
        else:
            self._point(record)
            if name in self._records:
                return
            self._records[name] = position
            if (path := self._path(record)) is not None:
                self._paths[name] = path
                for one in record["type"]:
                    self._named.setdefault(one, []).append(name)

    def _each(self, positions: Sequence[int]) -> Sequence[Record]:
        return tuple(map(self._data.at, positions))

    def _raw(self, places: Mapping[str, int], name: str) -> bytes | None:
        return self._data.raw(places[name]) if name in places else None

    def _raws(self, places: Mapping[str, Sequence[int]], name: str) -> bytes:
        return b"".join(map(self._data.raw, places.get(name, ())))

    def _told(self, name: str) -> bytes:
        """Tell all that a page may say of a thing that it names."""
        return digest(self._paths.get(name), self._linked.get(name), self._raw(self._records, name))

    def _point(self, record: Record) -> None:
        for term, value in record.items():
            if term not in _BOTH_WAYS and self.is_link(term):
                for item in as_list(value):
                    if isinstance(item, str):
                        self._pointing.setdefault(sys.intern(item), {}).setdefault(term, []).append(
                            record["id"]
                        )

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
        self.watch.note("record", name)
        return self._paths.get(name)

    def paged(self) -> list[tuple[str, str]]:
        """Every thing that has a page, in order of path: path and CURIE."""
        return sorted((path, name) for name, path in self._paths.items())

    def names(self, kind: str) -> list[str]:
        """Name the things of a class that have a page, in order of id."""
        self.watch.note("class", kind)
        return sorted(self._named.get(kind, ()), key=natural)

    def of_class(self, kind: str) -> Sequence[Record]:
        """Read the records of a class that have a page, in order of id; those of small classes are kept."""
        self.watch.note("class", kind)
        if kind in self._few:
            return self._few[kind]
        found = [self._data.at(self._records[name]) for name in self.names(kind)]
        if len(found) <= _TOGETHER:
            self._few[kind] = found
        return found

    def amounts(self, project: Record) -> Mapping[str, Decimal]:
        """The budget of a project by currency, in order of currency; it is remembered."""
        name = project["id"]
        if name not in self._amounts:
            if len(self._amounts) == _COUNTED:
                self._amounts.clear()
            self._amounts[name] = totals(project)
        return self._amounts[name]

    def described_with(self, record: Record) -> list[Record]:
        """Return the things inside others that belong into the documents of a thing.

        These are those that it names, and those whose IRIs lie below its own: whoever looks such an IRI up
        is led to the document of the thing above, even if another thing alone names it.
        """
        self.watch.note("below", record["id"])
        named = (one for value in record.values() for one in as_list(value) if isinstance(one, str))
        names = dict.fromkeys([*named, *self._below.get(record["id"], ())])
        return [self.inside[name] for name in names if name in self.inside]

    def pointing(self, name: str) -> Mapping[str, list[str]]:
        """Return the things that point to a thing, by term."""
        self.watch.note("pointing", name)
        return self._pointing.get(name, {})

    def name(self, name: str, lang: str) -> Text:
        """Name a thing in a language, or else in another of ours, or by its key."""
        record: Record | None = self.records.get(name)
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
