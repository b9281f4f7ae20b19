"""Workbooks part by part: as spreadsheet programs write them, and hostile ones."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

Make = Callable[..., Path]


def _relations(*targets: tuple[str, str]) -> str:
    rows = "".join(
        f'<Relationship Id="r{n}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets)
    )
    return f'<Relationships xmlns="{_PACKAGE}">{rows}</Relationships>'


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Make a workbook of one sheet from the XML of its rows, or of any of its parts."""

    def _make(rows: str = "", *, behind: str = "", state: str = "visible", **parts: str) -> Path:
        whole = {
            "_rels/.rels": _relations(("officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
            f'<sheet name="Projects" sheetId="1" state="{state}" r:id="r0"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": _relations(
                ("worksheet", "worksheets/sheet1.xml"),
                ("styles", "styles.xml"),
                ("sharedStrings", "/xl/sharedStrings.xml"),
            ),
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>'
            f"{behind}</worksheet>",
            "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"/>',
            "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"/>',
        } | {name.replace("__", "/").replace("_xml", ".xml"): text for name, text in parts.items()}
        path = tmp_path / "projects.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in whole.items():
                archive.writestr(name, text)
        return path

    return _make
