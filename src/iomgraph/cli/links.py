"""`iomgraph links`: checks the links to other people's things."""

from __future__ import annotations

from pathlib import Path

import click

from iomgraph.build import gather
from iomgraph.cli.output import echo, progress, show_findings, visible
from iomgraph.cli.own_files import OwnFiles
from iomgraph.cli.parameters import DATA
from iomgraph.findings import Severity, by_severity
from iomgraph.settings import Settings

_FILES = ("data/links/", "data/agenda/", "data/states/states.csv")


@click.group(short_help="Find broken links and malformed identifiers in the tables.")
def links() -> None:
    """Check the links to other datasets, and the identifiers they are based on."""


@links.command(short_help="Find links that dangle, repeat or contradict each other.")
@DATA
@click.option("-q", "--quiet", is_flag=True, help="Print only what went wrong.")
@click.pass_context
def check(ctx: click.Context, data: Path, quiet: bool) -> None:
    """Find links that dangle, repeat or contradict each other, and malformed identifiers.

    Exits with 1 if it finds any.
    """
    named = OwnFiles.typed(data)
    with progress("gather", quiet=quiet) as say, named.in_stops():
        gathered = gather(Settings(data=data), say)
    found = [one for one in gathered.findings if one.place and one.place.file.startswith(_FILES)]
    show_findings(named.findings(found), quiet=quiet, least=Severity.MAY)
    if not quiet:
        for linkset in gathered.linksets:
            echo(visible(f"{linkset.triples:>5}  {linkset.predicate:<17} {linkset.title}"), err=True)
    if by_severity(found)[Severity.MUST]:
        ctx.exit(1)
