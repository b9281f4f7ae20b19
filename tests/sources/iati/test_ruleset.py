"""The rules of the standard are all in the table, and separate its good activities from its bad ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from iomgraph.errors import SourceError
from iomgraph.settings import Settings
from iomgraph.sources.iati import ruleset
from iomgraph.sources.tables import Row, Tables

NOW = "2026-11-27"
# What a pair of the standard shows, and the rule of the table that decides it.
DECIDED = {
    "date_now": "11.1.1",
    "forloop": "2.1.2",
    "if_then": "2.2.1",
    "one_or_all_currency": "7.8.1",
    "one_or_all_currency_all": "7.8.1",
    "one_or_all_lang": "4.1.1",
    "one_or_all_sector": "6.7.2",
    "one_or_all_sector_all": "6.7.2",
    "only_one_of_activity": "3.6.2",
    "period_time": "7.5.3",
    "recipient_country": "3.1.2",
    "results_indicator_baseline_value": "8.8.1",
    "results_indicator_period_actual_value": "8.10.1",
    "results_indicator_period_target_value": "8.9.1",
    "results_refs": "8.11.1",
    "sector_percentage_sum": "2.1.2",
}
COUNTRY, REGION = "transaction/recipient-country", "transaction/recipient-region"
PERIOD = ("year", "period-start/@iso-date", "period-end/@iso-date")
# Pairs about elements of their own, or about organisations: context, kind, subject and against.
KINDS: dict[str, tuple[str, ...]] = {
    "date": (
        ".",
        "ordered",
        *(f"activity-date[@type='{one}-planned']/@iso-date" for one in ("start", "end")),
    ),
    "only_one_of_transaction": (".", "holds", f"not({COUNTRY} and {REGION})", ""),
    "range": (".", "holds", "not(test/@number[. < 0 or . > 100])", ""),
    "regex": ("title", "matches", ".", "^[^&]+$"),
    "sum": (".", "sum", "test/@number", "9"),
    "sum_two": (".", "sum", "test1/@number | test2/@number", "9"),
    "unique": (".", "unique", "title/@xml:lang", ""),
    "recipient_region_budget": ("recipient-region-budget", *PERIOD),
    "time_limit": ("total-budget", *PERIOD),
    "total_expenditure": ("total-expenditure", *PERIOD),
}
# Not pairs, but a file each. Two pairs are about rules that only organisations have.
ALONE = {"at_least_one", "at_least_one_no_element", "identifiers"}
ORGANISATIONS = {"between_dates", "one_or_all_org_currency"}


@pytest.fixture(scope="module")
def standard() -> ruleset.Ruleset:
    return ruleset.read(Tables(Settings().data))


def broken(rules: ruleset.Ruleset, path: Path) -> set[str]:
    (activity,) = etree.parse(path).getroot()
    return {breach.rule for breach in rules.breaches(activity, NOW)}


def row(context: str, kind: str, subject: str, against: str = "", **cells: str) -> Row:
    empty = dict.fromkeys(ruleset.COLUMNS, "")
    given = {"rule": "0", "severity": "error", "context": context, "kind": kind, "subject": subject}
    return Row({**empty, **given, "against": against, **cells}, "rules.csv", 1, 2)


def test_every_rule_of_activities_is_in_the_table(shared: Path) -> None:
    def cases(rules: dict[str, Any]) -> Iterator[str]:
        for kind, one in rules.items():
            for case in one["cases"]:
                if kind == "loop":
                    yield from cases(case["do"])
                else:
                    yield case["ruleInfo"]["id"]

    everything = json.loads((shared / "iati/rulesets/standard.json").read_text())
    wanted = [
        rule
        for context, rules in everything.items()
        if not context.startswith("/iati-organisations")
        for rule in cases(rules)
    ]
    rows = Tables(Settings().data).read("iati/rules.csv", ruleset.COLUMNS)
    assert sorted(row["rule"] for row in rows) == sorted(wanted)
    assert (len(wanted), len(set(wanted))) == (87, 79)
    # It needs a register of organisations, which no file of activities holds.
    assert [row["rule"] for row in rows if row["kind"] == ruleset.UNCHECKED] == ["1.14.8"]


def test_every_pair_of_the_standard_is_decided_here(shared: Path) -> None:
    names = {path.stem.rpartition("_")[0] for path in (shared / "iati/rulesets/pairs").glob("*.xml")}
    assert names == DECIDED.keys() | KINDS.keys() | ALONE | ORGANISATIONS
    assert (len(DECIDED), len(KINDS)) == (16, 10)


@pytest.mark.parametrize(("name", "rule"), DECIDED.items())
def test_a_bad_activity_breaks_its_rule_and_the_good_one_does_not(
    shared: Path, standard: ruleset.Ruleset, name: str, rule: str
) -> None:
    pairs = shared / "iati/rulesets/pairs"
    assert rule in broken(standard, pairs / f"{name}_bad.xml")
    assert rule not in broken(standard, pairs / f"{name}_good.xml")


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_of_check_tells_good_from_bad(shared: Path, name: str) -> None:
    context, *cells = KINDS[name]
    check = ruleset.compiled(row(context, *cells))
    for end, expected in (("bad", 1), ("good", 0)):
        (thing,) = etree.parse(shared / f"iati/rulesets/pairs/{name}_{end}.xml").getroot()
        found = [one for node in thing.xpath(context) for one in check.breaches(node, NOW)]
        assert len(found) == expected


def test_files_that_stand_alone_are_decided_too(shared: Path, standard: ruleset.Ruleset) -> None:
    pairs = shared / "iati/rulesets/pairs"
    assert "6.8.1" in broken(standard, pairs / "at_least_one_bad.xml")
    assert "6.8.1" not in broken(standard, pairs / "at_least_one_no_element_good.xml")
    assert "1.1.21" in broken(standard, pairs / "identifiers_bad.xml")


def test_decimals_add_up_exactly(standard: ruleset.Ruleset) -> None:
    shares = ["25.55", "74.45"], ["33.3", "33.3", "33.4"], ["0.1"] * 1000, ["33.3", "33.3", "33.3"]
    for stated, breaks in zip(shares, (False, False, False, True), strict=True):
        countries = "".join(f'<recipient-country percentage="{share}"/>' for share in stated)
        activity = etree.fromstring(f"<iati-activity>{countries}</iati-activity>")
        assert any(one.rule == "3.1.2" for one in standard.breaches(activity)) is breaks


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"kind": "guess"}, "unknown kind of rule 'guess'"),
        ({"severity": "bad"}, "unknown severity 'bad'"),
        ({"subject": "a["}, "the XPath can't be read"),
        ({"subject": ""}, "the rule checks nothing"),
    ],
)
def test_a_row_that_can_not_be_evaluated_is_a_stop(cells: dict[str, str], message: str) -> None:
    with pytest.raises(SourceError, match=message) as error:
        ruleset.compiled(row(**{"context": ".", "kind": "trimmed", "subject": "@ref", **cells}))
    assert "rules.csv" in str(error.value)


def test_what_the_screen_leaves_out_breaks_nothing(shared: Path, standard: ruleset.Ruleset) -> None:
    root = etree.parse(shared / "iati/activities/sdg_tags_related.xml").getroot()
    found = [list(standard.breaches(one, NOW)) for one in root]
    every = [
        [
            breach
            for group in standard.groups
            for node in group.context(activity)
            for check in group.checks
            for breach in check.breaches(node, NOW)
        ]
        for activity in root
    ]
    assert found == every
    assert (len(found), sum(map(len, found)) > 50) == (99, True)
