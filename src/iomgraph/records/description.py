"""The record of a project in the terms of the context, as one source or as the release states it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from iomgraph.claims.claim import Part, Value, parts
from iomgraph.records import nested, properties
from iomgraph.records.record import Record

Said = Mapping[str, Value]
"""Name of a property (`endYear`, `title@fr`) to its value."""

_STARTS = {term: f"{term}@" for term in properties.TEXTS}
"""Term of a text to the beginning of the names of properties that are such texts in one language."""
_YEAR = 4
"""The length of a date that is a year."""


def describe(name: str, said: Said, named: Mapping[str, nested.Names], known: Mapping[str, str]) -> Record:
    """Make the record of a project.

    Args:
        name: CURIE of the project.
        said: the values.
        named: term to the names of its parts.
        known: IATI identifier to the CURIE of a project of the same dataset.
    """
    record: Record = {"id": name, "type": ["Project"]}
    for term, start in _STARTS.items():
        texts = sorted(key for key in said if key.startswith(start))
        if texts:
            record[term] = {key.removeprefix(start): [said[key]] for key in texts}
    for term in properties.PLAIN:
        if term in said:
            _plain(record, term, said[term])
    for term in properties.NESTED:
        if term in said:
            _nested(record, term, parts(said[term]), named[term])
    for term in properties.RELATIONS:
        if term in said:
            _related(record, term, said[term], known)
    return record


def _plain(record: Record, term: str, value: Value) -> None:
    if term in ("startDate", "endDate", "plannedStartDate", "plannedEndDate"):
        year = properties.YEARS.get(term)
        if year:
            record.setdefault(year, int(str(value)[:_YEAR]))
        _date(record, term, str(value))
        return
    record[properties.RENAMED.get(term, term)] = list(value) if isinstance(value, tuple) else value
    if term in properties.DATED:
        # If a source gives the day, the day replaces the year.
        _date(record, properties.DATED[term], str(value))


def _date(record: Record, term: str, value: str) -> None:
    """Write a date under the term of its datatype: a day, or a year."""
    day = term.removesuffix("Date") + "Day"
    if len(value) == _YEAR:
        if day not in record:
            record[term] = value
    else:
        record.pop(term, None)
        record[day] = value


def _nested(record: Record, term: str, stated: Sequence[Part], named: nested.Names) -> None:
    found = nested.records(term, stated, named)
    if term == "budget" and len(found) > 1:
        record["budgets"] = found
    elif found:
        record[term] = found[0] if term == "budget" else found


def _related(record: Record, term: str, value: Value, known: Mapping[str, str]) -> None:
    inside, outside = properties.RELATIONS[term]
    for identifier in value if isinstance(value, tuple) else (str(value),):
        name = known.get(str(identifier))
        record.setdefault(inside if name else outside, []).append(name or str(identifier))
