"""The one table of formats of reports: the writers by name, for the command line and the tests."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from iomgraph.errors import SettingsError
from iomgraph.outputs import replacing

if TYPE_CHECKING:
    from iomgraph.validation.report import Report

Writer = Callable[["Report", TextIO, str], None]


def _lazily(module: str) -> Writer:
    """The writer of a module, which is imported when it writes, since a check uses one writer at most."""

    def write(report: Report, out: TextIO, lang: str) -> None:
        import_module(f"iomgraph.validation.reports.{module}").write(report, out, lang)

    return write


WRITERS: Mapping[str, Writer] = {
    "json": _lazily("json_report"),
    "ttl": _lazily("graph"),
    "sarif": _lazily("sarif"),
    "junit": _lazily("junit"),
    "github": _lazily("github"),
    "gitlab": _lazily("gitlab"),
    "markdown": _lazily("markdown"),
    "csv": _lazily("csv_report"),
    "dqv": _lazily("dqv"),
}
"""Name of a format to its writer. `text`, for people, is written by the command line."""

XLSX = "xlsx"
"""The one format that is not text, and only goes to files."""

_ERRORS = "backslashreplace"
# A path may have bytes that are not UTF-8, which are escaped as JSON and Turtle escape characters.


def to_stdout(name: str, report: Report, lang: str) -> None:
    """Write a report to standard output, in UTF-8 in any environment.

    Args:
        name: name of a text format.
        report: the report.
        lang: language of the messages.

    Raises:
        SettingsError: if there is no such format.
    """
    write = writer(name)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors=_ERRORS, newline="")
    write(report, sys.stdout, lang)


def to_file(name: str, report: Report, path: Path, lang: str) -> None:
    """Write a report to a file.

    Args:
        name: name of the format.
        report: the report.
        path: the file.
        lang: language of the messages.

    Raises:
        SettingsError: if there is no such format, or the file can't be written.
    """
    try:
        with replacing(path) as part:
            if name == XLSX:
                from iomgraph.validation.reports import xlsx

                xlsx.write(report, part, lang)
            else:
                write = writer(name)
                with part.open("w", encoding="utf-8", errors=_ERRORS, newline="") as out:
                    write(report, out, lang)
    except OSError as error:
        raise SettingsError(
            f"the report can't be written ({error.strerror})", where=path, step="choose another file"
        ) from error


def writer(name: str) -> Writer:
    """Return the writer of a text format.

    Raises:
        SettingsError: if there is none; the message lists the known names.

    Example:
        >>> print(writer("docx"))
        Traceback (most recent call last):
        iomgraph.errors.SettingsError: unknown report format: docx
          Next: name one of text, json, ttl, sarif, junit, github, gitlab, markdown, csv, dqv, xlsx
    """
    if name not in WRITERS:
        known = ", ".join(("text", *WRITERS, XLSX))
        raise SettingsError("unknown report format", where=name, step=f"name one of {known}")
    return WRITERS[name]
