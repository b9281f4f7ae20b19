"""Codes and organisations that projects name: only those in use, with the labels that are known.

A code of a standard list has the labels of that list (`data/iati/`); a code of a publisher's own vocabulary
has the labels that its sources give; a code without any label is its own label. If a list holds its own
categories, as UN M49 does, the categories of codes in use are published, too, as broader concepts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from urllib.parse import unquote

from iomgraph import iris
from iomgraph.records.record import Record
from iomgraph.reference.concepts import labels
from iomgraph.settings import LANGUAGES
from iomgraph.sources.tables import Row, Tables

COLUMNS = (
    "prefix",
    "vocabulary",
    "list",
    "scheme",
    *(f"{text}_{lang}" for text in ("name", "definition") for lang in LANGUAGES),
)
LIST_COLUMNS = (
    "list",
    "code",
    *(f"name_{lang}" for lang in LANGUAGES),
    "status",
    "category",
    "source",
)
ORGANIZATIONS = "organizations"
_OWN = {
    "en": "{} of the vocabulary {}",
    "fr": "{} du vocabulaire {}",
    "es": "{} del vocabulario {}",
}

Names = Mapping[str, Counter[str]]
"""Language to names, each with the number of times it was given."""


@dataclass(slots=True)
class Used:
    """The codes and organisations that projects name, and their names in the sources.

    Args:
        prefixes: of the code lists.

    Example:
        >>> used = Used(frozenset({"roles"}))
        >>> used.note({"id": "projects:A", "participation": [{"role": "roles:4"}]})
        >>> list(used)
        ['roles:4']
    """

    prefixes: frozenset[str]
    _noted: set[str] = field(default_factory=set)
    _given: dict[str, dict[str, Counter[str]]] = field(default_factory=dict)
    _kinds: dict[str, Counter[str]] = field(default_factory=dict)

    def note(self, record: Record) -> None:
        """Note the things that a record, and those nested in it, point to."""
        for value in record.values():
            for item in value if isinstance(value, list) else (value,):
                if isinstance(item, dict):
                    self.note(item)
                elif isinstance(item, str) and item.partition(":")[0] in self.prefixes:
                    self._noted.add(item)

    def name(self, given: Iterable[tuple[str, str, str]]) -> None:
        """Note names that sources give to things: CURIE, language, name.

        They count if a project points to the thing, before or after.
        """
        for thing, lang, text in given:
            self._given.setdefault(thing, {}).setdefault(lang or "und", Counter())[text] += 1

    def classify(self, given: Iterable[tuple[str, str]]) -> None:
        """Note the types that sources give to organisations: CURIE, type."""
        for thing, kind in given:
            self._kinds.setdefault(thing, Counter())[kind] += 1

    def merge(self, other: Used) -> None:
        """Add what was noted elsewhere."""
        self._noted |= other._noted
        for thing, names in other._given.items():
            mine = self._given.setdefault(thing, {})
            for lang, counts in names.items():
                mine.setdefault(lang, Counter()).update(counts)
        for thing, kinds in other._kinds.items():
            self._kinds.setdefault(thing, Counter()).update(kinds)

    def written(self) -> Any:
        """Write what was noted as JSON can hold it."""
        return sorted(self._noted), self._given, self._kinds

    def merge_written(self, written: Any) -> None:
        """Add what `written` wrote elsewhere."""
        noted, given, kinds = written
        names = {thing: {lang: Counter(some) for lang, some in by.items()} for thing, by in given.items()}
        counts = {thing: Counter(some) for thing, some in kinds.items()}
        self.merge(Used(self.prefixes, set(noted), names, counts))

    def take_organizations(self) -> dict[str, Used]:
        """Take out everything noted about organisations, one by one: there may be as many as projects."""
        of = f"{ORGANIZATIONS}:"
        names = {name for name in (*self._noted, *self._given, *self._kinds) if name.startswith(of)}
        found = {}
        for name in names:
            one = found[name] = Used(self.prefixes)
            if name in self._noted:
                self._noted.discard(name)
                one._noted.add(name)
            if name in self._given:
                one._given[name] = self._given.pop(name)
            if name in self._kinds:
                one._kinds[name] = self._kinds.pop(name)
        return found

    def __iter__(self) -> Iterator[str]:
        """Yield, in order, the CURIEs of the things projects point to and of their organisations' types."""
        kinds = {kind for thing in self._noted & self._kinds.keys() for kind in self._kinds[thing]}
        yield from sorted(self._noted | kinds)

    def names(self, thing: str) -> Names:
        """Return the names that sources give to a thing."""
        return self._given.get(thing, {})

    def kinds(self, thing: str) -> Counter[str]:
        """Return the types that sources give to an organisation."""
        return self._kinds.get(thing, Counter())


