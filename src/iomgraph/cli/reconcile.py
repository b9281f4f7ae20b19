"""`iomgraph reconcile`: matches a column of a table with states, goals, targets or a release."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from iomgraph.cli.output import echo, progress, visible
from iomgraph.cli.parameters import PATH
from iomgraph.errors import SettingsError
from iomgraph.reconciliation import table
from iomgraph.reconciliation.column import STATE, Column, column
from iomgraph.reconciliation.match import Outcome
from iomgraph.reconciliation.table import Source, Summary

_SHOWN = 20


@click.command(short_help="Add IRIs, names and codes to a column of your table.")
@click.argument("file", type=PATH)
@click.option("-c", "--column", "name", required=True, help="Header of the column to match.")
@click.option(
    "-t",
    "--type",
    "kind",
    default=STATE,
    show_default=True,
    help="State, Goal or Target; with --release, any type in it, such as Project or Theme.",
)
@click.option("-o", "--out", type=PATH, help="CSV file to write.  [default: standard output]")
@click.option(
    "--release",
    type=PATH,
    help="Folder of a release: values that it does not contain count as not in this data.",
)
@click.option("--sheet", default="", help="Sheet of a workbook.  [default: the first that is not hidden]")
@click.option("--encoding", default="", help="Encoding of the text.  [default: detected]")
@click.option("--delimiter", default="", help="Delimiter of the text.  [default: detected]")
@click.option("-q", "--quiet", is_flag=True, help="Print only what went wrong.")
def reconcile(
    file: Path,
    name: str,
    kind: str,
    out: Path | None,
    release: Path | None,
    sheet: str,
    encoding: str,
    delimiter: str,
    quiet: bool,
) -> None:
    """Match a column of FILE (CSV or XLSX), and add IRIs, names, codes and scores.

    A name that several things share, or that only resembles one, is not matched: its candidates are listed.

    \b
    iomgraph reconcile partners.csv --column Country --type State -o out.csv
    iomgraph reconcile partners.xlsx --column SDG --type Target -o out.csv
    """
    if out and out.exists() and file.exists() and out.samefile(file):
        raise SettingsError("the result would replace the table", where=out, step="name another file with -o")
    known = column(kind, release=release)
    source = Source(file, name, sheet, encoding, delimiter)
    if out:
        with table.staged(out) as taken, progress("rows", quiet=quiet) as say:
            summary = table.reconcile(source, known, taken, say)
    else:
        sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
        summary = table.reconcile(source, known, sys.stdout)
    if not quiet:
        _tell(summary, known)


def _tell(summary: Summary, known: Column) -> None:
    """Print the numbers of rows by outcome, and the values that need a person."""
    if summary.detected:
        echo(
            visible("detected: " + ", ".join(f"{one} {value!r}" for one, value in summary.detected)), err=True
        )
    if summary.sheet:
        echo(visible(f"read: the sheet {summary.sheet!r}, and none of the others"), err=True)
    for outcome in Outcome:
        if summary.rows[outcome]:
            echo(f"{summary.rows[outcome]:>9,}  {outcome.value}", err=True)
    undecided = [one for one in known.values() if one.outcome not in (Outcome.MATCHED, Outcome.EMPTY)]
    for one in undecided[:_SHOWN]:
        names = ", ".join(candidate.name for candidate in one.candidates) or one.name
        echo(visible(f"{one.text[:60]}: {one.outcome.value}" + (f" ({names})" if names else "")), err=True)
    if len(undecided) > _SHOWN:
        echo(f"… and {len(undecided) - _SHOWN:,} more values, in the column of candidates", err=True)
