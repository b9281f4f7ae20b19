"""Reports as a workbook: a copy of each table, its failing cells coloured and commented, and all findings.

Needs the extra `xlsx` (openpyxl).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from iomgraph.errors import SettingsError
from iomgraph.findings import Finding, Severity
from iomgraph.validation.report import Report

_FILLS = {Severity.MUST: "F4B6B6", Severity.SHOULD: "FCE4B0", Severity.MAY: "D8E8F8"}
_HEAD = ("severity", "rule", "place", "about", "value", "message")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def write(report: Report, path: Path, lang: str) -> None:
    """Write a workbook.

    Args:
        report: what was found; a table is copied if its file is there under the path that places give,
            from the folder of the data on.
        path: the file.
        lang: language of the messages.

    Raises:
        SettingsError: if openpyxl is not installed.
    """
    try:
        from openpyxl import Workbook
    except ImportError as error:
        raise SettingsError(
            "workbooks need the extra xlsx", where=path, step="pip install 'iomgraph[xlsx]'"
        ) from error
    book = Workbook(write_only=False)
    sheet: Any = book.active
    sheet.title = "findings"
    sheet.append(_HEAD)
    for found in report.findings:
        cells = (
            found.severity.word,
            found.rule,
            found.place or "",
            found.about,
            found.value,
            found.text(lang),
        )
        _append(sheet, [str(cell) for cell in cells])
    for file, findings in sorted(_by_table(report).items()):
        _copy(book, report.folder, file, findings, lang)
    book.save(path)


def _by_table(report: Report) -> Mapping[str, list[Finding]]:
    tables: dict[str, list[Finding]] = {}
    for found in report.findings:
        if found.place and found.place.row and found.place.file.endswith(".csv"):
            tables.setdefault(found.place.file, []).append(found)
    return tables


def _copy(book: Any, folder: Path | None, file: str, findings: list[Finding], lang: str) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    path = (folder or Path()) / file
    if not path.is_file():
        return
    sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", "-", Path(file).stem)[:31])
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    for cells in rows:
        _append(sheet, cells)
    sheet.freeze_panes = "A2"
    for found in sorted(findings, key=lambda found: found.severity):
        place = found.place
        if place is None or place.row is None:
            continue
        column = rows[0].index(place.column) + 1 if place.column in rows[0] else 1
        cell = sheet.cell(place.row + 1, column)
        cell.fill = PatternFill("solid", fgColor=_FILLS[found.severity])
        said = f"{cell.comment.text}\n" if cell.comment else ""
        cell.comment = Comment(f"{said}{found.severity.word}: {found.text(lang)} ({found.rule})", "iomgraph")


def _append(sheet: Any, cells: list[str]) -> None:
    """A row of texts: none of them is taken for a formula, and none holds what a workbook can't."""
    sheet.append([_CONTROL.sub("�", cell) for cell in cells])
    for cell in sheet[sheet.max_row]:
        cell.data_type = "s"
