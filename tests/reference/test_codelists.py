"""Codes in use are published with the codes of the same list that hold them."""

from __future__ import annotations

import csv

import pytest

from iomgraph.records.record import Record
from iomgraph.reference import codelists
from iomgraph.settings import Settings, resources
from iomgraph.sources.tables import Tables

SCHEME = "schemes:iati-region-m49"


@pytest.fixture
def records() -> dict[str, Record]:
    """The records of two regions in use, of which neither holds the other."""
    coded = codelists.read(Tables(Settings().data))
    used = coded.used
    used.note({"id": "states:GHA", "inM49Region": "iati-regions:m49/011"})
    used.note({"id": "states:GEO", "inM49Region": "iati-regions:m49/145"})
    return {record["id"]: record for record in coded.records(used)}


def test_a_region_comes_with_all_that_hold_it_and_no_other(records: dict[str, Record]) -> None:
    codes = {"001", "002", "202", "011", "142", "145"}
    assert set(records) == {SCHEME, *(f"iati-regions:m49/{code}" for code in codes)}


def test_regions_are_broader_and_narrower_than_each_other(records: dict[str, Record]) -> None:
    western = records["iati-regions:m49/011"]
    assert western["broader"] == "iati-regions:m49/202"
    assert records["iati-regions:m49/202"]["broader"] == "iati-regions:m49/002"
    assert records["iati-regions:m49/001"]["narrower"] == ["iati-regions:m49/002", "iati-regions:m49/142"]
    assert "topConceptOf" not in western
    assert "narrower" not in western


def test_the_world_alone_is_at_the_top(records: dict[str, Record]) -> None:
    assert records[SCHEME]["hasTopConcept"] == ["iati-regions:m49/001"]
    assert records["iati-regions:m49/001"]["topConceptOf"] == SCHEME


def test_each_region_has_its_code_and_a_name_in_each_language(records: dict[str, Record]) -> None:
    western = records["iati-regions:m49/011"]
    assert western["notation"] == "011"
    assert western["prefLabel"] == {
        "en": ["Western Africa"],
        "fr": ["Afrique occidentale"],
        "es": ["África Occidental"],
    }


def test_the_levels_of_regions_are_those_that_the_tables_of_states_give() -> None:
    def read(name: str) -> list[dict[str, str]]:
        with (resources() / "data" / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    held = {row["code"]: row["category"] for row in read("iati/RegionM49.csv")}
    within = {row["iso3"]: row["m49"] for row in read("states/intermediate_regions.csv")}
    placed = [row for row in read("states/states.csv") if row["m49_region"]]
    expected = {"001": ""}
    for row in placed:
        expected |= {row["m49_region"]: "001", row["m49_subregion"]: row["m49_region"]}
        if row["iso3"] in within:
            expected[within[row["iso3"]]] = row["m49_subregion"]
    assert len(placed) == 247
    assert held == expected
