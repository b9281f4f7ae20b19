"""The command line: one file per command. Only this package turns stops into exit codes.

0: fine. 1: the data has findings that fail. 2: the command could not run.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from iomgraph.errors import IomgraphError
from iomgraph.version import __version__

GROUPS = {
    "Build a release": ("init", "harvest", "words", "build"),
    "Check data and releases": ("check", "verify", "diff", "links", "doctor"),
    "Query and match": ("query", "reconcile"),
    "Serve and deliver": ("serve", "mcp", "push"),
}
"""Purpose to its commands, in the order of the work."""

COMMANDS = tuple(name for names in GROUPS.values() for name in names)
"""Each command is the function of its name in the module of its name."""

_TRACEBACK = "IOMGRAPH_TRACEBACK"
_LENGTH = 500


class _LazyGroup(click.Group):
    """Commands that are imported when they run, because each loads its own libraries."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """List the names of the commands, in the order of the work."""
        return list(COMMANDS)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands below their purposes."""
        longest = max(map(len, COMMANDS))
        width = formatter.width - 6 - longest
        for purpose, names in GROUPS.items():
            commands = [(name, self.get_command(ctx, name)) for name in names]
            with formatter.section(purpose):
                formatter.write_dl(
                    [(name.ljust(longest), one.get_short_help_str(width)) for name, one in commands if one]
                )

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was typed; `help` is --help, and a misspelt command gets a suggestion."""
        if args and args[0] == "help":
            args = [*args[1:2], "--help"]
            if len(args) == 1:
                click.echo(ctx.get_help())
                ctx.exit()
        _refuse_empty(args)
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            import difflib  # imported here, because every start would pay for it

            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            if not near:
                raise
            raise click.UsageError(f"{error.message} Did you mean {near[0]}?", error.ctx) from None

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a command, or return None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(f"{__name__}.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)  # noqa: S101
        return command


def _refuse_empty(args: Sequence[str]) -> None:
    """Stop if an argument is empty, which would else stand for a default or for the current folder."""
    for before, one in zip(["", *args], args, strict=False):
        option = one.removesuffix("=")
        if not one or (one.startswith("--") and option != one and "=" not in option):
            where = option or before
            raise click.UsageError(f"The value after {where!r} is empty; a variable may not be set.")


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="iomgraph")
def commands() -> None:
    """Publish linked data about aid projects from web pages, spreadsheets and IATI files, and query it.

    Begin with `iomgraph build`, which builds a release of the project's own data in dist/, and
    `iomgraph query --list`; or with `iomgraph init FOLDER --from TABLE.csv` for data of your own.
    `iomgraph COMMAND --help` lists the options of a command.
    """


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
        # The reader of our output has gone (`iomgraph query … | head`), so nobody is left to tell.
        sys.stderr.close()
        code = 2
    except Exception as error:  # a defect of ours: tell users so, and how to see its place
        if os.environ.get(_TRACEBACK):
            raise
        what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        click.echo(
            f"iomgraph: internal error ({what[:_LENGTH]})\n  Next: report it, with what {_TRACEBACK}=1 shows",
            err=True,
        )
        code = 2
    sys.exit(code or 0)
