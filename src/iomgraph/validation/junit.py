"""Reports as JUnit XML, which CI servers show as tests: a case a rule, failed where it was broken."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TextIO
from xml.sax.saxutils import escape, quoteattr

from iomgraph.findings import Finding, Severity
from iomgraph.validation.report import Report

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(report: Report, out: TextIO, lang: str) -> None:
    """Write the report as one suite; what is no more than a `may` is told, but is no failure.

    Args:
        report: what was found.
        out: where to.
        lang: language of the messages.
    """
    by_rule: dict[str, list[Finding]] = {}
    for found in report.findings:
        by_rule.setdefault(found.rule, []).append(found)
    failures = sum(_failed(findings) for findings in by_rule.values())
    cases = max(len(by_rule), 1)
    out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
    out.write(f'<testsuites tests="{cases}" failures="{failures}">\n')
    out.write(f'<testsuite name="iomgraph check" tests="{cases}" failures="{failures}" errors="0">\n')
    for rule, findings in sorted(by_rule.items()):
        _case(rule, findings, out, lang)
    if not by_rule:
        out.write('<testcase classname="iomgraph" name="conforms"/>\n')
    out.write("</testsuite>\n</testsuites>\n")


def _failed(findings: Sequence[Finding]) -> bool:
    return max(found.severity for found in findings) > Severity.MAY


def _case(rule: str, findings: Sequence[Finding], out: TextIO, lang: str) -> None:
    lines = "\n".join(
        f"{found.place or found.about}: {found.text(lang)}{f' [{found.value}]' if found.value else ''}"
        for found in findings
    )
    word = max(found.severity for found in findings).word
    out.write(f"<testcase classname={_attribute(f'iomgraph.{word}')} name={_attribute(rule)}>\n")
    text = escape(_NOT_XML.sub("�", lines))
    if _failed(findings):
        title = f"{len(findings)}: {findings[0].text(lang)}"
        out.write(f"<failure type={_attribute(word)} message={_attribute(title)}>{text}</failure>\n")
    else:
        out.write(f"<system-out>{text}</system-out>\n")
    out.write("</testcase>\n")


def _attribute(text: str) -> str:
    return quoteattr(_NOT_XML.sub("�", text))
