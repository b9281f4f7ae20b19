"""Countries and territories by every name and code that they have or had."""

from __future__ import annotations

import csv
import re

import pytest

from iomgraph.matching import states
from iomgraph.matching.states import StateIndex
from iomgraph.settings import LANGUAGES, Settings
from iomgraph.sources.tables import Tables

DATA = Settings().data


@pytest.fixture(scope="module")
def index() -> StateIndex:
    return states.read(Tables(DATA))


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_of_the_249_is_found_by_its_names_and_by_its_codes_in_any_case(index: StateIndex) -> None:
    found = 0
    for row in rows("states/states.csv"):
        codes = [row["iso2"], row["iso3"], row["m49"], row["m49"].lstrip("0")]
        texts = [*(row[f"name_{lang}"] for lang in LANGUAGES), *codes, *map(str.lower, codes)]
        texts.append(index.countries[row["iso3"]].wikidata)
        for text in filter(None, texts):
            shared = {"COD", "COG"} if text == "Congo" else {row["iso3"]}
            assert set(index.identify(text)) == shared, text
        found += 1
    assert found == len(index.countries) == 249


def test_each_has_a_wikidata_item_of_its_own(index: StateIndex) -> None:
    items = {one.wikidata for one in index.countries.values()}
    assert len(items) == 249
    assert all(re.fullmatch(r"http://www\.wikidata\.org/entity/Q[1-9][0-9]*", item) for item in items)


def test_every_spelling_is_found_unless_two_states_share_it(index: StateIndex) -> None:
    shared = set()
    for row in rows("vocabulary/state_names.csv"):
        meant = index.identify(row["name"])
        assert row["iso3"] in meant, row
        if len(meant) > 1:
            shared.add(row["name"])
    assert shared == {"Congo", "Saint Martin", "Saint-Martin", "San Martín"}


def test_former_names_and_withdrawn_codes_mean_their_successors(index: StateIndex) -> None:
    former = rows("states/former_names.csv")
    for row in former:
        assert list(index.identify(row["name"].lower())) == sorted(row["iso3"].split()), row
    assert len(former) == 251


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("FYROM", "MKD"),
        ("Burma", "MMR"),
        ("Holland", "NLD"),
        ("Ivory Coast", "CIV"),
        ("Cote d'Ivoire", "CIV"),
        ("swaziland", "SWZ"),
        ("Cape Verde", "CPV"),
        ("ZAÏRE", "COD"),
        ("The Gambia", "GMB"),
        ("les Comores", "COM"),
        ("Guinea", "GIN"),
        ("states:KEN", "KEN"),
        ("https://w3id.org/iomgraph/id/state/KEN", "KEN"),
        ("Congo", "COD COG"),
        ("Korea", "KOR PRK"),
        ("Virgin Islands", "VGB VIR"),
        ("Congo DRC", ""),
        ("Keniya", ""),
        ("Kosovo", ""),
        ("Niger; Nigeria", ""),
        ("0404", ""),
        ("", ""),
        ("x" * 2_000, ""),
    ],
)
def test_a_text_matches_everything_that_it_may_mean_and_nothing_that_is_only_similar(
    index: StateIndex, text: str, codes: str
) -> None:
    assert " ".join(index.identify(text)) == codes


def test_similar_names_score_less_than_equal_ones(index: StateIndex) -> None:
    assert [(code, round(score)) for code, score in index.near("Keniya")] == [("KEN", 90)]
    assert all(score < 100 for text in ("Congo DRC", "Northern Ireland") for _, score in index.near(text))
    assert index.near("Republic") == index.near("el") == []
    assert [code for code, _ in index.near("Guinea Conakry")] == ["GIN"]
    assert index.near("Regional") == index.near("x" * 2_000) == []


@pytest.mark.parametrize("text", ["no", "in", "ke", "4", "004", "ZAR"])
def test_a_cell_that_may_be_a_word_or_a_number_is_not_a_state(index: StateIndex, text: str) -> None:
    assert index.lookup(text) == ""
