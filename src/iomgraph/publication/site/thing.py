"""Contents of the page of a thing, in one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from operator import itemgetter
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
class Common:
    """The parts of a page that are the same in every language: above all, the projects that point to a thing.

    Args:
        pointing: term to the projects that point to it by that, in order, and to what else does.
        within: projects of what is below it in a tree, in order.
        projects: the records of those that point to it.
        totals: of them; None where none counts.
        claimed: what the pages of a project state.
    """

    pointing: Mapping[str, tuple[Sequence[str], Set[str]]]
    within: Sequence[str]
    projects: Sequence[Record]
    totals: sums.Totals | None
    claimed: Sequence[project.Claimed]


def shown(record: Record, view: View, address: str, common: Common, sources: Sources) -> dict[str, Any]:
    """Gather what a page shows.

    Args:
        record: of the thing.
        view: in the language of the page.
        address: of the page.
        common: what the pages of all languages show.
        sources: of all else that the page shows beside the record.
    """
    things, kind, heading = view.things, record["type"][0], view.name(record["id"])
    points = {name: sources.points.get(name) for name in _states(record)}
    links = agenda_links.links_of(record, view)
    found: dict[str, Any] = {
        "heading": heading,
        "kind": view.label(kind),
        "kind_name": kind,
        "iri": things.context.expand(record["id"]),
        "rows": agenda_links.without(view.rows(record), links),
        "links": links,
        "structured": structured.thing(record, view, address, heading),
        **_projects(common, view),
        "map": [(view.thing(name), point) for name, point in points.items()],
        "frame": frame(points.values()),
        "tree": tree.branches(record, view),
    }
    if kind == "Project":
        rows = project.compared(common.claimed, view)
        found |= {
            "line": overview.line(record, view),
            "doubts": project.doubts(view, sources.findings.get(record["id"], ())),
            "captures": [(view.thing(name), things.records[name]) for name in record["capture"]],
            "compared": rows,
            "quoted": project.quoted(rows),
            "reasons": project.reasons(record, view),
            "years": sorted(
                ((term, record[term]) for term in overview.YEARS if term in record), key=itemgetter(1)
            ),
        }
    elif kind == "Discrepancy":
        found["rivals"] = [(rival, view.rows(rival)) for rival in record["rival"]]
    elif kind == "Capture":
        # What a file says of many projects stands on their pages.
        said = things.sole.get(record["claimsGraph"])
        found["said"] = view.rows(said) if said else []
    return found


def common(record: Record, view: View, places: Mapping[str, Any]) -> Common:
    """Find what the pages of a thing have in common.

    Args:
        record: of the thing.
        view: of any language.
        places: capture to the row of the table that it was read from, and its columns.
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
    claimed = project.claimed(record, view, places) if record["type"][0] == "Project" else ()
    return Common(found, sorted(within, key=natural), records, totals, claimed)


def _projects(common: Common, view: View) -> dict[str, Any]:
    """Show the projects that point to a thing: their totals, a table by property, and what else points."""
    tables, rest = [], []
    for term, (projects, others) in common.pointing.items():
        row = view.pointing(term, others)
        if projects:
            tables.append(_table(row, projects, view))
        if row.items:
            rest.append(row)
    if common.within:
        tables.append(_table(Row(_WITHIN, view.label(_WITHIN), ()), common.within, view))
    numbers, notes = common.totals.shown(view) if common.totals else ([], [])
    return {"tables": tables, "pointing": rest, "totals": numbers, "notes": notes}


def _table(row: Row, projects: Sequence[str], view: View) -> tuple[Row, list[overview.Line], int]:
    """Show the first of some projects in a table, with its heading and the number of all."""
    records = (view.things.records[one] for one in projects[:SHOWN])
    return row, [overview.line(one, view) for one in records], len(projects)


def _states(record: Record) -> list[str]:
    if "State" in record["type"]:
        return [record["id"]]
    return [*record.get("benefitingState", ()), *record.get("otherBenefitingState", ())]
