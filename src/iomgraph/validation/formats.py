"""How a report is written down: one table of writers, which the command line and the tests ask."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TextIO

from iomgraph.errors import SettingsError
from iomgraph.findings import Finding, Place, Severity, by_severity
from iomgraph.validation import junit, sarif, xlsx
from iomgraph.validation.report import Report

Writer = Callable[[Report, TextIO, str], None]

COLUMNS = ("severity", "rule", "file", "line", "offset", "row", "column", "about", "value", "message", "key")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LEVELS = {Severity.MUST: "error", Severity.SHOULD: "warning", Severity.MAY: "notice"}
_ROWS = 200


def as_json(report: Report, out: TextIO, _lang: str) -> None:
    """The report as JSON: `conforms` and `findings`, each with its messages in all languages."""
    out.write(f'{{"conforms": {json.dumps(report.conforms)}, "findings": [')
    for number, found in enumerate(report.findings):
        out.write(",\n" if number else "\n")
        out.write(json.dumps(record(found), ensure_ascii=False, sort_keys=True))
    out.write("\n]}\n")


def record(found: Finding) -> dict[str, Any]:
    """A finding as JSON has it; what is not known is left out."""
    places = {"place": _place(found.place), "source": _place(found.source)}
    return {
        "key": found.key,
        "rule": found.rule,
        "severity": found.severity.word,
        "message": dict(found.message),
        **{name: text for name, text in (("about", found.about), ("value", found.value)) if text},
        **{name: place for name, place in places.items() if place},
    }


def _place(place: Place | None) -> dict[str, Any]:
    names = ("file", "line", "offset", "row", "column", "label")
    return {name: getattr(place, name) for name in names if getattr(place, name)} if place else {}


def as_turtle(report: Report, out: TextIO, _lang: str) -> None:
    """The `sh:ValidationReport` in Turtle: what the shapes found, and not what reading found."""
    out.write(report.graph.serialize(format="turtle"))


def as_csv(report: Report, out: TextIO, lang: str) -> None:
    """A table, a finding a row. Cells that a spreadsheet would run as formulas begin with an apostrophe."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for found in report.findings:
        place = found.place or Place("")
        cells = (
            found.severity.word,
            found.rule,
            place.file,
            place.line,
            place.offset,
            place.row,
            place.column,
            found.about,
            found.value,
            found.text(lang),
            found.key,
        )
        writer.writerow([_safe("" if cell is None else str(cell)) for cell in cells])


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def as_github(report: Report, out: TextIO, lang: str) -> None:
    """Annotations of GitHub Actions: a workflow command a finding."""
    for found in report.findings:
        place = found.place or Place("")
        given = {"file": place.file, "line": place.line, "col": place.offset, "title": found.rule}
        properties = ",".join(f"{name}={_property(str(value))}" for name, value in given.items() if value)
        message = _data(f"{found.text(lang)}{f' ({found.value})' if found.value else ''}")
        out.write(f"::{_LEVELS[found.severity]} {properties}::{message}\n")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def as_markdown(report: Report, out: TextIO, lang: str) -> None:
    """A summary: counts, rules by frequency, and the gravest findings in a table."""
    counts = by_severity(report.findings)
    out.write(f"## {', '.join(f'{number:,} {severity.word}' for severity, number in counts.items())}\n")
    if not report.findings:
        return
    out.write("\n| Rule | Severity | Findings |\n|---|---|---|\n")
    rules = Counter((found.rule, found.severity) for found in report.findings)
    for (rule, severity), number in sorted(rules.items(), key=lambda item: (-item[0][1], -item[1], item[0])):
        out.write(f"| {_cell(rule)} | {severity.word} | {number:,} |\n")
    out.write("\n| Place | About | Value | Message |\n|---|---|---|---|\n")
    for found in sorted(report.findings, key=lambda found: -found.severity)[:_ROWS]:
        cells = (str(found.place or ""), found.about, found.value, found.text(lang))
        out.write(f"| {' | '.join(map(_cell, cells))} |\n")
    if len(report.findings) > _ROWS:
        out.write(f"\n… {len(report.findings) - _ROWS:,}\n")


def _cell(text: str) -> str:
    plain = "".join(f"\\{letter}" if letter in "\\`*_{}[]<>#|!" else letter for letter in text)
    return " ".join(plain.split())


WRITERS: Mapping[str, Writer] = {
    "json": as_json,
    "ttl": as_turtle,
    "sarif": sarif.write,
    "junit": junit.write,
    "github": as_github,
    "markdown": as_markdown,
    "csv": as_csv,
}
"""Name of a format to its writer. `text`, for people, is written by the command line."""


XLSX = "xlsx"
"""The one format that is no text, and goes to files alone."""


def to_file(name: str, report: Report, path: Path, lang: str) -> None:
    """Write a report to a file.

    Args:
        name: of the format.
        report: what was found.
        path: the file.
        lang: language of the messages.

    Raises:
        SettingsError: if there is no such format, or the file can't be written.
    """
    try:
        if name == XLSX:
            xlsx.write(report, path, lang)
        else:
            with path.open("w", encoding="utf-8", newline="") as out:
                writer(name)(report, out, lang)
    except OSError as error:
        raise SettingsError(
            f"the report can't be written ({error.strerror})", where=path, step="choose another file"
        ) from error


def writer(name: str) -> Writer:
    """The writer of a format of text.

    Raises:
        SettingsError: if there is none; the message lists the names that there are.

    Example:
        >>> print(writer("docx"))
        Traceback (most recent call last):
        iomgraph.errors.SettingsError: there is no such format of reports: docx
          Next: name one of text, json, ttl, sarif, junit, github, markdown, csv, xlsx
    """
    if name not in WRITERS:
        known = ", ".join(("text", *WRITERS, XLSX))
        raise SettingsError("there is no such format of reports", where=name, step=f"name one of {known}")
    return WRITERS[name]
