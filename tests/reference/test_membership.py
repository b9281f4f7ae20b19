"""Memberships with their dates, and the states that the fund lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from iomgraph.findings import Finding
from iomgraph.reference import membership, state
from iomgraph.reference.evidence import Told
from iomgraph.settings import Settings
from iomgraph.sources import rules as rules_module
from iomgraph.sources import tables
from iomgraph.sources.rules import Reporter, Rules
from iomgraph.sources.tables import Tables

ROW = {
    "iso3": "GEO",
    "date": "2001-06-07",
    "precision": "day",
    "what": "acceptance",
    "basis": "stated",
    "note": "",
    "doubt": "",
    "source": "a list of members",
}


@pytest.fixture(scope="module")
def real() -> tuple[Told, list[Finding]]:
    """The memberships of the real tables."""
    settings = Settings()
    findings: list[Finding] = []
    known = state.read(Tables(settings.data))
    return membership.memberships(
        Tables(settings.data), known, Reporter(rules_module.read(Tables(settings.data)), findings)
    ), findings


def told(
    folder: Path, rules: Rules, change: dict[str, str], spans: Sequence[dict[str, str]] = ()
) -> tuple[Told, list[Finding]]:
    (folder / "states").mkdir()
    tables.write(folder / "states/memberships.csv", membership.MEMBERSHIPS, [ROW | change])
    tables.write(folder / "states/intervals.csv", membership.INTERVALS, spans)
    findings: list[Finding] = []
    return membership.memberships(Tables(folder), {"GEO"}, Reporter(rules, findings)), findings


def test_there_are_175_each_of_another_state_each_with_a_source(real: tuple[Told, list[Finding]]) -> None:
    records = real[0].records
    assert len({record["member"] for record in records}) == len(records) == 175
    assert all({"source", "attribution"} & set(record) for record in records)
    assert {record["organization"] for record in records} == {"organizations:iom"}


def test_a_date_is_as_exact_as_its_source_and_says_what_it_is(real: tuple[Told, list[Finding]]) -> None:
    terms = Counter(term for record in real[0].records for term in record if term.startswith(("ad", "ac")))
    assert terms == {
        "admissionDate": 18,
        "admissionMonth": 5,
        "admissionYear": 1,
        "accessionDate": 3,
        "accessionYear": 1,
    }


def test_a_day_that_was_announced_is_stated_but_not_published(real: tuple[Told, list[Finding]]) -> None:
    burundi = next(record for record in real[0].records if record["member"] == "states:BDI")
    assert not {"admissionDate", "accessionDate"} & set(burundi)
    stated = [one for one in real[0].statements if one["subject"] == [burundi["id"]]]
    assert [(one["property"], one["statedDate"]) for one in stated] == [("admissionDate", "2007-11-27")]
    assert "announced beforehand" in stated[0]["doubt"]["en"][0]


def test_a_date_that_was_inferred_says_so(real: tuple[Told, list[Finding]]) -> None:
    dates = [one for one in real[0].statements if not one["property"].startswith("in")]
    bases = Counter(one["basis"] for one in dates)
    assert bases == {"bases:stated": 25, "bases:inferred": 5}


def test_a_state_that_left_and_came_back_has_two_intervals(real: tuple[Told, list[Finding]]) -> None:
    spans = {record["member"]: record.get("memberDuring", []) for record in real[0].records}
    first, second = spans["states:AUS"]
    assert (first["hasBeginning"]["inYear"], first["hasEnd"]["inYear"]) == ("1951", "1973")
    assert (second["hasBeginning"]["inYear"], "hasEnd" in second) == ("1985", False)
    assert Counter(map(len, spans.values())) == {0: 16, 1: 148, 2: 11}


def test_each_end_of_an_interval_has_its_source(real: tuple[Told, list[Finding]]) -> None:
    ends = [one for one in real[0].statements if one["property"].startswith("in")]
    assert len(ends) == 170 + 11
    assert all({"source", "attribution"} & set(one) for one in ends)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"begin": "then"}, "bad-date"),
        ({"begin": "2001", "end": "1999"}, "bad-date"),
        ({"iso3": "ARM"}, "unknown-thing"),
    ],
)
def test_a_faulty_interval_is_found_and_left_out(
    tmp_path: Path, rules: Rules, change: dict[str, str], rule: str
) -> None:
    span = {"iso3": "GEO", "number": "1", "begin": "1993", "end": "", "source": "x"} | change
    found, findings = told(tmp_path, rules, {}, [span])
    assert [one.rule for one in findings] == [rule]
    assert [record for record in found.records if "memberDuring" in record] == []


def test_every_doubt_is_a_finding(real: tuple[Told, list[Finding]]) -> None:
    told, findings = real
    assert [one.rule for one in findings] == ["doubtful"] * 15
    assert {one.about for one in findings} == {one["id"] for one in told.records if "doubt" in one}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"date": "2001-06-31"}, "bad-date"),
        ({"date": "7 June 2001"}, "bad-date"),
        ({"precision": "month"}, "bad-date"),
        ({"precision": "week"}, "bad-date"),
        ({"what": "birthday"}, "bad-date"),
        ({"iso3": "XXX"}, "unknown-thing"),
    ],
)
def test_contradictions_are_found_with_their_cells(
    tmp_path: Path, rules: Rules, change: dict[str, str], rule: str
) -> None:
    found, findings = told(tmp_path, rules, change)
    assert [(one.rule, one.severity.word) for one in findings] == [(rule, "must")]
    assert str(findings[0].place).startswith("data/states/memberships.csv:2 (row 1, column ")
    assert found.statements == []


def test_the_states_that_the_fund_lists_have_the_region_of_the_list(settings: Settings) -> None:
    facts, statements = membership.eligibility(Tables(settings.data))
    assert len(facts) == 103
    assert facts["states:GEO"] == {"region": "regions:europe", "eligibleFor": ["funds:idf-line-2"]}
    assert len({one["id"] for one in statements}) == len(statements) == 206
    assert {one["asOfMonth"] for one in statements} == {"2024-08"}
    assert all(one["attribution"] for one in statements)
