"""Workbooks: nothing that a sheet cannot hold stops one, and nothing is cut without a word."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from iomgraph.findings import Finding, Place, Severity
from iomgraph.validation.report import Report
from iomgraph.validation.reports import xlsx


def cells(path: Path) -> list[list[object]]:
    return [[cell.value for cell in row] for row in load_workbook(path)["findings"].iter_rows()]


@pytest.mark.parametrize("letter", ["\uffff", "\ufffe", "\x00", "\x1b", "\ud800"])
def test_a_character_that_a_workbook_has_not_is_replaced(tmp_path: Path, letter: str) -> None:
    found = Finding("r", Severity.MUST, {"en": f"m{letter}"}, value=f"={letter}1")
    xlsx.write(Report(False, (found,), ()), tmp_path / "r.xlsx", "en")
    assert cells(tmp_path / "r.xlsx")[1] == ["Blocking (sh:Violation)", "r", None, None, "=�1", "m�"]


def test_a_text_that_is_too_long_for_a_cell_is_cut_and_says_so(tmp_path: Path) -> None:
    found = Finding("r", Severity.MUST, {"en": "m"}, value="x" * 100_000)
    xlsx.write(Report(False, (found,), ()), tmp_path / "r.xlsx", "en")
    value = str(cells(tmp_path / "r.xlsx")[1][4])
    assert len(value) == xlsx.CHARACTERS
    assert value.endswith("x… (cut: 100,000 characters)")


def test_rows_that_do_not_fit_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "ROWS", 10)
    found = tuple(Finding("r", Severity.MUST, {"en": "m"}, f"ex:{n}") for n in range(20))
    xlsx.write(Report(False, found, ()), tmp_path / "r.xlsx", "en")
    rows = cells(tmp_path / "r.xlsx")
    assert len(rows) == 9
    assert str(rows[-1][0]).startswith("… and 13 more")


def test_notes_are_rows_and_the_head_is_in_the_language_of_the_reader(tmp_path: Path) -> None:
    note = Finding("syntax-error", Severity.MUST, {"en": "m", "es": "falta"}, place=Place("a.ttl", line=2))
    xlsx.write(Report(False, (), (), notes=(note,)), tmp_path / "r.xlsx", "es")
    assert cells(tmp_path / "r.xlsx") == [
        ["Gravedad", "Regla", "Ubicación", "Objeto", "Valor", "Mensaje"],
        ["Bloqueante (sh:Violation)", "syntax-error", "a.ttl:2", None, None, "falta"],
    ]
