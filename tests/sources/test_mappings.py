"""Sets of links are read strictly: head, columns, and lines of faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from iomgraph.errors import SourceError
from iomgraph.settings import Settings
from iomgraph.sources import mappings

HEAD = """#curie_map:
#  wd: http://www.wikidata.org/entity/
#license: https://creativecommons.org/licenses/by/4.0/
#mapping_set_id: https://w3id.org/iomgraph/links/few
#mapping_set_title: Few
#mapping_set_description: "A few: two."
#object_source: wd:Q2013
"""
COLUMNS = "\t".join(mappings.COLUMNS) + "\n"
ROW = "states:GEO\tGeorgia\tskos:exactMatch\twd:Q230\tsemapv:LexicalMatching\t\t0.9\t\n"


def read(folder: Path, text: str | bytes) -> mappings.MappingSet:
    data = text.encode() if isinstance(text, str) else text
    (folder / "links").mkdir(exist_ok=True)
    (folder / "links/few.sssom.tsv").write_bytes(data)
    return next(linked for linked in mappings.read(folder) if linked.key == "few")


def test_the_seven_sets_of_the_project_are_read(settings: Settings) -> None:
    sets = mappings.read(settings.data)
    assert len(sets) == 7
    assert sum(len(linked.rows) for linked in sets) == 553


def test_a_portfolio_borrows_the_sets_of_reference_data_and_none_of_one_organisation(tmp_path: Path) -> None:
    borrowed = {linked.key for linked in mappings.read(tmp_path) if linked.borrowed}
    assert {"states_wikidata", "goals_wikidata"} <= borrowed
    assert "organization" not in borrowed


def test_a_row_knows_its_line_below_the_head(tmp_path: Path) -> None:
    found = read(tmp_path, HEAD + COLUMNS + ROW)
    assert str(found.rows[0].place("object_id")) == "data/links/few.sssom.tsv:9 (row 1, column object_id)"
    assert found.metadata["mapping_set_description"] == "A few: two."
    assert found.expand("wd:Q230") == "http://www.wikidata.org/entity/Q230"
    assert found.expand("xx:1") == found.expand("Q230") == ""


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        (HEAD.replace("#license", "#licence") + COLUMNS, 3, "unknown slot 'licence'"),
        (HEAD.replace("#object_source: wd:Q2013\n", "") + COLUMNS, 1, "lacks object_source"),
        (HEAD + "#nonsense\n" + COLUMNS, 8, "no colon"),
        (HEAD + COLUMNS.replace("confidence", "sureness") + ROW, 8, "no column confidence"),
        (HEAD + COLUMNS + "states:GEO\n", 9, "1 cells"),
        (HEAD + COLUMNS + ROW.replace("Georgia", "\0"), 9, "NUL"),
        (HEAD.encode() + b"\xff", 8, "not UTF-8"),
    ],
)
def test_what_is_not_a_set_of_links_is_refused_with_its_line(
    tmp_path: Path, text: str | bytes, line: int, what: str
) -> None:
    with pytest.raises(SourceError) as stopped:
        read(tmp_path, text)
    assert what in str(stopped.value)
    assert f"few.sssom.tsv:{line}" in str(stopped.value)
