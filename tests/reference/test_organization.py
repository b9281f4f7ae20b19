"""The organisation's tables become units, posts, sites and changes that hang together."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from iomgraph.findings import Finding
from iomgraph.reference import organization
from iomgraph.settings import Settings
from iomgraph.sources.rules import Reporter, Rules
from iomgraph.sources.tables import Tables

Records = dict[str, dict[str, Any]]
Read = Callable[..., tuple[Records, list[Finding]]]


@pytest.fixture
def read(settings: Settings, rules: Rules, tmp_path: Path) -> Read:
    """Read the tables of the organisation, with a text in one of them replaced."""

    def run(name: str = "units.csv", old: str = "", new: str = "") -> tuple[Records, list[Finding]]:
        folder = tmp_path / "data/organization"
        shutil.copytree(settings.data / "organization", folder)
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
        findings: list[Finding] = []
        found = organization.read(Tables(tmp_path / "data"), Reporter(rules, findings))
        return {record["id"]: record for record in found.records({})}, findings

    return run


def test_the_tables_give_one_organization_and_its_parts(read: Read) -> None:
    records, _ = read()
    assert Counter(record["type"][0] for record in records.values()) == {
        "OrganizationalUnit": 59,
        "Site": 15,
        "Post": 5,
        "Identifier": 4,
        "FormalOrganization": 1,
        "ChangeEvent": 1,
    }


def test_a_unit_under_a_post_reports_to_it_and_is_part_of_the_nearest_unit(read: Read) -> None:
    records, _ = read()
    unit = records["units:supply-chain"]
    assert unit["reportsTo"] == "posts:ddg-management-reform"
    assert unit["unitOf"] == "organizations:iom"
    part = records["units:department-external-relations"]
    assert "unitOf" not in part
    assert part["subOrganizationOf"] == "units:executive-office"


def test_a_post_is_named_for_any_holder_and_the_form_for_a_woman_is_another_name(read: Read) -> None:
    records, _ = read()
    post = records["posts:director-general"]
    assert post["prefLabel"]["fr"] == ["Directeur général"]
    assert post["altLabel"] == {"es": ["Directora General"], "fr": ["Directrice générale"]}
    assert {name for name, one in records.items() if "altLabel" in one} == {
        "posts:ddg-management-reform",
        "posts:ddg-operations",
        "posts:director-general",
    }


def test_another_name_of_no_post_is_found_and_left_out(read: Read) -> None:
    records, findings = read("post_names.csv", "ddg-operations,es", "nobody,es")
    assert [(one.rule, one.value) for one in findings if one.rule != "doubtful"] == [
        ("unknown-thing", "nobody")
    ]
    assert list(records["posts:ddg-operations"]["altLabel"]) == ["fr"]


def test_a_post_is_in_the_unit_that_it_is_under(read: Read) -> None:
    records, _ = read()
    deputy = records["posts:deputy-chief-of-staff"]
    assert deputy["postIn"] == "units:office-chief-of-staff"
    assert records["units:office-chief-of-staff"]["hasPost"] == ["posts:deputy-chief-of-staff"]


def test_a_name_that_no_source_gives_is_not_invented(read: Read) -> None:
    records, _ = read()
    assert "prefLabel" not in records["units:ro-vienna"]
    assert records["units:ro-vienna"]["areaServed"] == {
        "en": ["South-Eastern Europe, Eastern Europe and Central Asia"]
    }
    assert list(records["units:ro-bangkok"]["prefLabel"]) == ["fr"]


def test_the_merger_of_2024_ends_two_units_and_gives_one(read: Read) -> None:
    records, _ = read()
    merger = records["changes:regional-office-for-the-americas"]
    assert merger["originalOrganization"] == ["units:ro-buenos-aires", "units:ro-san-jose"]
    assert merger["resultingOrganization"] == "units:ro-panama"
    assert merger["asOfYear"] == "2024"
    assert records["units:ro-panama"]["resultedFrom"] == merger["id"]
    for ended in merger["originalOrganization"]:
        assert "FormerUnit" in records[ended]["type"]
        assert records[ended]["changedBy"] == merger["id"]


def test_every_record_but_those_of_a_table_without_remarks_leads_to_a_source(read: Read) -> None:
    records, _ = read()
    assert [name for name, record in records.items() if not {"source", "attribution"} & set(record)] == []


def test_each_doubt_of_the_tables_is_on_its_record_and_is_a_finding_with_its_cell(read: Read) -> None:
    records, findings = read()
    doubted = {name: record["doubt"]["en"][0] for name, record in records.items() if "doubt" in record}
    assert {found.about: found.value for found in findings} == doubted
    assert len(doubted) == 23
    assert {(found.rule, found.place.column) for found in findings if found.place} == {("doubtful", "doubt")}


def test_a_unit_under_a_stranger_is_left_out_with_all_that_hangs_on_it(read: Read) -> None:
    records, findings = read(old="council,governing-body,iom,", new="council,governing-body,nobody,")
    unknown = [found for found in findings if found.rule == "unknown-thing"]
    assert [(found.value, str(found.place)) for found in unknown] == [
        ("nobody", "data/organization/units.csv:7 (row 6, column parent)"),
        ("council", "data/organization/units.csv:63 (row 62, column parent)"),
    ]
    assert "units:council" not in records
    assert "units:standing-committee-programmes-finance" not in records


def test_units_that_are_under_each_other_are_found(read: Read) -> None:
    _, findings = read(
        old="council,governing-body,iom,", new="council,governing-body,standing-committee-programmes-finance,"
    )
    circles = [found for found in findings if found.rule == "circular-unit"]
    assert [found.value for found in circles] == ["council", "standing-committee-programmes-finance"]
    assert circles[0].severity.word == "must"


@pytest.mark.parametrize(
    ("name", "old", "new", "column"),
    [
        ("sites.csv", "headquarters,headquarters,", "headquarters,nobody,", "unit"),
        ("changes.csv", "ro-buenos-aires", "ro-nowhere", "originals"),
        ("identifiers.csv", "iom,bic", "wto,bic", "subject"),
    ],
)
def test_rows_that_name_no_unit_are_found_and_left_out(
    read: Read, name: str, old: str, new: str, column: str
) -> None:
    records, findings = read(name, old, new)
    unknown = [found for found in findings if found.rule == "unknown-thing"]
    assert [(found.place.file, found.place.column) for found in unknown if found.place] == [
        (f"data/organization/{name}", column)
    ]
    assert len(records) == 84
