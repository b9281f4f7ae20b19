"""Reports as SARIF 2.1.0 (OASIS Standard, 2020), which code scanning shows at the line."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import PurePath
from typing import Any, TextIO
from urllib.parse import quote

from iomgraph.findings import Finding, Severity
from iomgraph.validation.report import Report
from iomgraph.validation.rulebook import Rule

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.MUST: "error", Severity.SHOULD: "warning", Severity.MAY: "note"}


def write(report: Report, out: TextIO, lang: str) -> None:
    """Write the report as one run of SARIF.

    Args:
        report: what was found.
        out: where to.
        lang: language of the messages.
    """
    rules = sorted({found.rule for found in report.findings})
    index = {rule: number for number, rule in enumerate(rules)}
    log = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "iomgraph",
                        "semanticVersion": version("iomgraph"),
                        "rules": [_rule(rule, report.rules.get(rule, Rule()), lang) for rule in rules],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(found, index[found.rule], lang) for found in report.findings],
            }
        ],
    }
    json.dump(log, out, ensure_ascii=False, indent=1)
    out.write("\n")


def _rule(name: str, rule: Rule, lang: str) -> dict[str, Any]:
    described: dict[str, Any] = {"id": name}
    if title := rule.names.get(lang) or rule.names.get("en"):
        described["shortDescription"] = {"text": title}
    if step := rule.steps.get(lang) or rule.steps.get("en"):
        described["help"] = {"text": step}
    return described


def _result(found: Finding, index: int, lang: str) -> dict[str, Any]:
    message = f"{found.text(lang)} [{found.value}]" if found.value else found.text(lang)
    result: dict[str, Any] = {
        "ruleId": found.rule,
        "ruleIndex": index,
        "level": _LEVELS[found.severity],
        "message": {"text": message},
        "partialFingerprints": {"iomgraph/v1": found.key},
    }
    place = found.place
    if place:
        location: dict[str, Any] = {"artifactLocation": {"uri": _uri(place.file)}}
        if place.line:
            location["region"] = {"startLine": place.line}
            if place.offset:
                location["region"]["startColumn"] = place.offset
        result["locations"] = [{"physicalLocation": location}]
        if found.about:
            result["locations"][0]["logicalLocations"] = [{"fullyQualifiedName": found.about}]
    return result


def _uri(file: str) -> str:
    """A file as a URI reference: relative, unless its path is absolute."""
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
