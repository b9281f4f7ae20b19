"""Headline facts: statements of sources about the organisation, its posts and its fund, with their days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from iomgraph import iris
from iomgraph.records.record import Record
from iomgraph.reference.evidence import FORMS, doubtful, form, interval, remarks, statement
from iomgraph.reference.membership import ORGANIZATION
from iomgraph.sources.rules import Reporter
from iomgraph.sources.tables import Row, Tables

COLUMNS = ("subject", "property", "value", "datatype", "date", "doubt", "source")

HOLDER, TENURE = "heldBy", "tenure"


@dataclass(slots=True)
class Headlines:
    """The statements of the headlines.

    Args:
        facts: CURIE of a thing to the terms of its record: of each property, the value of the latest day.

        persons: the holders of posts.
        memberships: the times since which they have held them.
        statements: all statements with their sources, for the graph of provenance.
    """

    facts: dict[str, Record] = field(default_factory=dict)
    persons: list[Record] = field(default_factory=list)
    memberships: list[Record] = field(default_factory=list)
    statements: list[Record] = field(default_factory=list)


def headlines(tables: Tables, names: Mapping[str, str], reporter: Reporter) -> Headlines:
    """Read the headlines.

    Args:
        tables: the reference tables.
        names: id of a unit, post or fund to its CURIE.
        reporter: takes findings on faulty rows, which are left out.

    Raises:
        SourceError: if the table can't be read.
    """
    told, tenures = Headlines(), list[tuple[Row, str]]()
    rows = tables.read("organization/headlines.csv", COLUMNS)
    for row in sorted(rows, key=lambda row: row["date"]):
        about = names.get(row["subject"])
        if about is None:
            place = row.place("subject")
            reporter.report("unknown-thing", place, value=row["subject"], table="organization/units.csv")
        elif not _fits(row):
            reporter.report(
                "bad-figure", row.place("value"), about=about, value=row["value"], form=row["datatype"]
            )
        else:
            doubtful(row, about, reporter)
            if row["property"] == TENURE:
                tenures.append((row, about))
            else:
                _tell(row, about, told)
    for row, post in tenures:
        if HOLDER in told.facts.get(post, {}):
            _serve(row, post, told)
        else:
            reporter.report("bad-figure", row.place("property"), about=post, value=TENURE, form=HOLDER)
    return told


def _serve(row: Row, post: str, told: Headlines) -> None:
    """Describe the start of a holder's time in a post as a membership, because a post can't state it."""
    name, (holder,) = f"{post}/tenure", told.facts[post][HOLDER]
    for person in told.persons:
        if person["id"] == holder:
            person["hasMembership"] = name
    span = interval(f"{name}/interval", row["value"])
    told.memberships.append(
        {
            "id": name,
            "type": ["Membership"],
            "member": holder,
            "organization": ORGANIZATION,
            "relation": [post],
            "memberDuring": [span],
            **remarks(row),
        }
    )
    suffix = FORMS[row["datatype"]]
    value = {f"stated{suffix}": row["value"]}
    told.statements.append(statement(span["hasBeginning"]["id"], f"in{suffix}", value, row))


def _fits(row: Row) -> bool:
    kind, value = row["datatype"], row["value"]
    if kind in FORMS:
        return form(value) == kind
    return value.isascii() and value.isdigit() if kind == "integer" else kind == "string" and bool(value)


def _tell(row: Row, about: str, told: Headlines) -> None:
    kind, value = row["datatype"], row["value"]
    term = row["property"] + FORMS.get(kind, "")
    given: Record
    fact: Record
    if term == HOLDER:
        person = iris.curie("persons", iris.slug(value))
        told.persons.append({"id": person, "type": ["Person"], "name": value})
        given, fact = {"statedResource": [person]}, {term: [person]}
    elif kind == "integer":
        given, fact = {"statedInteger": int(value)}, {term: int(value)}
    else:
        given, fact = {f"stated{FORMS.get(kind, 'Value')}": value}, {term: value}
    # Rows come in order of day, so that the latest stays.
    told.facts.setdefault(about, {}).update(fact)
    told.statements.append(statement(about, term, given, row, day=row["date"]))