@dataclass(frozen=True, slots=True)
class Codelists:
    """The code lists; made by `read`.

    Args:
        tables: the reference tables.
        lists: prefix and vocabulary to the row that describes the list.
    """

    tables: Tables
    lists: Mapping[tuple[str, str], Row]

    @property
    def used(self) -> Used:
        """A new, empty `Used` for these code lists."""
        return Used(frozenset({prefix for prefix, _ in self.lists} | {ORGANIZATIONS}))

    def records(self, used: Used, known: Iterable[str] = ()) -> Iterator[Record]:
        """Describe organisations, and codes with their schemes, that projects name, in order of CURIE.

        Args:
            used: the codes and organisations that they name.
            known: CURIEs of organisations that are described already.

        Raises:
            SourceError: if a code list can't be read.
        """
        described = frozenset(known)
        for (prefix, vocabulary), members in groupby(used, _list):
            if prefix == ORGANIZATIONS:
                yield from (
                    _organization(name, used.names(name), used.kinds(name))
                    for name in members
                    if name not in described
                )
            else:
                yield from self._scheme(prefix, vocabulary, {name: used.names(name) for name in members})

    def _scheme(self, prefix: str, vocabulary: str, members: Mapping[str, Names]) -> Iterator[Record]:
        row = self.lists.get((prefix, vocabulary))
        rows = self._codes(row["list"]) if row else {}
        members = {name: members.get(name, {}) for name in _with_broader(members, rows)}
        key = row["scheme"] if row else f"{prefix.removesuffix('s')}-{vocabulary}"
        scheme = iris.curie("schemes", key)
        general = next(described for (name, _), described in self.lists.items() if name == prefix)
        yield {
            "id": scheme,
            "type": ["ConceptScheme"],
            "prefLabel": labels(row) if row else _own(general, "name", vocabulary),
            "definition": labels(row, "definition") if row else _own(general, "definition", vocabulary),
            "hasTopConcept": [name for name in members if not _broader(name, rows)],
        }
        for name, given in members.items():
            code = _code(name)
            broader = _broader(name, rows)
            narrower = [other for other in members if _broader(other, rows) == name]
            yield {
                "id": name,
                "type": ["Concept"],
                **_called(labels(rows[code]) if code in rows else {}, given, code),
                "notation": code,
                "inScheme": scheme,
                **({"broader": broader} if broader else {"topConceptOf": scheme}),
                **({"narrower": narrower} if narrower else {}),
            }

    def rows(self) -> Iterator[tuple[str, Row]]:
        """Yield each code of the standard lists, as a CURIE, with its row.

        Raises:
            SourceError: if a code list can't be read.
        """
        for (prefix, vocabulary), described in self.lists.items():
            for code, row in self._codes(described["list"]).items():
                yield iris.curie(prefix, *filter(None, (vocabulary, code))), row

    def _codes(self, name: str) -> dict[str, Row]:
        path = f"iati/{name}.csv"
        if not self.tables.has(path):
            return {}
        return {row["code"]: row for row in self.tables.read(path, LIST_COLUMNS)}


def _list(name: str) -> tuple[str, str]:
    """The list of a code: its prefix, and the vocabulary if the prefix has several."""
    prefix, _, key = name.partition(":")
    return prefix, key.rpartition("/")[0] if prefix != ORGANIZATIONS else ""


def _code(name: str) -> str:
    return unquote(name.rpartition("/")[2].rpartition(":")[2])


def _broader(name: str, rows: Mapping[str, Row]) -> str:
    """The code of the same list that holds a code, as a CURIE; empty if the list has none."""
    held = rows.get(_code(name))
    if held is None or held["category"] not in rows:
        return ""
    return name[: -len(name.rpartition("/")[2].rpartition(":")[2])] + held["category"]


def _with_broader(names: Iterable[str], rows: Mapping[str, Row]) -> list[str]:
    """Codes and all their broader codes, in order."""
    found: set[str] = set()
    for name in names:
        while name and name not in found:
            found.add(name)
            name = _broader(name, rows)
    return sorted(found)


def _own(row: Row, column: str, vocabulary: str) -> dict[str, list[str]]:
    """Name a publisher's own list after the standard list that it replaces."""
    return {
        lang: [_OWN[lang].format(row[f"{column}_{lang}"].partition(" (")[0].rstrip("."), vocabulary)]
        for lang in LANGUAGES
    }


def _called(listed: Mapping[str, list[str]], given: Names, code: str) -> Record:
    """The label from the list, else the most common one in sources, else the code; the others follow it."""
    chosen = dict(listed)
    if not chosen:
        chosen = {lang: [_commonest(names)] for lang, names in sorted(given.items())}
    # Every concept has an English label (SHACL rule Concept-prefLabel-en); a code belongs to no language.
    chosen.setdefault("en", [code])
    record: Record = {"prefLabel": chosen}
    others = (
        {lang: sorted(set(names) - set(chosen.get(lang, ()))) for lang, names in sorted(given.items())}
        if not listed
        else {}
    )
    if any(others.values()):
        record["altLabel"] = {lang: names for lang, names in others.items() if names}
    return record


def _organization(name: str, given: Names, kinds: Counter[str]) -> Record:
    """An organisation by its IATI organisation identifier, with every name that sources give it.

    Its type is the most frequent one.
    """
    identifier = unquote(name.partition(":")[2])
    return {
        "id": name,
        "type": ["Organization"],
        "organizationIdentifier": identifier,
        **_called({}, given, identifier),
        **({"classification": _commonest(kinds)} if kinds else {}),
    }


def _commonest(names: Counter[str]) -> str:
    return min(names, key=lambda text: (-names[text], text))


def read(tables: Tables) -> Codelists:
    """Read the table of code lists; each list is read when a code of it is in use.

    Raises:
        SourceError: if the table can't be read.
    """
    rows = tables.read("vocabulary/codelists.csv", COLUMNS)
    return Codelists(tables, {(row["prefix"], row["vocabulary"]): row for row in rows})
