"""Reports as JSON, with one finding per line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TextIO

from iomgraph.findings import Finding, Place
from iomgraph.validation.reports.phrases import figures

if TYPE_CHECKING:
    from iomgraph.validation.report import Report


def write(report: Report, out: TextIO, _lang: str) -> None:
    """Write `conforms`, `findings`, `notes` and `evaluated`; messages are in all languages.

    Args:
        report: the report.
        out: the output.
    """
    out.write(f'{{"conforms": {json.dumps(report.conforms)}, "findings": [')
    _lines(report.findings, out)
    out.write('\n], "notes": [')
    _lines(report.notes, out)
    evaluated = (figures(report.coverage) if report.coverage else {}) | dict(report.counts)
    out.write(f'\n], "evaluated": {json.dumps(evaluated or None)}}}\n')


def _lines(findings: Iterable[Finding], out: TextIO) -> None:
    for number, found in enumerate(findings):
        out.write(",\n" if number else "\n")
        out.write(json.dumps(record(found), ensure_ascii=False, sort_keys=True))


def record(found: Finding) -> dict[str, Any]:
    """Return a finding as a JSON object, without unknown fields."""
    places = {"place": _place(found.place), "source": _place(found.source)}
    return {
        "key": found.key,
        "rule": found.rule,
        "severity": found.severity.word,
        "message": dict(found.message),
        **{name: text for name, text in (("about", found.about), ("value", found.value)) if text},
        **{name: place for name, place in places.items() if place},
    }


def _place(place: Place | None) -> dict[str, Any]:
    names = ("file", "line", "offset", "row", "column", "label", "sheet", "path")
    return {name: getattr(place, name) for name in names if getattr(place, name)} if place else {}
