"""The organisation's units, sites, changes, figures and identifiers hang together."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date

from iomgraph.settings import resources

DATA = resources() / "data"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


UNITS = {row["id"]: row for row in rows("organization/units.csv")}
FORMS = {
    "date": r"\d{4}-\d{2}-\d{2}",
    "gYearMonth": r"\d{4}-\d{2}",
    "gYear": r"\d{4}",
    "integer": r"\d+",
    "string": r".+",
}


def test_units_are_counted_by_kind() -> None:
    assert Counter(row["kind"] for row in UNITS.values()) == {
        "department": 21,
        "unit": 10,
        "office": 9,
        "regional-office": 10,
        "post": 5,
        "administrative-centre": 2,
        "governing-body": 2,
        "liaison-office": 2,
        "office-group": 2,
        "headquarters": 1,
        "organization": 1,
    }


def test_a_unit_is_current_or_former() -> None:
    assert Counter(row["status"] for row in UNITS.values()) == {"current": 52, "former": 13}


def test_every_parent_is_a_unit_and_every_line_of_parents_ends_at_the_organisation() -> None:
    for unit in UNITS:
        line = [unit]
        while parent := UNITS[line[-1]]["parent"]:
            assert parent not in line
            line.append(parent)
        assert line[-1] == "iom"


def test_a_unit_without_a_name_has_an_area_and_a_doubt_that_says_why() -> None:
    nameless = [row for row in UNITS.values() if not row["name_en"]]
    assert len(nameless) == 10
    french = [row["id"] for row in nameless if not row["area_en"]]
    assert french == ["department-strategic-planning-organizational-performance"]
    assert UNITS[french[0]]["name_fr"]
    assert all("No source seen gives an English name" in row["doubt"] for row in nameless if row["area_en"])


def test_a_name_by_analogy_is_left_out() -> None:
    assert UNITS["ro-brussels"]["name_fr"] == ""
    assert "analogy" in UNITS["ro-brussels"]["doubt"]


def test_every_regional_and_liaison_office_and_administrative_centre_has_a_site() -> None:
    sites = {row["unit"]: row for row in rows("organization/sites.csv")}
    sited = {"regional-office", "liaison-office", "administrative-centre", "headquarters"}
    assert set(sites) == {unit for unit, row in UNITS.items() if row["kind"] in sited}
    assert {row["iso3"] for row in sites.values()} <= {row["iso3"] for row in rows("states/states.csv")}
    assert [unit for unit, row in sites.items() if not row["city"]] == ["ro-panama"]


def test_a_change_ends_current_life_of_its_originals_and_gives_a_current_unit() -> None:
    for change in rows("organization/changes.csv"):
        assert {UNITS[original]["status"] for original in change["originals"].split()} == {"former"}
        assert UNITS[change["resulting"]]["status"] == "current"


def test_headline_figures_have_the_form_of_their_datatype_and_speak_of_known_units() -> None:
    headlines = rows("organization/headlines.csv")
    assert [row for row in headlines if not re.fullmatch(FORMS[row["datatype"]], row["value"])] == []
    assert {row["subject"] for row in headlines} <= {*UNITS, *(row["id"] for row in rows("idf/funds.csv"))}
    assert all(date.fromisoformat(row["value"]) for row in headlines if row["datatype"] == "date")


def test_the_count_of_members_never_falls_and_ends_at_the_table_of_memberships() -> None:
    headlines = rows("organization/headlines.csv")
    counts = sorted(
        (row["date"], int(row["value"])) for row in headlines if row["property"] == "memberStateCount"
    )
    assert [count for _, count in counts] == [122, 146, 157, 165, 173, 175, 175, 175]
    assert counts[-1][1] == len(rows("states/memberships.csv"))


def test_identifiers_have_the_form_of_their_scheme() -> None:
    found = {row["scheme"]: row["value"] for row in rows("organization/identifiers.csv")}
    assert re.fullmatch(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?", found["bic"])
    assert found["iati-organisation"] == f"XM-DAC-{found['dac-channel']}"
    # ISO 17442: the letters stand for 10 to 35, and the number that results leaves 1 when divided by 97.
    assert int("".join(str(int(letter, 36)) for letter in found["lei"])) % 97 == 1
