"""One record per state: its codes and names, its membership of IOM, and its region in the fund's list."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from iomgraph import iris
from iomgraph.records.record import Record
from iomgraph.reference.concepts import labels
from iomgraph.settings import LANGUAGES
from iomgraph.sources.patterns import Patterns
from iomgraph.sources.rules import Reporter
from iomgraph.sources.tables import Row, Tables

COLUMNS = (
    "iso3",
    "iso2",
    "m49",
    *(f"name_{lang}" for lang in LANGUAGES),
    "m49_region",
    "m49_subregion",
    "source",
)
NAMES = ("iso3", "lang", "name", "source")
CODES = {
    "alpha2": "iso2",
    "alpha3": "iso3",
    "m49": "m49",
    "m49Region": "m49_region",
    "m49Subregion": "m49_subregion",
}
"""Terms of codes, each with the column that gives it."""

LEVELS = ("m49IntermediateRegion", "m49Subregion", "m49Region")
"""Terms of the codes of regions in UN M49, from the smallest to the largest."""

_NO_NAMES = ("UN M49, with its article", "without accents", "capitals without accents", "http")
"""Beginnings of sources of mere spellings on pages, which are not names; the last is of misspellings."""


def read(tables: Tables) -> dict[str, Row]:
    """Every country and area that ISO 3166-1 lists, by alpha-3 code.

    Raises:
        SourceError: if the table can't be read.
    """
    rows = tables.read("states/states.csv", COLUMNS)
    return {row["iso3"]: row for row in rows}


_BySlug = dict[str, dict[str, dict[str, str]]]
"""Alpha-3 code of a state to language to slug to name."""


def intermediate_regions(tables: Tables) -> dict[str, Record]:
    """The regions between subregion and state that M49 has in Africa and America.

    Returns:
        CURIE of a state to the term of its record.

    Raises:
        SourceError: if the table can't be read.
    """
    rows = tables.read("states/intermediate_regions.csv", ("iso3", "m49", "source"))
    return {iris.curie("states", row["iso3"]): {"m49IntermediateRegion": row["m49"]} for row in rows}


def other_names(tables: Tables) -> dict[str, dict[str, dict[str, list[str]]]]:
    """Return other names of states in each language: long and short forms, and names in use.

    Former and informal names are hidden labels: searches find them, but pages do not show them as names.
    Names that may mean several states today belong to none of them. Of names that differ only in accents,
    case or punctuation, the first counts.

    Returns:
        alpha-3 code to term (`altLabel`, `hiddenLabel`) to language to names; `altLabel` includes the name
        that a state is published by.

    Raises:
        SourceError: if a table can't be read.
    """
    former: _BySlug = {}
    for row in tables.read("states/former_names.csv", NAMES):
        if row["lang"] and len(row["iso3"].split()) == 1:
            _add(former, row)
    others: _BySlug = {}
    for row in tables.read("vocabulary/state_names.csv", NAMES):
        hidden = former.get(row["iso3"], {}).get(row["lang"], {})
        if not row["source"].startswith(_NO_NAMES) and iris.slug(row["name"]) not in hidden:
            _add(others, row)
    return {
        key: {"altLabel": _listed(others.get(key, {})), "hiddenLabel": _listed(former.get(key, {}))}
        for key in {**others, **former}
    }


def _add(names: _BySlug, row: Row) -> None:
    names.setdefault(row["iso3"], {}).setdefault(row["lang"], {}).setdefault(
        iris.slug(row["name"]), row["name"]
    )


def _listed(names: Mapping[str, Mapping[str, str]]) -> dict[str, list[str]]:
    return {lang: list(found.values()) for lang, found in names.items()}


def check(rows: Mapping[str, Row], known: Patterns, reporter: Reporter) -> None:
    """Report codes that are malformed, or that two states share.

    Args:
        rows: the table of states, by alpha-3 code.
        known: the patterns of codes.
        reporter: takes the findings.
    """
    for scheme in ("alpha2", "alpha3", "m49"):
        column, seen = CODES[scheme], dict[str, str]()
        for key, row in rows.items():
            code, place = row[column], row.place(column)
            if code or scheme != "m49":
                reporter.take(known.finding(scheme, code, place, reporter.rules))
            if code and (other := seen.setdefault(code, key)) != key:
                reporter.report("contradictory-link", place, value=code, one=other, other=key)


def states(
    rows: Mapping[str, Row],
    members: Mapping[str, str],
    used: Collection[str],
    facts: Mapping[str, Record],
    others: Mapping[str, Mapping[str, Mapping[str, Sequence[str]]]],
) -> Iterator[Record]:
    """The member states, and every other state that the release names.

    Args:
        rows: the table of states, by alpha-3 code.
        members: CURIE of a member state to that of its membership.
        used: CURIEs of the states that projects and sites name.
        facts: CURIE of a state to more terms of its record.
        others: their other names, from `other_names`.
    """
    for key, row in rows.items():
        name = iris.curie("states", key)
        if name in members or name in used:
            yield {
                "id": name,
                "type": ["State", "MemberState"] if name in members else ["State"],
                "prefLabel": labels(row),
                **_alternatives(row, others.get(key, {})),
                **({"hasMembership": members[name]} if name in members else {}),
                **_placed(row, facts.get(name, {})),
            }


def _placed(row: Row, facts: Record) -> Record:
    """Add the codes of a state to its facts, and the smallest UN M49 region that contains it."""
    # M49 does not list every state that ISO 3166 does.
    found = {**{term: row[column] for term, column in CODES.items() if row[column]}, **facts}
    codes = [found[term] for term in LEVELS if term in found]
    return {**found, **({"inM49Region": iris.curie("iati-regions", "m49", codes[0])} if codes else {})}


def _alternatives(row: Row, others: Mapping[str, Mapping[str, Sequence[str]]]) -> Record:
    found: Record = {}
    for term, by_language in others.items():
        names = {
            lang: [name for name in listed if iris.slug(name) != iris.slug(row[f"name_{lang}"])]
            for lang, listed in by_language.items()
        }
        if kept := {lang: listed for lang, listed in names.items() if listed}:
            found[term] = kept
    return found
