"""`iomgraph init`: makes a portfolio from a spreadsheet, a file of activities, or saved pages."""

from __future__ import annotations

from pathlib import Path

import click

from iomgraph.cli.output import echo, show_findings
from iomgraph.cli.parameters import PATH
from iomgraph.starter import begin


@click.command(short_help="Create a portfolio from a table, an IATI file or pages.")
@click.argument("folder", type=PATH, metavar="DIR")
@click.option(
    "--from",
    "source",
    type=PATH,
    metavar="SOURCE",
    help="A CSV or XLSX table, an IATI file, or a folder of saved pages.  [default: an empty table]",
)
def init(folder: Path, source: Path | None) -> None:
    """Create a portfolio that is ready to build: portfolio.toml, a README, and a workflow for CI.

    Guesses are marked CHECK in portfolio.toml. Existing files are not overwritten.
    """
    start = begin(folder, source)
    echo(f"Made {folder} with {', '.join(start.files)}.")
    if start.guessed:
        echo(f"Guessed, please check: {', '.join(start.guessed)}.")
    if start.unknown:
        echo(f"Not known, and not read: {', '.join(start.unknown)}.")
    show_findings(start.findings)
    echo(f"Next: iomgraph build --data {folder} --out {folder / 'dist'}")
