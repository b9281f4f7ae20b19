"""Workbooks read row by row: every kind of cell as the file types it, with its place."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest

from iomgraph.sources.sheets import workbook
from iomgraph.sources.sheets.cell import Cell, Kind, SheetRow

from .conftest import MAIN, Make

STYLES = f"""<styleSheet xmlns="{MAIN}">
<numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts>
<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>
<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="9"/></cellXfs></styleSheet>"""


def _rows(path: Path, sheet: int = 0) -> list[SheetRow]:
    with workbook.opened(path, path.name) as opened:
        return list(opened.rows(opened.sheets[sheet]))


def _saved(
    tmp_path: Path, *values: str | float | bool | date | time | None, formats: dict[int, str] | None = None
) -> list[Cell | None]:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for column, value in enumerate(values, 1):
        cell = sheet.cell(1, column, value)
        if formats and column - 1 in formats:
            cell.number_format = formats[column - 1]
    book.save(tmp_path / "a.xlsx")
    (row,) = _rows(tmp_path / "a.xlsx")
    return [row.cells.get(column) for column in range(len(values))]


def test_cells_keep_the_kind_that_the_workbook_gives_them(tmp_path: Path) -> None:
    text, number, day, moment, hour, yes, nothing = _saved(
        tmp_path, "Côte d'Ivoire", 1234.5, date(2024, 2, 1), datetime(2024, 2, 1, 13), time(9), True, None
    )
    assert text == Cell("Côte d'Ivoire")
    assert number == Cell("1234.5", Kind.NUMBER)
    assert day == moment == Cell("2024-02-01", Kind.DATE)
    assert hour is not None
    assert hour.kind is Kind.TIME
    assert yes == Cell("TRUE", Kind.BOOLEAN)
    assert nothing is None


@pytest.mark.parametrize(
    ("value", "code", "cell"),
    [
        (0.6, "0%", Cell("60", Kind.PERCENT)),
        (0.2555, "0.00%", Cell("25.55", Kind.PERCENT)),
        (1500, "[$€-407] #,##0.00", Cell("1500", Kind.NUMBER, "€")),
        (1500, '"USD" #,##0', Cell("1500", Kind.NUMBER, "USD")),
        (1500, "#,##0.00 [$CHF]", Cell("1500", Kind.NUMBER, "CHF")),
        (17, "00000", Cell("00017")),
        (45323, "mmm yyyy", Cell("2024-02", Kind.DATE)),
        (45323, "yyyy", Cell("2024", Kind.DATE)),
        (45323, "General", Cell("45323", Kind.NUMBER)),
        (0.1 + 0.2, "General", Cell("0.3", Kind.NUMBER)),
    ],
)
def test_number_formats_tell_dates_percentages_and_money(
    tmp_path: Path, value: float, code: str, cell: Cell
) -> None:
    assert _saved(tmp_path, value, formats={0: code}) == [cell]


def test_formulas_give_the_result_that_the_file_remembers(make: Make) -> None:
    path = make(
        '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="B2"><f>X()</f></c>'
        '<c r="C2" t="str"><f>A()</f><v>Kenya</v></c><c r="D2" t="e"><v>#N/A</v></c></row>'
    )
    (row,) = _rows(path)
    assert row.cells == {
        0: Cell("2", Kind.NUMBER, formula=True),
        1: Cell("", formula=True),
        2: Cell("Kenya", formula=True),
        3: Cell("#N/A", Kind.ERROR),
    }


def test_shared_texts_join_their_runs_and_leave_out_how_they_sound(make: Make) -> None:
    shared = (
        f'<sst xmlns="{MAIN}"><si><r><t>Bur</t></r><r><t xml:space="preserve">kina </t></r>'
        "<rPh><t>x</t></rPh></si>"
        "<si><t>a_x000A_b</t></si></sst>"
    )
    path = make('<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>', xl__sharedStrings_xml=shared)
    assert [cell.text for cell in _rows(path)[0].cells.values()] == ["Burkina ", "a\nb"]


def test_styles_of_cells_are_not_those_of_named_styles(make: Make) -> None:
    path = make(
        '<row r="1"><c r="A1" s="1"><v>45323</v></c><c r="B1" s="2"><v>0.4</v></c></row>',
        xl__styles_xml=STYLES,
    )
    assert list(_rows(path)[0].cells.values()) == [Cell("2024-02-01", Kind.DATE), Cell("40", Kind.PERCENT)]


def test_days_count_from_1904_where_the_workbook_says_so(make: Make) -> None:
    book = (
        f'<workbook xmlns="{MAIN}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<workbookPr date1904="1"/><sheets><sheet name="A" r:id="r0"/></sheets></workbook>'
    )
    path = make('<row><c s="1"><v>43861</v></c></row>', xl__styles_xml=STYLES, xl__workbook_xml=book)
    assert _rows(path)[0].cells == {0: Cell("2024-02-01", Kind.DATE)}


def test_workbooks_of_the_strict_kind_are_read_too(make: Make) -> None:
    strict = "http://purl.oclc.org/ooxml/spreadsheetml/main"
    cell = '<x:c r="B3" t="d"><x:v>2024-02-01T00:00</x:v></x:c>'
    rows = f'<x:sheetData><x:row r="3">{cell}</x:row></x:sheetData>'
    sheet = f'<x:worksheet xmlns:x="{strict}">{rows}</x:worksheet>'
    (row,) = _rows(make(xl__worksheets__sheet1_xml=sheet))
    assert (row.number, row.cells) == (3, {1: Cell("2024-02-01", Kind.DATE)})


def test_hidden_rows_hidden_sheets_and_merged_cells_are_reported(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for number in range(1, 5):
        sheet.cell(number, 1, number)
    sheet.row_dimensions[3].hidden = True
    sheet.merge_cells("B1:C2")
    book.create_sheet("Old").sheet_state = "veryHidden"
    book.save(tmp_path / "a.xlsx")
    with workbook.opened(tmp_path / "a.xlsx", "a.xlsx") as opened:
        assert [(one.name, one.hidden) for one in opened.sheets] == [("Sheet", False), ("Old", True)]
        assert [row.hidden for row in opened.rows(opened.sheets[0])] == [False, False, True, False]
        (merged,) = opened.merged(opened.sheets[0])
    assert (merged.first_column, merged.first_row, merged.last_column, merged.last_row) == (1, 1, 2, 2)


def test_a_cell_at_the_far_end_of_a_sheet_costs_nothing(make: Make) -> None:
    path = make(
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    )
    assert [(row.number, list(row.cells)) for row in _rows(path)] == [(1, [0]), (1_048_576, [16_383])]
