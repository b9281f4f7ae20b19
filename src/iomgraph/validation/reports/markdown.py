"""Reports as a summary in Markdown: counts, rules by frequency, and the gravest findings."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TextIO

from iomgraph.validation.reports.phrases import counts, evaluated, number, phrases, severity

if TYPE_CHECKING:
    from iomgraph.validation.report import Report

_ROWS = 200


def write(report: Report, out: TextIO, lang: str) -> None:
    """Write the summary.

    Args:
        report: the report.
        out: the output.
        lang: language of the summary.
    """
    out.write(f"## {counts(report.findings, lang)}\n")
    if report.findings:
        _rules(report, out, lang)
        _findings(report, out, lang)
    if report.notes:
        out.write(f"\n### {phrases(lang)['notes']}\n\n")
        out.writelines(
            f"- {_cell(str(note.place or note.about))}: {_cell(note.text(lang))}\n" for note in report.notes
        )
    if report.coverage:
        out.write(f"\n{evaluated(report.coverage, lang)}\n")


def _rules(report: Report, out: TextIO, lang: str) -> None:
    _head(("rule", "severity", "findings"), out, lang)
    rules = Counter((found.rule, found.severity) for found in report.findings)
    for (rule, level), count in sorted(rules.items(), key=lambda item: (-item[0][1], -item[1], item[0])):
        out.write(f"| {_cell(rule)} | {severity(level, lang)} | {number(count, lang)} |\n")


def _findings(report: Report, out: TextIO, lang: str) -> None:
    _head(("place", "about", "value", "message"), out, lang)
    for found in sorted(report.findings, key=lambda found: -found.severity)[:_ROWS]:
        cells = (str(found.place or ""), found.about, found.value, found.text(lang))
        out.write(f"| {' | '.join(map(_cell, cells))} |\n")
    if len(report.findings) > _ROWS:
        out.write(f"\n{phrases(lang)['more'].format(number=number(len(report.findings) - _ROWS, lang))}\n")


def _head(names: tuple[str, ...], out: TextIO, lang: str) -> None:
    out.write(f"\n| {' | '.join(phrases(lang)[name] for name in names)} |\n{'|---' * len(names)}|\n")


def _cell(text: str) -> str:
    plain = "".join(f"\\{letter}" if letter in "\\`*_{}[]<>#|!" else letter for letter in text)
    return " ".join(plain.split())
