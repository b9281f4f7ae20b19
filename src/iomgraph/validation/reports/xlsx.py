"""Reports as a workbook: a copy of each table with failing cells coloured and commented, and all findings.

It needs the extra `xlsx` (openpyxl).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iomgraph.errors import SettingsError, installation
from iomgraph.findings import Finding, Severity
from iomgraph.validation.reports.phrases import evaluated, number, phrases, severity

if TYPE_CHECKING:
    from iomgraph.validation.report import Report

ROWS = 1_048_576
"""Excel's limit of rows in a sheet; below, that of characters in a cell."""
CHARACTERS = 32_767

_FILLS = {Severity.MUST: "F4B6B6", Severity.SHOULD: "FCE4B0", Severity.MAY: "D8E8F8"}
_HEAD = ("severity", "rule", "place", "about", "value", "message")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_Marks = Mapping[int, Mapping[int, Sequence[Finding]]]


def write(report: Report, path: Path, lang: str) -> None:
    """Write a workbook, row by row.

    Args:
        report: the report; a table is copied if its file exists at the path in places, below the folder of
            the data.
        path: the file.
        lang: language of the workbook.

    Raises:
        SettingsError: if openpyxl is not installed.
    """
    try:
        from openpyxl import Workbook
    except ImportError as error:
        raise SettingsError("workbooks need the extra xlsx", where=path, step=installation("xlsx")) from error
    book = Workbook(write_only=True)
    sheet = book.create_sheet("findings")
    _append(sheet, [phrases(lang)[name] for name in _HEAD], lang)
    found = chain(report.findings, report.notes)
    for finding in islice(found, ROWS - 3):
        _append(sheet, _cells(finding, lang), lang)
    if left := sum(1 for _ in found):
        _append(sheet, [phrases(lang)["more"].format(number=number(left, lang))], lang)
    if report.coverage:
        _append(sheet, [evaluated(report.coverage, lang)], lang)
    for file, findings in sorted(_by_table(report).items()):
        _copy(book, (report.folder or Path()) / file, findings, lang)
    book.save(path)


def _cells(found: Finding, lang: str) -> list[str]:
    level = severity(found.severity, lang)
    return [level, found.rule, str(found.place or ""), found.about, found.value, found.text(lang)]


def _by_table(report: Report) -> Mapping[str, list[Finding]]:
    tables: dict[str, list[Finding]] = {}
    for found in report.findings:
        if found.place and found.place.row and found.place.file.endswith(".csv"):
            tables.setdefault(found.place.file, []).append(found)
    return tables


def _copy(book: Any, path: Path, findings: Sequence[Finding], lang: str) -> None:
    if not _is_copied(path):
        return
    sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", "-", path.stem)[:31])
    sheet.freeze_panes = "A2"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows: Iterator[list[str]] = csv.reader(stream)
        head = next(rows, [])
        marks = _marks(head, findings)
        _append(sheet, head, lang)
        for rank, cells in enumerate(rows, 1):
            _append(sheet, cells, lang, marks.get(rank, {}))


def _is_copied(path: Path) -> bool:
    """Tell whether a table exists and is CSV in UTF-8; for others, only the findings are listed."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return all(True for _ in csv.reader(stream))
    except (OSError, UnicodeDecodeError, csv.Error):
        return False


def _marks(head: Sequence[str], findings: Iterable[Finding]) -> _Marks:
    """Group findings by row, from 1, and column, from 0; one without a column marks the first cell."""
    marks: dict[int, dict[int, list[Finding]]] = {}
    for found in findings:
        if found.place and found.place.row:
            column = head.index(found.place.column) if found.place.column in head else 0
            marks.setdefault(found.place.row, {}).setdefault(column, []).append(found)
    return marks


def _append(
    sheet: Any, texts: Sequence[str], lang: str, marks: Mapping[int, Sequence[Finding]] | None = None
) -> None:
    """Append a row of texts, safe from formulas and from characters that a workbook does not allow."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    row = [WriteOnlyCell(sheet, _fitting(text, lang)) for text in texts]
    for cell in row:
        cell.data_type = "s"
    for column, findings in (marks or {}).items():
        if column < len(row):
            said = [f"{severity(f.severity, lang)}: {f.text(lang)} ({f.rule})" for f in findings]
            row[column].fill = PatternFill("solid", fgColor=_FILLS[max(f.severity for f in findings)])
            row[column].comment = Comment(_fitting("\n".join(said), lang), "iomgraph")
    sheet.append(row)


def _fitting(text: str, lang: str) -> str:
    plain = _NOT_XML.sub("�", text)
    if len(plain) <= CHARACTERS:
        return plain
    mark = phrases(lang)["long"].format(number=number(len(plain), lang))
    return plain[: CHARACTERS - len(mark)] + mark
