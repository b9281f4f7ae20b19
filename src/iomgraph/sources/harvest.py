"""Harvest: saved pages in, the portfolio's table brought up to date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from iomgraph.findings import Finding
from iomgraph.settings import Settings
from iomgraph.sources import captures, portfolio, rules, vocabulary
from iomgraph.sources.rules import Reporter
from iomgraph.sources.tables import Tables


@dataclass(frozen=True, slots=True)
class Harvest:
    """What a harvest did.

    Args:
        files: how many files were looked at.
        changes: what became of the table's rows.
        findings: what could not be read, or only with doubt.
    """

    files: int
    changes: portfolio.Changes
    findings: tuple[Finding, ...]


def harvest(paths: Sequence[Path], table: Path, settings: Settings) -> Harvest:
    """Read saved pages and write one row a page into a table.

    Args:
        paths: files and folders.
        table: the CSV file to make or bring up to date.
        settings: names the folder of the vocabulary and the size limit.

    Raises:
        SourceError: if a path does not exist, or the table can't be read or written.
    """
    findings: list[Finding] = []
    reference = Tables(settings.data)
    reporter, words = Reporter(rules.read(reference), findings), vocabulary.read(reference)
    found = captures.entries(paths, reporter)
    read = captures.read(found, words, reporter, max_bytes=settings.max_file_bytes)
    changes = portfolio.update(table, read, reporter)
    return Harvest(len(found), changes, tuple(findings))
