"""Blocks of a table have its rows, each once, and most stay what they are if rows are added or removed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from iomgraph.errors import SourceError
from iomgraph.sources import csv_records, table_blocks, tables

COLUMNS = ("id", "name")
CELLS = st.text(st.sampled_from('ab",\n\ré '), min_size=1, max_size=5)


@given(st.lists(st.tuples(CELLS, CELLS), max_size=20), st.booleans(), st.sampled_from(["\n", "\r\n"]))
@examples(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_blocks_have_the_rows_of_the_table_with_their_places(
    tmp_path: Path, cells: list[tuple[str, str]], is_marked: bool, end: str
) -> None:
    path = tmp_path / "t.csv"
    quoted = (",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [COLUMNS, *cells])
    path.write_text(end.join(quoted), encoding="utf-8-sig" if is_marked else "utf-8", newline="")
    blocks = list(table_blocks.blocks(path, COLUMNS, 3))
    assert [row for block in blocks for row in block.rows()] == tables.read(path, COLUMNS)
    assert [len(list(block.rows())) for block in blocks] == [block.length for block in blocks]


def test_a_row_more_changes_no_block_but_its_own(tmp_path: Path) -> None:
    def contents(numbers: list[int]) -> set[bytes]:
        path = tmp_path / "t.csv"
        tables.write(path, COLUMNS, [{"id": f"A.{number}", "name": "Roads"} for number in numbers])
        return {block.content() for block in table_blocks.blocks(path, COLUMNS, 10)}

    before, after = contents([*range(200)]), contents([*range(50), 999, *range(50, 200)])
    assert len(before) > 10
    assert len(before - after) == 1


def test_a_fault_is_found_when_its_block_is_reached(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id,name\nA,B\n\nC\n", encoding="utf-8")
    with pytest.raises(SourceError, match="a row has 1 cells") as stop:
        list(table_blocks.blocks(path, COLUMNS, 1))
    assert str(stop.value.where) == f"{path.as_posix()}:4 (row 2)"


def test_a_file_that_changes_meanwhile_stops(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id,name\nA,Roads\n", encoding="utf-8")
    (block,) = table_blocks.blocks(path, COLUMNS, 9)
    path.write_bytes(b"id,name\nA,Ro\xe9ds\n")
    with pytest.raises(SourceError, match="not UTF-8"):
        list(block.rows())


def test_records_and_their_lines_come_from_csv_itself() -> None:
    lines = ['A,"a\n', 'b"\n', "\n", "B,c\n"]
    assert list(csv_records.records(lines, "t.csv", ",", 2)) == [(2, ["A", "a\nb"]), (5, ["B", "c"])]
