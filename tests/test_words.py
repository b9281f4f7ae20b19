"""Unknown words: their cells, their probable meanings, and the rows that define them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from iomgraph.settings import Settings, resources
from iomgraph.sources import page_table, tables
from iomgraph.words import COLUMNS, TABLE, Word, teach, unknown

PAGE = {"lang": "fr", "status": "Actif", "budget": "100", "states": "Kenya"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A portfolio of pages whose words are unknown, each known by something else."""
    pages = [
        PAGE | {"title": "Une route", "project_id": "TC.9001", "theme": "Chemins", "states": "Kenyaa"},
        PAGE | {"title": "A road", "lang": "en", "project_id": "TC.9001", "theme": "Labour Migration"},
        PAGE | {"title": "Un pont", "project_id": "DR.9002", "theme": "Ponts"},
        PAGE | {"title": "Un port", "project_id": "XX.9003", "theme": "Donnée de migration"},
        PAGE | {"title": "Un quai", "project_id": "XX.9004", "theme": "Zzzz"},
        PAGE | {"title": "Un puits", "project_id": "XX.9005", "theme": "zzzz ", "status": "Toto"},
    ]
    rows = [
        dict.fromkeys(page_table.COLUMNS, "") | page | {"url": f"https://example.org/{number}"}
        for number, page in enumerate(pages)
    ]
    tables.write(tmp_path / "pages.csv", page_table.COLUMNS, rows)
    (tmp_path / "portfolio.toml").write_text(
        'title = "Roads"\nbase_iri = "https://data.example.org/"\n[publisher]\nname = "Us"\n'
        '[[sources]]\nkind = "pages"\nfiles = ["pages.csv"]\n',
        encoding="utf-8",
    )
    return tmp_path


def test_a_word_is_guessed_by_another_page_by_the_id_or_by_its_spelling_in_this_order(folder: Path) -> None:
    found = unknown(Settings(data=folder))
    assert [(word.scheme, word.word, word.lang, len(word.places), word.likely) for word in found] == [
        ("theme", "Zzzz", "fr", 2, ""),
        ("state", "Kenyaa", "fr", 1, "Kenya (KEN)"),
        ("status", "Toto", "fr", 1, ""),
        ("theme", "Chemins", "fr", 1, "labour-migration"),
        ("theme", "Donnée de migration", "fr", 1, "migration-data"),
        ("theme", "Ponts", "fr", 1, "disaster-risk-reduction"),
    ]
    assert [word.why for word in found if word.likely] == [
        "its spelling",
        "another page of its project (https://example.org/1)",
        "its spelling",
        "the letters of the project ID DR.9002",
    ]
    assert str(found[3].places[0]).endswith("(row 1, column theme)")


def test_what_is_written_is_known_from_then_on_and_is_beside_the_tables_of_the_package(
    folder: Path,
) -> None:
    settings = Settings(data=folder)
    table = teach(unknown(settings), folder)
    assert table == folder / "additions" / TABLE
    assert [row["id"] for row in tables.read(table, COLUMNS)] == [
        "labour-migration",
        "migration-data",
        "disaster-risk-reduction",
    ]
    assert [word.word for word in unknown(settings)] == ["Zzzz", "Kenyaa", "Toto"]
    assert teach(unknown(settings), folder) is None


def test_a_portfolio_with_its_own_table_of_words_keeps_its_rows_in_their_order(folder: Path) -> None:
    own = folder / TABLE
    own.parent.mkdir()
    shutil.copyfile(resources() / "data" / TABLE, own)
    before = own.read_text(encoding="utf-8")
    assert teach([Word("theme", "Ponts", "fr", (), "labour-migration", "a guess")], folder) == own
    assert own.read_text(encoding="utf-8").removeprefix(before).startswith("theme,labour-migration,fr,Ponts,")
    assert not (folder / "additions").exists()


def test_the_command_shows_each_word_with_its_cells_and_the_row_and_writes_when_asked(folder: Path) -> None:
    command = [sys.executable, "-m", "iomgraph", "words", "--data", str(folder)]
    listed = subprocess.run(command, capture_output=True, text=True, check=False)
    assert listed.returncode == 0
    assert "theme: 'Ponts' (in 1 cells)" in listed.stdout
    assert "row: theme,disaster-risk-reduction,fr,Ponts," in listed.stdout
    assert "like it: Kenya (KEN)" in listed.stdout
    assert "unknown words: 6" in listed.stderr
    assert not (folder / "additions").exists()
    written = subprocess.run([*command, "--write"], capture_output=True, text=True, check=False)
    assert "vocabulary/words.csv: 3\n" in written.stderr
    assert "nothing tells what they mean: 3" in written.stderr


def test_the_real_portfolio_has_no_unknown_word() -> None:
    assert unknown(Settings()) == []
