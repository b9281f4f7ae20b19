"""The links to other people's identifiers, as SSSOM: its header, its columns, and what they hold.

https://mapping-commons.github.io/sssom/spec-formats-tsv/
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from iomgraph.reference.concepts import PREFIXES
from iomgraph.settings import resources

DATA = resources() / "data"
COLUMNS = [
    "subject_id",
    "subject_label",
    "predicate_id",
    "object_id",
    "mapping_justification",
    "mapping_source",
    "confidence",
    "comment",
]
COUNTS = {
    "goals_wikidata": 17,
    "organization": 1,
    "states_eu": 175,
    "states_geonames": 175,
    "states_wikidata": 175,
    "statuses_coverages_iati": 5,
    "themes_dac": 5,
}
SETS = sorted(COUNTS)
OBJECTS = {
    "goals_wikidata": r"http://www\.wikidata\.org/entity/Q[1-9]\d*",
    "organization": r"http://www\.wikidata\.org/entity/Q472311",
    "states_eu": r"http://publications\.europa\.eu/resource/authority/country/[A-Z]{3}",
    "states_geonames": r"https://sws\.geonames\.org/[1-9]\d*/",
    "states_wikidata": r"http://www\.wikidata\.org/entity/Q[1-9]\d*",
    "statuses_coverages_iati": r"https://iatistandard\.org/en/iati-standard/203/codelists/activity(scope|status)/#\d",
    "themes_dac": r"https://iatistandard\.org/en/iati-standard/203/codelists/sector/#15190",
}
PREDICATES = {
    "owl:sameAs",
    "rdfs:seeAlso",
    "skos:exactMatch",
    "skos:closeMatch",
    "skos:broadMatch",
    "skos:relatedMatch",
}
CONCEPTS = ("goals_", "statuses_", "themes_")


def path(name: str) -> Path:
    return DATA / f"links/{name}.sssom.tsv"


def rows(table: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader((line for line in file if not line.startswith("#")), delimiter=delimiter))


def head(name: str) -> tuple[dict[str, str], dict[str, str]]:
    """The prefixes of a set, and the rest of its header."""
    lines = [line[1:] for line in path(name).read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    prefixes = dict(line.strip().split(": ", 1) for line in lines if line.startswith("  "))
    return prefixes, dict(line.split(": ", 1) for line in lines if ": " in line and not line.startswith("  "))


def expanded(curie: str, prefixes: dict[str, str]) -> str:
    prefix, _, rest = curie.partition(":")
    return prefixes[prefix] + rest


def test_the_sets_are_those_that_are_known() -> None:
    assert sorted(found.name.removesuffix(".sssom.tsv") for found in (DATA / "links").iterdir()) == SETS


@pytest.mark.parametrize("name", SETS)
def test_a_set_says_what_it_is_and_under_what_licence(name: str) -> None:
    prefixes, rest = head(name)
    assert rest["mapping_set_id"] == f"https://w3id.org/iomgraph/links/{name}"
    assert rest["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert rest["mapping_set_title"]
    assert rest["mapping_set_description"]
    used = {
        cell.partition(":")[0]
        for row in rows(path(name), "\t")
        for column in ("subject_id", "predicate_id", "object_id", "mapping_justification", "mapping_source")
        if (cell := row[column])
    } | {rest["object_source"].partition(":")[0]}
    assert used == set(prefixes)


@pytest.mark.parametrize("name", SETS)
def test_a_set_has_its_columns_and_links_each_subject_once(name: str) -> None:
    found = rows(path(name), "\t")
    assert len(found) == COUNTS[name]
    assert list(found[0]) == COLUMNS
    assert len({row["subject_id"] for row in found}) == len(found)


@pytest.mark.parametrize("name", SETS)
def test_a_link_says_how_it_came_about_and_how_sure_it_is(name: str) -> None:
    for row in rows(path(name), "\t"):
        assert row["predicate_id"] in PREDICATES
        assert re.fullmatch(r"semapv:[A-Z][A-Za-z]+", row["mapping_justification"])
        assert 0 < float(row["confidence"]) < 1
        assert row["comment"]


@pytest.mark.parametrize("name", SETS)
def test_the_objects_of_a_set_have_the_form_of_their_scheme(name: str) -> None:
    prefixes, _ = head(name)
    iris = [expanded(row["object_id"], prefixes) for row in rows(path(name), "\t")]
    assert [iri for iri in iris if not re.fullmatch(OBJECTS[name], iri)] == []


@pytest.mark.parametrize("name", [name for name in SETS if name.startswith(("states_", "goals_"))])
def test_no_two_subjects_are_said_to_be_the_same_object(name: str) -> None:
    objects = [row["object_id"] for row in rows(path(name), "\t")]
    assert len(set(objects)) == len(objects)


def test_every_subject_is_a_thing_that_the_tables_know_by_the_label_that_they_give_it() -> None:
    known = {f"states:{row['iso3']}": row["name_en"] for row in rows(DATA / "states/states.csv")}
    known |= {f"sdg:{row['code']}": row["name_en"] for row in rows(DATA / "agenda/goals.csv")}
    known |= {
        f"{PREFIXES[row['scheme']]}:{row['id']}": row["name_en"]
        for row in rows(DATA / "vocabulary/concepts.csv")
    }
    known |= {f"organizations:{row['id']}": row["name_en"] for row in rows(DATA / "organization/units.csv")}
    links = [row for name in SETS for row in rows(path(name), "\t")]
    assert len(links) == 553
    assert [row["subject_id"] for row in links if known.get(row["subject_id"]) != row["subject_label"]] == []


def test_every_member_state_is_linked() -> None:
    members = {f"states:{row['iso3']}" for row in rows(DATA / "states/memberships.csv")}
    linked = {name: {row["subject_id"] for row in rows(path(name), "\t")} for name in SETS}
    assert linked["states_geonames"] == linked["states_eu"] == linked["states_wikidata"] == members


@pytest.mark.parametrize("name", SETS)
def test_only_concepts_are_matched_by_skos(name: str) -> None:
    matched = {row["predicate_id"] for row in rows(path(name), "\t")}
    assert {predicate.startswith("skos:") for predicate in matched} == {name.startswith(CONCEPTS)}


def test_the_holy_see_and_the_netherlands_are_the_members_not_the_territories() -> None:
    found = {row["subject_id"]: row["object_id"] for row in rows(path("states_wikidata"), "\t")}
    assert found["states:VAT"] == "wd:Q159583"
    assert found["states:NLD"] == "wd:Q55"
    assert found["states:NAM"] == "wd:Q1030"


def test_an_iri_that_was_not_seen_is_less_sure_than_one_that_was() -> None:
    found = rows(path("states_eu"), "\t")
    seen = {row["subject_id"] for row in found if row["confidence"] == "0.95"}
    assert seen == {f"states:{code}" for code in ("BEL", "CHE", "CHN", "CZE", "FRA", "POL")}
    assert {row["confidence"] for row in found if row["subject_id"] not in seen} == {"0.8"}
