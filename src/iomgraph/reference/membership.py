"""Members of the organisation with their dates, and members that the fund lists, with their regions."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from iomgraph import iris
from iomgraph.records.record import Record
from iomgraph.reference.evidence import FORMS, Told, dated, doubtful, form, interval, remarks, statement
from iomgraph.sources.rules import Reporter
from iomgraph.sources.tables import Row, Tables

MEMBERSHIPS = ("iso3", "date", "precision", "what", "basis", "note", "doubt", "source")
INTERVALS = ("iso3", "number", "begin", "end", "source")
ELIGIBLE = ("iso3", "region", "fund", "date", "source", "note")

ORGANIZATION = iris.curie("organizations", "iom")
TERMS = {
    "admission": "admission",
    "announced": "admission",
    "acceptance": "accession",
    "membership": "accession",
}
"""Meaning of a date in a table to its property."""

ANNOUNCED = "announced"
_PRECISIONS = {"day": "date", "month": "gYearMonth", "year": "gYear", "": ""}


def memberships(tables: Tables, known: Collection[str], reporter: Reporter) -> Told:
    """The memberships, with the dates that sources give for them.

    A date that was announced in advance is stated, but not published as the day of admission.

    Args:
        tables: the reference tables.
        known: alpha-3 codes of all states.
        reporter: takes findings on faulty or doubtful rows.

    Raises:
        SourceError: if the table can't be read.
    """
    told, records = Told(), dict[str, Record]()
    for row in tables.read("states/memberships.csv", MEMBERSHIPS):
        if not _known(row, known, reporter):
            continue
        state, name = iris.curie("states", row["iso3"]), iris.curie("states", row["iso3"], "membership")
        doubtful(row, name, reporter)
        record = {"id": name, "type": ["Membership"], "member": state, "organization": ORGANIZATION}
        if row["date"] and _dated(row, name, reporter):
            term = TERMS[row["what"]]
            told.statements.append(_stated(row, name, term))
            record |= dated(term, row["date"]) if row["what"] != ANNOUNCED else {}
        records[name] = {**record, **remarks(row)}
    members = {record["member"].partition(":")[2] for record in records.values()}
    for row in tables.read("states/intervals.csv", INTERVALS):
        if _known(row, members, reporter, "states/memberships.csv") and _spans(row, reporter):
            _span(row, records, told)
    told.records += records.values()
    return told


def _spans(row: Row, reporter: Reporter) -> bool:
    """Tell whether both ends of an interval are dates in the right order; report them if not."""
    begin, end = row["begin"], row["end"]
    if form(begin) and (not end or (form(end) and begin <= end)):
        return True
    reporter.report("bad-date", row.place("begin"), value=f"{begin}/{end}", form="interval")
    return False


def _span(row: Row, records: Mapping[str, Record], told: Told) -> None:
    """Add an interval to its membership, with statements of its ends; a state that rejoined has two."""
    name = iris.curie("states", row["iso3"], "membership")
    span = interval(f"{name}/interval/{row['number']}", row["begin"], row["end"])
    records[name].setdefault("memberDuring", []).append(span)
    for term, column in (("hasBeginning", "begin"), ("hasEnd", "end")):
        if term in span:
            suffix = FORMS[form(row[column])]
            value = {f"stated{suffix}": row[column]}
            told.statements.append(statement(span[term]["id"], f"in{suffix}", value, row))


def _known(row: Row, known: Collection[str], reporter: Reporter, table: str = "states/states.csv") -> bool:
    if row["iso3"] in known:
        return True
    place = row.place("iso3")
    reporter.report("unknown-thing", place, value=row["iso3"], table=table)
    return False


def _dated(row: Row, name: str, reporter: Reporter) -> bool:
    if row["what"] in TERMS and form(row["date"]) == _PRECISIONS.get(row["precision"]):
        return True
    given = " ".join(filter(None, (row["precision"], row["what"])))
    reporter.report("bad-date", row.place("date"), about=name, value=row["date"], form=given)
    return False


def _stated(row: Row, name: str, term: str) -> Record:
    suffix = FORMS[form(row["date"])]
    value = {f"stated{suffix}": row["date"]}
    return statement(name, term + suffix, value, row, basis=row["basis"])


def eligibility(tables: Tables) -> tuple[dict[str, Record], list[Record]]:
    """The members that a source lists as eligible for a fund, with the region in which it lists them.

    Returns:
        CURIE of a state to the terms of its record; and the statements, for the graph of provenance.

    Raises:
        SourceError: if the table can't be read.
    """
    facts: dict[str, Record] = {}
    statements: list[Record] = []
    for row in tables.read("idf/regions_eligibility.csv", ELIGIBLE):
        state = iris.curie("states", row["iso3"])
        found = {
            "region": iris.curie("regions", row["region"]),
            "eligibleFor": [iris.curie("funds", row["fund"])],
        }
        facts[state] = found
        for term, value in found.items():
            given = {"statedResource": value if isinstance(value, list) else [value]}
            statements.append(statement(state, term, given, row, day=row["date"]))
    return facts, statements
