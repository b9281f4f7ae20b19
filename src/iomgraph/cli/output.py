"""Output of the commands: tables and findings, on standard error, so that standard output is data alone.

What users wrote is printed as it is: nothing in it is taken for markup or the name of an emoji. Only
characters that would steer a terminal, or that have no form of their own, are escaped.
"""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from iomgraph.findings import Finding, Severity
from iomgraph.processes.progress import Say, silent
from iomgraph.validation.reports.phrases import phrases

if TYPE_CHECKING:
    from rich.console import Console

SHOWN = 50
"""So many findings are shown; the rest is counted, and stands in the release."""

COLOURS = {Severity.MUST: "red", Severity.SHOULD: "yellow", Severity.MAY: "cyan"}

_UNSEEN = frozenset({"Cc", "Cs", "Zl", "Zp"})
_BIDIRECTIONAL = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def echo(text: str = "", *, err: bool = False) -> None:
    """Write a line; its colours go to a terminal only, and not where NO_COLOR is set."""
    click.echo(text, err=err, color=False if os.environ.get("NO_COLOR") else None)


def visible(text: str) -> str:
    r"""Escape line breaks, control characters, lone surrogates and overrides of the direction of text.

    Example:
        >>> visible("ex:phone: [bold]\x1b[31m")
        'ex:phone: [bold]\\x1b[31m'
    """
    if text.isprintable():
        return text
    return "".join(_escaped(letter) for letter in text)


def _escaped(letter: str) -> str:
    if unicodedata.category(letter) in _UNSEEN or letter in _BIDIRECTIONAL:
        return letter.encode("unicode_escape", "surrogatepass").decode()
    return letter


def console(*, stderr: bool = True, soft_wrap: bool = True, width: int | None = None) -> Console:
    """Return where a command draws tables: standard error unless told otherwise.

    Args:
        stderr: whether it is standard error.
        soft_wrap: whether the terminal breaks lines; tables have to break them themselves.
        width: in characters, where it is not that of the terminal.
    """
    # Imported where it is needed: it takes as long as the check of a small file.
    from rich.console import Console

    return Console(
        stderr=stderr, soft_wrap=soft_wrap, width=width, highlight=False, markup=False, emoji=False
    )


@contextmanager
def progress(first: str, *, quiet: bool = False) -> Iterator[Say]:
    """Show on a terminal which step a command is at, how much of it is done, and the time that is left.

    Nothing is shown unless standard error is a terminal.

    Args:
        first: name of the first step.
        quiet: show nothing.
    """
    if quiet or not sys.stderr.isatty():
        yield silent
        return
    from iomgraph.cli.bar import shown

    with shown(console(), first) as say:
        yield say


def table(figures: Mapping[str, object], title: str) -> None:
    """Show figures, one per line."""
    from rich.table import Table
    from rich.text import Text

    shown = Table("", "", title=Text(visible(title)), title_justify="left", show_header=False)
    shown.columns[1].justify = "right"
    for name, figure in figures.items():
        text = f"{figure:,}" if isinstance(figure, int) else str(figure)
        shown.add_row(Text(visible(name)), Text(visible(text)))
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
    for finding in chosen[:SHOWN]:
        where = f" {finding.place}" if finding.place else ""
        about = f" {finding.about}" if finding.about else ""
        head = click.style(phrases("en")[finding.severity.word], fg=COLOURS[finding.severity])
        echo(head + visible(f"{where}{about}: {finding.text()}"), err=True)
    if len(chosen) > SHOWN:
        echo(f"… and {len(chosen) - SHOWN:,} more", err=True)
