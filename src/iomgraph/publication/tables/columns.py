"""The columns of a class: what its records say, laid flat, with a label beside each code.

The context says what a term holds, so that it says what its column holds: `@set` makes a list,
`@language` a column a language, a datatype a type, a link a code with its label beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

from iomgraph import iris, terms
from iomgraph.errors import PublicationError
from iomgraph.mapping.context import BY_LANGUAGE, Context
from iomgraph.mapping.writers import as_list
from iomgraph.records.record import Record
from iomgraph.settings import LANGUAGES

_CODES = 1 << 16
_NAMES = ("prefLabel", "title", "name")


class Kind(Enum):
    """The type of a cell, in the words of Data Package v2 (Table Schema, field types)."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    YEAR = "year"
    MONTH = "yearmonth"


_KINDS = {
    "xsd:integer": Kind.INTEGER,
    "xsd:decimal": Kind.NUMBER,
    "xsd:boolean": Kind.BOOLEAN,
    "xsd:date": Kind.DATE,
    "xsd:gYear": Kind.YEAR,
    "xsd:gYearMonth": Kind.MONTH,
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Args:
        name: the term of the context, with what tells several columns of it apart.
        kind: what its cells hold; of a list, what its items hold.
        many: whether a cell holds a list.
        means: IRI of the property; empty where the column says what no property does.
        read: gives the cell of a record, None where the record says nothing.
        places: how many decimals its numbers have at most.
        language: of its texts, where it has those of one language alone.
        refers: the table whose ids its cells hold, where they all are of one.
    """

    name: str
    kind: Kind
    many: bool
    means: str
    read: Callable[[Record], Any]
    places: int = 0
    language: str = ""
    refers: str = ""


class Usage:
    """The use of a term in the records of a class; that in one part of them can be added to another's.

    Args:
        definition: of the term in the context.

    Attributes:
        languages: of its texts.
        nested: the terms of the records in it, where it holds one each.
        labelled: whether something that it links to has a label.
        targets: the tables of what it links to; an empty one for what has none.
        places: how many decimals its numbers have at most.
    """

    def __init__(self, definition: Any) -> None:
        known: Mapping[str, Any] = definition if isinstance(definition, Mapping) else {}
        self.by_language = known.get("@container") in BY_LANGUAGE
        self.many = known.get("@container") == "@set"
        self.links = known.get("@type") == "@id"
        self.languages: set[str] = set()
        self.nested: Usages = {}
        self.labelled = False
        self.targets: set[str] = set()
        self.decimal = known.get("@type") == "xsd:decimal"
        self.places = 0

    def merge(self, other: Usage) -> None:
        """Add the use in other records."""
        self.languages |= other.languages
        self.labelled = self.labelled or other.labelled
        self.targets |= other.targets
        self.places = max(self.places, other.places)
        merge(self.nested, other.nested)


Usages = dict[str, Usage]
"""Term to its use."""


def merge(whole: Usages, part: Usages) -> None:
    """Add what some records use to what others do."""
    for term, usage in part.items():
        if term in whole:
            whole[term].merge(usage)
        else:
            whole[term] = usage


class Layout:
    """Lays records of a class out in columns.

    Args:
        context: says what the records mean.
        base_iri: what the IRIs of our own things start with.
        labels: CURIE of a thing that has a record to its label, empty where it has none. These things
            and our own are shown as CURIEs, all others as IRIs. `named` tells which are needed.
        classes: CURIE of such a thing to the table that it is in.
        extra: gives more columns for the terms that the records of a table use.
    """

    def __init__(
        self,
        context: Context,
        base_iri: str,
        labels: Mapping[str, str],
        classes: Mapping[str, str],
        extra: Callable[[Mapping[str, Any]], Iterable[Column]],
    ) -> None:
        self._context, self._base, self._labels, self._classes = context, base_iri, labels, classes
        self._extra = extra
        self._terms: Mapping[str, Any] = context.document["@context"]
        # States and themes come up again and again; of all projects, only the last are held.
        self._code_of = lru_cache(_CODES)(self._made)

    def columns(self, used: Usages) -> tuple[Column, ...]:
        """Give the columns of a class: those of terms that some record uses, in the order of the context.

        Args:
            used: by the records of the class.

        Raises:
            OntologyError: if a record uses a term that the context does not have.
        """
        named = any(term in used for term in _NAMES)
        return (
            Column("id", Kind.STRING, False, "", lambda record: record["id"]),
            Column("iri", Kind.STRING, False, "", lambda record: self._context.expand(record["id"])),
            Column("type", Kind.STRING, True, f"{terms.RDF}type", lambda record: list(record["type"])),
            *(_TITLES if named else ()),
            *self._extra(used),
            *self._of(used, "", lambda record: record),
        )

    def used(self, records: Iterable[Record]) -> Usages:
        """Find the use of each term in some records, and hold none of the records."""
        found: Usages = {}
        for record in records:
            self._note(record, found)
        return found

    def _note(self, record: Record, found: Usages) -> None:
        for term, value in record.items():
            if term not in found:
                found[term] = Usage(self._terms.get(term))
            used = found[term]
            if used.by_language:
                used.languages.update(value)
            elif isinstance(value, dict) and not used.many:
                self._note(value, used.nested)
            elif used.decimal:
                used.places = max(used.places, *(len(str(one).partition(".")[2]) for one in as_list(value)))
            elif used.links:
                used.labelled = used.labelled or any(map(self._label, as_list(value)))
                used.targets.update(self._classes.get(self._code(item), "") for item in as_list(value))

    def _of(
        self, found: Mapping[str, Usage], start: str, inside: Callable[[Record], Record]
    ) -> Iterator[Column]:
        """The columns of records, to which `inside` leads from the rows of the table."""
        for term in self._terms:
            if term in found and term not in ("id", "type"):
                yield from self._columns(term, found[term], start, inside)

    def _columns(
        self, term: str, used: Usage, start: str, inside: Callable[[Record], Record]
    ) -> Iterator[Column]:
        definition = self._terms[term]
        means, name = self._context.expand(definition["@id"]), start + term
        many = definition.get("@container") == "@set"

        def get(record: Record) -> Any:
            return inside(record).get(term)

        if definition.get("@container") in BY_LANGUAGE:
            for language in sorted(used.languages, key=_language):
                yield _texts(f"{name}_{language}", means, get, language, definition["@container"])
        elif used.nested:
            yield from self._of(used.nested, f"{name}_", lambda record: get(record) or {})
        elif definition.get("@type") == "@id":
            yield from self._links(name, used, many, means, get)
        else:
            kind = _KINDS.get(definition.get("@type", ""), Kind.STRING)
            read = _many(get, _plain(kind)) if many else _one(get, kind, name)
            yield Column(name, kind, many, means, read, used.places)

    def _links(
        self, name: str, used: Usage, many: bool, means: str, get: Callable[[Record], Any]
    ) -> Iterator[Column]:
        code, label = self._code, self._label
        read = _many(get, code) if many else _one(get, Kind.STRING, name, code)
        refers = "".join(used.targets) if len(used.targets) == 1 else ""
        yield Column(name, Kind.STRING, many, means, read, refers=refers)
        if used.labelled:
            read = _labels(get, label) if many else _one(get, Kind.STRING, name, label)
            yield Column(f"{name}_label", Kind.STRING, many, "", read)

    def _code(self, item: Any) -> str:
        """A CURIE for what has a record or is ours, an IRI for what is not."""
        return self._code_of(item if isinstance(item, str) else item["id"])

    def _made(self, name: str) -> str:
        iri = self._context.expand(name)
        curie = self._context.compact(iri)
        return curie if curie in self._labels or iris.local(iri, self._base) is not None else iri

    def _label(self, item: Any) -> str | None:
        return self._labels.get(self._code(item)) or None


def named(record: Record, context: Context, base_iri: str) -> str | None:
    """Return the label of a record that others need to know; None if it has none, and is ours.

    What is ours is shown as a CURIE anyhow.

    Args:
        record: at the top of a graph.
        context: expands its name.
        base_iri: what the IRIs of our own things start with.
    """
    text = label(record)
    return text if text or iris.local(context.expand(record["id"]), base_iri) is None else None


def targets(record: Record, context: Context) -> Iterator[str]:
    """Yield the CURIEs of all that a record, and those within it, link to: their labels stand beside them.

    Args:
        record: of a table.
        context: says which terms link.
    """
    for term, value in record.items():
        definition = context.document["@context"].get(term)
        known: Mapping[str, Any] = definition if isinstance(definition, Mapping) else {}
        for item in () if known.get("@container") in BY_LANGUAGE else as_list(value):
            if isinstance(item, dict):
                yield from targets(item, context)
            if known.get("@type") == "@id":
                yield context.compact(context.expand(item if isinstance(item, str) else item["id"]))


def label(record: Record) -> str:
    """Name a record in English, or else in another language; return nothing if it has no name.

    Example:
        >>> label({"id": "states:KEN", "prefLabel": {"fr": ["Kenya (le)"], "en": ["Kenya"]}})
        'Kenya'
    """
    return _titled(record)[0]


def _titled(record: Record) -> tuple[str, str]:
    """Return the name of a record and its language; nothing if it has no name."""
    for term in _NAMES:
        value = record.get(term)
        if isinstance(value, str):
            return value, ""
        if value:
            tag = min(value, key=_language)
            return str(as_list(value[tag])[0]), tag
    return "", ""


_TITLES = (
    Column("title", Kind.STRING, False, "", lambda record: _titled(record)[0] or None),
    Column("title_lang", Kind.STRING, False, "", lambda record: _titled(record)[1] or None),
)


def _language(tag: str) -> tuple[int, str]:
    return (LANGUAGES.index(tag) if tag in LANGUAGES else len(LANGUAGES)), tag


def _texts(name: str, means: str, get: Callable[[Record], Any], language: str, container: object) -> Column:
    def read(record: Record) -> Any:
        return (get(record) or {}).get(language)

    many = container != "@language"
    made = _many(read, str) if many else _one(read, Kind.STRING, name)
    return Column(name, Kind.STRING, many, means, made, language=language)


def _plain(kind: Kind) -> Callable[[Any], Any]:
    return str if kind is Kind.STRING else lambda value: value


def _one(
    get: Callable[[Record], Any], kind: Kind, name: str, make: Callable[[Any], Any] | None = None
) -> Callable[[Record], Any]:
    make = make or _plain(kind)

    def read(record: Record) -> Any:
        value = get(record)
        if value is None:
            return None
        first, *rest = as_list(value)
        if rest:
            raise PublicationError(
                f"{record['id']} has several values of {name}, and a cell of its table holds one",
                where=name,
                step="give the term the container @set in ontology/context.jsonld",
            )
        return make(first)

    return read


def _many(get: Callable[[Record], Any], make: Callable[[Any], Any]) -> Callable[[Record], Any]:
    def read(record: Record) -> Any:
        value = get(record)
        return None if value is None else [make(item) for item in as_list(value)]

    return read


def _labels(get: Callable[[Record], Any], label: Callable[[Any], str | None]) -> Callable[[Record], Any]:
    """As many labels as there are codes, or none at all."""
    labels = _many(get, label)

    def read(record: Record) -> Any:
        found = labels(record)
        return found if found and any(found) else None

    return read
