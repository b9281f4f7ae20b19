"""Rows are counted in the engine's output, whatever is in them."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomgraph.formats import Kind
from iomgraph.serving import result_formats, row_count

_CELL = st.one_of(
    st.none(), st.text(max_size=8), st.sampled_from(['","x":{"', "}},{", "\r\n", '"', "\\", "<result>"])
)


@given(st.lists(st.tuples(_CELL, _CELL), max_size=8))
def test_rows_are_counted_whatever_is_in_them(rows: list[tuple[str | None, str | None]]) -> None:
    def term(cell: str | None) -> str:
        return "UNDEF" if cell is None else str(ox.Literal(cell))

    values = " ".join(f"({term(a)} {term(b)})" for a, b in rows)
    for written in result_formats.OFFERED[Kind.RESULTS].values():
        found = ox.Store().query(f"SELECT ?x ?y {{ VALUES (?x ?y) {{ {values} }} }}")
        assert isinstance(found, ox.QuerySolutions)
        body = found.serialize(format=ox.QueryResultsFormat.from_media_type(written.media_type))
        assert row_count.rows(body or b"", written) == len(rows), written.name


@pytest.mark.parametrize("name", ["json", "csv", "tsv", "xml"])
def test_an_answer_is_too_long_beyond_its_last_row(name: str) -> None:
    found = ox.Store().query("SELECT ?x { VALUES ?x { 1 2 3 } }")
    assert isinstance(found, ox.QuerySolutions)
    written = next(one for one in result_formats.OFFERED[Kind.RESULTS].values() if one.name == name)
    body = found.serialize(format=ox.QueryResultsFormat.from_media_type(written.media_type)) or b""
    assert row_count.exceeds(body, written, 2)
    assert not row_count.exceeds(body, written, 3)
