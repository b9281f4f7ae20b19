"""Parts of a project's page besides its facts: sources side by side, reasons for its goals, its time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple

from iomgraph.findings import Finding, Place
from iomgraph.publication.places import shared
from iomgraph.publication.site.things import Text
from iomgraph.publication.site.view import Item, View
from iomgraph.records.record import Record

_SKIPPED = frozenset({"id", "type", "startDate", "endDate"})
SHAPES = "shapes:"
"""The beginning of the names of rules that are shapes."""

_CLAIMED = {
    "budgets": "budget",
    "startDay": "startDate",
    "endDay": "endDate",
    "plannedStartDay": "plannedStartDate",
    "plannedEndDay": "plannedEndDate",
    "reportedBy": "reportingOrg",
}
"""Terms of records to the property that facts and disagreements name, where they differ."""


class Claimed(NamedTuple):
    """A property, as the pages of a project state it.

    Args:
        term: of the context.
        said: for each page, the value, whether that is not what is published, and the cell of the table that
            it was read from; None where a page says nothing.
        rule: that decided what is published; None if nothing is.
        disputed: path of the page of the disagreement; empty if there is none.
    """

    term: str
    said: tuple[tuple[Any, bool, str] | None, ...]
    rule: str | None
    disputed: str


class Said(NamedTuple):
    """A property as a page shows it.

    Args:
        items: the values.
        differs: whether that is not what is published.
        cell: the cell of the table that it was read from; empty if unknown.
    """

    items: tuple[Item, ...]
    differs: bool
    cell: str


class Compared(NamedTuple):
    """A property, as each source page has it.

    Args:
        label: of the property.
        said: one for each page; None where a page says nothing.
        rule: that decided what is published; None if nothing is.
        disputed: path of the page of the disagreement; empty if there is none.
    """

    label: str
    said: tuple[Said | None, ...]
    rule: Item | None
    disputed: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a goal is related to a project.

    Args:
        goal: the goal.
        links: what the theme is linked to of it, each with its basis and where that stands.
    """

    goal: Item
    links: tuple[tuple[Item, Item, tuple[Item, ...]], ...]


class Doubt(NamedTuple):
    """A finding about a project.

    Args:
        rule: that is broken; None for a shape, whose message says it.
        page: of the rules that the shape stands on; empty for a rule that is not a shape.
        severity: of it.
        message: of it.
        place: where the value stands, in words; empty if unknown.
    """

    rule: Item | None
    page: str
    severity: Item
    message: Text
    place: str


def doubts(view: View, findings: Iterable[Finding]) -> list[Doubt]:
    """Show the doubts about a project, the gravest first.

    Args:
        view: in the language of the page.
        findings: about it.
    """
    ordered = sorted(findings, key=lambda one: (-one.severity, one.rule, one.value))
    return [
        Doubt(
            None if one.rule.startswith(SHAPES) else view.thing(f"rules:{one.rule}"),
            f"rules/{one.severity.word}" if one.rule.startswith(SHAPES) else "",
            view.thing(f"severities:{one.severity.word}"),
            Text(one.text(view.lang), "" if view.lang in one.message else "en"),
            placed(one.place, view),
        )
        for one in ordered
    ]


def placed(place: Place | None, view: View) -> str:
    """Say where something stands in the words of a language.

    Example:
        >>> from iomgraph.mapping.context import read
        >>> from iomgraph.mapping.dataset import Dataset
        >>> from iomgraph.publication.site.things import Things
        >>> from iomgraph.settings import BASE_IRI, Settings
        >>> things = Things(Dataset(read(Settings().ontology)), BASE_IRI)
        >>> view = View(things, "fr", {"place_row": "ligne", "place_column": "colonne"})
        >>> placed(Place("pages.csv", row=12, column="status", line=13), view)
        'pages.csv:13 (ligne 12, colonne status)'
    """
    if not place or place.sheet:
        return str(place or "")
    parts = [f"{view.label('place_row')} {place.row}"] if place.row else []
    parts += [f"{view.label('place_column')} {place.column}"] if place.column else []
    head = str(Place(place.file, line=place.line, offset=place.offset))
    parts += [text for text in (place.label, place.path) if text]
    return f"{head} ({', '.join(parts)})" if parts else head


