"""A report for people: grouped by file, with the value, what is wrong with it, and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.markup import escape

from iomgraph.cli.output import COLOURS, SHOWN
from iomgraph.findings import Finding, Severity, by_severity
from iomgraph.settings import LANGUAGES, resources
from iomgraph.sources import tables
from iomgraph.validation.report import Report
from iomgraph.validation.rulebook import Rule


def show(report: Report, lang: str, least: Severity, known: int = 0) -> None:
    """Print a report on standard output, coloured on a terminal only.

    Args:
        report: what was found.
        lang: language of all that is said.
        least: leave out what is less grave.
        known: number of findings that a baseline knows and that are not in the report.
    """
    to = Console(highlight=False, soft_wrap=True)
    phrases = _phrases(lang)
    chosen = sorted(
        (found for found in report.findings if found.severity >= least),
        key=lambda found: (-found.severity, found.place.file if found.place else "~"),
    )
    file = None
    for found in chosen[:SHOWN]:
        here = found.place.file if found.place else phrases["no-place"]
        if here != file:
            to.print(f"\n[bold]{escape(here)}[/]" if file is not None else f"[bold]{escape(here)}[/]")
            file = here
        _show(found, report.rules.get(found.rule, Rule()), lang, phrases, to)
    if len(chosen) > SHOWN:
        to.print(escape(phrases["more"].format(number=f"{len(chosen) - SHOWN:,}")))
    words = {severity.word: f"{number:,}" for severity, number in by_severity(report.findings).items()}
    last = [phrases["counts"].format(**words) if report.findings else phrases["conforms"]]
    last += [phrases["known"].format(number=f"{known:,}")] if known else []
    to.print(f"{'' if file is None else chr(10)}{escape('; '.join(last))}")


def _show(found: Finding, rule: Rule, lang: str, phrases: Mapping[str, str], to: Console) -> None:
    place = found.place
    where = ""
    if place:
        numbers = ":".join(str(number) for number in (place.line, place.offset) if number)
        parts = [numbers, f"({place.column})" if place.column else "", place.label]
        where = " ".join(part for part in parts if part)
    colour, about = COLOURS[found.severity], f"{found.about}: " if found.about else ""
    head = f"  {escape(where):<12} [{colour}]{found.severity.word}[/]"
    to.print(f"{head} {escape(about)}{escape(found.text(lang))} [dim]{escape(found.rule)}[/]")
    if found.value:
        to.print(f"{'':15}{escape(repr(found.value))}")
    if found.source:
        to.print(f"{'':15}{escape(phrases['source'].format(source=found.source))}")
    if step := rule.steps.get(lang) or rule.steps.get("en"):
        to.print(f"{'':15}[green]→[/] {escape(step)}")


def _phrases(lang: str) -> dict[str, str]:
    rows = tables.read(resources() / "data/vocabulary/phrases.csv", ("id", *LANGUAGES))
    return {row["id"]: row[lang] for row in rows}
