"""The reference of the command line, made of the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator

import click

from documentation.markdown import code, prose, table
from iomgraph.cli import GROUPS, commands

_PROGRAM = "iomgraph"
_VERBATIM = "\b"
"""Click keeps the lines of a paragraph that begins with this character."""


def page() -> str:
    """Write the page: every command below its purpose, with its arguments and options.

    Example:
        >>> "## iomgraph build" in page()
        True
    """
    context = click.Context(commands, info_name=_PROGRAM, **commands.context_settings)
    said = ["# Command line", "", "Made of the commands: this is what `iomgraph COMMAND --help` prints.", ""]
    for purpose, names in GROUPS.items():
        said += [f"**{purpose}**: " + ", ".join(f"[{name}](#{_PROGRAM}-{name})" for name in names), ""]
    for names in GROUPS.values():
        for name in names:
            said += _command(commands, context, name)
    return "\n".join(said)


def _command(group: click.Group, above: click.Context, name: str) -> Iterator[str]:
    command = group.get_command(above, name)
    if command is None:
        return
    context = click.Context(command, info_name=name, parent=above)
    yield f"## {context.command_path}\n"
    yield f"```text\n{command.get_usage(context)}\n```\n"
    for paragraph in (command.help or "").split("\n\n"):
        if paragraph.startswith(_VERBATIM):
            lines = paragraph.removeprefix(_VERBATIM).strip("\n")
            yield f"```text\n{lines}\n```\n"
        else:
            yield f"{prose(paragraph)}\n"
    records = filter(None, (one.get_help_record(context) for one in command.get_params(context)))
    options = [(name, meaning) for name, meaning in records if meaning]
    yield table(["Option", "Meaning"], ([code(name), prose(meaning)] for name, meaning in options))
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            yield from _command(command, context, inner)
