"""Reports for people: grouped by file, with the value, what is wrong with it, and what to do about it."""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping
from itertools import groupby

from rich.console import Console
from rich.text import Text

from iomgraph.cli.output import COLOURS, SHOWN, console, visible
from iomgraph.findings import Finding, Severity
from iomgraph.validation.report import Report
from iomgraph.validation.reports.phrases import counts, evaluated, phrases
from iomgraph.validation.rulebook import Rule

_INDENT = " " * 15


def show(report: Report, lang: str, least: Severity, known: int = 0) -> None:
    """Print a report on standard output, coloured on a terminal only.

    Args:
        report: what was found.
        lang: language of all that is said.
        least: leave out what is less grave.
        known: number of findings that a baseline knows and that are not in the report.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    to, words = console(stderr=False), phrases(lang)
    chosen = sorted((found for found in report.findings if found.severity >= least), key=_order)
    for file, group in groupby(chosen[:SHOWN], key=_file):
        to.print(Text(visible(file or words["no-place"]), style="bold"))
        for found in group:
            _show(found, report.rules.get(found.rule, Rule()), lang, words, to)
        to.print()
    if len(chosen) > SHOWN:
        to.print(words["more"].format(number=f"{len(chosen) - SHOWN:,}"))
    last = [counts(report.findings, lang) if report.findings else words["conforms"]]
    last += [words["known"].format(number=f"{known:,}")] if known else []
    to.print("; ".join(last))
    if report.coverage:
        to.print(evaluated(report.coverage, lang))


def _file(found: Finding) -> str:
    return found.place.file if found.place else ""


def _order(found: Finding) -> tuple[int, str]:
    return -found.severity, _file(found) or "~"


def _show(found: Finding, rule: Rule, lang: str, words: Mapping[str, str], to: Console) -> None:
    place, where = found.place, ""
    if place:
        numbers = ":".join(str(number) for number in (place.line, place.offset) if number)
        parts = [numbers, f"({place.column})" if place.column else "", place.label]
        where = " ".join(part for part in parts if part)
    about = f"{found.about}: " if found.about else ""
    to.print(
        Text.assemble(
            f"  {visible(where):<12} ",
            (words[found.severity.word], COLOURS[found.severity]),
            visible(f" {about}{found.text(lang)} "),
            (visible(found.rule), "dim"),
        )
    )
    if found.value:
        to.print(f"{_INDENT}'{visible(found.value)}'")
    if found.source:
        to.print(_INDENT + visible(words["source"].format(source=found.source)))
    if step := rule.steps.get(lang) or rule.steps.get("en"):
        to.print(Text.assemble(_INDENT, ("→", "green"), f" {visible(step)}"))
