"""Projects as IATI 2.03, `iati/activities.xml`, written one at a time so that memory does not grow.

A project that lacks parts that the standard requires has no activity. An element that would break a rule of
the standard is left out. Both are listed in `iati/omitted.csv`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from lxml import etree

from iomgraph.mapping.dataset import Dataset
from iomgraph.portfolio import Portfolio
from iomgraph.publication.iati import codes, layout, omissions
from iomgraph.publication.iati.omissions import Omissions, Why
from iomgraph.publication.iati.view import Surroundings, view
from iomgraph.records.record import Record
from iomgraph.settings import LANGUAGES
from iomgraph.sources.iati import ruleset
from iomgraph.sources.iati.stream import ACTIVITY, ROOT, VERSIONS
from iomgraph.sources.tables import Tables

FILE = "iati/activities.xml"
OMITTED = "iati/omitted.csv"
WORDS = "vocabulary/iati_words.csv"
WORD_COLUMNS = ("word", *LANGUAGES)
_ERROR = "error"


@dataclass(frozen=True, slots=True)
class Writer:
    """A writer of activities.

    Args:
        layout: the elements of an activity.
        rules: the rules of the standard.
        around: the facts about other things.
        today: the latest allowed day; empty if unknown.
    """

    layout: layout.Element
    rules: ruleset.Ruleset
    around: Surroundings
    today: str

    def activity(self, record: Record, left_out: Omissions) -> etree._Element | None:
        """Write the activity of a project; None if it lacks parts that the standard requires.

        Args:
            record: the project.
            left_out: takes the omissions and their reasons.
        """
        element = self.layout.write(view(record, self.around, left_out), left_out.lacks)
        while element is not None:
            broken = [one for one in self.rules.breaches(element, self.today) if one.severity == _ERROR]
            if not broken:
                break
            element = _without(element, broken, left_out)
        return element


def _without(
    activity: etree._Element, broken: list[ruleset.Breach], left_out: Omissions
) -> etree._Element | None:
    """Remove the parts that break rules; an activity that breaks one as a whole is left out."""
    for breach in broken:
        part = breach.element
        if part is activity:
            left_out.note(ACTIVITY, Why.RULE, breach.rule)
            return None
        while part is not None and part.getparent() is not activity:
            part = part.getparent()
        if part is not None:
            activity.remove(part)
            left_out.note(str(part.tag), Why.RULE, breach.rule)
    return activity


def write(folder: Path, data: Dataset, portfolio: Portfolio, now: datetime) -> Mapping[str, int]:
    """Write the projects of a dataset into a release.

    Args:
        folder: the staged release.
        data: the records.
        portfolio: the portfolio.
        now: the time of the release.

    Returns:
        the numbers of projects with an activity and without one. Without any activity there is no file,
        because the schema does not allow an empty one.

    Raises:
        SourceError: if a reference table can't be read.
    """
    tables = Tables(portfolio.folder)
    writer = Writer(
        layout.read(tables), ruleset.read(tables), surroundings(tables, data, portfolio), _today(now)
    )
    counts = {"IATI activities": 0, "projects without one": 0}
    path = folder / FILE
    path.parent.mkdir(parents=True)
    with omissions.table(folder / OMITTED) as omit, _file(path, now) as out:
        for record in data.records():
            if "Project" not in record["type"]:
                continue
            left_out = Omissions()
            element = writer.activity(record, left_out)
            omit(data.context.expand(record["id"]), record.get("iatiIdentifier", ""), left_out)
            counts["projects without one" if element is None else "IATI activities"] += 1
            if element is not None:
                out.write(element, pretty_print=True)
    if not counts["IATI activities"]:
        path.unlink()
    return counts


def surroundings(tables: Tables, data: Dataset, portfolio: Portfolio) -> Surroundings:
    """Gather the facts about organisations, codes and other projects for activities.

    Raises:
        SourceError: if a reference table can't be read.
    """
    (derived,) = (row for row in tables.read(WORDS, WORD_COLUMNS) if row["word"] == "derived")
    found = Surroundings(
        codes.read(tables),
        portfolio.publisher,
        portfolio.currency,
        data.context.expand("iom:").rstrip("#"),
        {lang: derived[lang] for lang in LANGUAGES if lang in portfolio.languages},
    )
    for record in data.records():
        found.note(record)
    return found


def _today(now: datetime) -> str:
    """The day of the release; empty if it is the 1970 of an unknown day."""
    return f"{now.date()}" if now.timestamp() else ""


@contextmanager
def _file(path: Path, now: datetime) -> Iterator[Any]:
    with etree.xmlfile(str(path), encoding="UTF-8", buffered=True) as out:
        out.write_declaration()
        said = {"version": VERSIONS[-1], "generated-datetime": now.isoformat()}
        with out.element(ROOT, said):
            out.write("\n")
            yield out
