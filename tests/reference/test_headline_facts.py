"""Headline facts: all are statements with their source; of each property the latest is published."""

from __future__ import annotations

from pathlib import Path

import pytest

from iomgraph.findings import Finding, Findings
from iomgraph.reference.headline_facts import COLUMNS, Headlines, headlines
from iomgraph.reference.organization import read
from iomgraph.settings import Settings
from iomgraph.sources import tables
from iomgraph.sources.rules import Reporter, Rules
from iomgraph.sources.tables import Tables

NAMES = {"iom": "organizations:iom", "director-general": "posts:director-general"}
ROW = {
    "subject": "iom",
    "property": "memberStateCount",
    "value": "175",
    "datatype": "integer",
    "date": "2026-11-23",
    "doubt": "",
    "source": "https://iom.int/",
}


def told(folder: Path, rules: Rules, *changes: dict[str, str]) -> tuple[Headlines, list[Finding]]:
    """Read a table whose rows are each like the first except for the given cells."""
    (folder / "organization").mkdir()
    tables.write(folder / "organization/headlines.csv", COLUMNS, [ROW | change for change in changes])
    findings: list[Finding] = []
    return headlines(Tables(folder), NAMES, Reporter(rules, findings)), findings


def test_the_real_headlines_say_when_how_many_and_where(settings: Settings, rules: Rules) -> None:
    names = read(Tables(settings.data), Reporter(rules, Findings())).names | {
        "idf": "funds:idf",
        "idf-line-2": "funds:idf-line-2",
    }
    findings: list[Finding] = []
    found = headlines(Tables(settings.data), names, Reporter(rules, findings))
    assert found.facts["organizations:iom"] == {
        "foundingDate": "1951-12-05",
        "unSystemMonth": "2016-09",
        "memberStateCount": 175,
        "presenceCount": 171,
    }
    assert found.facts["posts:director-general"] == {
        "heldBy": ["persons:amy-e-pope"],
    }
    (tenure,) = found.memberships
    assert tenure["memberDuring"][0]["hasBeginning"]["inDate"] == "2023-10-01"
    assert found.persons == [
        {
            "id": "persons:amy-e-pope",
            "type": ["Person"],
            "name": "Amy E. Pope",
            "hasMembership": tenure["id"],
        }
    ]
    assert len(found.statements) == len({one["id"] for one in found.statements}) == 19
    assert all({"source", "attribution"} & set(one) for one in found.statements)
    assert {finding.rule for finding in findings} == {"doubtful"}


def test_of_several_days_the_latest_is_published_and_all_are_stated(tmp_path: Path, rules: Rules) -> None:
    found, _ = told(
        tmp_path, rules, {}, {"value": "122", "date": "2007-11-27"}, {"value": "157", "date": "2015"}
    )
    assert found.facts == {"organizations:iom": {"memberStateCount": 175}}
    assert [(one["statedInteger"], one["id"]) for one in found.statements] == [
        (122, "statements:iom-memberStateCount-2007-11-27"),
        (157, "statements:iom-memberStateCount-2015"),
        (175, "statements:iom-memberStateCount-2026-11-23"),
    ]
    assert found.statements[1]["asOfYear"] == "2015"


@pytest.mark.parametrize(
    ("change", "rule", "column"),
    [
        ({"value": "many"}, "bad-figure", "value"),
        ({"value": "²"}, "bad-figure", "value"),
        ({"value": "2016-02-30", "datatype": "date"}, "bad-figure", "value"),
        ({"value": "2016", "datatype": "date"}, "bad-figure", "value"),
        ({"datatype": "float"}, "bad-figure", "value"),
        ({"value": "", "datatype": "string"}, "bad-figure", "value"),
        ({"subject": "wto"}, "unknown-thing", "subject"),
    ],
)
def test_a_row_that_does_not_fit_is_found_and_left_out(
    tmp_path: Path, rules: Rules, change: dict[str, str], rule: str, column: str
) -> None:
    found, findings = told(tmp_path, rules, change)
    assert (found.facts, found.statements) == ({}, [])
    assert [(one.rule, one.place.column, one.severity.word) for one in findings if one.place] == [
        (rule, column, "must")
    ]
