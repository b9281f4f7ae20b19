"""The columns of a class: its records laid out flat, with a label beside each code.

The context defines what a term holds, and so its column. A term with `@set` becomes a list, and one with
`@language` has a column for each language. A datatype gives the column its type. A link becomes a code, with
its label beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from operator import itemgetter
from typing import Any

from iomgraph import iris, terms
from iomgraph.errors import PublicationError
from iomgraph.mapping.context import BY_LANGUAGE, Context
from iomgraph.mapping.writers import as_list
from iomgraph.publication.tables.usage import Usage, Usages
from iomgraph.records.record import Record
from iomgraph.settings import LANGUAGES

_CODES = 1 << 16
_NAMES = ("prefLabel", "title", "name")


Records = Sequence[Record]
Values = Callable[[Records], Iterable[Any]]
"""A function that gives a value for each of some records, or None."""
Cells = Callable[[Records], list[Any]]
"""A function that gives a cell for each of some records, or None."""


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
        name: the term of the context, with a suffix if it has several columns.
        kind: type of its cells; for a list, of its items.
        many: a cell holds a list.
        means: IRI of the property; empty if there is none for the column.
        read: gives the cells of some records, or None for each without a value.
        places: most decimals of its numbers.
        language: language of its texts, if all have the same.
        refers: the table whose ids its cells hold, if all are of one.
    """

    name: str
    kind: Kind
    many: bool
    means: str
    read: Cells
    places: int = 0
    language: str = ""
    refers: str = ""


