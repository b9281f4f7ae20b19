"""Reports as GitLab Code Quality: a subset of the Code Climate specification, shown in merge requests."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, TextIO

from iomgraph.findings import Place, Severity
from iomgraph.validation.reports.locations import locator
from iomgraph.validation.reports.phrases import pointed

if TYPE_CHECKING:
    from iomgraph.validation.report import Report

_LEVELS = {Severity.MUST: "blocker", Severity.SHOULD: "major", Severity.MAY: "info"}


def write(report: Report, out: TextIO, lang: str) -> None:
    """Write the report as a list of issues, including parts that were not evaluated.

    GitLab shows one issue per fingerprint, so each issue gets its own fingerprint. The format has no place
    for the coverage.

    Args:
        report: the report.
        out: the output.
        lang: language of the messages.
    """
    locate, seen = locator(report), Counter[str]()
    out.write("[")
    for number, found in enumerate(chain(report.findings, report.notes)):
        place = locate(found) or Place(".", line=1)
        issue = {
            "description": pointed(found, lang),
            "check_name": found.rule,
            "fingerprint": _fingerprint(found.key, seen[found.key]),
            "severity": _LEVELS[found.severity],
            "location": {"path": place.file, "lines": {"begin": place.line}},
        }
        seen[found.key] += 1
        out.write(",\n" if number else "\n")
        out.write(json.dumps(issue, ensure_ascii=False))
    out.write("\n]\n")


def _fingerprint(key: str, repeated: int) -> str:
    text = f"{key}#{repeated}" if repeated else key
    return hashlib.sha256(text.encode()).hexdigest()[:32]