def claimed(record: Record, view: View, places: Mapping[str, Mapping[str, Any]]) -> list[Claimed]:
    """Find what the pages of a project state, property by property.

    Args:
        record: the project.
        view: of any language.
        places: capture to the row of the table that it was read from, and its columns.
    """
    things, captures = view.things, record.get("capture", ())
    claims = [things.claims.get(f"{_graph(one)} {record['id']}", {}) for one in captures]
    cells = [places.get(one) or places.get(shared(one, record["id"]), {}) for one in captures]
    pages = list(zip(claims, cells, strict=True))
    # The first fact in order of name decides.
    facts = sorted(things.facts.get(record["id"], ()), key=itemgetter("property"), reverse=True)
    decided = {fact["property"].partition("@")[0]: fact["decidedBy"] for fact in facts}
    rows = []
    for term in view.ordered({term for claim in claims for term in claim} - _SKIPPED):
        name, published = _CLAIMED.get(term, term), record.get(term)
        said = tuple(
            (claim[term], _differs(claim[term], published), _cell(cell, term)) if term in claim else None
            for claim, cell in pages
        )
        key = f"discrepancies:{record['id'].partition(':')[2]}-{name}"
        rule = decided.get(min({term, name} & decided.keys(), default=""))
        rows.append(Claimed(term, said, rule, things.path(key) or ""))
    return rows


def compared(rows: Iterable[Claimed], view: View) -> list[Compared]:
    """Set the statements of a project's pages side by side, in the language of a view."""
    return [
        Compared(
            view.label(row.term),
            tuple(one and Said(tuple(view.items(row.term, one[0])), *one[1:]) for one in row.said),
            view.thing(row.rule) if row.rule else None,
            row.disputed,
        )
        for row in rows
    ]


def quoted(rows: Iterable[Compared]) -> str:
    """Write every value on the pages with its cell, one per line, for anyone who reports an error."""
    lines = [
        f"{row.label}: {'; '.join(item.text for item in one.items)} [{one.cell}]\n"
        for row in rows
        for one in row.said
        if one and one.cell
    ]
    return "".join(lines)


def _graph(capture: str) -> str:
    return f"claims:{capture.partition(':')[2]}"


def _differs(claimed: Any, published: Any) -> bool:
    if isinstance(claimed, Mapping) and "currency" in claimed:
        return not published or claimed["value"] != published["value"]
    if isinstance(claimed, list) and claimed and isinstance(claimed[0], Mapping):
        # Things inside a project have one name for one content, wherever they are claimed.
        return {one["id"] for one in claimed} != {one["id"] for one in published or ()}
    if isinstance(claimed, Mapping):
        return any(texts != (published or {}).get(lang) for lang, texts in claimed.items())
    return bool(claimed != published)


def _cell(place: Mapping[str, Any], term: str) -> str:
    columns = place.get("columns", {})
    column = columns.get(term) or columns.get(_CLAIMED.get(term, term))
    return f"{place['file']}:{place['line']} ({column})" if column else ""


def reasons(record: Record, view: View) -> list[Reason]:
    """Explain the goals related to a project by the links of its theme.

    Args:
        record: the project.
        view: in the language of the page.
    """
    links = view.things.links.get(str(record.get("theme")), ())
    found = []
    for goal in record.get("relatedGoal", ()):
        grounds = []
        for link in links:
            (thing,) = link["statedResource"]
            target = view.things.records.get(thing, {})
            if goal in (thing, target.get("isTargetOf")):
                sources = tuple(view.thing(one) for one in link.get("source", ()))
                grounds.append((view.thing(thing), view.thing(link["basis"]), sources))
        found.append(Reason(view.thing(goal), tuple(grounds)))
    return found
