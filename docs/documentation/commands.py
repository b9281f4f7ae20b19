"""The reference of the command line, made of the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator

import click

from documentation.markdown import code, prose, table
from iomgraph.cli import GROUPS, commands

_PROGRAM = "iomgraph"


def page() -> str:
    """Write the page: every command below its purpose, with its arguments and options.

    Example:
        >>> "## iomgraph build" in page()
        True
    """
    context = click.Context(commands, info_name=_PROGRAM)
    said = ["# Command line", "", "Made of the commands: this is what `iomgraph COMMAND --help` prints.", ""]
    for purpose, names in GROUPS.items():
        said += [f"**{purpose}**: " + ", ".join(f"[{name}](#{_PROGRAM}-{name})" for name in names), ""]
    for names in GROUPS.values():
        for name in names:
            command = commands.get_command(context, name)
            assert command is not None
            said += _command(command, click.Context(command, info_name=name, parent=context))
    return "\n".join(said)


def _command(command: click.Command, context: click.Context) -> Iterator[str]:
    yield f"## {context.command_path}"
    yield ""
    yield f"```text\n{command.get_usage(context)}\n```"
    yield ""
    for paragraph in (command.help or "").split("\n\n"):
        if paragraph.startswith("\b"):
            yield f"```text\n{paragraph.lstrip(chr(8)).strip(chr(10))}\n```"
        else:
            yield prose(paragraph)
        yield ""
    options = [record for one in command.get_params(context) if (record := one.get_help_record(context))]
    if options:
        yield table(["Option", "Meaning"], ([code(name), prose(meaning)] for name, meaning in options))
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from _command(inner, click.Context(inner, info_name=name, parent=context))