class Layout:
    """A layout of the records of a class in columns.

    Args:
        context: gives the meaning of records.
        base_iri: the beginning of our IRIs.
        labels: CURIE of a thing that has a record to its label, empty where it has none. These things
            and our own are shown as CURIEs, all others as IRIs, see `labels.named`.
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
        # States and themes recur all the time; of projects, only the last are remembered.
        self._code_of = lru_cache(_CODES)(self._made)

    def columns(self, used: Usages) -> tuple[Column, ...]:
        """Give the columns of a class for all used terms, in the order of the context.

        Args:
            used: terms used by the records of the class.

        Raises:
            OntologyError: if a record uses a term that the context does not have.
        """
        named = any(term in used for term in _NAMES)
        return (
            Column("id", Kind.STRING, False, "", each(itemgetter("id"))),
            Column("iri", Kind.STRING, False, "", each(lambda record: self._context.expand(record["id"]))),
            Column("type", Kind.STRING, True, f"{terms.RDF}type", each(lambda record: list(record["type"]))),
            *(_TITLES if named else ()),
            *self._extra(used),
            *self._of(used, "", lambda records: records),
        )

    def used(self, records: Records) -> Usages:
        """Find the use of each term in some records."""
        found: Usages = {}
        self._note(records, found)
        return found

    def _note(self, records: Records, found: Usages) -> None:
        said = defaultdict[str, list[Any]](list)
        for record in records:
            for term, value in record.items():
                said[term].append(value)
        for term, values in said.items():
            if term not in found:
                found[term] = Usage(self._terms.get(term))
            used = found[term]
            if used.by_language:
                used.languages.update(*values)
                continue
            if not used.many and (nested := [value for value in values if isinstance(value, dict)]):
                self._note(nested, used.nested)
                values = [value for value in values if not isinstance(value, dict)]
            if used.decimal:
                numbers = (str(item) for value in values for item in as_list(value))
                used.places = max([used.places, *(len(text.partition(".")[2]) for text in numbers)])
            elif used.links:
                codes = set(map(self._code_of, _names(values)))
                used.labelled = used.labelled or any(map(self._labels.get, codes))
                used.targets.update(self._classes.get(code, "") for code in codes)

    def _of(self, found: Mapping[str, Usage], start: str, inside: Values) -> Iterator[Column]:
        """The columns of records, to which `inside` leads from the rows of the table."""
        for term in self._terms:
            if term in found and term not in ("id", "type"):
                yield from self._columns(term, found[term], start, inside)

    def _columns(self, term: str, used: Usage, start: str, inside: Values) -> Iterator[Column]:
        definition = self._terms[term]
        means, name = self._context.expand(definition["@id"]), start + term
        many = definition.get("@container") == "@set"

        def get(records: Records) -> list[Any]:
            return [record.get(term) for record in inside(records)]

        if definition.get("@container") in BY_LANGUAGE:
            for language in sorted(used.languages, key=_language):
                yield _texts(f"{name}_{language}", means, get, language, definition["@container"])
        elif used.nested:
            yield from self._of(
                used.nested, f"{name}_", lambda records: [value or {} for value in get(records)]
            )
        elif definition.get("@type") == "@id":
            yield from self._links(name, used, many, means, get)
        else:
            kind = _KINDS.get(definition.get("@type", ""), Kind.STRING)
            plain = str if kind is Kind.STRING else None
            read = _many(get, plain) if many else _one(get, name, plain)
            yield Column(name, kind, many, means, read, used.places)

    def _links(self, name: str, used: Usage, many: bool, means: str, get: Values) -> Iterator[Column]:
        read = _many(get, self._code) if many else _one(get, name, self._code)
        refers = "".join(used.targets) if len(used.targets) == 1 else ""
        yield Column(name, Kind.STRING, many, means, read, refers=refers)
        if used.labelled:
            read = _labels(get, self._label) if many else _one(get, name, self._label)
            yield Column(f"{name}_label", Kind.STRING, many, "", read)

    def _code(self, item: Any) -> str:
        return self._code_of(_name(item))

    def _made(self, name: str) -> str:
        """A CURIE for a thing that has a record or is ours, else an IRI."""
        iri = self._context.expand(name)
        curie = self._context.compact(iri)
        return curie if curie in self._labels or iris.local(iri, self._base) is not None else iri

    def _label(self, item: Any) -> str | None:
        return self._labels.get(self._code(item)) or None


def label(record: Record) -> str:
    """Name a record in English, or else in another language; None without a name.

    Example:
        >>> label({"id": "states:KEN", "prefLabel": {"fr": ["Kenya (le)"], "en": ["Kenya"]}})
        'Kenya'
    """
    return _titled(record)[0]


def _titled(record: Record) -> tuple[str, str]:
    """Return the name of a record and its language; None without a name."""
    for term in _NAMES:
        value = record.get(term)
        if isinstance(value, str):
            return value, ""
        if value:
            tag = min(value, key=_language)
            return str(as_list(value[tag])[0]), tag
    return "", ""


def each(make: Callable[[Record], Any]) -> Cells:
    """Read cells record by record.

    Example:
        >>> each(label)([{"id": "states:KEN", "prefLabel": {"en": "Kenya"}}, {"id": "states:X"}])
        ['Kenya', '']
    """
    return lambda records: list(map(make, records))


_TITLES = (
    Column("title", Kind.STRING, False, "", each(lambda record: _titled(record)[0] or None)),
    Column("title_lang", Kind.STRING, False, "", each(lambda record: _titled(record)[1] or None)),
)


def _language(tag: str) -> tuple[int, str]:
    return (LANGUAGES.index(tag) if tag in LANGUAGES else len(LANGUAGES)), tag


def _name(item: Any) -> str:
    """The name of a linked thing, which may be a nested record."""
    name: str = item if type(item) is str else item["id"]
    return name


def _names(values: Iterable[Any]) -> set[str]:
    found = set[str]()
    for value in values:
        if type(value) is str:
            found.add(value)
        else:
            found.update(map(_name, as_list(value)))
    return found


def _texts(name: str, means: str, get: Values, language: str, container: object) -> Column:
    def values(records: Records) -> list[Any]:
        return [value.get(language) if value else None for value in get(records)]

    many = container != "@language"
    made = _many(values, str) if many else _one(values, name, str)
    return Column(name, Kind.STRING, many, means, made, language=language)


def _one(get: Values, name: str, make: Callable[[Any], Any] | None) -> Cells:
    """Read a term with at most one value.

    Args:
        get: gives the values.
        name: name of the column.
        make: makes a cell from a value, unless the cell is the value.
    """

    def read(records: Records) -> list[Any]:
        cells = [
            value if value is None or type(value) is str else _single(value, record, name)
            for value, record in zip(get(records), records, strict=True)
        ]
        return cells if make is None else [None if cell is None else make(cell) for cell in cells]

    return read


def _single(value: Any, record: Record, name: str) -> Any:
    first, *rest = as_list(value)
    if rest:
        raise PublicationError(
            f"{record['id']} has several values of {name}, and a cell of its table holds one",
            where=name,
            step="give the term the container @set in ontology/context.jsonld",
        )
    return first


def _many(get: Values, make: Callable[[Any], Any] | None) -> Cells:
    def read(records: Records) -> list[Any]:
        found = [None if value is None else as_list(value) for value in get(records)]
        return [None if value is None else list(map(make, value) if make else value) for value in found]

    return read


def _labels(get: Values, label: Callable[[str], str | None]) -> Cells:
    """One label for each code, or no labels at all."""
    labels = _many(get, label)
    return lambda records: [cell if cell and any(cell) else None for cell in labels(records)]
