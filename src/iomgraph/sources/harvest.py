"""Harvest: updates the portfolio's table from saved pages or activities."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from iomgraph.errors import SourceError
from iomgraph.findings import Finding
from iomgraph.processes import Say, counted, silent
from iomgraph.settings import Settings
from iomgraph.sources import captures, page_table, rules, vocabulary
from iomgraph.sources.characters import forbidden
from iomgraph.sources.iati import activity_table, elements, stream
from iomgraph.sources.rules import Reporter
from iomgraph.sources.tables import Tables

_ACTIVITIES = (".xml", ".xml.gz")


@dataclass(frozen=True, slots=True)
class Harvest:
    """The outcome of a harvest.

    Args:
        files: number of files read.
        changes: changes of the table's rows.
        findings: findings on text that could not be read, or only with doubt.

    Example:
        >>> result = Harvest(2, page_table.Changes(new=1, changed=0, unchanged=1, kept=0), ())
        >>> result.files, result.changes.new
        (2, 1)
    """

    files: int
    changes: page_table.Changes
    findings: tuple[Finding, ...]


def harvest(paths: Sequence[Path], table: Path, settings: Settings, say: Say = silent) -> Harvest:
    r"""Read saved pages into a table with a row for each, or activities into one with a row for each value.

    Args:
        paths: files and folders of pages, or IATI files and folders of IATI files only.
        table: the CSV file to make or update.
        settings: names the folder of the vocabulary and the size limit.
        say: takes the number of files read.

    Raises:
        SourceError: if a path does not exist or no file is found, the table can't be read or written, or the
            paths name both pages and activities.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> fields = "-\nYear\n2008\n-\nProjects ID\nLM.0001\n-\nProject Status\nCompleted\n"
        >>> _ = (folder / "roads.txt").write_text(f"Roads of the Region\n{fields}Prose follows.\n")
        >>> result = harvest([folder / "roads.txt"], folder / "pages.csv", Settings())
        >>> result.files, result.changes.new
        (1, 1)
        >>> "Completed" in (folder / "pages.csv").read_text()
        True
    """
    findings: list[Finding] = []
    reference = Tables(settings.data)
    reporter = Reporter(rules.read(reference), findings)
    files = _activity_files(paths)
    if files:
        changes = activity_table.update(
            table, _activities(counted(files, say, "files", len(files)), reference, reporter), reporter
        )
        return Harvest(len(files), changes, tuple(findings))
    words = vocabulary.read(reference)
    found = captures.entries(paths, reporter)
    if paths and not found:
        raise SourceError(
            "there are no files here to harvest",
            where=paths[0],
            step="name saved pages, IATI files, or a folder of either",
        )
    read = captures.read(
        counted(found, say, "pages", len(found)), words, reporter, max_bytes=settings.max_file_bytes
    )
    changes = page_table.update(table, read, reporter)
    return Harvest(len(found), changes, tuple(findings))


def _activity_files(paths: Sequence[Path]) -> list[Path]:
    """List the IATI files among the paths; empty if the paths name pages."""
    files: dict[Path, Path] = {}
    pages = None
    for path in paths:
        inside = sorted(one for one in path.iterdir() if one.is_file()) if path.is_dir() else [path]
        if inside and all(one.name.lower().endswith(_ACTIVITIES) for one in inside):
            files |= {one.resolve(): one for one in inside}
        else:
            pages = pages or path
    if files and pages:
        raise SourceError(
            "pages and activities can't go into the same table",
            where=pages,
            step="harvest the IATI files by themselves, into a table of their own",
        )
    return list(files.values())


def _activities(
    files: Iterable[Path], reference: Tables, reporter: Reporter
) -> Iterator[list[dict[str, str]]]:
    """Yield the rows of each activity; activities without an identifier are reported and left out."""
    facts, known = elements.facts(reference), elements.read(reference)
    for path in files:
        for activity in stream.activities(path, path.name, reporter):
            known.check(activity)
            identifier = activity.identifier
            if identifier and not forbidden(identifier):
                yield activity_table.cells(activity, identifier, facts)
            else:
                reporter.report("iati-no-identifier", activity.place())
        known.report(reporter)
