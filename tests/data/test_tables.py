"""Rules for every reference table: its dialect, its columns, its key, its order, its sources."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from typing import NamedTuple

import pytest

from iomgraph.settings import resources
from iomgraph.sources import tables

DATA = resources() / "data"


class Table(NamedTuple):
    """The rules for a table."""

    columns: str
    key: str
    rows: int


TABLES = {
    "states/states.csv": Table(
        "iso3 iso2 m49 name_en name_fr name_es m49_region m49_subregion source", "iso3", 249
    ),
    "states/memberships.csv": Table("iso3 date precision what basis note doubt source", "iso3", 175),
    "states/intermediate_regions.csv": Table("iso3 m49 source", "iso3", 105),
    "states/points.csv": Table("iso3 longitude latitude source", "iso3", 238),
    "states/intervals.csv": Table("iso3 number begin end source", "iso3 number", 170),
    "states/former_names.csv": Table("iso3 lang name source", "iso3 lang name", 251),
    "states/wikidata.csv": Table("iso3 item source", "iso3", 74),
    "vocabulary/state_names.csv": Table("iso3 lang name source", "iso3 lang name", 2201),
    "idf/regions_eligibility.csv": Table("iso3 region fund date source note", "iso3", 103),
    "idf/funds.csv": Table("id parent name_en name_fr name_es note doubt source", "id", 2),
    "organization/units.csv": Table(
        "id kind parent name_en name_fr name_es area_en status note doubt source", "id", 65
    ),
    "organization/sites.csv": Table("id unit city iso3 doubt source", "id", 15),
    "organization/changes.csv": Table("id date precision originals resulting doubt source", "id", 1),
    "organization/headlines.csv": Table(
        "subject property value datatype date doubt source", "subject property value datatype date", 19
    ),
    "organization/post_names.csv": Table("id lang name source", "id lang name", 6),
    "organization/identifiers.csv": Table("subject scheme value doubt source", "subject scheme", 4),
    "map/points.csv": Table("id x y source", "id", 233),
    "map/land.csv": Table("id path source", "id", 1),
    "agenda/goals.csv": Table("code iri name_en name_fr name_es source", "code", 17),
    "agenda/targets.csv": Table("code goal iri source", "code", 169),
    "agenda/gcm.csv": Table("number name_en name_fr name_es source note", "number", 23),
    "agenda/migof.csv": Table("id kind name_en name_fr name_es source", "id", 6),
    "agenda/topics.csv": Table("id name_en name_fr name_es source", "id", 26),
    "agenda/topic_terms.csv": Table("topic lang term source", "topic lang term", 181),
    "agenda/topic_links.csv": Table("topic object basis source note", "topic object", 42),
    "agenda/theme_links.csv": Table("theme object basis stated_for source note", "theme object", 88),
    "agenda/unlinked_themes.csv": Table(
        "theme framework note_en note_fr note_es source", "theme framework", 10
    ),
}
NAMES = sorted(TABLES)


def read(name: str) -> list[tables.Row]:
    return tables.read(DATA / name, TABLES[name].columns.split())


def natural(cells: Sequence[str]) -> list[list[tuple[int, int, str]]]:
    """Numbers in their own order, so that 10.7 comes after 2.1."""
    return [
        [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.findall(r"\d+|\D+", cell)]
        for cell in cells
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_table_has_its_columns_and_its_count_of_rows(name: str) -> None:
    assert len(read(name)) == TABLES[name].rows


@pytest.mark.parametrize("name", NAMES)
def test_a_key_occurs_once_and_is_never_empty(name: str) -> None:
    key = TABLES[name].key.split()
    found = [tuple(row[column] for column in key) for row in read(name)]
    assert len(set(found)) == len(found)
    assert all(cells[0] for cells in found)


@pytest.mark.parametrize("name", NAMES)
def test_rows_are_in_the_order_of_their_key(name: str) -> None:
    order = natural if name.startswith("agenda/") else tuple
    found = [order([row[column] for column in TABLES[name].key.split()]) for row in read(name)]
    assert found == sorted(found)


@pytest.mark.parametrize("name", NAMES)
def test_every_row_has_a_source(name: str) -> None:
    assert [row["source"] for row in read(name) if not row["source"]] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_cell_starts_or_ends_in_a_space_or_holds_a_line_break_or_a_straight_apostrophe(name: str) -> None:
    cells = [cell for row in read(name) for cell in row.cells.values()]
    assert [cell for cell in cells if cell != cell.strip() or "\n" in cell or "'" in cell] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_table_is_written_with_as_few_quotes_as_can_be(name: str) -> None:
    columns = TABLES[name].columns.split()
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row[column] for column in columns] for row in read(name))
    assert (DATA / name).read_bytes() == text.getvalue().encode()


def test_every_table_of_these_folders_is_held_to_something() -> None:
    found = {path.relative_to(DATA).as_posix() for path in DATA.glob("*/*.csv")}
    folders = ("states/", "organization/", "agenda/")
    assert {name for name in found if name.startswith(folders)} == {
        name for name in TABLES if name.startswith(folders)
    }
