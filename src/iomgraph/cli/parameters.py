"""Types of the options and arguments of commands."""

from __future__ import annotations

import math
import os
from errno import ELOOP, ENAMETOOLONG
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from iomgraph.settings import LANGUAGES, resources


class _Path(click.Path):
    """A path that can lead to a file."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Refuse paths that the system never opens, which not every function of Python expects."""
        try:
            Path(value).stat()
        except OSError as error:
            if error.errno == ENAMETOOLONG:
                self.fail("the path, or a name in it, is too long", param, ctx)
            if error.errno == ELOOP:
                self.fail(f"the link leads to itself: {value}", param, ctx)
        return super().convert(value, param, ctx)


class FiniteRange(click.FloatRange):
    """A number in a range, excluding infinity and `nan`."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Convert the typed text, and refuse it unless it is a finite number in the range."""
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is not a finite number", param, ctx)
        return number


class WholeRange(click.IntRange):
    """A whole number in a range; the help shows this name instead of the type."""

    name = "number"


class _PlainName(click.ParamType[str]):
    """The name of something in a folder."""

    name = "name"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value in ("", ".", "..") or "/" in value or "\\" in value:
            self.fail(f"{value!r} is not the name of a file or folder in the release", param, ctx)
        return value


def _noted(ctx: click.Context, param: click.Parameter, folder: Path) -> Path:
    """Note that the portfolio in the current folder is not used unless it is named."""
    here = Path("portfolio.toml")
    is_default = ctx.get_parameter_source(param.name or "") is ParameterSource.DEFAULT
    if is_default and here.is_file() and not here.samefile(folder / here):
        click.echo(f"Note: {here} in this folder is not used; to use it, add --data .", err=True)
    return folder


NAME = _PlainName()
PATH = _Path(path_type=Path)
DATA = click.option(
    "--data",
    type=PATH,
    callback=_noted,
    default=lambda: resources() / "data",
    show_default="the project's own",
    help="Folder of the portfolio: its settings, tables and words.",
)
"""The option that names the portfolio."""
POSITIVE = FiniteRange(0, min_open=True)

LEAST_MEMORY = 0.25
"""GB that a check needs at the start: the store allocates a fifth of one at once."""

MEMORY = FiniteRange(LEAST_MEMORY)


def _language() -> str:
    """Return the language of the environment if it is one of ours."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return value[:2] if value[:2] in LANGUAGES else "en"
    return "en"


LANG = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    default=_language,
    show_default="that of LANG",
    help="Language of the messages.",
)
"""The option that names the language of messages."""

AUTH_ENV = click.option(
    "--auth-env",
    metavar="NAME",
    help="Environment variable that holds user:password, or Bearer TOKEN, for the store.",
)
"""The option that names the environment variable with the credentials for a store."""

INSECURE_AUTH = click.option(
    "--insecure-auth",
    is_flag=True,
    help="Send the credentials to a store on another machine even over plain HTTP.",
)
"""The option that allows sending credentials without encryption."""
