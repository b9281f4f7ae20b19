"""The description of the tables (Frictionless Data Package 2.0) is true."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from iomgraph.settings import resources

DATA = resources() / "data"
PACKAGE: dict[str, Any] = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))


def test_every_table_is_described_with_its_columns_in_their_order() -> None:
    described = {r["path"]: [field["name"] for field in r["schema"]["fields"]] for r in PACKAGE["resources"]}
    assert len(described) >= 27
    there = {path.relative_to(DATA).as_posix(): header(path) for path in sorted(DATA.rglob("*.csv"))}
    assert described == there


def test_every_table_has_a_description() -> None:
    assert [r["path"] for r in PACKAGE["resources"] if not r["description"].endswith(".")] == []
    assert len({r["name"] for r in PACKAGE["resources"]}) == len(PACKAGE["resources"])


def test_every_field_has_a_description() -> None:
    fields = [(r["path"], field) for r in PACKAGE["resources"] for field in r["schema"]["fields"]]
    assert [(path, field["name"]) for path, field in fields if not field.get("description")] == []
    assert len(fields) > 500


def header(path: Path) -> list[str]:
    """The names of a table's columns."""
    with path.open(encoding="utf-8", newline="") as stream:
        return next(csv.reader(stream))
