"""`iomgraph harvest`: reads saved pages or activities into the portfolio's table."""

from __future__ import annotations

from pathlib import Path

import click

from iomgraph.cli.output import progress, show_findings, table
from iomgraph.cli.parameters import DATA, PATH
from iomgraph.findings import Severity
from iomgraph.settings import Settings
from iomgraph.sources.harvest import harvest as run


@click.command(short_help="Read saved pages or IATI files into a table.")
@click.argument("paths", nargs=-1, required=True, type=PATH, metavar="PATH...")
@click.option(
    "-o",
    "--output",
    type=PATH,
    required=True,
    help="The CSV table to create or update.",
)
@DATA
@click.option("-q", "--quiet", is_flag=True, help="Print only what went wrong.")
def harvest(paths: tuple[Path, ...], output: Path, data: Path, quiet: bool) -> None:
    """Read saved project pages (HTML, MHTML or text; files or folders) into a table, one row per page.

    The address and the day of a page are read from the file, or from a captures.csv beside it
    (file,url,lang,captured).
    Rows are updated by address; rows of pages that are gone are kept.

    IATI files (.xml, .xml.gz) go into a table of their own, one row per value, with element, file and line:
    facts without descriptions. Activities are updated by identifier; the newest version is kept.
    """
    with progress("files", quiet=quiet) as say:
        result = run(paths, output, Settings(data=data), say)
    # A rejected page is a failure even if other findings are not shown.
    show_findings(result.findings, least=Severity.SHOULD if quiet else Severity.MAY)
    if not quiet:
        changes = result.changes
        table(
            {
                "files": result.files,
                "new": changes.new,
                "changed": changes.changed,
                "unchanged": changes.unchanged,
                "kept": changes.kept,
                "findings": len(result.findings),
            },
            f"Harvested into {output}",
        )
