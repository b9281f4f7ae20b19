"""The guide for spreadsheets runs as it is printed, and names what there is."""

from __future__ import annotations

import doctest
import json
import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from iomgraph.claims import table_options
from iomgraph.cli import commands

GUIDE = Path(__file__).parents[2] / "docs/spreadsheets.md"
TEXT = GUIDE.read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def test_the_guide_builds_what_it_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine").mkdir()
    lines = []
    for language, file, content in BLOCKS:
        if file:
            (tmp_path / "mine" / file).write_text(content, encoding="utf-8")
        elif language == "sh":
            lines += content.splitlines()
    assert [language for language, *_ in BLOCKS] == ["csv", "toml", "sh", "python"]
    (line,) = lines
    done = CliRunner().invoke(commands, shlex.split(line)[1:], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    findings = json.loads(Path("mine/dist/findings.json").read_text(encoding="utf-8"))["findings"]
    (said,) = [one for one in findings if one["rule"] == "state-not-matched"]
    assert f"`{said['message']['en']}`" in TEXT
    assert {one["rule"] for one in findings if one["rule"].startswith(("ambiguous", "un"))} == set()


@pytest.mark.parametrize(
    ("sheet", "message"),
    [
        ('<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>', "document type"),
        (f"<worksheet><sheetData>{' ' * 20_000_000}</sheetData></worksheet>", "unpacks to more than"),
    ],
)
def test_a_hostile_workbook_ends_a_build_with_2_and_a_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sheet: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine").mkdir()
    toml = next(content for _, file, content in BLOCKS if file == "portfolio.toml")
    toml = toml.replace("projects.csv", "projects.xlsx")
    Path("mine/portfolio.toml").write_text(toml, encoding="utf-8")
    openpyxl.Workbook().save("plain.xlsx")
    with zipfile.ZipFile("plain.xlsx") as plain:
        parts = {name: plain.read(name) for name in plain.namelist()}
    with zipfile.ZipFile("mine/projects.xlsx", "w", zipfile.ZIP_DEFLATED) as hostile:
        for name, content in parts.items():
            hostile.writestr(name, sheet if name.endswith("sheet1.xml") else content)
    command = [sys.executable, "-m", "iomgraph", "build", "--data", "mine"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert message in done.stderr
    assert "mine/projects.xlsx" in done.stderr
    assert "Traceback" not in done.stderr
    assert not Path("dist").exists()


def test_the_guide_names_every_term_and_option_and_no_others() -> None:
    terms, options = (
        set(re.findall(r"^\|([^|]*)\|", section, re.MULTILINE)) - {" Term ", " Option ", "---"}
        for section in (
            TEXT.partition("## Terms")[2].partition("## How")[0],
            TEXT.partition("## How")[2].partition("## What")[0],
        )
    )
    named = {name for row in terms for name in re.findall(r"`(\w+)[`@:]", row)}
    assert named == set(table_options.TERMS)
    assert {row.strip(" `") for row in options} == set(table_options.NAMES)


def test_the_python_of_the_guide_runs() -> None:
    (content,) = [content for language, _, content in BLOCKS if language == "python"]
    example = doctest.DocTestParser().get_doctest(content, {}, "guide", str(GUIDE), 0)
    assert doctest.DocTestRunner().run(example).failed == 0
