"""What commands say: tables and findings, on standard error, so that standard output is data alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from iomgraph.findings import Finding, Severity

SHOWN = 50
"""So many findings are shown; the rest is counted, and stands in the release."""

COLOURS = {Severity.MUST: "red", Severity.SHOULD: "yellow", Severity.MAY: "cyan"}


def console() -> Console:
    """Where talk goes: standard error, coloured on a terminal only."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def table(figures: Mapping[str, object], title: str) -> None:
    """Show figures, a line each."""
    shown = Table("", "", title=title, title_justify="left", show_header=False)
    shown.columns[1].justify = "right"
    for name, figure in figures.items():
        shown.add_row(escape(name), escape(f"{figure:,}" if isinstance(figure, int) else str(figure)))
    console().print(shown)


def show_findings(
    findings: Iterable[Finding], *, quiet: bool = False, least: Severity = Severity.MAY
) -> None:
    """Show findings, the gravest first, with their places.

    Args:
        findings: the findings.
        quiet: show those that must not be, and no others.
        least: leave out what is less grave.
    """
    wanted = Severity.MUST if quiet else least
    chosen = sorted((f for f in findings if f.severity >= wanted), key=lambda f: -f.severity)
    to = console()
    for finding in chosen[:SHOWN]:
        colour = COLOURS[finding.severity]
        where = f" {escape(str(finding.place))}" if finding.place else ""
        about = f" {escape(finding.about)}" if finding.about else ""
        to.print(f"[{colour}]{finding.severity.word:>6}[/]{where}{about}: {escape(finding.text())}")
    if len(chosen) > SHOWN:
        to.print(f"… and {len(chosen) - SHOWN:,} more")
