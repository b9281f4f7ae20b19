"""States, memberships, and the states eligible for the fund."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date

from iomgraph.iris import slug
from iomgraph.reference import state
from iomgraph.settings import LANGUAGES, resources
from iomgraph.sources.tables import Tables

DATA = resources() / "data"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


STATES = rows("states/states.csv")
MEMBERSHIPS = rows("states/memberships.csv")
CODES = {row["iso3"] for row in STATES}
FORMS = {"day": r"\d{4}-\d{2}-\d{2}", "month": r"\d{4}-\d{2}", "year": r"\d{4}", "": ""}


def test_codes_have_the_form_of_iso_3166_and_of_m49() -> None:
    assert [row for row in STATES if not re.fullmatch("[A-Z]{3}", row["iso3"])] == []
    assert [row for row in STATES if not re.fullmatch("[A-Z]{2}", row["iso2"])] == []
    assert [row["iso3"] for row in STATES if not re.fullmatch("[0-9]{3}", row["m49"])] == ["TWN"]


def test_no_two_states_share_a_code_or_a_name() -> None:
    for column in ("iso2", "m49", *(f"name_{lang}" for lang in LANGUAGES)):
        shared = Counter(row[column] for row in STATES)
        assert [value for value, count in shared.items() if count > 1] == [], column


def test_every_state_has_a_name_in_three_languages() -> None:
    assert [row for row in STATES for lang in LANGUAGES if not row[f"name_{lang}"]] == []


def test_a_subregion_of_m49_is_in_one_region() -> None:
    regions: dict[str, set[str]] = {}
    for row in STATES:
        regions.setdefault(row["m49_subregion"], set()).add(row["m49_region"])
    assert regions.pop("") == {""}
    assert all(len(found) == 1 for found in regions.values())
    assert Counter(next(iter(found)) for found in regions.values()) == {
        "002": 2,
        "009": 4,
        "019": 2,
        "142": 5,
        "150": 4,
    }
    assert [row["iso3"] for row in STATES if not row["m49_region"]] == ["ATA", "TWN"]


def test_georgia_is_268_in_western_asia() -> None:
    georgia = next(row for row in STATES if row["iso3"] == "GEO")
    assert (georgia["m49"], georgia["m49_region"], georgia["m49_subregion"]) == ("268", "142", "145")


def test_every_member_is_a_known_state() -> None:
    assert {row["iso3"] for row in MEMBERSHIPS} <= CODES
    assert len(CODES - {row["iso3"] for row in MEMBERSHIPS}) == 74


def test_a_date_of_membership_is_as_precise_as_it_says_and_says_what_it_is() -> None:
    assert [row for row in MEMBERSHIPS if not re.fullmatch(FORMS[row["precision"]], row["date"])] == []
    assert [row for row in MEMBERSHIPS if bool(row["what"]) != bool(row["date"])] == []
    assert all(date.fromisoformat(row["date"]) for row in MEMBERSHIPS if row["precision"] == "day")


def test_the_dates_of_membership_are_counted_by_what_they_are() -> None:
    assert Counter((row["precision"], row["what"]) for row in MEMBERSHIPS) == {
        ("", ""): 145,
        ("day", "admission"): 18,
        ("day", "membership"): 3,
        ("day", "announced"): 2,
        ("month", "admission"): 5,
        ("year", "admission"): 1,
        ("year", "membership"): 1,
    }


def test_a_membership_has_a_date_or_an_interval_or_says_that_no_source_gives_one() -> None:
    spans = {row["iso3"] for row in rows("states/intervals.csv")}
    without = [row for row in MEMBERSHIPS if not row["date"] and row["iso3"] not in spans]
    assert [row["iso3"] for row in without] == ["DMA", "GRD", "LAO", "PLW", "TON", "WSM"]
    assert {row["note"] for row in without} == {"No source that was found gives a date."}


def test_what_is_inferred_announced_or_in_conflict_says_so() -> None:
    doubts = {row["iso3"]: row["doubt"] for row in MEMBERSHIPS if row["doubt"]}
    assert len(doubts) == 15
    assert {
        row["iso3"] for row in MEMBERSHIPS if row["what"] == "announced" or row["precision"] == "month"
    } < set(doubts)
    assert "1983" in doubts["KEN"]
    assert "1985" in doubts["KEN"]


def test_an_eligible_state_is_a_member_and_is_in_a_region_of_the_fund() -> None:
    eligible = rows("idf/regions_eligibility.csv")
    regions = {row["id"] for row in rows("vocabulary/concepts.csv") if row["scheme"] == "region"}
    assert {row["region"] for row in eligible} <= regions
    assert {row["iso3"] for row in eligible} <= {row["iso3"] for row in MEMBERSHIPS}
    assert Counter(row["region"] for row in eligible) == {
        "africa": 45,
        "asia-and-oceania": 31,
        "latin-america-and-the-caribbean": 21,
        "europe": 6,
    }


def test_states_are_known_by_their_other_names_and_not_by_misprints() -> None:
    others = state.other_names(Tables(DATA))
    assert "Republic of Côte d’Ivoire" in others["CIV"]["altLabel"]["en"]
    assert "Congo (la)" not in others["COG"]["altLabel"]["fr"]
    every = [names for terms in others.values() for langs in terms.values() for names in langs.values()]
    assert all(len(names) == len(set(map(slug, names))) for names in every)


def test_former_and_informal_names_are_hidden_labels_and_no_others() -> None:
    others = state.other_names(Tables(DATA))
    for code, name in (("MKD", "FYROM"), ("MMR", "Burma"), ("NLD", "Holland"), ("CIV", "Ivory Coast")):
        assert name in others[code]["hiddenLabel"]["en"]
        assert name not in others[code]["altLabel"]["en"]
    assert others["COD"]["hiddenLabel"]["fr"] == ["Congo belge", "Zaïre"]
    assert not any("Czechoslovakia" in terms["hiddenLabel"].get("en", ()) for terms in others.values())
