"""Facts of a whole file, its address and its language, are declared in the portfolio, and asked for there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from iomgraph.build import examine
from iomgraph.findings import Finding
from iomgraph.settings import Settings, resources

PORTFOLIO = """
title = "Some projects"
base_iri = "https://data.example.org/"
[publisher]
name = "Someone"
[[sources]]
"""
TABLE = """
kind = "table"
files = ["projects.csv"]
[sources.columns]
"Project ID" = "identifier"
"Title" = "title"
"Country" = "benefitingState"
"Start" = "startDate"
"End" = "endDate"
"Status" = "status"
"Budget" = "budget"
"""
IATI = 'kind = "iati"\nfiles = ["activities.xml"]\n'
MISSING = tuple(f"shapes:Capture-{what}-missing" for what in ("created", "language", "source"))


@pytest.fixture
def files(tmp_path: Path, shared: Path) -> Path:
    """A folder with a table and a file of activities."""
    shutil.copy(resources() / "docs/examples/projects.csv", tmp_path)
    activities = shared / "iati/activities/several_countries_with_percentages.xml"
    shutil.copy(activities, tmp_path / "activities.xml")
    return tmp_path


def findings(folder: Path, source: str) -> list[Finding]:
    (folder / "portfolio.toml").write_text(PORTFOLIO + source, encoding="utf-8")
    return list(examine(Settings(data=folder)).findings)


@pytest.mark.parametrize(("source", "missing"), [(TABLE, (MISSING[0], MISSING[2])), (IATI, MISSING[1:])])
def test_missing_declarations_are_reported_at_the_portfolio(
    files: Path, source: str, missing: tuple[str, ...]
) -> None:
    found = findings(files, source)
    told = {one.rule: one for one in found if one.rule.startswith("shapes:Capture-")}
    assert sorted(told) == sorted(missing)
    assert {str(one.place) for one in told.values()} == {"data/portfolio.toml"}
    declared = 'captured = 2026-11-27\nurls = ["https://data.example.org/list"]\nlang = "fr"\n' + source
    assert not [one for one in findings(files, declared) if one.rule.startswith("shapes:Capture-")]


def test_no_finding_on_a_table_names_a_source_without_a_file(files: Path) -> None:
    found = findings(files, TABLE)
    assert found
    assert not [one for one in found if one.source and not one.source.file]
