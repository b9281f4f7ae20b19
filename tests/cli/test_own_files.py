"""Files of a user's portfolio are named by the folder that the user typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from iomgraph.cli import commands
from iomgraph.cli.own_files import OwnFiles
from iomgraph.findings import Finding, Place, Severity
from iomgraph.settings import resources
from iomgraph.sources import page_table, tables

PORTFOLIO = """
title = "Some projects"
base_iri = "https://data.example.org/"
currency = "USD"
[publisher]
name = "Someone"
[[sources]]
kind = "pages"
files = ["the pages.csv"]
"""


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A portfolio of one page in a language that is not ours, in the working folder."""
    monkeypatch.chdir(tmp_path)
    folder = Path("mine")
    folder.mkdir()
    (folder / "portfolio.toml").write_text(PORTFOLIO, encoding="utf-8")
    row = dict(next(iter(tables.read(resources() / "data/idf/pages.csv", page_table.COLUMNS))).cells)
    tables.write(folder / "the pages.csv", page_table.COLUMNS, [{**row, "lang": "xx", "status": "Odd"}])
    return folder


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(commands, [str(one) for one in arguments])


def test_a_build_that_is_not_published_names_them(mine: Path) -> None:
    done = run("build", "--data", mine, "--no-site")
    assert done.exit_code == 1
    assert "mine/the pages.csv:2 (row 1, column lang)" in done.stderr
    assert "data/" not in done.stderr


def test_the_list_of_unknown_words_names_them(mine: Path) -> None:
    assert "  in mine/the pages.csv:2 (row 1, column status)" in run("words", "--data", mine).stdout


@pytest.mark.parametrize("command", ["build", "words", "check"])
def test_a_stop_names_them(mine: Path, command: str) -> None:
    (mine / "vocabulary").mkdir()
    (mine / "vocabulary/words.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    stop = run(command, "--data", mine).exception
    assert getattr(stop, "where", None) == "mine/vocabulary/words.csv:1"


def test_other_files_and_texts_keep_their_names(mine: Path) -> None:
    files = OwnFiles.typed(mine)
    texts = ["data/nowhere.csv", "https://a.example/data/the pages.csv", "metadata/the pages.csv", "data/"]
    assert [files.text(text) for text in texts] == texts
    assert files.text("(data/the pages.csv:2), data/the pages.csv") == (
        "(mine/the pages.csv:2), mine/the pages.csv"
    )
    kept = Finding("r", Severity.MAY, {"en": "m"}, place=Place("data/links/links.csv", row=1), source=None)
    assert list(files.findings([kept])) == [kept]
    assert OwnFiles.typed(resources() / "data").text("data/idf/pages.csv") == "data/idf/pages.csv"
