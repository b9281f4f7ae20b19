"""GitLab Code Quality: the fields that merge requests show, a fingerprint for each issue."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from iomgraph.findings import Finding, Place, Severity
from iomgraph.validation.report import Report


def test_every_finding_is_an_issue_with_a_path_and_a_line(
    validated: Callable[..., Report], written: Callable[..., str]
) -> None:
    issues = json.loads(written("gitlab", validated()))
    assert [(one["check_name"], one["severity"], one["location"]) for one in issues] == [
        (":Person/:name", "blocker", {"path": "data/shapes.ttl", "lines": {"begin": 6}}),
        (":Person/:name", "blocker", {"path": "data/people.ttl", "lines": {"begin": 4}}),
        (":Person/:age", "major", {"path": "data/people.ttl", "lines": {"begin": 4}}),
    ]
    assert {frozenset(one) for one in issues} == {
        frozenset({"description", "check_name", "fingerprint", "severity", "location"})
    }
    assert issues[2]["description"] == ":age: sh:datatype xsd:integer is not met (old)"


def test_findings_that_say_the_same_are_issues_of_their_own_and_keep_their_fingerprints(
    written: Callable[..., str],
) -> None:
    same = [Finding("r", Severity.MAY, {"en": "m"}, place=Place("a.ttl", line=n)) for n in (1, 2, 3)]
    report = Report(False, tuple(same), ())
    prints = [one["fingerprint"] for one in json.loads(written("gitlab", report))]
    assert len(set(prints)) == 3
    moved = tuple(replace(one, place=Place("a.ttl", line=9)) for one in same)
    assert prints == [
        one["fingerprint"] for one in json.loads(written("gitlab", replace(report, findings=moved)))
    ]


def test_what_was_not_evaluated_is_an_issue(written: Callable[..., str]) -> None:
    note = Finding("syntax-error", Severity.MUST, {"en": "no dot"}, place=Place("b.ttl", line=7, offset=2))
    (issue,) = json.loads(written("gitlab", Report(False, (), (), notes=(note,))))
    assert (issue["check_name"], issue["location"]) == (
        "syntax-error",
        {"path": "b.ttl", "lines": {"begin": 7}},
    )


def test_a_report_without_findings_is_an_empty_list(written: Callable[..., str]) -> None:
    assert json.loads(written("gitlab", Report(True, (), ()))) == []
