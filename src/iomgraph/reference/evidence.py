"""Statements of sources other than project pages, each with its source, its day and any doubt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from iomgraph import iris
from iomgraph.records.record import Record
from iomgraph.sources.citations import cited
from iomgraph.sources.rules import Reporter
from iomgraph.sources.tables import Row
from iomgraph.sources.wording import Wording

STATED = "stated"
FORMS = {"date": "Date", "gYearMonth": "Month", "gYear": "Year"}
"""The datatype of a date (XSD 1.1, part 2, section 3.3.9 on) to the end of the term that takes it."""

_LENGTHS = {10: "date", 7: "gYearMonth", 4: "gYear"}


@dataclass(slots=True)
class Told:
    """The statements of one or more tables.

    Args:
        records: of the default graph.
        statements: the source of each value, for the graph of provenance.
    """

    records: list[Record] = field(default_factory=list)
    statements: list[Record] = field(default_factory=list)


def form(text: str) -> str:
    """The datatype of a date, told by its form; empty if it is not a date.

    Example:
        >>> form("2016-09-19"), form("2016-09"), form("2016"), form("2016-13"), form("soon")
        ('date', 'gYearMonth', 'gYear', '', '')
    """
    if not re.fullmatch(r"\d{4}(-\d\d){0,2}", text):
        return ""
    try:
        date.fromisoformat(f"{text}-01-01"[:10])
    except ValueError:
        return ""
    return _LENGTHS[len(text)]


def dated(term: str, text: str) -> Record:
    """A date under the term for its precision; empty without a date.

    Example:
        >>> dated("admission", "2015-11"), dated("asOf", "2024"), dated("asOf", "")
        ({'admissionMonth': '2015-11'}, {'asOfYear': '2024'}, {})
    """
    kind = form(text)
    return {term + FORMS[kind]: text} if kind else {}


def interval(name: str, begin: str, end: str = "") -> Record:
    """Make an interval of time whose ends are as precise as they are known (OWL-Time, section 4.1).

    Args:
        name: CURIE of the interval.
        begin: a day, a month or a year.
        end: the same; empty if it has not ended.

    Example:
        >>> interval("states:GEO/membership/interval/1", "2001")["hasBeginning"]["inYear"]
        '2001'
    """
    ends = {"hasBeginning": ("begin", begin), "hasEnd": ("end", end)}
    instants = {
        term: {"id": f"{name}/{key}", "type": ["Instant"], **dated("in", text)}
        for term, (key, text) in ends.items()
        if text
    }
    return {"id": name, "type": ["Interval"], **instants}


def remarks(row: Row) -> Record:
    """Note, doubt and sources of a row; the tables are in English."""
    spoken = {term: {"en": [row[term]]} for term in ("note", "doubt") if row.cells.get(term)}
    return {**spoken, **cited(row["source"])}


def translated(records: Iterable[Record], words: Wording) -> Iterator[Record]:
    """Translate the notes and doubts of records that the table of remarks has in each language.

    Args:
        records: as `remarks` filled them, in English.
        words: names and texts of tables in each language.
    """
    for record in records:
        for term in ("note", "doubt"):
            if list(record.get(term, ())) == ["en"]:
                (text,) = record[term]["en"]
                said = words.remark(text)
                record[term] = {lang: [said[lang]] for lang in said if lang == "en" or said[lang] != text}
        yield record


def statement(
    about: str, term: str, value: Record, row: Row, *, basis: str = STATED, day: str = ""
) -> Record:
    """The statement of a row about one property of one thing.

    Args:
        about: CURIE of the thing.
        term: the property, as the context names it.
        value: `statedValue`, `statedResource` or the like, with the stated value.
        row: has the column `source`, and `doubt` if there is one.
        basis: `stated` by the source, or `inferred` from it.
        day: the time that the statement is about: a day, a month or a year.
    """
    key = "-".join(part for part in (about.partition(":")[2].replace("/", "-"), term, day) if part)
    record = {
        "id": iris.curie("statements", key),
        "type": ["Statement"],
        "subject": [about],
        "property": term,
        **value,
        "basis": iris.curie("bases", basis),
        **dated("asOf", day),
        **remarks(row),
    }
    record.pop("note", None)
    return record


def doubtful(row: Row, about: str, reporter: Reporter) -> None:
    """Report the doubt in a row, if it has one."""
    if row["doubt"]:
        place = row.place("doubt")
        doubt = reporter.rules.words.remark(row["doubt"])
        reporter.report("doubtful", place, about=about, value=row["doubt"], doubt=doubt)
