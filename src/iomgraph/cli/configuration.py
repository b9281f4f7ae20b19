"""The configuration of `iomgraph check`: a table in `iomgraph.toml` or `pyproject.toml`."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from iomgraph.errors import SettingsError

_FILES = (("iomgraph.toml", ("check",)), ("pyproject.toml", ("tool", "iomgraph", "check")))
_STRINGS = ("fail-on", "lang", "data-format", "shapes-format")
_FLAGS = ("follow-imports", "allow-unevaluated")
_LISTS = ("paths", "shapes", "with", "formats")
_FOLDERS = ("baseline", "root")
_NUMBERS = ("timeout", "memory")


class ConfiguredCommand(click.Command):
    """A command with defaults in a file; the command line takes precedence."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Read the configuration before the arguments."""
        extra["default_map"] = read_configuration(Path.cwd())
        return super().make_context(info_name, args, parent, **extra)


def read_configuration(folder: Path) -> dict[str, Any]:
    """Read the configuration for a folder: the nearest one, from there upwards.

    Paths in it are relative to its own folder; `formats` stands for `--format` and `--output`: a name for
    standard output, NAME=FILE for a file.

    Args:
        folder: the folder in which the command runs.

    Returns:
        names of the command's parameters to their values.

    Raises:
        SettingsError: if the file is not TOML, or has an unknown key or value.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> _ = (folder / "iomgraph.toml").write_text('[check]\\nfail-on = "should"', encoding="utf-8")
        >>> read_configuration(folder)
        {'fail_on': 'should'}
    """
    for above in (folder, *folder.parents):
        for name, keys in _FILES:
            table = _table(above / name, keys)
            if table is not None:
                return _parameters(table, above / name, folder)
        if (above / ".git").exists():
            break
    return {}


def _table(path: Path, keys: tuple[str, ...]) -> Mapping[str, Any] | None:
    if not path.is_file():
        return None
    try:
        table: Any = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise SettingsError(
            f"the configuration can't be read ({error})", where=path, step="correct it, or remove it"
        ) from None
    for key in keys:
        table = table.get(key) if isinstance(table, dict) else None
    return table if isinstance(table, dict) else None


def _parameters(table: Mapping[str, Any], path: Path, here: Path) -> dict[str, Any]:
    """The table as parameters of the command, with paths from the working folder."""
    parameters: dict[str, Any] = {}
    for key, value in table.items():
        _check(key, value, path)
        name = key.replace("-", "_")
        if key == "formats":
            parameters["outputs"] = [_output(one, path.parent, here) for one in value if "=" in one]
            for one in (one for one in value if "=" not in one):
                parameters["name"] = one
        elif key in ("paths", "shapes", "with"):
            parameters["background" if key == "with" else name] = [
                _from(one, path.parent, here) for one in value
            ]
        elif key in _FOLDERS:
            parameters["known" if key == "baseline" else name] = _from(value, path.parent, here)
        else:
            parameters[name] = value
    return parameters


def _check(key: str, value: object, path: Path) -> None:
    kinds: dict[str, tuple[type, ...]] = {
        **dict.fromkeys(_STRINGS + _FOLDERS, (str,)),
        **dict.fromkeys(_FLAGS, (bool,)),
        **dict.fromkeys(_LISTS, (list,)),
        **dict.fromkeys(_NUMBERS, (int, float)),
    }
    if key not in kinds:
        raise SettingsError(
            f"the configuration has an unknown key: {key}",
            where=path,
            step=f"{_near(key, kinds)}use one of {', '.join(sorted(kinds))}",
        )
    fits = isinstance(value, kinds[key]) and isinstance(value, bool) == (key in _FLAGS)
    if not fits or (isinstance(value, list) and not all(isinstance(one, str) for one in value)):
        wanted = {str: "a string", bool: "true or false", list: "a list of strings"}
        raise SettingsError(
            f"the configuration's {key} is not {wanted.get(kinds[key][0], 'a number')}",
            where=path,
            step="correct it there",
        )


def _output(text: str, folder: Path, here: Path) -> str:
    name, _, path = text.partition("=")
    return f"{name}={_from(path, folder, here)}"


def _from(path: str, folder: Path, here: Path) -> str:
    """Turn a path relative to the file's folder into one from the working folder."""
    return path if path == "-" or folder == here else os.path.relpath(folder / path, here)


def _near(key: str, kinds: Iterable[str]) -> str:
    """Name the key that is similar to a misspelt one."""
    near = difflib.get_close_matches(key, kinds, n=1)
    return f"did you mean {near[0]}? Else " if near else ""
