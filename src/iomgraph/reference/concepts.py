"""Concept schemes and their concepts: status, coverage, region, theme, rules, severities."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from iomgraph import iris
from iomgraph.errors import SourceError
from iomgraph.findings import Severity
from iomgraph.records.record import Record
from iomgraph.settings import LANGUAGES
from iomgraph.sources.rules import COLUMNS as CHECK_COLUMNS
from iomgraph.sources.tables import Row, Tables
from iomgraph.sources.vocabulary import fold

CLASSES = {
    "basis": "Basis",
    "gcm": "Objective",
    "check": "Rule",
    "status": "ProjectStatus",
    "coverage": "Coverage",
    "region": "Region",
    "theme": "Theme",
    "rule": "Rule",
}
PREFIXES = {
    "basis": "bases",
    "check": "rules",
    "status": "statuses",
    "coverage": "coverages",
    "gcm": "gcm",
    "migof": "migof",
    "region": "regions",
    "theme": "themes",
    "topic": "topics",
    "rule": "rules",
    "severity": "severities",
    "unit-kind": "unit-kinds",
}
_FILLED = re.compile(r"\{[^}]*\}")
"""Placeholders of a message: `{value!r}`."""

_NAMES = tuple(f"name_{lang}" for lang in LANGUAGES)
_DEFINITIONS = tuple(f"definition_{lang}" for lang in LANGUAGES)
CONCEPT_COLUMNS = ("scheme", "id", "notation", "prefixes", *_NAMES, "source", "note")
SCHEME_COLUMNS = ("id", *_NAMES, *_DEFINITIONS)
RULE_COLUMNS = ("id", *_NAMES, *_DEFINITIONS)


def vocabulary(
    tables: Tables, matches: Mapping[str, list[str]], notes: Mapping[str, Mapping[str, list[str]]]
) -> Iterator[Record]:
    """The schemes and concepts of the default graph, which projects point to.

    Args:
        tables: the reference tables.
        matches: CURIE of a concept to the things that it is related to.
        notes: CURIE of a concept to a note on it, by language.

    Raises:
        SourceError: if a table can't be read.
    """
    concepts = tables.read("vocabulary/concepts.csv", CONCEPT_COLUMNS)
    words = tables.read("vocabulary/words.csv", ("scheme", "id", "lang", "word", "source"))
    used = {row["scheme"] for row in concepts}
    schemes = _schemes(tables)
    for row in concepts:
        if row["scheme"] not in {scheme["id"] for scheme in schemes}:
            raise SourceError(
                f"unknown scheme {row['scheme']!r}",
                where=row.place("scheme"),
                step="describe the scheme in vocabulary/schemes.csv, or correct the row",
            )
    for row in schemes:
        if row["id"] in used:
            members = [concept for concept in concepts if concept["scheme"] == row["id"]]
            yield _scheme(row, [concept["id"] for concept in members])
            for concept in members:
                key = (concept["scheme"], concept["id"])
                record = _concept(concept, [word for word in words if (word["scheme"], word["id"]) == key])
                if record["id"] in matches:
                    record["relatedMatch"] = matches[record["id"]]
                if record["id"] in notes:
                    record["note"] = {lang: [" ".join(texts)] for lang, texts in notes[record["id"]].items()}
                yield record


def in_use(records: Iterable[Record], used: Collection[str]) -> Iterator[Record]:
    """Keep the concepts that projects use, with their schemes, and those that evidence rests on.

    A portfolio that borrows the vocabulary of the package publishes only the concepts that it uses.

    Args:
        records: concepts and schemes, as `vocabulary` yields them.
        used: CURIEs of the concepts that projects use.

    Example:
        >>> scheme = {"id": "schemes:status", "hasTopConcept": ["statuses:a", "statuses:b"]}
        >>> kept = in_use([scheme, {"id": "statuses:a"}, {"id": "statuses:b"}], {"statuses:a"})
        >>> [record["id"] for record in kept], scheme["hasTopConcept"]
        (['schemes:status', 'statuses:a'], ['statuses:a', 'statuses:b'])
    """
    for record in records:
        tops = [name for name in record.get("hasTopConcept", ()) if _kept(name, used)]
        if tops:
            yield {**record, "hasTopConcept": tops}
        elif _kept(record["id"], used):
            yield record


def _kept(name: str, used: Collection[str]) -> bool:
    return name in used or name.startswith("bases:")


def themes(tables: Tables) -> set[str]:
    """The ids of the themes.

    Raises:
        SourceError: if the table can't be read.
    """
    rows = tables.read("vocabulary/concepts.csv", CONCEPT_COLUMNS)
    return {row["id"] for row in rows if row["scheme"] == "theme"}


def letters(tables: Tables) -> dict[str, str]:
    """The first letters of project IDs to the one theme that uses them: `LM` to `labour-migration`.

    Raises:
        SourceError: if the table can't be read.
    """
    rows = tables.read("vocabulary/concepts.csv", CONCEPT_COLUMNS)
    themes = [
        (name, row["id"]) for row in rows if row["scheme"] == "theme" for name in row["prefixes"].split()
    ]
    return {name: theme for name, theme in themes if sum(name == other for other, _ in themes) == 1}


def rules(tables: Tables) -> Iterator[Record]:
    """The rules of reconciliation, for the graph of provenance.

    Raises:
        SourceError: if a table can't be read.
    """
    rows = _rules(tables)
    yield scheme(tables, "rule", [row["id"] for row in rows])
    for row in rows:
        yield {**member("rule", row), "definition": labels(row, "definition")}


def _rules(tables: Tables) -> list[Row]:
    """The rules for every portfolio, and those for a portfolio with defects in its sources."""
    return [*tables.read("rules.csv", RULE_COLUMNS), *tables.read("idf/rules.csv", RULE_COLUMNS)]


def checks(tables: Tables) -> Iterator[Record]:
    """The rules that are checked while reading, for the graph of quality; shapes describe themselves.

    Raises:
        SourceError: if a table can't be read.
    """
    rows = tables.read("vocabulary/findings.csv", CHECK_COLUMNS)
    # Findings may also be about a rule of reconciliation, which is described once.
    known = {row["id"] for row in _rules(tables)}
    members = [row for row in rows if row["rule"] not in known]
    for scheme in _schemes(tables):
        if scheme["id"] == "check":
            yield _scheme(scheme, [row["rule"] for row in members])
    for row in members:
        messages = labels(row, "message")
        yield {
            **member("check", row, row["rule"]),
            "definition": {
                lang: [_FILLED.sub("…", text) for text in texts] for lang, texts in messages.items()
            },
        }


def severities(tables: Tables) -> Iterator[Record]:
    """The severities of findings, for the graph of quality.

    Raises:
        SourceError: if a table can't be read.
    """
    rows = tables.read("vocabulary/severities.csv", ("id", *_NAMES))
    yield scheme(tables, "severity", [severity.word for severity in Severity])
    for row in rows:
        yield member("severity", row)


def labels(row: Row, column: str = "name") -> dict[str, list[str]]:
    """The labels in a row, by language; languages without one are left out."""
    return {lang: [row[f"{column}_{lang}"]] for lang in LANGUAGES if row[f"{column}_{lang}"]}


def scheme(tables: Tables, key: str, members: list[str]) -> Record:
    """A scheme of the table of schemes.

    Args:
        tables: the reference tables.
        key: the scheme's id.
        members: ids of its concepts, in their order.

    Raises:
        SourceError: if the table can't be read, or does not hold the scheme.
    """
    for row in _schemes(tables):
        if row["id"] == key:
            return _scheme(row, members)
    raise SourceError(
        f"no scheme {key!r}", where="vocabulary/schemes.csv", step="add a row that describes the scheme"
    )


def _schemes(tables: Tables) -> list[Row]:
    rows = tables.read("vocabulary/schemes.csv", SCHEME_COLUMNS)
    for row in rows:
        if row["id"] not in PREFIXES:
            raise SourceError(
                f"unknown scheme {row['id']!r}",
                where=row.place("id"),
                step=f"the schemes are: {', '.join(sorted(PREFIXES))}",
            )
    return rows


def _scheme(row: Row, members: list[str]) -> Record:
    return {
        "id": iris.curie("schemes", row["id"]),
        "type": ["ConceptScheme"],
        "prefLabel": labels(row),
        "definition": labels(row, "definition"),
        "hasTopConcept": [iris.curie(PREFIXES[row["id"]], member) for member in members],
    }


def member(scheme: str, row: Row, key: str = "") -> Record:
    """A concept with its class, labels and scheme.

    Args:
        scheme: id of the scheme.
        row: has a name in each language.
        key: the end of its IRI; without it, the row's id.
    """
    name = iris.curie("schemes", scheme)
    return {
        "id": iris.curie(PREFIXES[scheme], key or row["id"]),
        "type": [CLASSES[scheme], "Concept"] if scheme in CLASSES else ["Concept"],
        "prefLabel": labels(row),
        "inScheme": name,
        "topConceptOf": name,
    }


def _concept(row: Row, words: list[Row]) -> Record:
    record = member(row["scheme"], row)
    others: dict[str, list[str]] = {}
    for word in words:
        if fold(word["word"]) != fold(row[f"name_{word['lang']}"]):
            others.setdefault(word["lang"], []).append(word["word"])
    if others:
        record["altLabel"] = others
    if row["notation"]:
        record["notation"] = row["notation"]
    if row["prefixes"]:
        record["idPrefix"] = row["prefixes"].split()
    return record
