"""Facts of a whole file, its address and its language, are declared in the portfolio, and asked for there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from iomgraph import portfolio
from iomgraph.build import examine
from iomgraph.cache import Memo, Store
from iomgraph.claims import blocks, kinds
from iomgraph.claims.claim import Page
from iomgraph.claims.iati import reader as iati
from iomgraph.claims.pages import PageRef
from iomgraph.claims.rows import RowReader
from iomgraph.findings import Finding
from iomgraph.settings import Settings, resources
from iomgraph.sources import page_table, rules, tables
from iomgraph.sources.rules import Reporter
from iomgraph.sources.tables import Tables

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
SEVERAL = TABLE.replace('["projects.csv"]', '["projects.csv", "others.csv"]')
ROWS = "Project ID,Title,Country,Start,End,Status,Budget\n"
PAGES = 'kind = "pages"\nfiles = ["pages.csv"]\n'
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


def read(folder: Path, memo: Memo | None = None) -> tuple[list[Page], list[Finding]]:
    """Read all pages; for a cache, no table may be read after the keys were made."""
    reference, found = Tables(folder), list[Finding]()
    reporter = Reporter(rules.read(reference), found)
    reporter.rules.words.complete()
    pages = kinds.read(reference, portfolio.read(folder), reporter, {}, memo)
    with patch.object(blocks, "read", partial(keyed, reference, blocks.read)):
        return [page.whole for page in pages], found


def keyed(reference: Tables, reader: Any, *rest: Any) -> Iterator[PageRef]:
    before = reference.digest()
    yield from reader(*rest)
    assert reference.digest() == before


@pytest.mark.parametrize("source", [PAGES, TABLE, SEVERAL, IATI])
def test_sources_are_read_again_from_a_cache_as_without_one(
    files: Path, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (files / "others.csv").write_text(ROWS + "A.9,Wells,Kenya,2023,2024,Done,5\nA.1,Roads,,2022,,,\n")
    row = dict.fromkeys(page_table.COLUMNS, "") | {"url": "https://iom.int/project/wells", "theme": "Wells"}
    tables.write(files / "pages.csv", page_table.COLUMNS, [row, row])
    (files / "portfolio.toml").write_text(PORTFOLIO + source, encoding="utf-8")
    expected = read(files)
    with Store(files / "cache") as store:
        assert read(files, Memo(store)) == expected
        monkeypatch.setattr(RowReader, "pages", None)
        monkeypatch.setattr(iati.Reader, "pages", None)
        if source != SEVERAL:
            # Of several files, those that repeat a project of another are read again.
            assert read(files, Memo(store)) == expected


def test_a_file_of_two_sources_is_read_for_each(files: Path) -> None:
    other = TABLE.replace('"Title" = "title"', '"Title" = "description"')
    (files / "portfolio.toml").write_text(f"{PORTFOLIO}{TABLE}[[sources]]{other}", encoding="utf-8")
    expected = read(files)
    with Store(files / "cache") as store:
        assert read(files, Memo(store)) == read(files, Memo(store)) == expected
