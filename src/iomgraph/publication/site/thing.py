"""What the page of a thing shows, in one language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from iomgraph.publication.site import agenda_links, overview, project, structured, sums
from iomgraph.publication.site.points import Point
from iomgraph.publication.site.view import View
from iomgraph.records.record import Record


def shown(
    record: Record, view: View, address: str, points: Mapping[str, Point], places: Mapping[str, Any]
) -> dict[str, Any]:
    """Gather what a page shows.

    Args:
        record: of the thing.
        view: in the language of the page.
        address: of the page.
        points: state to where it is shown.
        places: capture to the row of the table that it was read from, and its columns.
    """
    things, kind = view.things, record["type"][0]
    links = agenda_links.links_of(record, view)
    found: dict[str, Any] = {
        "heading": overview.disagreement(record, view) if kind == "Discrepancy" else view.name(record["id"]),
        "kind": view.label(kind),
        "kind_name": kind,
        "iri": things.context.expand(record["id"]),
        "rows": agenda_links.without(view.rows(record), links),
        "links": links,
        "pointing": view.pointing(record["id"]),
        "structured": structured.thing(record, view, address),
        **_totals(record["id"], view),
        "map": [(view.thing(name), points.get(name)) for name in _states(record)],
    }
    if kind == "Project":
        rows = project.compared(record, view, places)
        found |= {
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


def _totals(name: str, view: View) -> dict[str, Any]:
    """The totals of the projects that point to a thing."""
    pointing = {one for names in view.things.pointing(name).values() for one in names}
    projects = [view.things.records[one] for one in sorted(pointing) if one.startswith("projects:")]
    numbers, notes = sums.of_thing(view, name, projects)
    return {"totals": numbers, "notes": notes}


def _states(record: Record) -> list[str]:
    if "State" in record["type"]:
        return [record["id"]]
    return [*record.get("benefitingState", ()), *record.get("otherBenefitingState", ())]
