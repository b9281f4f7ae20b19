"""Harvest: saved pages in, the portfolio's table brought up to date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from iomgraph.findings import Finding
from iomgraph.settings import Settings
from iomgraph.sources import captures, page_table, rules, vocabulary
from iomgraph.sources.rules import Reporter
from iomgraph.sources.tables import Tables


@dataclass(frozen=True, slots=True)
class Harvest:
    """What a harvest did.

    Args:
        files: how many files were looked at.
        changes: what became of the table's rows.
        findings: what could not be read, or only with doubt.

    Example:
        >>> result = Harvest(2, page_table.Changes(new=1, changed=0, unchanged=1, kept=0), ())
        >>> result.files, result.changes.new
        (2, 1)
    """

    files: int
    changes: page_table.Changes
    findings: tuple[Finding, ...]


def harvest(paths: Sequence[Path], table: Path, settings: Settings) -> Harvest:
    r"""Read saved pages and write one row a page into a table.

    Args:
        paths: files and folders.
        table: the CSV file to make or bring up to date.
        settings: names the folder of the vocabulary and the size limit.

    Raises:
        SourceError: if a path does not exist, or the table can't be read or written.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> fields = "-\nProject ID\nLM.0001\n-\nProject Status\nCompleted\n"
        >>> _ = (folder / "roads.txt").write_text(f"Roads of the Region\n{fields}Prose follows.\n")
        >>> result = harvest([folder / "roads.txt"], folder / "pages.csv", Settings())
        >>> result.files, result.changes.new
        (1, 1)
        >>> "Completed" in (folder / "pages.csv").read_text()
        True
    """
    findings: list[Finding] = []
    reference = Tables(settings.data)
    reporter, words = Reporter(rules.read(reference), findings), vocabulary.read(reference)
    found = captures.entries(paths, reporter)
    read = captures.read(found, words, reporter, max_bytes=settings.max_file_bytes)
    changes = page_table.update(table, read, reporter)
    return Harvest(len(found), changes, tuple(findings))
