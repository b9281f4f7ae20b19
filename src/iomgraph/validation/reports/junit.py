"""Reports as JUnit XML, which CI servers show as tests: one case per rule, failed if it was broken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, TextIO

from iomgraph.findings import Finding, Severity
from iomgraph.validation.reports.phrases import evaluated, figures, number, sentence, severity

if TYPE_CHECKING:
    from iomgraph.validation.report import Report

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(report: Report, out: TextIO, lang: str) -> None:
    """Write the report as one suite.

    A broken rule is a failure, and a part that was not evaluated is an error. Findings of severity `may`, and
    notes that do not affect the exit code, are shown as output.

    Args:
        report: the report.
        out: the output.
        lang: language of the messages.
    """
    rules, notes = _by_rule(report.findings), _by_rule(report.notes)
    failures, errors = (sum(_failed(group) for group in groups.values()) for groups in (rules, notes))
    numbers = f'tests="{max(len(rules) + len(notes), 1)}" failures="{failures}" errors="{errors}"'
    if report.coverage:
        numbers += f' time="{report.coverage.seconds:.3f}"'
    out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
    out.write(f'<testsuites {numbers}>\n<testsuite name="iomgraph check" {numbers}>\n')
    if report.coverage:
        pairs = figures(report.coverage).items()
        properties = "".join(f'<property name="{name}" value="{figure}"/>' for name, figure in pairs)
        out.write(f"<properties>{properties}</properties>\n")
    for tag, groups in (("failure", rules), ("error", notes)):
        for rule, findings in sorted(groups.items()):
            _case(rule, findings, tag, out, lang)
    if not rules and not notes:
        out.write('<testcase classname="iomgraph" name="conforms"/>\n')
    if report.coverage:
        out.write(f"<system-out>{_content(evaluated(report.coverage, lang))}</system-out>\n")
    out.write("</testsuite>\n</testsuites>\n")


def _by_rule(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    groups: dict[str, list[Finding]] = {}
    for found in findings:
        groups.setdefault(found.rule, []).append(found)
    return groups


def _failed(findings: Sequence[Finding]) -> bool:
    return max(found.severity for found in findings) > Severity.MAY


def _case(rule: str, findings: Sequence[Finding], tag: str, out: TextIO, lang: str) -> None:
    lines = "\n".join(
        f"{found.place}: {sentence(found, lang)}" if found.place else sentence(found, lang)
        for found in findings
    )
    level = max(found.severity for found in findings)
    out.write(f"<testcase classname={_attribute(f'iomgraph.{level.word}')} name={_attribute(rule)}>\n")
    if _failed(findings):
        title = f"{number(len(findings), lang)} {severity(level, lang)}: {findings[0].text(lang)}"
        attributes = f"type={_attribute(level.word)} message={_attribute(title)}"
        out.write(f"<{tag} {attributes}>{_content(lines)}</{tag}>\n")
    else:
        out.write(f"<system-out>{_content(lines)}</system-out>\n")
    out.write("</testcase>\n")


def _content(text: str) -> str:
    return escape(_NOT_XML.sub("�", text)).replace("\r", "&#13;")


def _attribute(text: str) -> str:
    # XML parsers read a line break or a tab in an attribute as a space.
    content = _content(text).replace("\n", "&#10;").replace("\t", "&#9;")
    return f'"{content}"'
