"""Made portfolios are like the real one in what matters to a benchmark, whatever their size."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from iomgraph.build import Gathered, gather
from iomgraph.settings import Settings
from iomgraph.sources import page_table, tables

from .portfolio import pages_alone

GENERATOR = Path(__file__).parent / "portfolio.py"
SIZE = 2000


def make(folder: Path, projects: int, seed: int = 0) -> Path:
    arguments = ["--projects", str(projects), "--seed", str(seed), str(folder)]
    subprocess.run([sys.executable, str(GENERATOR), *arguments], check=True)
    return folder


def rows(data: Path) -> list[Mapping[str, str]]:
    return [row.cells for row in tables.read(data / "idf/pages.csv", page_table.COLUMNS)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("made") / "data", SIZE)


@pytest.fixture(scope="module")
def gathered(made: Path) -> Gathered:
    return gather(Settings(data=made))


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Gathered:
    return gather(Settings(data=pages_alone(Settings().data, tmp_path_factory.mktemp("real") / "data")))


def test_the_same_seed_gives_the_same_table_and_another_seed_another(tmp_path: Path) -> None:
    tables_made = [
        (make(tmp_path / name, 30, seed) / "idf/pages.csv").read_bytes()
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    ]
    assert tables_made[0] == tables_made[1] != tables_made[2]


def test_it_has_as_many_projects_as_asked_for(gathered: Gathered) -> None:
    assert gathered.counts["projects"] == SIZE


def test_no_two_rows_are_of_one_page(made: Path) -> None:
    addresses = [row["url"] for row in rows(made)]
    assert len(set(addresses)) == len(addresses) > SIZE


def test_pages_a_project_and_missing_fields_are_as_frequent_as_in_the_real_table(
    made: Path, real: Gathered
) -> None:
    ours, theirs = rows(made), rows(Settings().data)
    assert len(ours) / SIZE == pytest.approx(len(theirs) / real.counts["projects"], rel=0.1)
    for column in page_table.COLUMNS:
        missing = [sum(not row[column] for row in table) / len(table) for table in (ours, theirs)]
        assert missing[0] == pytest.approx(missing[1], abs=0.04), column


def test_its_findings_are_those_of_the_real_table_and_as_frequent(gathered: Gathered, real: Gathered) -> None:
    # The tables beside the projects are the same for both, whatever the number of projects, and titles that
    # are made by chance name states by chance, as budgets go with coverages.
    left_out = {"budget-out-of-range", "doubtful", "state-in-title"}
    ours, theirs = (
        Counter(finding.rule for finding in found.findings if finding.rule not in left_out)
        for found in (gathered, real)
    )
    assert set(ours) <= set(theirs)
    assert len(theirs) >= 6
    for rule, number in theirs.items():
        share = number / real.counts["projects"]
        assert ours[rule] / SIZE == pytest.approx(share, abs=0.03), rule
