"""Tables laid out part by part: in columns that all parts share, and reused where nothing changed."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from iomgraph.cache import Memo, Store
from iomgraph.mapping import context
from iomgraph.mapping.dataset import Dataset, Shelf
from iomgraph.publication.tables import csv_tables
from iomgraph.publication.tables.write import write
from iomgraph.records.record import Record
from iomgraph.settings import Settings

from ..conftest import laid_out


def _project(key: str, **more: Any) -> dict[str, Any]:
    return {"id": f"projects:{key}", "type": ["Project"], "title": {"en": [f"Roads {key}"]}, **more}


def _dataset(parts: Sequence[Sequence[Record]], *others: Record) -> Dataset:
    shelves = []
    for records in parts:
        shelves.append(Shelf())
        shelves[-1].add(records)
    data = Dataset(context.read(Settings().ontology), shelves)
    data.add(others)
    return data


def _written(
    folder: Path, data: Dataset, memo: Memo | None = None
) -> tuple[list[dict[str, str]], dict[str, bytes]]:
    """The rows of projects, and all files."""
    folder.mkdir()
    write(folder, laid_out(data, memo))
    with (folder / "tables/Project.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    files = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return rows, files


def test_a_column_that_one_part_needs_is_in_the_rows_of_all(tmp_path: Path) -> None:
    data = _dataset([[_project("a")], [_project("b", startYear=2008, status="statuses:closed")]])
    rows, _ = _written(tmp_path / "out", data)
    assert [(row["id"], row["startYear"], row["status"]) for row in rows] == [
        ("projects:a", "", ""),
        ("projects:b", "2008", "statuses:closed"),
    ]


def test_rows_come_in_the_order_of_the_parts(tmp_path: Path) -> None:
    rows, _ = _written(tmp_path / "out", _dataset([[_project("b"), _project("a")], [_project("B")]]))
    assert [row["id"] for row in rows] == ["projects:b", "projects:a", "projects:B"]


LATER: dict[str, tuple[list[list[Record]], Record]] = {
    "a label elsewhere": ([[_project("a", status="statuses:x")]], {"prefLabel": {"en": "Ended"}}),
    "a label that is gone": ([[_project("a", status="statuses:x")]], {"prefLabel": {}}),
    "a column of another part": ([[_project("a", status="statuses:x")], [_project("b", endYear=1)]], {}),
    "a part less": ([], {}),
    "a part moved": ([[_project("0")], [_project("a", status="statuses:x")]], {}),
}


@pytest.mark.parametrize("change", LATER)
def test_what_is_reused_is_what_would_be_made(tmp_path: Path, change: str) -> None:
    status = {"id": "statuses:x", "type": ["ProjectStatus"], "prefLabel": {"en": "Closed"}}
    parts, more = LATER[change]
    later = _dataset([*parts, [_project("z")]], {**status, **more})
    with Store(tmp_path / "cache") as store:
        memo = Memo(store)
        first = _dataset([[_project("a", status="statuses:x")], [_project("z")]], status)
        rows, _ = _written(tmp_path / "first", first, memo)
        assert [row["status_label"] for row in rows] == ["Closed", ""]
        reused = _written(tmp_path / "reused", later, memo)
    assert reused == _written(tmp_path / "made", later)


def test_a_number_that_parquet_can_not_hold_is_rounded_there_alone(tmp_path: Path) -> None:
    from pyarrow import parquet

    value = "0." + "1" * 26 + "5"
    budget = {"id": "projects:a/budget", "type": ["MonetaryAmount"], "value": value, "currency": "USD"}
    rows, _ = _written(tmp_path / "out", _dataset([[_project("a", budget=budget)], [_project("b")]]))
    assert rows[0]["budget_value"] == value
    cells = parquet.read_table(tmp_path / "out/tables/Project.parquet")["budget_value"].to_pylist()
    assert [cell and str(cell) for cell in cells] == ["0." + "1" * 25 + "2", None]


def test_lists_texts_and_missing_cells_survive_every_format(tmp_path: Path) -> None:
    from pyarrow import parquet

    odd = ['a|b"', "\u2028\x7f\\", "é,\n"]
    data = _dataset([[_project("a", altLabel={"en": odd})], [_project("b")]])
    rows, _ = _written(tmp_path / "out", data)
    assert [csv_tables.split(row["altLabel_en"]) for row in rows] == [odd, []]
    cells = parquet.read_table(tmp_path / "out/tables/Project.parquet")["altLabel_en"].to_pylist()
    assert cells == [odd, None]
