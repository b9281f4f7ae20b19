"""Reports as a table with one finding per row."""

from __future__ import annotations

import csv
from itertools import chain
from typing import TYPE_CHECKING, TextIO

from iomgraph.findings import Place

if TYPE_CHECKING:
    from iomgraph.validation.report import Report

COLUMNS = (
    "severity",
    "rule",
    "file",
    "line",
    "offset",
    "sheet",
    "row",
    "column",
    "about",
    "value",
    "message",
    "key",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write(report: Report, out: TextIO, lang: str) -> None:
    """Write the rows; a cell that a spreadsheet would run as a formula begins with an apostrophe.

    Args:
        report: the report.
        out: the output.
        lang: language of the messages.
    """
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for found in chain(report.findings, report.notes):
        place = found.place or Place("")
        cells = (
            found.severity.word,
            found.rule,
            place.file,
            place.line,
            place.offset,
            place.sheet,
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
