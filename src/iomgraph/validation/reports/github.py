"""Reports as annotations of GitHub Actions: one workflow command per finding."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, TextIO

from iomgraph.findings import Place, Severity
from iomgraph.validation.reports.locations import locator
from iomgraph.validation.reports.phrases import evaluated, pointed

if TYPE_CHECKING:
    from iomgraph.validation.report import Report

_LEVELS = {Severity.MUST: "error", Severity.SHOULD: "warning", Severity.MAY: "notice"}


def write(report: Report, out: TextIO, lang: str) -> None:
    """Write a workflow command per finding, and a final line of the log with the coverage.

    Args:
        report: the report.
        out: the output.
        lang: language of the messages.
    """
    locate = locator(report)
    for found in chain(report.findings, report.notes):
        place = locate(found) or Place("")
        given = {"file": place.file, "line": place.line, "col": place.offset, "title": found.rule}
        properties = ",".join(f"{name}={_property(str(value))}" for name, value in given.items() if value)
        out.write(f"::{_LEVELS[found.severity]} {properties}::{_data(pointed(found, lang))}\n")
    if report.coverage:
        out.write(f"{evaluated(report.coverage, lang)}\n")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
