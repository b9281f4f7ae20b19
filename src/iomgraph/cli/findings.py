"""Reports for people: grouped by file, with the value, its fault, and the next step."""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping
from itertools import groupby

import click

from iomgraph.cli.output import COLOURS, SHOWN, echo, visible
from iomgraph.findings import Finding, Severity
from iomgraph.validation.report import Report
from iomgraph.validation.reports.phrases import counts, evaluated, number, phrases
from iomgraph.validation.rulebook import Rule

_INDENT = " " * 15


def show(report: Report, lang: str, least: Severity, known: int = 0) -> None:
    """Print a report on standard output, coloured on a terminal only.

    Args:
        report: the findings.
        lang: language of the report.
        least: the least severity to show.
        known: number of findings in a baseline, which are not in the report.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    words = phrases(lang)
    chosen = sorted((found for found in report.findings if found.severity >= least), key=_order)
    for file, group in groupby(chosen[:SHOWN], key=_file):
        echo(click.style(visible(file or words["no-place"]), bold=True))
        for found in group:
            _show(found, report.rules.get(found.rule, Rule()), lang, words)
        echo()
    if len(chosen) > SHOWN:
        echo(words["more"].format(number=number(len(chosen) - SHOWN, lang)))
    missed = sum(note.severity is Severity.MUST for note in report.notes)
    last = [counts(report.findings, lang)] if report.findings else []
    last += [words["incomplete"].format(number=number(missed, lang))] if missed else []
    last = last or [words["conforms"]]
    last += [words["known"].format(number=number(known, lang))] if known else []
    echo("; ".join([*(one.rstrip(".") for one in last[:-1]), last[-1]]))
    if report.coverage:
        echo(evaluated(report.coverage, lang))


def _file(found: Finding) -> str:
    return found.place.file if found.place else ""


def _order(found: Finding) -> tuple[int, str]:
    return -found.severity, _file(found) or "~"


def _show(found: Finding, rule: Rule, lang: str, words: Mapping[str, str]) -> None:
    place, where = found.place, ""
    if place:
        numbers = ":".join(str(part) for part in (place.line, place.offset) if part)
        column = f"({place.column})" if place.column and not place.sheet else ""
        parts = [numbers, place.spot, column, place.label]
        where = " ".join(part for part in parts if part)
    about = f"{found.about}: " if found.about else ""
    level = click.style(words[found.severity.word], fg=COLOURS[found.severity])
    rule_name = click.style(visible(found.rule), dim=True)
    echo(f"  {visible(where):<12} {level} {visible(f'{about}{found.text(lang)}')} {rule_name}")
    if found.value:
        echo(f"{_INDENT}'{visible(found.value)}'")
    if found.source:
        echo(_INDENT + visible(words["source"].format(source=found.source)))
    if step := rule.steps.get(lang) or rule.steps.get("en"):
        echo(f"{_INDENT}{click.style('→', fg='green')} {visible(step)}")
