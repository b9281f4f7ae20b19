"""The records of tables: of three graphs, by their first class, and nested ones in lists."""

from __future__ import annotations

from typing import Any

from iomgraph.mapping.dataset import DEFAULT, PROVENANCE, QUALITY
from iomgraph.publication.tables.records import by_class, of_tables


def _record(name: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "type": [kind, "Thing"], **more}


def test_the_claims_of_pages_have_no_tables() -> None:
    graphs = {
        "claims:a": [_record("c", "Project")],
        QUALITY: [_record("q", "Finding")],
        PROVENANCE: [_record("p", "Fact")],
        DEFAULT: [_record("d", "Project")],
    }
    assert [record["id"] for record in of_tables(graphs)] == ["d", "p", "q"]


def test_records_in_lists_have_rows_of_their_own_and_single_ones_have_not() -> None:
    inner = _record("inner", "Part", part=[_record("innermost", "Part")])
    found = by_class([_record("a", "Whole", part=[inner], one=_record("b", "Part"), label=["x"])])
    names = {kind: [record["id"] for record in records] for kind, records in found.items()}
    assert names == {"Whole": ["a"], "Part": ["inner", "innermost"]}
