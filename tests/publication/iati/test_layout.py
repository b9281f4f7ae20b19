"""The layout has every element that reading maps, and stops at a row that can't be."""

from __future__ import annotations

from pathlib import Path

import pytest

from iomgraph.errors import SourceError
from iomgraph.publication.iati import layout
from iomgraph.settings import Settings
from iomgraph.sources.iati import elements
from iomgraph.sources.tables import Tables

UNWRITTEN = {"@last-updated-datetime", "@xml:lang", "iati-activity"}
"""Parts of an activity that belong to its file, or stand at each narrative."""


def test_every_element_that_is_read_is_written() -> None:
    tables = Tables(Settings().data)
    rows = tables.read("vocabulary/iati_elements.csv", elements.COLUMNS)
    mapped = {row["path"] for row in rows if row["use"] == "mapped"} - UNWRITTEN
    rows = tables.read(layout.TABLE, layout.COLUMNS)
    written = {row["path"] for row in rows}
    # An element that only holds others, and the language of a narrative, have no row of their own.
    inner = {"/".join(path.split("/")[:end]) for path in written for end in range(1, path.count("/") + 1)}
    languages = {f"{path}/@xml:lang" for path in written if path.endswith("narrative")}
    assert mapped <= written | inner | languages
    assert {path for path in written if path not in mapped} == {
        "location/point/@srsName",
        "tag/@vocabulary-uri",
        "tag/narrative",
        "transaction/sector/narrative",
    }


def test_a_row_of_an_unknown_kind_stops(tmp_path: Path) -> None:
    folder = tmp_path / "iati"
    folder.mkdir()
    (folder / "written.csv").write_text(
        "path,kind,source,required\ntitle,poem,titles,yes\n", encoding="utf-8"
    )
    with pytest.raises(SourceError, match="unknown kind of element 'poem'"):
        layout.read(Tables(tmp_path))


def test_a_text_that_xml_has_no_place_for_is_as_one_that_is_missing() -> None:
    lacking: list[str] = []
    activity = layout.read(Tables(Settings().data))
    assert activity.write({"identifier": "XX\x0b1"}, lambda _, path: lacking.append(path)) is None
    assert "iati-identifier" in lacking
