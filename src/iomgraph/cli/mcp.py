"""`iomgraph mcp`: offers the queries as tools for a language model."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from iomgraph.cli.parameters import PATH, POSITIVE
from iomgraph.errors import SettingsError, installation


@click.command(short_help="Offer the queries to a language model (MCP).")
@click.argument("release", type=PATH, default=Path("dist"))
@click.option(
    "--timeout",
    type=POSITIVE,
    default=60,
    show_default=True,
    help="Give up on an answer after this many seconds.",
)
def mcp(release: Path, timeout: float) -> None:
    """Offer the queries of the release in the folder RELEASE to a language model.

    Speaks the Model Context Protocol over standard input and output; a client starts it.
    """
    if not release.is_dir():
        raise SettingsError(
            "no such folder",
            where=release,
            step="name the folder of a release, or run iomgraph build",
        )
    try:
        from iomgraph.serving.mcp import stdio
    except ImportError as error:
        raise SettingsError(
            f"the protocol needs {error.name or 'another library'}", step=installation("mcp")
        ) from None
    stdio.serve(release, timeout, sys.stdin.buffer, sys.stdout.buffer)
