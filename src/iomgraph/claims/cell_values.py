"""The reading of cells into claims; values with several readings or none are withheld and reported."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from iomgraph import iris
from iomgraph.claims import dates
from iomgraph.claims.cell_money import budgets
from iomgraph.claims.cell_states import states
from iomgraph.claims.claim import Part
from iomgraph.claims.lexicon import CellContext
from iomgraph.claims.row_entries import Entry, Recorder
from iomgraph.sources.rules import language_names
from iomgraph.sources.sheets.cell import Kind
from iomgraph.sources.vocabulary import fold

YEARS = {"startDate": "startYear", "endDate": "endYear"}
"""Terms of days to the terms of the years that are derived from them."""
PREFIXES = {"status": "statuses", "theme": "themes", "coverage": "coverages"}

_IATI = re.compile(r"[^\s/&|?<>\"{}\\^`]{5,200}")
_LIST = re.compile(r"\s*[;|\n\r]\s*")
_LONGEST_LINK = 2_000
"""Most characters of an address that every browser opens."""


def _texts(context: CellContext, cells: Sequence[Entry], record: Recorder) -> None:
    """Read texts; a text in another language than its column's is claimed for that language if it is free."""
    term = cells[0].column.target.term
    if term == "description" and not context.descriptions:
        return
    strays = []
    for cell in cells:
        if not record.of_kind(cell, Kind.TEXT, Kind.NUMBER):
            continue
        leaders = context.lexicon.little.leaders(cell.line)
        sole, declared = leaders[0] if len(leaders) == 1 else "", cell.column.target.lang
        if declared and sole and sole != declared:
            record.report("text-language", cell, claimed=language_names(declared), found=language_names(sole))
            strays.append((cell, sole))
        elif declared:
            record.claim(cell, term, cell.line, declared)
        else:
            strays.append((cell, sole or context.usual_language))
    for cell, lang in strays:
        if (known := record.page.says(f"{term}@{lang}")) is None:
            record.claim(cell, term, cell.line, lang)
        elif fold(str(known)) != fold(cell.line):
            record.report("text-again", cell, found=lang)


def _concepts(context: CellContext, cells: Sequence[Entry], record: Recorder) -> None:
    for cell in cells:
        scheme = cell.column.target.term
        if not record.of_kind(cell, Kind.TEXT):
            continue
        if concept := context.lexicon.concepts.concept(scheme, cell.line):
            record.claim(cell, scheme, iris.curie(PREFIXES[scheme], concept))
        else:
            likely = context.lexicon.concepts.likely(scheme, cell.line) or "–"
            record.report(f"unknown-{scheme}", cell, value=cell.line, likely=likely)


def _dates(context: CellContext, cells: Sequence[Entry], record: Recorder) -> None:
    for cell in cells:
        if record.of_kind(cell, Kind.TEXT, Kind.DATE, Kind.NUMBER):
            readings = dates.readings(cell.line, context.options.dates)
            if len(readings) == 1:
                _claim_date(cell, readings[0], record)
            elif readings:
                record.report("ambiguous-date", cell, readings=", ".join(readings))
            else:
                record.report("unreadable-date", cell)


def _claim_date(cell: Entry, day: str, record: Recorder) -> None:
    """Claim a day and its year; for a month, only the year."""
    term = cell.column.target.term
    if len(day) == 7:
        record.report("month-without-day", cell)
    if term in YEARS:
        record.claim(cell, YEARS[term], int(day[:4]))
        if len(day) == 10:
            record.claim(cell, term, day)
    else:
        record.claim(cell, term, day if len(day) == 10 else day[:4])


def _goals(context: CellContext, cells: Sequence[Entry], record: Recorder) -> None:
    stated: dict[str, dict[str, Entry]] = {"statedGoal": {}, "statedTarget": {}}
    for cell in cells:
        if not record.of_kind(cell, Kind.TEXT, Kind.NUMBER):
            continue
        agenda = context.lexicon.agenda
        found = agenda.number(cell.line) if cell.cell.kind is Kind.NUMBER else agenda.read(cell.text)
        for term, codes in (("statedGoal", found.goals), ("statedTarget", found.targets)):
            for code in codes:
                stated[term].setdefault(code, cell)
        for piece in found.rest:
            record.report("goal-not-matched", cell, value=piece)
    for term, known in stated.items():
        if known:
            record.claim(next(iter(known.values())), term, tuple(iris.curie("sdg", code) for code in known))


def _links(_: CellContext, cells: Sequence[Entry], record: Recorder) -> None:
    links: dict[str, Entry] = {}
    for cell in cells:
        for text in cell.text.split():
            if len(text) <= _LONGEST_LINK and iris.is_web_iri(text.rstrip(";,")):
                links.setdefault(text.rstrip(";,"), cell)
            else:
                record.report("unreadable-link", cell, value=text)
    if links:
        record.claim(next(iter(links.values())), "sourceLink", tuple(links))


def _participations(context: CellContext, cells: Sequence[Entry], record: Recorder) -> None:
    declared = context.options.separator
    separator = re.compile(re.escape(declared)) if declared.strip() else _LIST
    parts: dict[Part, Entry] = {}
    for cell in cells:
        if record.of_kind(cell, Kind.TEXT):
            target = cell.column.target
            lang, role = target.lang or context.usual_language, iris.curie("roles", target.detail)
            for name in separator.split(cell.text):
                if text := " ".join(name.split()):
                    parts.setdefault(Part.of(cell.place, name=((lang, text),), role=role), cell)
    if parts:
        record.claim(next(iter(parts.values())), "participation", tuple(parts))


def _iati(_: CellContext, cells: Sequence[Entry], record: Recorder) -> None:
    for cell in cells:
        if cell.cell.kind is Kind.TEXT and _IATI.fullmatch(cell.text):
            record.claim(cell, "iatiIdentifier", cell.text)
        else:
            record.report("unreadable-iati-identifier", cell)


CellReader = Callable[[CellContext, Sequence[Entry], Recorder], None]

READERS: Mapping[str, CellReader] = {
    "iatiIdentifier": _iati,
    "title": _texts,
    "description": _texts,
    **dict.fromkeys(PREFIXES, _concepts),
    **dict.fromkeys(("startDate", "endDate", "plannedStartDate", "plannedEndDate"), _dates),
    "states": states,
    "money": budgets,
    "goals": _goals,
    "participation": _participations,
    "sourceLink": _links,
}
"""Names of fields that are read together, to their reader."""
TOGETHER = {
    "benefitingState": "states",
    "percentage": "states",
    "budget": "money",
    "currency": "money",
    "statedGoal": "goals",
    "statedTarget": "goals",
}
"""Terms whose columns are read together, because one decides how to read the other."""
