"""The links of a theme or topic to goals, targets and other frameworks, each with its basis."""

from __future__ import annotations

from dataclasses import dataclass

from iomgraph.publication.site.view import Item, Row, View
from iomgraph.records.record import Record

_TERM = "relatedMatch"


@dataclass(frozen=True, slots=True)
class Link:
    """A link, as shown on a page.

    Args:
        to: the goal, target, objective or principle.
        basis: the basis of the link: stated by a source, or inferred.
        behind: the topics from whose links it is inferred.
        sources: its sources.
    """

    to: Item
    basis: Item
    behind: tuple[Item, ...]
    sources: tuple[Item, ...]


def links_of(record: Record, view: View) -> list[Link]:
    """Gather the links that start from a thing, in the order of the tables.

    Args:
        record: the theme or topic.
        view: view in the language of the page.
    """
    return [_link(one, view) for one in view.things.links.get(record["id"], ())]


def _link(link: Record, view: View) -> Link:
    topics = (name.partition("/")[2].partition("/")[0] for name in link.get("wasDerivedFrom", ()))
    return Link(
        to=view.thing(link["statedResource"][0]),
        basis=view.thing(link["basis"]),
        behind=tuple(view.thing(f"topics:{topic}") for topic in topics),
        sources=tuple(view.thing(one) for one in (*link.get("source", ()), *link.get("attribution", ()))),
    )


def without(rows: list[Row], links: list[Link]) -> list[Row]:
    """Remove values from the rows of a page that its links show with their basis."""
    shown = {link.to for link in links}
    left = [
        Row(row.term, row.label, tuple(item for item in row.items if item not in shown))
        if row.term == _TERM
        else row
        for row in rows
    ]
    return [row for row in left if row.items]
