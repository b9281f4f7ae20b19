"""Tables without a declaration: their probable columns, and the reasons."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from iomgraph.claims import outline
from iomgraph.errors import SourceError
from iomgraph.settings import Settings
from iomgraph.sources.tables import Tables


@pytest.fixture(scope="module")
def tables(settings: Settings) -> Tables:
    return Tables(settings.data)


def test_the_sheet_and_the_row_with_most_usual_headers_are_found(tables: Tables, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    notes = book.active
    assert notes is not None
    notes.append(["Title", "of the list"])
    sheet = book.create_sheet("Projects")
    for row in (
        ["Our projects"],
        [None],
        ["Code", "Name", "Country", "Start", "Mood"],
        ["A.1", "a", "Chad", date(2024, 2, 1), "x"],
    ):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    found = outline.read(tmp_path / "a.xlsx", tables)
    assert (found.sheet, found.header, found.unknown) == ("Projects", 3, ("Mood",))
    assert {header: one.term for header, one in found.guesses.items()} == {
        "Code": "identifier",
        "Name": "title",
        "Country": "benefitingState",
        "Start": "startDate",
    }
    assert found.options == {}


@pytest.mark.parametrize(
    ("cells", "options"),
    [
        ("1.500,00;13/02/2024", {"decimal": ",", "dates": "dd/mm/yyyy"}),
        ("1,234,567.50;02/13/2024", {"decimal": ".", "dates": "mm/dd/yyyy"}),
        ("1.500;01/02/2024", {}),
        ("1500;2024-02-01", {}),
        ("100;2.13.2024", {"dates": "m.d.yyyy"}),
    ],
)
def test_forms_are_guessed_where_only_one_reads_every_cell(
    tables: Tables, tmp_path: Path, cells: str, options: dict[str, str]
) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"ID;Budget;Start date\nA.1;{cells}\n", encoding="utf-8")
    found = {name: one.term for name, one in outline.read(path, tables).options.items()}
    assert found == {"encoding": "utf-8", "delimiter": ";", **options}


def test_an_encoding_that_does_not_show_is_only_possible(tables: Tables, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("ID,Country\nA.1,Pérou\n".encode("cp1252"))
    guess = outline.read(path, tables).options["encoding"]
    assert (guess.term, guess.certainty) == ("windows-1252", "possible")
    assert "Pérou" in guess.reason


def test_an_empty_table_stops(tables: Tables, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("\n", encoding="utf-8")
    with pytest.raises(SourceError, match="empty"):
        outline.read(tmp_path / "t.csv", tables)
