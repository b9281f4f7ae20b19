"""Tables are read strictly, and written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomgraph.errors import SourceError
from iomgraph.sources import tables

COLUMNS = ("id", "name")


def _read(folder: Path, data: bytes) -> list[tuple[str, ...]]:
    path = folder / "t.csv"
    path.write_bytes(data)
    return [tuple(row.cells.values()) for row in tables.read(path, COLUMNS, name="t.csv")]


def test_a_digest_of_tables_changes_with_those_that_were_read_or_looked_for(tmp_path: Path) -> None:
    (tmp_path / "additions").mkdir()
    for name in ("one.csv", "other.csv"):
        (tmp_path / name).write_text("id,name\nGEO,Georgia\n")

    def known() -> bytes:
        found = tables.Tables(tmp_path)
        found.read("one.csv", COLUMNS)
        assert found.has("third.csv") == (tmp_path / "third.csv").exists()
        return found.digest()

    before = known()
    (tmp_path / "other.csv").write_text("id,name\nKEN,Kenya\n")
    assert known() == before
    seen = {before}
    for path in ("one.csv", "additions/one.csv", "third.csv"):
        (tmp_path / path).write_text("id,name\nKEN,Kenya\n")
        seen.add(known())
    assert len(seen) == 4


def _stop(folder: Path, data: bytes) -> str:
    with pytest.raises(SourceError) as stop:
        _read(folder, data)
    assert stop.value.step
    return f"{stop.value.what} @ {stop.value.where}"


@pytest.mark.parametrize(
    "data",
    [
        b"id,name\nGEO,Georgia\n",
        b"\xef\xbb\xbfid,name\nGEO,Georgia\n",
        b"id,name\r\nGEO,Georgia\r\n",
        b"id,name\nGEO,Georgia",
        b'"id","name"\n"GEO","Georgia"\n',
        b"id,name\n\nGEO,Georgia\n\n",
    ],
    ids=["plain", "byte order mark", "CRLF", "no last line feed", "quotes", "empty lines"],
)
def test_all_dialects_of_one_table_say_the_same(tmp_path: Path, data: bytes) -> None:
    assert _read(tmp_path, data) == [("GEO", "Georgia")]


def test_columns_may_be_in_any_order_and_a_table_may_be_empty(tmp_path: Path) -> None:
    assert _read(tmp_path, b"name,id\nGeorgia,GEO\n") == [("Georgia", "GEO")]
    assert _read(tmp_path, b"id,name\n") == []


BROKEN = {
    "misspelt.csv": "no column name (is it 'nmae'?); unknown column 'nmae' @ misspelt.csv:1",
    "missing.csv": "no column name @ missing.csv:1",
    "twice.csv": "column id twice @ twice.csv:1",
    "unknown.csv": "unknown column 'colour' @ unknown.csv:1",
    "empty.csv": "no column id; no column name @ empty.csv:1",
    "latin-1.csv": "the table is not UTF-8 (byte 0xe9) @ latin-1.csv:3",
    "nul.csv": "the table holds a NUL character @ nul.csv:3",
    "open-quote.csv": "the table is not CSV (unexpected end of data) @ open-quote.csv:3",
    "ragged-long.csv": "a row has 3 cells, but the header has 2 @ ragged-long.csv:4 (row 2)",
    "ragged-short.csv": "a row has 1 cells, but the header has 2 @ ragged-short.csv:3 (row 2)",
    "quote-inside.csv": "the table is not CSV (',' expected after '\"') @ quote-inside.csv:2",
}


@pytest.mark.parametrize(("name", "message"), BROKEN.items())
def test_a_broken_table_is_refused_with_what_where_and_the_next_step(
    broken: Path, name: str, message: str
) -> None:
    with pytest.raises(SourceError) as stop:
        tables.read(broken / "tables" / name, COLUMNS, name=name)
    assert f"{stop.value.what} @ {stop.value.where}".endswith(message)
    assert stop.value.step


def test_every_broken_table_has_its_message(broken: Path) -> None:
    assert {path.name for path in (broken / "tables").iterdir()} == BROKEN.keys()


def test_a_cell_of_ten_megabytes_is_refused(tmp_path: Path) -> None:
    assert "the table is not CSV (field larger than field limit" in _stop(
        tmp_path, b"id,name\nGEO," + b"x" * 10_000_000
    )
    assert "a cell has 100,001 characters" in _stop(tmp_path, b"id,name\nGEO," + b"x" * 100_001)


@pytest.mark.parametrize("name", ["absent.csv", "absent/t.csv", "."])
def test_what_is_not_a_file_is_refused_by_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceError, match="the table can't be read"):
        tables.read(tmp_path / name, COLUMNS)


def test_rows_know_their_number_and_their_first_line(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('id,name\nA,"one\ntwo"\n\nB,three\n', encoding="utf-8")
    rows = tables.read(path, COLUMNS, name="t.csv")
    assert [str(row.place("name")) for row in rows] == [
        "t.csv:2 (row 1, column name)",
        "t.csv:5 (row 2, column name)",
    ]


def test_a_table_that_cant_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    tables.write(table, COLUMNS, [{"id": "A", "name": "old"}])
    before = table.read_bytes()
    (tmp_path / "t.csv.part").mkdir()
    with pytest.raises(SourceError, match="the table can't be written"):
        tables.write(table, COLUMNS, [{"id": "A", "name": "new"}])
    assert table.read_bytes() == before
    with pytest.raises(SourceError, match="the table can't be written"):
        tables.write(tmp_path / "no/such/folder/t.csv", COLUMNS, [])


def test_a_table_that_is_a_folder_is_refused_and_nothing_is_left_behind(tmp_path: Path) -> None:
    (tmp_path / "t.csv").mkdir()
    with pytest.raises(SourceError, match="the table can't be written"):
        tables.write(tmp_path / "t.csv", COLUMNS, [])
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=30)


@given(st.lists(st.fixed_dictionaries({"id": CELLS, "name": CELLS})))
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]]
) -> None:
    table = tmp_path_factory.mktemp("tables") / "t.csv"
    tables.write(table, COLUMNS, rows)
    assert [dict(row.cells) for row in tables.read(table, COLUMNS)] == rows
    assert b"\r" not in table.read_bytes()


@pytest.mark.parametrize("control", ["\x08", "\x0b", "\x1f", "\ufffe", "\uffff"])
def test_a_reference_table_with_a_character_that_xml_cannot_hold_is_refused(
    tmp_path: Path, control: str
) -> None:
    (tmp_path / "t.csv").write_text(f"id,name\nGEO,Georgia\nARM,Arme{control}nia\n", encoding="utf-8")
    with pytest.raises(SourceError) as stop:
        tables.Tables(tmp_path).read("t.csv", COLUMNS)
    assert stop.value.what == f"a cell holds the character U+{ord(control):04X}, which XML can't hold"
    assert stop.value.where == "data/t.csv:3 (row 2, column name)"
    with pytest.raises(SourceError, match="XML can't hold"):
        tables.parse(f"id,name\nARM,Arme{control}nia\n", COLUMNS, "t.csv")
