"""The command line: one file a command. Only here do stops become exit codes.

0: fine. 1: the data has findings that fail. 2: the command could not run.
"""

from __future__ import annotations

import sys

import click

from iomgraph.cli.build import build
from iomgraph.cli.check import check
from iomgraph.cli.diff import diff
from iomgraph.cli.harvest import harvest
from iomgraph.cli.links import links
from iomgraph.cli.mcp import mcp
from iomgraph.cli.push import push
from iomgraph.cli.query import query
from iomgraph.cli.serve import serve
from iomgraph.cli.verify import verify
from iomgraph.errors import IomgraphError
from iomgraph.version import __version__


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="iomgraph")
def commands() -> None:
    """A linked-data publisher: from saved pages to a validated, published graph."""


for command in (harvest, build, check, verify, diff, query, serve, mcp, push, links):
    commands.add_command(command)


def main() -> None:
    """Run the command line, and end the process with its exit code."""
    try:
        code = commands.main(standalone_mode=False)
    except IomgraphError as error:
        click.echo(f"iomgraph: {error}", err=True)
        code = 2
    except click.ClickException as error:
        error.show()
        code = 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("iomgraph: stopped", err=True)
        code = 2
    except BrokenPipeError:
        # The reader of our output has gone (`iomgraph query … | head`); there is nobody left to tell.
        sys.stderr.close()
        code = 2
    sys.exit(code or 0)
