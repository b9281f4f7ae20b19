"""`iomgraph build`: the tables into a release."""

from __future__ import annotations

import time
from pathlib import Path

import click

from iomgraph.build import build as run
from iomgraph.cli.output import echo, progress, show_findings, table
from iomgraph.cli.parameters import DATA, NAME, PATH
from iomgraph.errors import installation
from iomgraph.findings import Severity
from iomgraph.publication.tables import parquet
from iomgraph.settings import Settings


@click.command()
@DATA
@click.option(
    "--out",
    type=PATH,
    default=Path("dist"),
    show_default=True,
    help="Folder of the release.",
)
@click.option("--base-iri", default="", help="What every minted IRI starts with.  [default: the portfolio's]")
@click.option("--version", default="", help="Version of the release.  [default: the day of its data]")
@click.option(
    "--previous",
    type=PATH,
    help="Folder of the release before.  [default: the one that stands in the place]",
)
@click.option("--site/--no-site", default=True, show_default=True, help="Write the site, too.")
@click.option("--sign", type=PATH, metavar="KEY", help="Sign the release with this SSH key.")
@click.option(
    "--keep",
    multiple=True,
    type=NAME,
    metavar="NAME",
    help="Keep this name of yours in the folder of the release; repeatable.  [always kept: .git, CNAME]",
)
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but what went wrong.")
@click.pass_context
def build(
    ctx: click.Context,
    data: Path,
    out: Path,
    base_iri: str,
    version: str,
    previous: Path | None,
    site: bool,
    sign: Path | None,
    keep: tuple[str, ...],
    quiet: bool,
) -> None:
    """Build the release: read, reconcile, map, validate, and publish whole or not at all.

    Ends with 1, and leaves the old release in place, where something that must not be is found.
    """
    start = time.perf_counter()
    with progress("settings", quiet=quiet) as say:
        settings = Settings(
            data=data,
            out=out,
            base_iri=base_iri,
            version=version,
            previous=previous,
            site=site,
            sign=sign,
            keep=keep,
        )
        result = run(settings, say)
    if not result.published:
        show_findings(result.findings, quiet=quiet, least=Severity.MUST)
        echo(f"Not published: the data breaks rules that it must keep. {out} is as it was.", err=True)
        ctx.exit(1)
    if not quiet:
        found = {
            f"findings: {severity.word}": result.findings.severities[severity]
            for severity in sorted(Severity, reverse=True)
        }
        seconds = f"{time.perf_counter() - start:.1f}"
        named = {
            "files written" if name == "files" else name: number for name, number in result.counts.items()
        }
        table({**named, **found, "seconds": seconds}, f"Release in {out}")
        if not parquet.is_possible():
            echo(f"The tables have no Parquet: for that, {installation('parquet')}.", err=True)
