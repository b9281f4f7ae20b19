"""A stranger's spreadsheet, activities or pages become a portfolio that says nothing false."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from iomgraph import starter
from iomgraph.build import build
from iomgraph.errors import SettingsError, SourceError
from iomgraph.settings import Settings

FOREIGN = ("XM-DAC-47066-", "id/fund/idf", "IOM Development Fund")
STATES = ("Kenya", "Kenya; Uganda", "Pérou", "Viet Nam & Laos", "Côte d’Ivoire", "Keniya")


def built(folder: Path, out: Path) -> tuple[dict[str, int], str]:
    """Build a portfolio; its counts, and all of its statements."""
    result = build(Settings(data=folder, out=out, site=False))
    assert result.published
    return dict(result.counts), gzip.decompress((out / "iomgraph.nq.gz").read_bytes()).decode()


def workbook(path: Path, rows: int) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Project ID", "Project title", "Country", "Start date", "Budget (USD)", "Mood"])
    for number in range(1, rows + 1):
        sheet.append(
            [f"A.{number}", f"Road {number}", STATES[number % len(STATES)], 2020, number * 1000, "fine"]
        )
    book.save(path)
    return path


def test_a_spreadsheet_becomes_a_release_in_two_steps(tmp_path: Path) -> None:
    start = starter.begin(tmp_path / "ours", workbook(tmp_path / "projects.xlsx", 30))
    assert start.unknown == ("Mood",)
    assert sorted(start.files) == [
        ".github/workflows/release.yml",
        "README.md",
        "portfolio.toml",
        "projects.xlsx",
    ]
    settings = (tmp_path / "ours/portfolio.toml").read_text(encoding="utf-8")
    day = datetime.fromtimestamp((tmp_path / "projects.xlsx").stat().st_mtime, UTC).date()
    assert f"captured = {day}  # CHECK" in settings
    counts, text = built(tmp_path / "ours", tmp_path / "dist")
    assert counts["projects"] == 30
    assert [word for word in FOREIGN if word in text] == []
    assert "https://example.org/ours/id/project/A.1" in text


def test_guesses_are_marked_and_unknown_columns_are_listed(tmp_path: Path) -> None:
    table = tmp_path / "p.csv"
    table.write_text("Project ID,Titel of project,Mood\nA.1,Roads,fine\n", encoding="utf-8")
    start = starter.begin(tmp_path / "ours", table)
    text = (tmp_path / "ours/portfolio.toml").read_text(encoding="utf-8")
    for header in start.guessed:
        assert any(header in line and "CHECK" in line for line in text.splitlines())
    assert '# "Mood" = "…"  # CHECK' in text
    assert "CHECK: certain" not in text


def test_activities_name_their_publisher(shared: Path, tmp_path: Path) -> None:
    source = shared / "iati/activities/several_countries_with_percentages.xml"
    starter.begin(tmp_path / "theirs", source)
    counts, text = built(tmp_path / "theirs", tmp_path / "dist")
    assert counts["projects"] == 220
    assert [word for word in FOREIGN if word in text] == []


FIELDS = "-\nYear\n2008\n-\nIDF Region\nAfrica\n-\nProjects ID\n{}\n"
TWO = "Roads\n" + FIELDS.format("LM.0001") + "Bridges\n" + FIELDS.format("LM.0002")


def test_a_page_that_is_not_taken_is_reported(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "one.txt").write_text("Roads\n" + FIELDS.format("LM.0001"), encoding="utf-8")
    (pages / "two.txt").write_text(TWO, encoding="utf-8")
    start = starter.begin(tmp_path / "ours", pages)
    assert "several-pages two.txt:20" in {f"{found.rule} {found.place}" for found in start.findings}


@pytest.mark.parametrize(
    ("files", "reason"), [({"two.txt": TWO}, "several-pages"), ({}, "no files here to harvest")]
)
def test_a_folder_without_a_page_that_can_be_taken_makes_no_portfolio(
    tmp_path: Path, files: dict[str, str], reason: str
) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    for name, text in files.items():
        (pages / name).write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=reason):
        starter.begin(tmp_path / "ours", pages)
    assert [path.name for path in tmp_path.iterdir()] == ["pages"]


def test_saved_pages_become_a_table_of_pages(shared: Path, tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    for name in ("0001.txt", "0002.txt", "0003.txt"):
        (pages / name).write_bytes((shared / "captures" / name).read_bytes())
    starter.begin(tmp_path / "ours", pages)
    counts, _ = built(tmp_path / "ours", tmp_path / "dist")
    assert counts["captures"] == 3


def test_nothing_that_exists_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(SettingsError, match="not empty"):
        starter.begin(tmp_path, workbook(tmp_path.parent / "p.xlsx", 1))
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_source_of_no_known_kind_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.doc").write_text("x")
    with pytest.raises(SettingsError, match="are not supported"):
        starter.begin(tmp_path / "ours", tmp_path / "a.doc")
    with pytest.raises(SourceError, match="no such file"):
        starter.begin(tmp_path / "ours", tmp_path / "none.csv")
    assert not (tmp_path / "ours").exists()


def test_a_hostile_header_stays_inside_its_quotes(tmp_path: Path) -> None:
    table = tmp_path / "p.csv"
    table.write_text('Project ID,"""]\nx = 1 # {{ 7*7 }}"\nA.1,Roads\n', encoding="utf-8")
    starter.begin(tmp_path / "ours", table)
    built(tmp_path / "ours", tmp_path / "dist")


def test_without_a_source_a_table_to_fill_in_is_made(tmp_path: Path) -> None:
    start = starter.begin(tmp_path / "ours")
    assert (start.guessed, start.unknown) == ((), ())
    assert built(tmp_path / "ours", tmp_path / "empty")[0]["projects"] == 0
    with (tmp_path / "ours/projects.csv").open("a", encoding="utf-8") as table:
        table.write("A.1,Roads,Active,,Kenya; Uganda,2024-02-01,2025,1000,EUR,SDG 8,https://example.org/a\n")
    counts, text = built(tmp_path / "ours", tmp_path / "dist")
    assert (counts["projects"], counts["states"]) == (1, 2)
    assert "http://metadata.un.org/sdg/8" in text


def test_a_portfolio_that_can_not_be_made_whole_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("iomgraph.starter.shutil.copyfile", full)
    (tmp_path / "ours").mkdir()
    with pytest.raises(SettingsError, match="No space left on device"):
        starter.begin(tmp_path / "ours")
    assert list(tmp_path.rglob("*")) == [tmp_path / "ours"]
