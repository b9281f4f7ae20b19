"""Activities become pages with claims; an error costs only its value, and is reported."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET  # the activities are our own reference material
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from iomgraph.claims import fund_names
from iomgraph.claims.claim import Page, Part, parts
from iomgraph.claims.iati import reader
from iomgraph.findings import Finding
from iomgraph.settings import Settings
from iomgraph.sources.rules import Reporter, Rules
from iomgraph.sources.tables import Tables

Read = Callable[[str], tuple[list[Page], list[Finding]]]
FILES = (
    "iom_development_fund.xml",
    "iom_reported_earlier_versions.xml",
    "iom_reported_latest.xml",
    "related_groups_closed.xml",
    "sdg_tags_related.xml",
    "several_countries_and_languages_or_sdg.xml",
    "several_countries_with_percentages.xml",
)
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def pages(path: Path, rules: Rules, owner: str = "") -> tuple[list[Page], list[Finding]]:
    findings: list[Finding] = []
    made = reader.reader(Tables(Settings().data), Reporter(rules, findings), owner)
    return list(made.pages(reader.IatiFile(path, path.name, "a", "2026-11-27"))), findings


@pytest.fixture
def read(tmp_path: Path, rules: Rules) -> Read:
    """Read one activity from what it holds; identifier and title are given, rules are tested apart."""

    def run(content: str) -> tuple[list[Page], list[Finding]]:
        path = tmp_path / "a.xml"
        path.write_text(
            '<iati-activities version="2.03" generated-datetime="2026-01-31T00:00:00">'
            '<iati-activity xml:lang="en" default-currency="USD"><iati-identifier>XX-1-A.1</iati-identifier>'
            '<reporting-org ref="XX-1" type="40"><narrative>Ours</narrative></reporting-org>'
            f"<title><narrative>Roads</narrative></title>{content}</iati-activity></iati-activities>"
        )
        found, findings = pages(path, rules, "XX-1")
        return found, [one for one in findings if not one.rule.startswith("iati-rule-")]

    return run


def one(found: tuple[list[Page], list[Finding]], term: str) -> tuple[Part, ...]:
    (page,) = found[0]
    claim = page.claims.get(term)
    return parts(claim.value) if claim else ()


@pytest.mark.parametrize("name", FILES)
def test_as_many_are_claimed_as_the_file_has(shared: Path, rules: Rules, name: str) -> None:
    found, findings = pages(shared / "iati/activities" / name, rules)
    left_out = Counter(one.rule for one in findings)
    root = ET.parse(shared / "iati/activities" / name).getroot()
    activities = root.findall("iati-activity")
    assert len(found) + left_out["iati-no-identifier"] + left_out["iati-duplicate"] == len(activities)
    counts = Counter[str]()
    for page in found:
        for term in ("budget", "transaction", "participation", "policyMarker"):
            claim = page.claims.get(term)
            counts[term] += len(parts(claim.value)) if claim else 0
        counts.update(f"title@{claim.lang}" for claim in page if claim.term == "title")
    without = left_out["iati-no-amount"]
    assert counts["budget"] + counts["transaction"] + without == len(root.findall("*/budget")) + len(
        root.findall("*/transaction")
    )
    assert counts["participation"] + left_out["iati-nameless-organisation"] == len(
        root.findall("*/participating-org")
    )
    expected = Counter[str]()
    for activity in activities:
        spoken = {
            (narrative.get(LANG) or activity.get(LANG) or "en").lower()[:2]
            for narrative in activity.findall("title[1]/narrative")
            if (narrative.text or "").strip()
        }
        expected.update(f"title@{lang}" for lang in spoken)
    assert {key: number for key, number in counts.items() if key.startswith("title")} == expected


@pytest.mark.parametrize("name", FILES)
def test_each_stated_share_of_a_country_is_claimed_unchanged(shared: Path, rules: Rules, name: str) -> None:
    found, findings = pages(shared / "iati/activities" / name, rules)
    without = [
        one.place.path.partition("]")[2]
        for one in findings
        if one.rule in ("iati-unknown-code", "iati-bad-number", "iati-bad-percentage") and one.place
    ]
    unknown = sum(path.startswith("/recipient-country") for path in without)
    root = ET.parse(shared / "iati/activities" / name).getroot()
    stated = [one for one in root.findall("*/recipient-country") if one.get("percentage")]
    claimed = [
        part
        for page in found
        for part in (parts(page.claims["allocation"].value) if "allocation" in page.claims else ())
        if str(part["allocatedTo"]).startswith("states:") and part["allocationBasis"] == "bases:stated"
    ]
    assert len(claimed) + unknown == len(stated)


@pytest.mark.parametrize("name", FILES)
def test_sectors_goals_and_targets_are_those_of_the_file(shared: Path, rules: Rules, name: str) -> None:
    found, findings = pages(shared / "iati/activities" / name, rules)
    unknown = {
        (*one.place.path.removeprefix("/iati-activities/").split("/", 1), one.value, "UNSDG" in one.text())
        for one in findings
        if one.rule == "iati-unknown-code" and one.place
    }
    wrong = Counter(
        "agenda" if agenda else path
        for _, path, _, agenda in {
            (at, re.sub(r"\[\d+\]", "", str(path)), *rest) for at, path, *rest in unknown
        }
    )
    expected, claimed = Counter[str](), Counter[str]()
    for activity in ET.parse(shared / "iati/activities" / name).getroot():
        codes = [
            (one.tag, one.get("vocabulary") or "1", (one.get("code") or "").strip())
            for one in (*activity.findall("sector"), *activity.findall("tag"))
        ]
        subjects = [code for code in codes if code[0] == "sector" and code[1] not in ("7", "8")]
        expected["sector"] += len(set(subjects))
        for term, kinds in (("statedGoal", {"sector7", "tag2"}), ("statedTarget", {"sector8", "tag3"})):
            expected[term] += len({code.lower() for tag, kind, code in codes if tag + kind in kinds})
    for page in found:
        for term in expected:
            claim = page.claims.get(term)
            claimed[term] += len(claim.value) if claim and isinstance(claim.value, tuple) else 0
    assert claimed["sector"] + wrong["sector/@code"] + wrong["sector/@vocabulary"] == expected["sector"]
    assert claimed["statedGoal"] + claimed["statedTarget"] + wrong["agenda"] == (
        expected["statedGoal"] + expected["statedTarget"]
    )


def test_a_page_has_the_identifiers_names_and_dates_of_its_activity(read: Read) -> None:
    ((page,), findings) = read(
        '<activity-status code="2"/><activity-date type="1" iso-date="2020-01-01"/>'
        '<activity-date type="2" iso-date="2020-02-03"/><activity-date type="3" iso-date="2022-12-31"/>'
        '<activity-scope code="4"/>'
    )
    assert findings == []
    said = {claim.name: claim.value for claim in page}
    assert (said["identifier"], said["iatiIdentifier"], said["title@en"]) == ("A.1", "XX-1-A.1", "Roads")
    assert (said["status"], said["activityScope"]) == ("statuses:active", "activity-scopes:4")
    assert (said["startDate"], said["plannedStartDate"], said["startYear"]) == (
        "2020-02-03",
        "2020-01-01",
        2020,
    )
    assert (said["plannedEndDate"], said["endYear"], "endDate" in said) == ("2022-12-31", 2022, False)
    assert said["reportingOrg"] == "organizations:XX-1"


def test_texts_inherit_the_language_of_the_activity_and_keep_their_own(read: Read) -> None:
    ((page,), _) = read(
        '<description><narrative>Long</narrative><narrative xml:lang="FR-ca">Longue</narrative></description>'
    )
    assert [(one.lang, one.value) for one in page if one.term == "description"] == [
        ("en", "Long"),
        ("fr", "Longue"),
    ]


def test_the_only_country_has_all_of_it_by_the_standard(read: Read) -> None:
    (part,) = one(read('<recipient-country code="KE"/>'), "allocation")
    assert (part["allocatedTo"], part["percentage"], part["allocationBasis"]) == (
        "states:KEN",
        "100",
        "bases:standard",
    )


@pytest.mark.parametrize(
    ("shares", "rules_"),
    [
        (("25.55", "74.45"), []),
        (("50", "49.9"), ["iati-shares-sum"]),
        (("50", ""), ["iati-share-missing"]),
        (("150", "50"), ["iati-bad-percentage", "iati-share-missing"]),
        (("half", "50"), ["iati-bad-number", "iati-share-missing"]),
    ],
)
def test_shares_are_exact_and_published_as_stated(
    read: Read, shares: tuple[str, str], rules_: list[str]
) -> None:
    codes = zip(("KE", "UG"), shares, strict=True)
    found = read("".join(f'<recipient-country code="{code}" percentage="{share}"/>' for code, share in codes))
    assert [finding.rule for finding in found[1]] == rules_
    stated = [share for share in shares if share.replace(".", "").isdigit() and float(share) <= 100]
    assert [part["percentage"] for part in one(found, "allocation")] == stated


@pytest.mark.parametrize(
    ("content", "rule", "path"),
    [
        ('<activity-status code="9"/>', "iati-unknown-code", "/activity-status/@code"),
        ('<recipient-country code="XX"/>', "iati-unknown-code", "/recipient-country/@code"),
        ('<sector vocabulary="1" code="1"/>', "iati-unknown-code", "/sector/@code"),
        ('<sector vocabulary="10"/>', "iati-unknown-code", "/sector/@code"),
        ('<sector vocabulary="55" code="1"/>', "iati-unknown-code", "/sector/@vocabulary"),
        ('<activity-date type="2" iso-date="soon"/>', "iati-bad-date", "/activity-date/@iso-date"),
        ('<activity-date type="2" iso-date="2030-01-01"/>', "iati-future-date", "/activity-date"),
        ("<budget><value>1</value></budget><budget/>", "iati-no-amount", "/budget[2]"),
        ('<budget><value currency="USD">many</value></budget>', "iati-bad-number", "/budget/value"),
        ('<budget><value currency="XYZ">1</value></budget>', "iati-unknown-code", "/budget/value/@currency"),
        ("<budget><value>0</value></budget>", "iati-zero", "/budget"),
        ("<location><point><pos>1 200</pos></point></location>", "iati-bad-point", "/location/point/pos"),
        ("<participating-org role='1'/>", "iati-nameless-organisation", "/participating-org"),
        ('<recipient-country code="KE" percentage="1"/><recipient-country code="KE" percentage="99"/>',
         "iati-country-twice", "/recipient-country[2]"),
        ('<recipient-country code="KE" percentage="1"/><recipient-region code="298" percentage="99"/>',
         "iati-country-and-region", "/recipient-region"),
        ('<tag vocabulary="2" code="18"/>', "iati-unknown-code", "/tag/@code"),
    ],
)  # fmt: skip
def test_faults_are_found_with_line_and_path(read: Read, content: str, rule: str, path: str) -> None:
    _, findings = read(content)
    (found,) = [one for one in findings if one.rule == rule]
    assert found.place is not None
    assert found.place.line == 1
    assert found.place.path == f"/iati-activities/iati-activity[1]{path}"


def test_goals_and_targets_are_stated_by_tags_and_sectors(read: Read) -> None:
    ((page,), findings) = read(
        '<tag vocabulary="2" code="10"/><tag vocabulary="3" code="10.7"/><sector vocabulary="7" code="8"/>'
        '<sector vocabulary="8" code="8.b"/>'
    )
    assert findings == []
    assert page.claims["statedGoal"].value == ("sdg:8", "sdg:10")
    assert page.claims["statedTarget"].value == ("sdg:8.b", "sdg:10.7")


def test_sectors_of_a_publisher_keep_its_vocabulary_and_its_names(read: Read) -> None:
    found = read(
        '<sector vocabulary="99" code="CC"><narrative>Camps</narrative></sector><sector code="72050"/>'
    )
    (page,) = found[0]
    assert page.claims["sector"].value == ("sectors:xx-1-99/CC", "sectors:dac/72050")
    assert {str(part["thing"]): part["name"] for part in one(found, "label")} == {
        "organizations:XX-1": (("en", "Ours"),),
        "sectors:xx-1-99/CC": (("en", "Camps"),),
    }


def test_a_transaction_keeps_its_sides_and_what_it_is_for(read: Read) -> None:
    (part,) = one(
        read(
            '<transaction><transaction-type code="3"/><transaction-date iso-date="2020-01-02"/>'
            '<value>-5.50</value><provider-org ref="XX-2"><narrative>Giver</narrative></provider-org>'
            '<recipient-country code="UG"/><sector code="15190"/></transaction>'
        ),
        "transaction",
    )
    assert (part["value"], part["currency"], part["date"]) == ("-5.5", "USD", "2020-01-02")
    assert (part["provider"], part["providerName"]) == ("organizations:XX-2", (("en", "Giver"),))
    assert part["allocatedTo"] == ("states:UGA", "sectors:dac/15190")


@pytest.mark.parametrize(
    ("role", "name", "funder"),
    [
        ("1", "IOM Development Fund", "funds:idf"),
        ("1", "Fonds de l'OIM pour le développement", "funds:idf"),
        ("4", "IOM Development Fund", None),
        ("1", "IOM Development Fund in Fiji", None),
        ("1", "Line 2", None),
    ],
)
def test_an_activity_is_the_funds_where_its_funder_has_that_name(
    tmp_path: Path, rules: Rules, role: str, name: str, funder: str | None
) -> None:
    path, tables = tmp_path / "a.xml", Tables(Settings().data)
    path.write_text(
        '<iati-activities version="2.03"><iati-activity><iati-identifier>A</iati-identifier>'
        f'<participating-org role="{role}"><narrative>{name}</narrative></participating-org>'
        "</iati-activity></iati-activities>"
    )
    made = reader.reader(tables, Reporter(rules, []), funds=fund_names.read(tables, "idf"))
    (page,) = made.pages(reader.IatiFile(path, "a.xml", "a"))
    assert page.says("fundedBy") == funder
    assert fund_names.read(tables, "") == {}


def test_a_file_without_a_day_has_that_of_its_activities(tmp_path: Path, rules: Rules) -> None:
    path = tmp_path / "a.xml"
    path.write_text(
        '<iati-activities version="2.03"><iati-activity last-updated-datetime="2021-02-24T00:00:00">'
        "<iati-identifier>A</iati-identifier></iati-activity></iati-activities>"
    )
    made = reader.reader(Tables(Settings().data), Reporter(rules, []))
    (page,) = made.pages(reader.IatiFile(path, "a.xml", "a"))
    assert page.captured == "2021-02-24"


def test_an_identifier_that_is_given_twice_is_found_with_both_places(tmp_path: Path, rules: Rules) -> None:
    path = tmp_path / "a.xml"
    activity = "<iati-activity><iati-identifier>A</iati-identifier></iati-activity>\n"
    path.write_text(f'<iati-activities version="2.03">{activity * 2}<iati-activity/></iati-activities>')
    found, findings = pages(path, rules)
    assert len(found) == 1
    problems = [one for one in findings if one.rule in ("iati-duplicate", "iati-no-identifier")]
    assert [(one.rule, one.place.line if one.place else 0) for one in problems] == [
        ("iati-duplicate", 2),
        ("iati-no-identifier", 3),
    ]
    assert "a.xml:1" in problems[0].text()


def test_rules_of_the_standard_are_found_once_with_their_place(tmp_path: Path, rules: Rules) -> None:
    path = tmp_path / "a.xml"
    budget = (
        '<budget><period-start iso-date="2020-01-01"/><period-end iso-date="2022-01-01"/>'
        '<value currency="USD">1</value></budget>\n'
    )
    path.write_text(
        '<iati-activities version="2.03"><iati-activity xml:lang="en">'
        "<iati-identifier>XX-1-A</iati-identifier>"
        '<reporting-org ref="XX-1"/><title><narrative>A</narrative></title><sector code="15190"/>'
        '<activity-date type="2" iso-date="2020-01-01"/>'
        '<recipient-country code="KE" percentage="40"/><recipient-country code="UG" percentage="40"/>\n'
        f"{budget * 2}</iati-activity></iati-activities>"
    )
    _, findings = pages(path, rules)
    assert [(one.rule, str(one.place)) for one in findings] == [
        ("iati-shares-sum", "a.xml:1 (/iati-activities/iati-activity[1]/recipient-country[1])"),
        (
            "iati-rule-error",
            "a.xml:2 (/iati-activities/iati-activity[1]/budget[1]/period-start/@iso-date)",
        ),
    ]
    assert findings[1].text().startswith("the activity breaks rule 7.5.3 of the IATI Standard (places: 2)")
