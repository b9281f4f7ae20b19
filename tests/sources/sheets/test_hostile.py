"""Files made to exhaust or to mislead: each ends with a message that says what to do."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from iomgraph.errors import SourceError
from iomgraph.sources.sheets import book

from .conftest import MAIN, Make


def _read(path: Path) -> int:
    with book.opened(path, path.name) as opened:
        return sum(1 for sheet in opened.sheets for _ in opened.rows(sheet))


def _sheet(rows: str) -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


ENTITIES = '<!DOCTYPE a [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]>'
SHEETS: dict[str, tuple[str, str]] = {
    "entities": (f"{ENTITIES}{_sheet('<row><c><v>&b;</v></c></row>')}", "document type"),
    "outside": (f'<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>{_sheet("")}', "document type"),
    "deep": (f"{_sheet('<row>' * 100)}", "nest more than 64"),
    "cut": (_sheet("<row>")[:-30], "not well-formed"),
    "column": (_sheet('<row r="1"><c r="XFE1"><v>1</v></c></row>'), "outside the 16,384 columns"),
    "columns": (_sheet(f'<row r="1">{"<c><v>1</v></c>" * 20_000}</row>'), "outside the 16,384 columns"),
    "row": (_sheet('<row r="1048577"><c><v>1</v></c></row>'), "more than 1,048,576"),
    "order": (_sheet('<row r="3"/><row r="2"/>'), "out of order"),
    "elsewhere": (_sheet('<row r="3"><c r="A9"><v>1</v></c></row>'), "stands in row 3"),
    "text": (_sheet('<row><c t="s"><v>7</v></c></row>'), "text that does not exist"),
    "long": (_sheet(f'<row><c t="str"><v>{"a b " * 50_000}</v></c></row>'), "more than 100,000 characters"),
    "tag": (_sheet(f'<row spans="{"1" * 5_000_000}"/>'), "tag is longer"),
}


@pytest.mark.parametrize("name", SHEETS)
def test_hostile_sheets_are_refused_with_a_message(make: Make, name: str) -> None:
    sheet, message = SHEETS[name]
    with pytest.raises(SourceError, match=message) as stop:
        _read(make(xl__worksheets__sheet1_xml=sheet))
    assert "projects.xlsx" in stop.value.where
    assert stop.value.step


def test_a_sheet_that_unpacks_without_end_is_refused_before_it_fills_anything(make: Make) -> None:
    with pytest.raises(SourceError, match="unpacks to more than 10,000,000 bytes"):
        _read(make(xl__worksheets__sheet1_xml=_sheet(" " * 30_000_000)))


def _old(path: Path) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)


def _text(path: Path) -> None:
    path.write_bytes(b"id,title\n")


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _bare(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "a")


def _damaged(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200] if path.exists() else b"PK\x03\x04")


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (_old, "XLS, or protected by a password"),
        (_text, "not a workbook"),
        (_empty, "not a workbook"),
        (_bare, "not a workbook"),
        (_damaged, "not a workbook"),
    ],
)
def test_files_that_are_not_workbooks_are_named_as_such(
    tmp_path: Path, write: Callable[[Path], None], message: str
) -> None:
    path = tmp_path / "a.xlsx"
    write(path)
    with pytest.raises(SourceError, match=message):
        _read(path)


def test_a_part_that_was_tampered_with_is_refused(make: Make) -> None:
    path = make("<row><c><v>123456789</v></c></row>" * 100)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
    at = info.header_offset + 30 + len(info.filename) + info.compress_size // 2
    content[at] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"damaged|not well-formed|out of order|outside"):
        _read(path)


def test_other_formats_are_named_with_what_to_save_as(tmp_path: Path) -> None:
    for ending in (".ods", ".xls", ".numbers", ""):
        path = tmp_path / f"a{ending}"
        path.write_bytes(b"x")
        with pytest.raises(SourceError, match="are not read") as stop:
            _read(path)
        assert ".xlsx" in stop.value.step
