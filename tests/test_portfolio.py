"""A portfolio describes itself; a fault of the description is reported with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from iomgraph import portfolio
from iomgraph.claims import kinds
from iomgraph.errors import SettingsError
from iomgraph.settings import Settings, resources
from iomgraph.sources.tables import Tables

GOOD = """title = "Our projects"

[publisher]
name = "Ours"
iati = "XX-OURS"

[[sources]]
kind = "pages"
files = ["*.csv"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "b.csv").write_text("")
    (tmp_path / "a.csv").write_text("")
    return tmp_path


def read(folder: Path, text: str) -> portfolio.Portfolio:
    (folder / portfolio.FILE).write_text(text, encoding="utf-8")
    return portfolio.read(folder)


def test_settings_that_are_left_out_have_their_defaults(folder: Path) -> None:
    found = read(folder, GOOD)
    assert found.title == {"en": "Our projects"}
    assert (found.currency, found.languages, found.fund) == ("", ("en", "fr", "es"), "")
    assert found.contact.name == found.publisher.name == "Ours"
    assert found.iati_organisation == "XX-OURS"
    assert not found.publish_descriptions


def test_a_pattern_names_files_in_order(folder: Path) -> None:
    (source,) = read(folder, GOOD).sources
    assert [path.name for path in source.paths] == ["a.csv", "b.csv"]
    assert read(folder, GOOD).label(source.paths[0]) == "data/a.csv"


@pytest.mark.parametrize(
    ("old", "new", "what", "where", "step"),
    [
        ('title = "Our projects"', 'titel = "Ours"', "unknown setting 'titel'", ":1", "did you mean title?"),
        ('title = "Our projects"', "", "the portfolio has no title", "", 'add title = "…"'),
        ('title = "Our projects"', "title = 3", "title is not a text", ":1", "write a text"),
        ('kind = "pages"', 'kind = "excel"', "unknown kind of source 'excel'", ":8", "use one of pages"),
        ('files = ["*.csv"]', "", "a source has no files", ":7", "add files below [[sources]]"),
        (
            'files = ["*.csv"]',
            'files = ["x.csv"]',
            "there is no such file: x.csv",
            ":9",
            "name one that lies in",
        ),
        ('files = ["*.csv"]', 'files = ["../x"]', "a file lies outside the portfolio", ":9", "copy it into"),
        (
            'files = ["*.csv"]',
            'files = "a.csv"',
            "files is not a list of texts",
            ":9",
            "write a list of texts",
        ),
        ('iati = "XX-OURS"', 'iri = "ours"', "iri is not an address", ":5", "write an address"),
        ("[[sources]]", "[sources]", "there is no source", ":7", "add a table [[sources]]"),
        ('name = "Ours"', "name = ", "the portfolio can't be read", "", "correct it"),
    ],
)
def test_a_fault_is_reported_with_its_line(
    folder: Path, old: str, new: str, what: str, where: str, step: str
) -> None:
    with pytest.raises(SettingsError) as stop:
        read(folder, GOOD.replace(old, new))
    assert what in stop.value.what
    assert stop.value.where.endswith(f"{portfolio.FILE}{where}")
    assert step in stop.value.step


def test_a_folder_without_the_file_is_told_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"no portfolio\.toml") as stop:
        portfolio.read(tmp_path)
    assert "iomgraph init" in stop.value.step


def test_every_kind_has_a_reader() -> None:
    assert tuple(kinds.READERS) == portfolio.KINDS


def test_the_real_portfolio_says_who_publishes_what(settings: Settings) -> None:
    found = portfolio.read(settings.data)
    assert set(found.title) == set(found.description) == set(found.rights) == {"en", "fr", "es"}
    assert (found.fund, found.iati_organisation) == ("idf", "XM-DAC-47066")


def test_the_guide_lists_every_setting_as_the_table_has_it() -> None:
    guide = (resources() / "docs/portfolio.md").read_text(encoding="utf-8")
    rows = Tables(Settings().data).read("vocabulary/portfolio.csv", portfolio.COLUMNS)
    lines = [f"| `{row['key']}` | {row['type']} | {row['default']} | {row['meaning']} |" for row in rows]
    assert [line for line in lines if line not in guide] == []
    assert guide.count("\n| `") == len(lines)
