"""Activities that we write are valid, keep the standard's rules, and are read back as the same facts."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from lxml import etree

from iomgraph import portfolio
from iomgraph.build import build, gather
from iomgraph.cache import Memo
from iomgraph.mapping import context
from iomgraph.mapping.dataset import Dataset
from iomgraph.mapping.writers import as_list
from iomgraph.publication import pieces
from iomgraph.publication.iati import write
from iomgraph.records.record import Record
from iomgraph.release import manifest
from iomgraph.settings import Settings, clock
from iomgraph.sources.iati import ruleset
from iomgraph.sources.tables import Tables

ACTIVITIES = {
    "iom_development_fund.xml": (15, 0),
    "iom_reported_earlier_versions.xml": (40, 0),
    "iom_reported_latest.xml": (276, 1),
    "related_groups_closed.xml": (225, 15),
    "sdg_tags_related.xml": (99, 0),
    "several_countries_and_languages_or_sdg.xml": (75, 17),
    "several_countries_with_percentages.xml": (191, 29),
}
"""File to how many of its activities are written again, and how many are not."""

TERMS = {
    "activity-date": {f"{term}{kind}" for term in ("start", "end") for kind in ("Day", "Date", "Year")},
    "budget": {"budget", "budgets"},
    "policy-marker": {"policyMarker"},
    "recipient-country": {"benefitingState", "allocation"},
    "recipient-region": {"allocation"},
    "related-activity": {"relation", "relatedActivity"},
    "sector": {"sector", "allocation"},
    "transaction": {"transaction"},
}
"""Element that can be left out to the terms of a project that it is read into."""

RELATIONS = ({"partOf", "wholeActivity"}, {"hasPart", "partActivity"})
CAPTURED = "2026-11-27"
NOBODY = portfolio.Agent(name="Nobody")
WARNINGS = {"1.1.21", "1.3.13", "1.8.13", "1.15.13", "102.1.1"}
"""Rules that only warn: what identifiers of others look like, and sectors of the DAC beside others."""


class Trip(NamedTuple):
    """A file that was read, written and read again."""

    counts: Mapping[str, int]
    xml: Path
    before: Mapping[str, Record]
    after: Mapping[str, Record]
    left_out: Mapping[str, set[str]]
    activities: set[str]


def gathered(folder: Path, file: Path) -> tuple[portfolio.Portfolio, Dataset]:
    folder.mkdir(parents=True)
    shutil.copy(file, folder / "a.xml")
    (folder / portfolio.FILE).write_text(
        'title = "Ours"\nbase_iri = "https://data.example.org/"\npublish_descriptions = true\n'
        f'[[sources]]\nkind = "iati"\nfiles = ["a.xml"]\ncaptured = {CAPTURED}\n',
        encoding="utf-8",
    )
    found = gather(Settings(data=folder))
    return found.portfolio, found.data


def _write(folder: Path, data: Dataset, ours: portfolio.Portfolio, now: datetime) -> Mapping[str, int]:
    """Write the projects of a dataset, as a build does."""
    found = pieces.make("writing", data.parts, [write.maker(data, ours, now)], Memo())
    return write.write(folder, found, now)


def projects(data: Dataset) -> dict[str, Record]:
    return {record["id"]: record for record in data.records() if "Project" in record["type"]}


@pytest.fixture(scope="module", params=sorted(ACTIVITIES))
def trip(request: pytest.FixtureRequest, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Trip:
    folder = tmp_path_factory.mktemp("trip")
    ours, first = gathered(folder / "first", shared / "iati/activities" / request.param)
    counts = _write(folder, first, ours, clock(date.fromisoformat(CAPTURED)))
    _, second = gathered(folder / "second", folder / write.FILE)
    left_out: dict[str, set[str]] = {}
    with (folder / write.OMITTED).open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            left_out.setdefault(row["project"], set()).add(row["element"].partition("[")[0])
    before, after = projects(first), projects(second)
    assert (counts["IATI activities"], counts["projects without one"]) == ACTIVITIES[request.param]
    named = {name: left_out.get(first.context.expand(name), set()) for name in before}
    without = {name for name, elements in named.items() if "iati-activity" in elements}
    return Trip(counts, folder / write.FILE, before, after, named, before.keys() - without)


def test_a_project_has_an_activity_or_a_row_that_says_why_not(trip: Trip) -> None:
    assert trip.after.keys() == trip.activities
    assert len(trip.activities) == trip.counts["IATI activities"]
    assert len(trip.before) - len(trip.activities) == trip.counts["projects without one"]


def test_the_file_is_valid_by_the_schema_of_the_standard(trip: Trip, shared: Path) -> None:
    schema = etree.XMLSchema(etree.parse(shared / "iati/schemas/iati-activities-schema.xsd"))
    schema.assertValid(etree.parse(trip.xml))


def test_the_written_activities_keep_the_rules_of_the_standard(trip: Trip) -> None:
    rules = ruleset.read(Tables(Settings().data))
    root = etree.parse(trip.xml).getroot()
    breaches = [one for activity in root for one in rules.breaches(activity, CAPTURED)]
    assert {one.rule for one in breaches} <= WARNINGS
    assert {one.severity for one in breaches} <= {"warning"}


def test_the_written_activities_read_again_give_the_same_claims(trip: Trip) -> None:
    for name in trip.activities:
        before, after = trip.before[name], trip.after[name]
        gone = {term for element in trip.left_out[name] for term in TERMS.get(element, ())}
        gone |= set(_excused(before))
        for term in (before.keys() | after.keys()) - gone - set().union(*RELATIONS):
            assert before.get(term) == after.get(term), (name, term)
        for terms in RELATIONS:
            assert _identifiers(before, terms, trip.before) == _identifiers(after, terms, trip.before), name


def _excused(record: Record) -> Iterator[str]:
    """Terms that another element fills: a title for a description, a plan for years that contradict."""
    if "description" not in record:
        yield "description"
    if "startYear" not in record and "endYear" not in record:
        yield from TERMS["activity-date"]


def _identifiers(record: Record, terms: set[str], known: Mapping[str, Record]) -> set[str]:
    """The activities that others are related to, whether they are projects of the dataset or not."""
    names = {one for term in terms for one in as_list(record.get(term, ()))}
    return {str(known[name]["iatiIdentifier"]) if name in known else name for name in names}


def test_no_budget_or_transaction_is_left_out_silently(trip: Trip) -> None:
    totals: dict[str, Counter[str]] = {"budget": Counter(), "transaction": Counter()}
    root = etree.parse(trip.xml).getroot()
    for element, counts in totals.items():
        counts["written"] = len(root.findall(f"*/{element}"))
        for name in trip.activities:
            record = trip.before[name]
            one = record.get("budgets") or as_list(record.get(element, ()))
            counts["stated"] += len(one if element == "budget" else record.get("transaction", ()))
        with (trip.xml.parent / "omitted.csv").open(encoding="utf-8", newline="") as rows:
            written = {activity.findtext("iati-identifier") for activity in root}
            counts["left out"] = sum(
                int(row["times"])
                for row in csv.DictReader(rows)
                if row["element"] == element and row["identifier"] in written
            )
        assert counts["written"] + counts["left out"] == counts["stated"]


PROJECT: Record = {
    "id": "projects:A",
    "type": ["Project"],
    "iatiIdentifier": "XX-1-A",
    "reportedBy": "organizations:XX-1",
    "title": {"en": ["Roads"], "fr": ["Routes"]},
    "participation": [
        {"id": "projects:A/participation/1", "participant": "organizations:XX-1", "role": "roles:4"}
    ],
    "status": "statuses:active",
    "startDay": "2021-05-01",
    "benefitingState": ["states:KEN"],
    "sector": ["sectors:dac/15190"],
    "allocation": [
        {"allocatedTo": "states:KEN", "percentage": "100", "allocationBasis": "bases:standard"},
        {"allocatedTo": "sectors:dac/15190", "percentage": "100", "allocationBasis": "bases:stated"},
    ],
}
BUDGET: Record = {"value": "5", "currency": "USD", "validFrom": "2021-01-01", "valueDate": "2021-01-01"}
REPORTER: Record = {
    "id": "organizations:XX-1",
    "type": ["Organization"],
    "prefLabel": {"en": ["Ours"]},
    "classification": "organization-types:40",
}


def written(
    folder: Path, *records: Record, publisher: portfolio.Agent = NOBODY
) -> tuple[etree._Element | None, list[dict[str, str]]]:
    """The one activity of records, or None, and what is left out."""
    settings = Settings()
    ours = replace(portfolio.read(settings.data), publisher=publisher)
    data = Dataset(context.read(settings.ontology))
    data.add([*records, REPORTER])
    counts = _write(folder, data, ours, datetime(2026, 11, 27, tzinfo=UTC))
    with (folder / write.OMITTED).open(encoding="utf-8", newline="") as rows:
        left_out = list(csv.DictReader(rows))
    if not counts["IATI activities"]:
        assert not (folder / write.FILE).exists()
        return None, left_out
    return etree.parse(folder / write.FILE).getroot()[0], left_out


def test_texts_are_narratives_in_their_languages_and_the_title_stands_for_a_description(
    tmp_path: Path,
) -> None:
    activity, left_out = written(tmp_path, PROJECT)
    assert activity is not None
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    for tag in ("title", "description"):
        texts = {one.get(lang): one.text for one in activity.findall(f"{tag}/narrative")}
        assert texts == {"en": "Roads", "fr": "Routes"}
    assert left_out == []


def test_a_share_that_only_the_standard_gives_is_not_stated(tmp_path: Path) -> None:
    activity, _ = written(tmp_path, PROJECT)
    assert activity is not None
    assert [dict(one.attrib) for one in activity.findall("recipient-country")] == [{"code": "KE"}]
    sectors = [dict(one.attrib) for one in activity.findall("sector")]
    assert sectors == [{"vocabulary": "1", "code": "15190", "percentage": "100"}]


def test_a_derived_goal_is_marked_and_a_stated_one_is_a_goal(tmp_path: Path) -> None:
    more = {"statedGoal": ["sdg:9"], "statedTarget": ["sdg:9.1"], "relatedTarget": ["sdg:10.7"]}
    activity, _ = written(tmp_path, PROJECT | more)
    assert activity is not None
    goal, target, derived = activity.findall("tag")
    assert (dict(goal.attrib), len(goal)) == ({"vocabulary": "2", "code": "9"}, 0)
    assert (dict(target.attrib), len(target)) == ({"vocabulary": "3", "code": "9.1"}, 0)
    assert (derived.get("vocabulary"), derived.get("code")) == ("99", "10.7")
    assert derived.get("vocabulary-uri") == "https://w3id.org/iomgraph/ontology#relatedTarget"
    texts = [one.text or "" for one in derived.findall("narrative")]
    assert len(texts) == 3
    assert all("10.7" in text for text in texts)
    assert "no source states it" in texts[0]


@pytest.mark.parametrize(
    ("term", "missing"),
    [
        ("iatiIdentifier", "iati-identifier"),
        ("title", "title"),
        ("participation", "participating-org"),
        ("status", "activity-status"),
        ("startDay", "activity-date"),
    ],
)
def test_a_project_without_what_the_schema_demands_is_listed(tmp_path: Path, term: str, missing: str) -> None:
    record = {key: value for key, value in PROJECT.items() if key != term}
    activity, left_out = written(tmp_path, record | {"inferredIatiIdentifier": "XX-1-A"})
    assert activity is None
    whole = [row for row in left_out if row["element"] == "iati-activity"]
    assert missing in {row["what"] for row in whole}
    assert {row["project"] for row in whole} == {"https://w3id.org/iomgraph/id/project/A"}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (
            {"budget": BUDGET | {"validThrough": "2023-01-01"}},
            ("budget", "rule", "7.5.3"),
        ),
        (
            {"policyMarker": [{"marker": "policy-markers:yy-2-99/A"}]},
            ("policy-marker", "vocabulary", "policy-markers:yy-2-99/A"),
        ),
        (
            {"sector": ["sectors:dac/15190", "sectors:iati-10/5", "sectors:iati-10/6"]},
            ("sector[@vocabulary=10]", "shares", ""),
        ),
        ({"endDay": "2031-01-01"}, ("activity-date", "rule", "11.1.5")),
        ({"relatedActivity": ["XX-1-B"]}, ("related-activity", "missing", "related-activity/@type")),
        (
            {"transaction": [{"value": "5", "currency": "USD", "allocatedTo": "states:KEN"}]},
            ("transaction/recipient-country", "rule", "3.6.2"),
        ),
    ],
)
def test_a_part_that_can_not_be_written_is_left_out(
    tmp_path: Path, more: Record, expected: tuple[str, str, str]
) -> None:
    activity, left_out = written(tmp_path, PROJECT | more)
    assert activity is not None
    assert expected in {(row["element"], row["why"], row["what"]) for row in left_out}


@pytest.mark.parametrize(("identifier", "expected"), [("XX-1-A", True), ("YY-2-A", False)])
def test_the_publisher_reports_what_nobody_else_does_if_the_identifier_is_its_own(
    tmp_path: Path, identifier: str, expected: bool
) -> None:
    record = {key: value for key, value in PROJECT.items() if key != "reportedBy"}
    publisher = portfolio.Agent(name="Ours", iati="XX-1", iati_type="40")
    activity, _ = written(tmp_path, record | {"iatiIdentifier": identifier}, publisher=publisher)
    assert (activity is not None) is expected
    if activity is not None:
        reporter = activity.find("reporting-org")
        assert reporter is not None
        assert dict(reporter.attrib) == {"ref": "XX-1", "type": "40"}
        assert reporter.findtext("narrative") == "Ours"


def test_the_only_country_of_an_activity_that_names_others_is_not_said_to_have_all(tmp_path: Path) -> None:
    record = PROJECT | {"allocation": PROJECT["allocation"][1:]}
    activity, left_out = written(tmp_path, record)
    assert activity is None
    assert ("recipient-country", "shares") in {(row["element"], row["why"]) for row in left_out}


def test_a_release_has_its_activities_in_the_manifest_and_says_how_many(tmp_path: Path, shared: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two")]
    file = shared / "iati/activities/iom_development_fund.xml"
    gathered(tmp_path / "data", file)
    for out in folders:
        result = build(Settings(data=tmp_path / "data", out=out, site=False))
        assert (result.counts["IATI activities"], result.counts["projects without one"]) == (15, 0)
    first, second = ((out / write.FILE).read_bytes() for out in folders)
    assert first == second
    listed = {entry.name for entry in manifest.read(folders[0])}
    assert {write.FILE, write.OMITTED} <= listed
    described = (folders[0] / "dcat.jsonld").read_text("utf-8")
    assert '"id":"distributions:iati/activities.xml"' in described
