"""`iomgraph verify`: checks that a release is complete, unaltered and correctly described."""

from __future__ import annotations

import time
from pathlib import Path

import click

from iomgraph.cli.output import echo, progress, show_findings, table
from iomgraph.cli.parameters import NAME, PATH
from iomgraph.release import manifest, signature
from iomgraph.settings import resources
from iomgraph.sources import rules
from iomgraph.sources.tables import Tables
from iomgraph.verification.verify import verify as run


@click.command(short_help="Verify that the files of a release are complete and agree.")
@click.argument("release", type=PATH, default=Path("dist"))
@click.option("--quick", is_flag=True, help="Leave out the second parser, which takes most of the time.")
@click.option(
    "--signers",
    type=PATH,
    metavar="FILE",
    help="Require a signature by one of these signers (ssh-keygen, ALLOWED SIGNERS).",
)
@click.option(
    "--keep",
    multiple=True,
    type=NAME,
    metavar="NAME",
    help="Accept this file or folder of yours in RELEASE; repeatable.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print only what is wrong.")
@click.pass_context
def verify(
    ctx: click.Context, release: Path, quick: bool, signers: Path | None, keep: tuple[str, ...], quiet: bool
) -> None:
    """Verify the release in the folder RELEASE: its files, their syntax and agreement, and its counts.

    Exits with 1 if something is wrong, with 2 if the folder is not a release that this program can read.
    """
    start = time.perf_counter()
    known = manifest.load(release)
    signer = signature.verify(release, signers) if signers else ""
    with progress("files", quiet=quiet) as say:
        make = rules.read(Tables(resources() / "data"), "verification")
        found = list(run(release, make, quick=quick, keep=keep, say=say))
    show_findings(found, quiet=quiet)
    if found:
        echo(f"Not sound: {len(found)} findings.", err=True)
        ctx.exit(1)
    if not quiet:
        figures = {
            "version": known.version or "none",
            **({"signed by": signer} if signer else {}),
            "files": len(known.entries),
            "megabytes": f"{sum(item.bytes for item in known.entries) / 1e6:.1f}",
            "seconds": f"{time.perf_counter() - start:.1f}",
        }
        table(figures, f"Sound: {release}")
