"""Reports as SARIF 2.1.0 (OASIS Standard, 2020), which code scanning shows at the line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from iomgraph.findings import Finding, Place, Severity
from iomgraph.validation.reports.locations import as_uri, locator
from iomgraph.validation.reports.phrases import counts, figures, number, phrases, pointed, sentence
from iomgraph.validation.rulebook import Rule
from iomgraph.version import __version__

if TYPE_CHECKING:
    from iomgraph.validation.report import Report

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

LIMIT = 25_000
"""Most results in a run; GitHub refuses files with more."""

CUT = "more-findings"
"""Name of the rule for the last result, which counts the results beyond the limit."""

_LEVELS = {Severity.MUST: "error", Severity.SHOULD: "warning", Severity.MAY: "note"}
_Locate = Callable[[Finding], Place | None]


def write(report: Report, out: TextIO, lang: str) -> None:
    """Write the report as one run of SARIF, with one result per line.

    A run has at most `LIMIT` results, the gravest; in a longer report, the last one gives the number of those
    missing.

    Args:
        report: the report.
        out: the output.
        lang: language of the messages.
    """
    findings, locate = _within_limit(report.findings, lang), locator(report)
    rules = sorted({found.rule for found in findings})
    index = {rule: rank for rank, rule in enumerate(rules)}
    driver = {
        "name": "iomgraph",
        "semanticVersion": __version__,
        "rules": [_rule(rule, report.rules.get(rule, Rule()), lang) for rule in rules],
        "notifications": [{"id": rule} for rule in sorted({note.rule for note in report.notes})],
    }
    out.write(f'{{"$schema": {_text(SCHEMA)}, "version": "2.1.0", "runs": [{{\n')
    out.write(f'"tool": {_text({"driver": driver})},\n"columnKind": "unicodeCodePoints",\n')
    out.write(f'"invocations": [{_text(_invocation(report, locate, lang))}],\n"results": [')
    for rank, found in enumerate(findings):
        out.write(",\n" if rank else "\n")
        out.write(_text(_result(found, index[found.rule], locate(found), lang)))
    out.write("\n]}]}\n")


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _within_limit(findings: Sequence[Finding], lang: str) -> Sequence[Finding]:
    if len(findings) <= LIMIT:
        return findings
    ranked = sorted(findings, key=lambda found: -found.severity)
    shown, cut = ranked[: LIMIT - 1], ranked[LIMIT - 1 :]
    text = phrases(lang)["cut"].format(number=number(len(cut), lang), counts=counts(cut, lang))
    return [*shown, Finding(CUT, cut[0].severity, {"en": text, lang: text})]


def _rule(name: str, rule: Rule, lang: str) -> dict[str, Any]:
    described: dict[str, Any] = {"id": name}
    if title := rule.names.get(lang) or rule.names.get("en"):
        described["shortDescription"] = {"text": title}
    if step := rule.steps.get(lang) or rule.steps.get("en"):
        described["help"] = {"text": step}
    return described


def _invocation(report: Report, locate: _Locate, lang: str) -> dict[str, Any]:
    """Describe the run itself: its completeness and its coverage (section 3.20)."""
    invocation: dict[str, Any] = {
        "executionSuccessful": all(note.severity < Severity.MUST for note in report.notes),
        "toolExecutionNotifications": [
            {
                "descriptor": {"id": note.rule},
                "level": _LEVELS[note.severity],
                "message": {"text": sentence(note, lang)},
                **_locations(note, locate(note)),
            }
            for note in report.notes
        ],
    }
    evaluated = (figures(report.coverage) if report.coverage else {}) | dict(report.counts)
    if evaluated:
        invocation["properties"] = evaluated
    return invocation


def _result(found: Finding, index: int, place: Place | None, lang: str) -> dict[str, Any]:
    return {
        "ruleId": found.rule,
        "ruleIndex": index,
        "level": _LEVELS[found.severity],
        "message": {"text": pointed(found, lang)},
        "partialFingerprints": {"iomgraph/v1": found.key},
        **_locations(found, place),
    }


def _locations(found: Finding, place: Place | None) -> dict[str, Iterable[dict[str, Any]]]:
    location: dict[str, Any] = {}
    if place:
        region = {"startLine": place.line, **({"startColumn": place.offset} if place.offset else {})}
        location["physicalLocation"] = {"artifactLocation": {"uri": as_uri(place.file)}, "region": region}
    if found.about:
        location["logicalLocations"] = [{"fullyQualifiedName": found.about}]
    return {"locations": [location]} if location else {}
