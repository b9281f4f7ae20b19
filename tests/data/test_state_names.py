"""Every spelling of every state, tried on what real pages print."""

from __future__ import annotations

import csv
from collections import Counter
from itertools import combinations, islice
from pathlib import Path

import pytest

from iomgraph.claims import states
from iomgraph.settings import LANGUAGES, resources
from iomgraph.sources.tables import Tables
from iomgraph.sources.vocabulary import fold

DATA = resources() / "data"
HERE = Path(__file__).parent


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


SPELLINGS = rows(DATA / "vocabulary/state_names.csv")
PRINTED = rows(HERE / "printed_states.csv")
"""Lists of 234 real pages: each list of states, or single state, its page, and the states that it names."""
NAMES = states.read(Tables(DATA))


def test_a_spelling_means_one_state_whatever_the_language() -> None:
    meanings: dict[str, set[str]] = {}
    for row in SPELLINGS:
        meanings.setdefault(fold(row["name"]), set()).add(row["iso3"])
    assert {name: found for name, found in meanings.items() if len(found) > 1} == {}


def test_no_language_has_a_spelling_twice() -> None:
    found = Counter((row["lang"], fold(row["name"])) for row in SPELLINGS)
    assert [name for name, count in found.items() if count > 1] == []


def test_every_state_has_a_spelling_in_every_language_and_no_other_state_has_one() -> None:
    known = {row["iso3"] for row in rows(DATA / "states/states.csv")}
    assert {(row["iso3"], row["lang"]) for row in SPELLINGS} == {
        (code, lang) for code in known for lang in LANGUAGES
    }


def test_the_name_by_which_a_state_is_published_is_among_its_spellings() -> None:
    spelt = {(row["iso3"], row["lang"], fold(row["name"])) for row in SPELLINGS}
    published = {
        (row["iso3"], lang, fold(row[f"name_{lang}"]))
        for row in rows(DATA / "states/states.csv")
        for lang in LANGUAGES
    }
    assert len(published) == 747
    assert published <= spelt


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_spelling_alone_is_read_as_its_state(lang: str) -> None:
    wrong = [
        row
        for row in SPELLINGS
        if row["lang"] == lang and NAMES.split(row["name"], lang).states != (row["iso3"],)
    ]
    assert wrong == []


def test_the_printed_lists_are_counted() -> None:
    assert Counter((row["field"], row["lang"]) for row in PRINTED) == {
        ("benefiting", "en"): 95,
        ("benefiting", "fr"): 92,
        ("benefiting", "es"): 14,
        ("other", "en"): 1,
        ("other", "fr"): 1,
        ("unlabelled", "en"): 42,
        ("unlabelled", "fr"): 7,
        ("unlabelled", "es"): 6,
    }


def test_every_printed_list_is_taken_apart_with_nothing_left_over() -> None:
    wrong = []
    for row in PRINTED:
        split = NAMES.split(row["printed"], row["lang"])
        if split.rest or split.states != tuple(dict.fromkeys(row["iso3"].split())):
            wrong.append((row["printed"], split))
    assert len(PRINTED) == 258
    assert wrong == []


def test_a_state_printed_twice_is_seen_twice() -> None:
    twice = [row for row in PRINTED if len(set(row["iso3"].split())) < len(row["iso3"].split())]
    assert len(twice) == 2
    assert {NAMES.split(row["printed"], row["lang"]).twice for row in twice} == {("COD",)}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_any_two_published_names_side_by_side_are_told_apart(lang: str) -> None:
    names = {row["iso3"]: row[f"name_{lang}"] for row in rows(DATA / "states/states.csv")}
    pairs = list(islice(combinations(sorted(names), 2), 0, None, 7))
    wrong = [
        pair for pair in pairs if NAMES.split(" ".join(names[code] for code in pair), lang).states != pair
    ]
    assert len(pairs) == 4411
    assert wrong == []


@pytest.mark.parametrize(
    ("lang", "printed", "code"),
    [
        ("en", "Gambia (the)", "GMB"),
        ("en", "Ivory Coast", "CIV"),
        ("en", "Cote d'Ivoire", "CIV"),
        ("en", "Tanzania", "TZA"),
        ("en", "Cape Verde", "CPV"),
        ("en", "Swaziland", "SWZ"),
        ("en", "Czech Republic", "CZE"),
        ("en", "Turkey", "TUR"),
        ("en", "the former Yugoslav Republic of Macedonia", "MKD"),
        ("en", "Moldova", "MDA"),
        ("en", "Lao PDR", "LAO"),
        ("en", "Congo", "COG"),
        ("en", "Papua New Guinea", "PNG"),
        ("fr", "Niger (le)", "NER"),
        ("fr", "Kirghizstan", "KGZ"),
        ("fr", "Iran (République islamique d')", "IRN"),
        ("fr", "Venezuela (République bolivarienne du))", "VEN"),
        ("fr", "Federated States of Micronesia", "FSM"),
        ("fr", "Egypte", "EGY"),
        ("fr", "Iles Marshall", "MHL"),
        ("es", "República Dominicana (la)", "DOM"),
        ("es", "Islas Marshall (las)", "MHL"),
        ("es", "Comoras (las)", "COM"),
        ("es", "Palaos", "PLW"),
        ("es", "Surinam", "SUR"),
        ("es", "Fiyi", "FJI"),
        ("es", "Bangladés", "BGD"),
        ("es", "Botsuana", "BWA"),
    ],
)
def test_odd_forms_are_known(lang: str, printed: str, code: str) -> None:
    split = NAMES.split(printed, lang)
    assert (split.states, split.rest) == ((code,), ())


def test_korea_alone_is_not_guessed() -> None:
    assert NAMES.split("Korea", "en").rest == ("Korea",)
