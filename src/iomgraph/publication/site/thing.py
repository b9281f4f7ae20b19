"""Contents of the page of a thing, in one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from iomgraph.findings import Finding
from iomgraph.publication.site import agenda_links, overview, project, structured, sums, tree
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


def shown(record: Record, view: View, address: str, sources: Sources) -> dict[str, Any]:
    """Gather what a page shows.

    Args:
        record: of the thing.
        view: in the language of the page.
        address: of the page.
        sources: of all else that the page shows beside the record.
    """
    things, kind = view.things, record["type"][0]
    points = {name: sources.points.get(name) for name in _states(record)}
    links = agenda_links.links_of(record, view)
    found: dict[str, Any] = {
        "heading": overview.disagreement(record, view) if kind == "Discrepancy" else view.name(record["id"]),
        "kind": view.label(kind),
        "kind_name": kind,
        "iri": things.context.expand(record["id"]),
        "rows": agenda_links.without(view.rows(record), links),
        "links": links,
        "structured": structured.thing(record, view, address),
        **_projects(record, view),
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
        said = things.claims.get(record["claimsGraph"], {})
        # What a file says of many projects stands on their pages.
        found["said"] = [row for claim in said.values() for row in view.rows(claim)] if len(said) == 1 else []
    return found


def _projects(record: Record, view: View) -> dict[str, Any]:
    """Gather the projects that point to a thing: their totals, a table by property, and what else points."""
    tables, rest, projects = [], [], set()
    for row in view.pointing(record["id"]):
        named = [one for one in view.things.pointing(record["id"])[row.term] if one in view.things.records]
        some = sorted({one for one in named if one.startswith("projects:")}, key=natural)
        others = tuple(item for item in row.items if not item.path.startswith("id/project/"))
        projects.update(some)
        if some and "Capture" not in record["type"]:
            tables.append((row, [overview.line(view.things.records[one], view) for one in some]))
            row = Row(row.term, row.label, others)
        if row.items:
            rest.append(row)
    if "broader" in record or "narrower" in record:
        within = sorted(tree.projects(record["id"], view.things) - projects, key=natural)
        if within:
            lines = [overview.line(view.things.records[one], view) for one in within]
            tables.append((Row(_WITHIN, view.label(_WITHIN), ()), lines))
    records = [view.things.records[one] for one in sorted(projects)]
    numbers, notes = sums.of_thing(view, record["id"], records)
    return {"tables": tables, "pointing": rest, "totals": numbers, "notes": notes}


def _states(record: Record) -> list[str]:
    if "State" in record["type"]:
        return [record["id"]]
    return [*record.get("benefitingState", ()), *record.get("otherBenefitingState", ())]
