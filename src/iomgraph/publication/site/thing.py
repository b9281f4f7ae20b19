"""Contents of the page of a thing, in one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from iomgraph.findings import Finding
from iomgraph.publication.site import agenda_links, overview, project, structured, sums, tree
from iomgraph.publication.site.pages import SHOWN
from iomgraph.publication.site.points import Point, frame
from iomgraph.publication.site.things import natural
from iomgraph.publication.site.view import Row, View
from iomgraph.queries.library import Query
from iomgraph.records.record import Record

_WITHIN = "of:narrower"
"""The heading of a region's projects on its page."""


@dataclass(frozen=True, slots=True)
class Sources:
    """The parts of pages that records of things do not hold.

    Args:
        points: state to where it is shown.
        places: capture to the row of the table that it was read from, and its columns.
        findings: thing to what was found doubtful about it.
        queries: name to query.
    """

    points: Mapping[str, Point]
    places: Mapping[str, Any]
    findings: Mapping[str, Sequence[Finding]]
    queries: Mapping[str, Query] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Users:
    """The projects that point to a thing, the same in every language.

    Args:
        pointing: term to the projects that point to it by that, in order, and to what else does.
        within: projects of what is below it in a tree, in order.
        projects: the records of those that point to it.
        totals: of them; None where none counts.
    """

    pointing: Mapping[str, tuple[Sequence[str], Set[str]]]
    within: Sequence[str]
    projects: Sequence[Record]
    totals: sums.Totals | None


def shown(record: Record, view: View, address: str, users: Users, sources: Sources) -> dict[str, Any]:
    """Gather what a page shows.

    Args:
        record: of the thing.
        view: in the language of the page.
        address: of the page.
        users: the projects that point to the thing.
        sources: of all else that the page shows beside the record.
    """
    things, kind = view.things, record["type"][0]
    points = {name: sources.points.get(name) for name in _states(record)}
    links = agenda_links.links_of(record, view)
    found: dict[str, Any] = {
        "heading": view.name(record["id"]),
        "kind": view.label(kind),
        "kind_name": kind,
        "iri": things.context.expand(record["id"]),
        "rows": agenda_links.without(view.rows(record), links),
        "links": links,
        "structured": structured.thing(record, view, address),
        **_projects(users, view),
        "map": [(view.thing(name), point) for name, point in points.items()],
        "frame": frame(points.values()),
        "tree": tree.branches(record, view),
    }
    if kind == "Project":
        rows = project.compared(record, view, sources.places)
        found |= {
            "line": overview.line(record, view),
            "doubts": project.doubts(view, sources.findings.get(record["id"], ())),
            "captures": [(view.thing(name), things.records[name]) for name in record["capture"]],
            "compared": rows,
            "quoted": project.quoted(rows),
            "reasons": project.reasons(record, view),
            "years": {term: record[term] for term in overview.YEARS if term in record},
        }
    elif kind == "Discrepancy":
        found["rivals"] = [(rival, view.rows(rival)) for rival in record["rival"]]
    elif kind == "Capture":
        # What a file says of many projects stands on their pages.
        said = things.sole.get(record["claimsGraph"])
        found["said"] = view.rows(said) if said else []
    return found


def users(record: Record, view: View) -> Users:
    """Find the projects that point to a thing.

    Args:
        record: of the thing.
        view: of any language.
    """
    things, found, projects = view.things, {}, set[str]()
    for term, names in sorted(things.pointing(record["id"]).items()):
        some = {one for one in names if one.startswith("projects:")}
        projects |= some
        listed = () if "Capture" in record["type"] else sorted(some, key=natural)
        found[term] = listed, {*names}.difference(listed)
    within = tree.projects(record["id"], things) - projects if {"broader", "narrower"} & {*record} else ()
    records = [things.records[one] for one in sorted(projects)]
    totals = sums.of_thing(view, record["id"], records)
    return Users(found, sorted(within, key=natural), records, totals)


def _projects(users: Users, view: View) -> dict[str, Any]:
    """Show the projects that point to a thing: their totals, a table by property, and what else points."""
    tables, rest = [], []
    for term, (projects, others) in users.pointing.items():
        row = view.pointing(term, others)
        if projects:
            tables.append(_table(row, projects, view))
        if row.items:
            rest.append(row)
    if users.within:
        tables.append(_table(Row(_WITHIN, view.label(_WITHIN), ()), users.within, view))
    numbers, notes = users.totals.shown(view) if users.totals else ([], [])
    return {"tables": tables, "pointing": rest, "totals": numbers, "notes": notes}


def _table(row: Row, projects: Sequence[str], view: View) -> tuple[Row, list[overview.Line], int]:
    """Show the first of some projects in a table, with its heading and the number of all."""
    records = (view.things.records[one] for one in projects[:SHOWN])
    return row, [overview.line(one, view) for one in records], len(projects)


def _states(record: Record) -> list[str]:
    if "State" in record["type"]:
        return [record["id"]]
    return [*record.get("benefitingState", ()), *record.get("otherBenefitingState", ())]
