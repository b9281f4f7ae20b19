"""Cells of workbooks in reports that know files and lines alone."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from iomgraph.cli.findings import show
from iomgraph.findings import Finding, Place, Severity
from iomgraph.validation.report import Report
from iomgraph.validation.reports import formats

from .conftest import Written

CELL = Place("data/projects.xlsx", row=17, column="D", sheet="Projects", label="Country")
FOUND = Finding("state-not-matched", Severity.SHOULD, {"en": "no state"}, value="Congo DRC", place=CELL)
REPORT = Report(False, (FOUND,), ())


@pytest.mark.parametrize("name", ["github", "gitlab", "sarif", "junit", "markdown"])
def test_every_report_names_the_cell(written: Written, name: str) -> None:
    assert "Projects!D17" in written(name, REPORT).replace("\\", "")


def test_reports_as_data_have_the_sheet_beside_row_and_column(written: Written) -> None:
    place = json.loads(written("json", REPORT))["findings"][0]["place"]
    assert (place["sheet"], place["row"], place["column"]) == ("Projects", 17, "D")
    header, row = written("csv", REPORT).splitlines()
    cells = dict(zip(header.split(","), row.split(","), strict=True))
    assert (cells["sheet"], cells["row"], cells["column"]) == ("Projects", "17", "D")


def test_the_text_names_the_cell(capsys: pytest.CaptureFixture[str]) -> None:
    show(REPORT, "en", Severity.MAY)
    assert "Projects!D17 Country" in capsys.readouterr().out


def test_tables_in_other_encodings_are_listed_but_not_copied(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/t.csv").write_bytes("id,state\nA.1,Pérou\n".encode("cp1252"))
    found = Finding("r", Severity.MAY, {"en": "m"}, place=Place("data/t.csv", row=1, column="state"))
    formats.to_file(formats.XLSX, Report(False, (found,), (), folder=tmp_path), tmp_path / "a.xlsx", "en")
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames == ["findings"]
