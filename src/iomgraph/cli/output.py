"""Output of the commands: tables and findings, on standard error, so that standard output is only data.

Text of users is printed unchanged: nothing in it is read as markup or the name of an emoji. Only control
characters and invisible characters are escaped.
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
"""The number of findings to show; the others are counted, and are in the release."""

COLOURS = {Severity.MUST: "red", Severity.SHOULD: "yellow", Severity.MAY: "cyan"}

_UNSEEN = frozenset({"Cc", "Cs", "Zl", "Zp"})
_BIDIRECTIONAL = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def echo(text: str = "", *, err: bool = False) -> None:
    """Write a line, with colours only on a terminal and unless NO_COLOR is set."""
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
        stderr: use standard error.
        soft_wrap: let the terminal break lines; tables have to break lines themselves.
        width: width in characters, if not that of the terminal.
    """
    # Imported only here, because the import takes as long as checking a small file.
    from rich.console import Console

    return Console(
        stderr=stderr, soft_wrap=soft_wrap, width=width, highlight=False, markup=False, emoji=False
    )


@contextmanager
def progress(first: str, *, quiet: bool = False) -> Iterator[Say]:
    """Show the current step of a command on a terminal, the amount done, and the time left.

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
        quiet: show only findings of severity MUST.
        least: the least severity to show.
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
