"""A table of activities gives the same claims as the file that it was harvested from."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from iomgraph.claims.claim import Page, Value, parts
from iomgraph.claims.iati import reader
from iomgraph.errors import SourceError
from iomgraph.findings import Finding, Place
from iomgraph.settings import Settings
from iomgraph.sources.harvest import harvest
from iomgraph.sources.iati import tabled
from iomgraph.sources.rules import Reporter, Rules
from iomgraph.sources.tables import Tables

HEADER = "activity,path,lang,value,captured,file,number,line"


def pages(path: Path, rules: Rules) -> tuple[dict[str, Page], list[Finding]]:
    findings: list[Finding] = []
    made = reader.reader(Tables(Settings().data), Reporter(rules, findings), "XM-DAC-47066")
    capture = "" if path.suffix == ".csv" else "capture"
    found = made.pages(reader.IatiFile(path, path.name, capture))
    return {page.text("iatiIdentifier"): page for page in found}, findings


def without_texts(value: Value) -> object:
    """A value whose parts have no descriptions."""
    if not parts(value):
        return value
    return [[pair for pair in part.values if pair[0] != "description"] for part in parts(value)]


def said(page: Page) -> dict[str, tuple[object, str, Place]]:
    """Value, language and place in the file of each claim, except descriptions.

    A title has no value of its own: its row is that of its first narrative.
    """
    return {
        claim.name: (
            without_texts(claim.value),
            claim.lang,
            replace(claim.source, line=None) if claim.term == "title" else claim.source,
        )
        for claim in page
        if claim.term != "description"
    }


@pytest.mark.parametrize(
    ("name", "number"),
    [("iom_reported_latest.xml", 277), ("several_countries_and_languages_or_sdg.xml", 92)],
)
def test_claims_and_findings_from_the_table_are_those_from_the_file(
    shared: Path, rules: Rules, tmp_path: Path, name: str, number: int
) -> None:
    source, table = shared / "iati/activities" / name, tmp_path / "activities.csv"
    assert harvest([source], table, Settings()).changes.new == number
    from_file, in_file = pages(source, rules)
    from_table, in_table = pages(table, rules)
    assert from_table.keys() == from_file.keys()
    for identifier, page in from_file.items():
        assert said(from_table[identifier]) == said(page)
        assert (from_table[identifier].captured, from_table[identifier].kind) == (page.captured, "iati")
    # The harvest reports what is unknown to the standard.
    expected = Counter(
        (f.rule, f.value, f.text(), f.place) for f in in_file if f.rule != "iati-unknown-element"
    )
    assert Counter((f.rule, f.value, f.text(), f.source) for f in in_table) == expected
    assert len(in_table) > 50


def test_a_claim_knows_its_row_and_behind_it_the_line_of_the_file(rules: Rules, tmp_path: Path) -> None:
    table = _table(
        tmp_path,
        "XX-1,iati-identifier,,XX-1,2026-01-31,a.xml,7,70",
        "XX-1,activity-status/@code,,2,2026-01-31,a.xml,7,71",
        "XX-1,activity-date/@iso-date,,2020-13-01,2026-01-31,a.xml,7,72",
        "XX-1,activity-date/@type,,2,2026-01-31,a.xml,7,72",
    )
    found, findings = pages(table, rules)
    claim = found["XX-1"].claims["status"]
    assert str(claim.place) == (
        "activities.csv:3 (row 2, column value, /iati-activities/iati-activity[7]/activity-status)"
    )
    assert str(claim.source) == "a.xml:71 (/iati-activities/iati-activity[7]/activity-status)"
    (bad,) = [one for one in findings if one.rule == "iati-bad-date"]
    assert bad.place is not None
    assert bad.place.row == 3
    assert str(bad.source) == "a.xml:72 (/iati-activities/iati-activity[7]/activity-date/@iso-date)"
    assert found["XX-1"].capture == "a.xml"


def test_rows_of_one_activity_that_are_apart_are_reported(rules: Rules, tmp_path: Path) -> None:
    table = _table(
        tmp_path,
        "XX-1,iati-identifier,,XX-1,,a.xml,1,1",
        "XX-2,iati-identifier,,XX-2,,a.xml,2,2",
        "XX-1,iati-identifier,,XX-1,,a.xml,1,1",
    )
    found, findings = pages(table, rules)
    assert list(found) == ["XX-1", "XX-2"]
    assert [one.place and one.place.row for one in findings if one.rule == "iati-duplicate"] == [3]


def test_a_character_that_xml_cant_hold_costs_its_value(rules: Rules, tmp_path: Path) -> None:
    table = _table(
        tmp_path, "XX-1,iati-identifier,,XX-1,,a.xml,1,1", "XX-1,title/narrative,en,Ro\x01ads,,a.xml,1,2"
    )
    found, findings = pages(table, rules)
    assert "title@en" not in found["XX-1"].claims
    assert [one.place and one.place.row for one in findings if one.rule == "control-character"] == [2]


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("XX-1,title//narrative,en,R,,a.xml,1,2", "is not a path"),
        ("XX-1,title[x]/narrative,en,R,,a.xml,1,2", "is not a path"),
        ("XX-1,,en,R,,a.xml,1,2", "is not a path"),
        ("XX-1,title/@,en,R,,a.xml,1,2", "is not a path"),
        ("XX-1,title/@x/narrative,en,R,,a.xml,1,2", "is not a path"),
        ("XX-1,title/narrative,en,R,,a.xml,one,2", "is not a number"),
        ("XX-1,title/narrative,en,R,,a.xml,1,0", "is not a number"),
        ("XX-1,iati-identifier,,XX-1,,a.xml,1,1", "there is a value at"),
    ],
)
def test_a_row_that_no_harvest_wrote_stops_with_its_place(
    rules: Rules, tmp_path: Path, row: str, what: str
) -> None:
    table = _table(tmp_path, "XX-1,iati-identifier,,XX-1,,a.xml,1,1", row)
    with pytest.raises(SourceError, match=what) as stop:
        list(tabled.activities(table, table.name, Reporter(rules, [])))
    assert "activities.csv:3 (row 2" in str(stop.value)


def _table(folder: Path, *rows: str) -> Path:
    path = folder / "activities.csv"
    path.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
    return path
