"""The command line as users meet it: real processes, exit codes and output."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from iomgraph.settings import resources

PAGE = """Roads for all
-
Start Date
2008
-
Project Status
Completed
-
Project Type
Labour Migration
-
Budget Amount (USD)
64240.00
-
Projects ID
LM.0024
-
Benefiting Member States
Georgia
Prose that is not kept.
"""


def run(*arguments: str | Path, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "iomgraph", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "COLUMNS": "200", **env},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A saved page."""
    path = tmp_path / "page.txt"
    path.write_text(PAGE, encoding="utf-8")
    return path


def test_harvest_reports_new_then_unchanged_then_changed(page: Path, tmp_path: Path) -> None:
    first = run("harvest", page, "-o", "pages.csv", cwd=tmp_path)
    assert first.returncode == 0
    assert first.stdout == ""
    assert "Harvested into pages.csv" in first.stderr
    again = run("harvest", page, "-o", "pages.csv", cwd=tmp_path)
    assert _figure(again.stderr, "unchanged") == "1"
    page.write_text(PAGE.replace("64240.00", "70000.00"), encoding="utf-8")
    changed = run("harvest", page, "-o", "pages.csv", cwd=tmp_path)
    assert _figure(changed.stderr, "changed") == "1"
    assert "70000.00" in (tmp_path / "pages.csv").read_text(encoding="utf-8")


def test_harvest_tells_of_a_page_that_was_not_taken_even_if_quiet(tmp_path: Path) -> None:
    fields = "-\nYear\n2008\n-\nIDF Region\nAfrica\n-\nProjects ID\n"
    (tmp_path / "two.txt").write_text(f"Roads\n{fields}LM.0001\nBridges\n{fields}LM.0002\n", encoding="utf-8")
    result = run("harvest", "two.txt", "-q", "-o", "pages.csv", cwd=tmp_path)
    assert (
        "two.txt:20: the file holds more than one page ('LM.0001' on line 10, 'LM.0002' here)"
        in result.stderr
    )
    assert "save each page as a separate file" in result.stderr


def test_harvest_of_a_missing_path_ends_with_2_and_writes_nothing(tmp_path: Path) -> None:
    result = run("harvest", "nowhere", "-o", "pages.csv", cwd=tmp_path)
    assert result.returncode == 2
    assert "no such file or folder: nowhere" in result.stderr
    assert "Next:" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "pages.csv").exists()


def test_harvest_into_a_table_of_other_columns_ends_with_2_and_leaves_it(page: Path, tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text("a,b\n1,2\n", encoding="utf-8")
    result = run("harvest", page, "-o", table, cwd=tmp_path)
    assert result.returncode == 2
    assert "the header is wrong" in result.stderr
    assert table.read_text(encoding="utf-8") == "a,b\n1,2\n"


def test_build_ends_with_a_table_and_0(tmp_path: Path, tiny_data: Path) -> None:
    result = run("build", "--no-site", "--data", tiny_data, cwd=tmp_path)
    assert result.returncode == 0
    assert result.stdout == ""
    assert _figure(result.stderr, "projects") == "3"
    assert _figure(result.stderr, "findings: must") == "0"
    assert (tmp_path / "dist/manifest.json").is_file()


def test_build_of_data_that_breaks_a_must_ends_with_1_and_says_where(tmp_path: Path) -> None:
    data = _data(tmp_path)
    pages = data / "idf/pages.csv"
    lines = pages.read_text(encoding="utf-8").splitlines(keepends=True)
    wrong = [line.replace(",64240.00,", ",abc,") for line in lines]
    pages.write_text("".join(wrong), encoding="utf-8")
    result = run("build", "--data", data, cwd=tmp_path)
    assert result.returncode == 1
    assert "column budget" in result.stderr
    assert "Not published" in result.stderr
    assert not (tmp_path / "dist").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["build", "--data", "nowhere"], "the data folder does not exist: nowhere"),
        (["build", "--base-iri", "nonsense"], "the base IRI can't be used: nonsense"),
        (["build", "--base-iri", "https://x.org/a b/"], "the base IRI can't be used"),
        (["build", "--nonsense"], "No such option"),
        (["nonsense"], "No such command"),
        (["harvest"], "Missing argument"),
    ],
)
def test_a_wrong_argument_ends_with_2_and_a_message(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    result = run(*arguments, cwd=tmp_path)
    assert result.returncode == 2
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_a_clock_that_is_not_a_number_ends_with_2(tmp_path: Path, tiny_data: Path) -> None:
    result = run("build", "--data", tiny_data, cwd=tmp_path, SOURCE_DATE_EPOCH="soon")
    assert result.returncode == 2
    assert "SOURCE_DATE_EPOCH" in result.stderr


def test_a_target_in_a_folder_that_is_a_file_ends_with_2(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    result = run("build", "--out", "file/dist", cwd=tmp_path)
    assert result.returncode == 2
    assert "the release can't be written" in result.stderr


def test_the_version_is_printed(tmp_path: Path) -> None:
    assert run("--version", cwd=tmp_path).stdout.startswith("iomgraph, version ")


def _data(tmp_path: Path) -> Path:
    target = tmp_path / "data"
    for path in (resources() / "data").rglob("*"):
        if path.is_file():
            copy = target / path.relative_to(resources() / "data")
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    return target


def _figure(text: str, name: str) -> str:
    line = next(line for line in text.splitlines() if f" {name} " in line)
    return line.strip("│ ").split()[-1]


def test_links_check_of_the_projects_own_links_ends_with_0_and_counts_them(tmp_path: Path) -> None:
    done = run("links", "check", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert "  175  owl:sameAs        Member states and Wikidata" in done.stderr


@pytest.mark.parametrize(
    ("table", "old", "new", "said"),
    [
        (
            "links/states_wikidata.sssom.tsv",
            "wd:Q889",
            "wd:Z889",
            "'Z889' is not an identifier of wd (such as Q230)",
        ),
        ("links/states_wikidata.sssom.tsv", "wd:Q889", "wd:Q230", "wd:Q230 is said to be the same as"),
        ("links/states_wikidata.sssom.tsv", "states:AFG", "states:AFA", "does not describe 'states:AFA'"),
        ("states/states.csv", "ABW,AW,533", "ABW,AW,53", "'53' is not an identifier of m49"),
        ("states/states.csv", "ABW,AW,533", "ABW,AF,533", "AF is said to be the same as ABW and as AFG"),
    ],
)
def test_links_check_of_faulty_links_ends_with_1_and_says_where(
    tmp_path: Path, table: str, old: str, new: str, said: str
) -> None:
    shutil.copytree(resources() / "data", tmp_path / "data")
    path = tmp_path / "data" / table
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    done = run("links", "check", "--data", "data", cwd=tmp_path)
    assert done.returncode == 1
    assert said in done.stderr
    assert f"data/{table}:" in done.stderr


@pytest.mark.parametrize("command", ["query", "diff", "push", "serve"])
def test_the_help_of_a_command_shows_examples_a_line_each(tmp_path: Path, command: str) -> None:
    shown = run(command, "--help", cwd=tmp_path).stdout
    examples = [line for line in shown.splitlines() if f"iomgraph {command}" in line]
    assert len(examples) > 2
    assert "\\" not in shown
