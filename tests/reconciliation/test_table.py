"""Columns of real files, matched on the command line and in Python."""

from __future__ import annotations

import csv
import doctest
import io
import re
import shlex
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

import iomgraph
from iomgraph.cli import commands
from iomgraph.errors import IomgraphError
from iomgraph.reconciliation import table
from iomgraph.reconciliation.column import Column, column
from iomgraph.reconciliation.match import Match, Outcome
from iomgraph.reconciliation.table import Source
from iomgraph.settings import resources

GUIDE = (resources() / "docs/reconcile.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
TABLE = next(content for _, file, content in BLOCKS if file == "partners.csv")


@pytest.fixture
def partners(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "partners.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(commands, ["reconcile", *map(str, words)], standalone_mode=False)


def test_the_guide_does_what_it_shows(partners: Path) -> None:
    lines = [line for language, _, content in BLOCKS if language == "sh" for line in content.splitlines()]
    assert len(lines) == 2
    for line in lines:
        done = CliRunner().invoke(commands, shlex.split(line)[1:], catch_exceptions=False)
        assert done.exit_code == 0, done.output
    shown = next(content for _, file, content in BLOCKS if file == "countries.csv")
    assert (partners.parent / "countries.csv").read_text(encoding="utf-8") == shown
    outcomes = set(re.findall(r"^\| `([a-z ]+)` \|", GUIDE, re.MULTILINE))
    assert outcomes == {one.value for one in Outcome}
    assert doctest.testfile(str(resources() / "docs/reconcile.md"), module_relative=False).failed == 0


def test_targets_keep_the_order_of_their_numbers_and_goals_are_not_targets(partners: Path) -> None:
    assert run(partners, "-c", "SDG", "-t", "Target", "-o", "t.csv").exit_code == 0
    rows = csv.DictReader(io.StringIO(Path("t.csv").read_text(encoding="utf-8")))
    found = [row["SDG_notation"] for row in rows]
    assert found == ["8.8", "10.7", "5.2", "", "", "2.5"]
    goals = iomgraph.reconcile(["Goal 10", "ODS 8", "ODD 10 : Inégalités", "8.8", "8, 10", "18"], "Goal")
    assert [one.codes.get("notation", one.outcome.value) for one in goals] == [
        "10",
        "8",
        "10",
        "not found",
        "ambiguous",
        "not found",
    ]


def test_a_workbook_gives_what_its_text_gives(partners: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Partners")
    for row in csv.reader(io.StringIO(TABLE)):
        sheet.append([value or None for value in row])
    book.save("partners.xlsx")
    assert run("partners.xlsx", "--sheet", "Partners", "-c", "Country", "-o", "x.csv").exit_code == 0
    assert run(partners, "-c", "Country", "-o", "t.csv").exit_code == 0
    assert Path("x.csv").read_bytes() == Path("t.csv").read_bytes()
    book["Sheet"].sheet_state = "hidden"
    book.save("partners.xlsx")
    assert "the sheet 'Partners', and none of the others" in run("partners.xlsx", "-c", "Country").stderr


def test_standard_output_is_the_table_and_standard_error_the_talk(partners: Path) -> None:
    done = run(partners, "-c", "country", "-q")
    assert done.stderr == ""
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["Country_match"] for row in rows].count("matched") == 4
    said = run(partners, "-c", "Country").stderr
    assert re.findall(r"^ +([0-9]+)  (.+)$", said, re.MULTILINE) == [
        ("4", "matched"),
        ("1", "ambiguous"),
        ("1", "no exact match"),
    ]
    assert "Congo: ambiguous (Democratic Republic of the Congo, Congo)" in said


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("-c", "Land"), "has no column 'Land'"),
        (("-c", "Country", "-t", "Planet"), "type 'Planet'"),
        (("-c", "Country", "-o", "partners.csv"), "would replace the table"),
        (("-c", "Country", "--sheet", "Two"), "no sheet 'Two'"),
        (("-c", "Country", "-o", "no/such/folder.csv"), "can't be written"),
        (("-c", "Country", "--release", "nowhere"), "there is no release"),
    ],
)
def test_impossible_requests_stop_with_the_next_step(
    partners: Path, words: tuple[str, ...], says: str
) -> None:
    done = run(partners, *words)
    assert isinstance(done.exception, IomgraphError)
    assert says in str(done.exception)
    assert "Next: " in str(done.exception)
    assert partners.read_text(encoding="utf-8") == TABLE


def test_a_result_is_not_reconciled_again_and_a_failure_leaves_the_last_result(partners: Path) -> None:
    assert run(partners, "-c", "Country", "-o", "out.csv").exit_code == 0
    assert "'Country_iri' already" in str(run("out.csv", "-c", "Country", "-o", "again.csv").exception)
    assert run("out.csv", "-c", "SDG", "-t", "Goal", "-o", "both.csv").exit_code == 0
    before = Path("out.csv").read_bytes()
    partners.write_text(TABLE + "7,Kenya,8,9\n", encoding="utf-8")
    assert "more cells than the header" in str(run(partners, "-c", "Country", "-o", "out.csv").exception)
    assert Path("out.csv").read_bytes() == before
    assert not list(partners.parent.glob("*.part"))


class Counted:
    """A matcher that counts what it is asked."""

    CODES: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.asked: list[str] = []

    def match(self, text: str) -> Match:
        self.asked.append(text)
        return Match(text, Outcome.UNKNOWN)


def test_each_distinct_value_is_looked_up_once(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("Country\n" + "Kenya\nUganda\n" * 5_000 + '""\n', encoding="utf-8")
    counted = Counted()
    summary = table.reconcile(Source(path, "Country"), Column(counted), io.StringIO())
    assert counted.asked == ["Kenya", "Uganda"]
    assert summary.rows[Outcome.UNKNOWN] == 10_000


def test_a_release_tells_which_states_it_knows_and_has_types_of_its_own(portfolio_release: Path) -> None:
    found = [
        column(release=portfolio_release).match(text) for text in ("Georgia", "Palestine", "Timor Leste")
    ]
    assert [one.outcome for one in found] == [Outcome.MATCHED, Outcome.ABSENT, Outcome.MATCHED]
    assert (found[1].iri, found[1].codes["alpha3"], found[1].candidates) == ("", "PSE", ())
    themes = column("Theme", release=portfolio_release)
    assert themes.match("labour migration").outcome is Outcome.MATCHED
    assert themes.match("x" * 5_000).outcome is Outcome.UNKNOWN
    with pytest.raises(IomgraphError, match="unknown type"):
        column("Planet", release=portfolio_release)
