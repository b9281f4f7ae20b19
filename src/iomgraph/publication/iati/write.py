"""Projects as IATI 2.03, `iati/activities.xml`, written one at a time so that memory does not grow.

A project that lacks parts that the standard requires has no activity. An element that would break a rule of
the standard is left out. Both are listed in `iati/omitted.csv`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path

from lxml import etree

from iomgraph.cache import digest
from iomgraph.mapping.context import Context
from iomgraph.mapping.dataset import DEFAULT, Dataset
from iomgraph.portfolio import Portfolio
from iomgraph.processes import JSON
from iomgraph.publication import pieces
from iomgraph.publication.iati import codes, layout, omissions
from iomgraph.publication.iati.omissions import Omissions, Why
from iomgraph.publication.iati.view import Surroundings, view
from iomgraph.publication.pieces import Graphs, Made, Pieces
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
_COUNTS = "counts of activities"
_WITH, _WITHOUT = _COUNTED = "IATI activities", "projects without one"


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


class Activities:
    """Makes the pieces of both files: activities, omissions, and the counts of projects.

    Args:
        writer: of activities.
        context: expands the names of projects.
        keys: as of every maker.
    """

    kind = "activities"

    def __init__(self, writer: Writer, context: Context, keys: Sequence[bytes]) -> None:
        self._writer, self._context, self.keys = writer, context, keys

    def __call__(self, graphs: Graphs) -> Made:
        """As `pieces.Maker`."""
        elements, rows, counts = list[bytes](), list[bytes](), dict.fromkeys(_COUNTED, 0)
        for record in graphs.get(DEFAULT, ()):
            if "Project" not in record["type"]:
                continue
            left_out = Omissions()
            element = self._writer.activity(record, left_out)
            project = self._context.expand(record["id"])
            rows.append(omissions.text(project, record.get("iatiIdentifier", ""), left_out))
            counts[_WITHOUT if element is None else _WITH] += 1
            if element is not None:
                elements.append(etree.tostring(element, encoding="UTF-8", pretty_print=True))
        return {FILE: b"".join(elements), OMITTED: b"".join(rows), _COUNTS: JSON.write(counts)}


def maker(data: Dataset, portfolio: Portfolio, now: datetime) -> Activities:
    """Make the maker of the pieces of a dataset.

    Args:
        data: the records.
        portfolio: the portfolio.
        now: the time of the release.

    Raises:
        SourceError: if a reference table can't be read.
    """
    tables = Tables(portfolio.folder)
    around = surroundings(tables, data, portfolio)
    writer = Writer(layout.read(tables), ruleset.read(tables), around, _today(now))
    read = digest(around, writer.today, *(row.cells for row in tables.seen()))
    return Activities(writer, data.context, [read] * len(data.parts))


def write(folder: Path, found: Pieces, now: datetime) -> Mapping[str, int]:
    """Write the projects of a dataset into a release.

    Args:
        folder: the staged release.
        found: the pieces of all parts.
        now: the time of the release.

    Returns:
        the numbers of projects with an activity and without one. Without any activity there is no file,
        because the schema does not allow an empty one.
    """
    counts = Counter(dict.fromkeys(_COUNTED, 0))
    for piece in found.of(_COUNTS):
        counts.update(JSON.read(piece))
    (folder / FILE).parent.mkdir(parents=True)
    if counts[_WITH]:
        head, end = _frame(now)
        pieces.write(folder / FILE, chain([head], found.of(FILE), [end]))
    pieces.write(folder / OMITTED, chain([omissions.HEAD], found.of(OMITTED)))
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


def _frame(now: datetime) -> tuple[bytes, bytes]:
    """Make the beginning and the end of the file."""
    root = etree.Element(ROOT, {"version": VERSIONS[-1], "generated-datetime": now.isoformat()})
    root.text = "\n"
    head, feed, end = etree.tostring(root, encoding="UTF-8", xml_declaration=True).rpartition(b"\n")
    return head + feed, end
