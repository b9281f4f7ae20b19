"""Contents of the front page and the lists: numbers, charts, lines."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple
from urllib.parse import quote

from iomgraph.mapping.writers import as_list
from iomgraph.publication.amounts import commonest
from iomgraph.publication.site.points import Point
from iomgraph.publication.site.sums import Note, Sums, of_funds
from iomgraph.publication.site.things import natural
from iomgraph.publication.site.view import Item, View
from iomgraph.records.record import Record

YEARS = ("fundingYear", "startYear", "endYear")
STEPS = 5
"""Shades of the map."""

_IDS = ("primaId", "iatiIdentifier", "inferredIatiIdentifier")
_CODES = ("alpha2", "alpha3", "m49", "notation")
"""Terms whose values, or their names, the search looks in."""


class Line(NamedTuple):
    """A project in the list.

    Args:
        item: the project.
        key: its own name.
        theme: of it.
        region: of it.
        status: of it.
        states: that it benefits.
        goals: that it relates to.
        years: as printed.
        budget: as printed.
        value: what sorts it by budget; None where its budget is of several currencies, or of none.
    """

    item: Item
    key: str
    theme: Item | None
    region: Item | None
    status: Item | None
    states: tuple[Item, ...]
    goals: tuple[Item, ...]
    years: str
    budget: str
    value: float | None


def line(record: Record, view: View) -> Line:
    """Show a project on one line."""

    def one(term: str) -> Item | None:
        return view.thing(record[term]) if term in record else None

    years = [str(record[term]) for term in ("startYear", "endYear") if term in record]
    amounts = view.things.amounts(record)
    return Line(
        view.thing(record["id"]),
        record["id"].partition(":")[2],
        one("theme"),
        one("region"),
        one("status"),
        tuple(map(view.thing, record.get("benefitingState", ()))),
        tuple(map(view.thing, record.get("relatedGoal", ()))),
        "–".join(dict.fromkeys(years)),
        "; ".join(view.money(value, currency) for currency, value in amounts.items()),
        _sortable(amounts),
    )


class Index:
    """The index for the search in the browser, in one language: projects, and the names of their things.

    Args:
        view: in the language of the index.
    """

    def __init__(self, view: View) -> None:
        self._view, self._names, self._rows = view, dict[str, str](), list[str]()

    def added(self, projects: Iterable[Record]) -> list[Line]:
        """Add projects, and return the line of each in the list."""
        lines = []
        for record in projects:
            lines.append(line(record, self._view))
            self._rows.append(json.dumps(self._row(lines[-1], record), ensure_ascii=False))
        return lines

    def _row(self, shown: Line, record: Record) -> dict[str, object]:
        return {
            "path": quote(shown.item.path, safe="/~"),
            "key": shown.key,
            "title": shown.item.text,
            "lang": shown.item.lang,
            "ids": [record[term] for term in _IDS if term in record],
            "titles": [text for texts in record.get("title", {}).values() for text in texts],
            **{term: self._one(record, term) for term in ("theme", "region", "status")},
            "states": self._named(record.get("benefitingState", ())),
            "topics": self._named(record.get("topic", ())),
            "goals": self._named(record.get("relatedGoal", ())),
            "from": record.get("startYear", record.get("fundingYear")),
            "to": record.get("endYear", record.get("startYear", record.get("fundingYear"))),
            "years": shown.years,
            "value": shown.value,
            "budget": shown.budget,
        }

    def _one(self, record: Record, term: str) -> str:
        return self._named([record[term]])[0] if term in record else ""

    def _named(self, some: Sequence[str]) -> list[str]:
        self._names.update((name, self._view.thing(name).text) for name in some)
        return list(some)

    def text(self) -> str:
        """Write the index as JSON."""
        records, names = self._view.things.records, self._names
        projects = ",\n".join(self._rows)
        known = json.dumps(names, ensure_ascii=False, sort_keys=True)
        found = {name: records[name] for name in sorted(names) if name in records}
        codes = json.dumps(
            {name: " ".join(_codes(record)) for name, record in found.items()}, ensure_ascii=False
        )
        return f'{{"names": {known},\n"codes": {codes},\n"projects": [\n{projects}\n]}}\n'


def _codes(record: Record) -> Iterator[str]:
    """Yield the codes that people know a thing by: those of states, and their Wikidata items."""
    yield from (str(record[term]) for term in _CODES if term in record)
    yield from (link.rpartition("/")[2].rpartition(":")[2] for link in as_list(record.get("sameAs", ())))


def _sortable(amounts: Mapping[str, Decimal]) -> float | None:
    """Return the key that sorts projects: their budget, where it is in one currency."""
    return float(*amounts.values()) if len(amounts) == 1 else None


Entry = tuple[Item, str, int]
"""A thing in a list, with its code and its number of projects."""


def entries(records: Iterable[Record], view: View) -> list[Entry]:
    """Show things in a list, as the language sorts them."""
    found, numbered = list[Entry](), False
    for record in records:
        projects = {
            name
            for term, names in view.things.pointing(record["id"]).items()
            for name in names
            if name.startswith("projects:") and term != "otherBenefitingState"
        }
        item = view.thing(record["id"])
        code = str(record.get("notation", record.get("alpha3", "")))
        # A name that begins with the code says it already.
        found.append((item, "" if item.text.split(" ")[0] == code else code, len(projects)))
        # Goals have numbers, which their names do not begin with.
        numbered = numbered or "Goal" in record["type"]
    return found if numbered else sorted(found, key=lambda entry: natural(entry[0].text))


def numbers(view: View, projects: Sequence[Record], states: int) -> list[tuple[str, str]]:
    """The headline numbers: key of a word, and the number; it is said where other currencies are left out."""
    amounts = [view.things.amounts(record) for record in projects]
    currency = commonest(amounts)
    total = sum((one.get(currency, Decimal()) for one in amounts), Decimal())
    years = [record[term] for record in projects for term in YEARS if term in record]
    return [
        ("projects", view.number(len(projects))),
        ("states", view.number(states)),
        (
            "budget" if all(set(one) <= {currency} for one in amounts) else "budget_alone",
            view.short_money(total, currency),
        ),
        ("years", f"{min(years)}–{max(years)}" if years else "–"),
    ]


def scope(view: View, projects: Sequence[Record]) -> list[Note]:
    """List what the headline numbers cover, and what they leave out."""
    sums = Sums(view, projects)
    return [*of_funds(view, projects), *sums.scope()]


def shades(counts: Mapping[str, int]) -> list[tuple[int, int, int]]:
    """The legend of the map: shade, fewest and most projects.

    Example:
        >>> shades({"a": 2, "b": 12})
        [(1, 1, 2), (2, 3, 4), (3, 5, 7), (4, 8, 9), (5, 10, 12)]
    """
    most = max(STEPS, *counts.values()) if counts else STEPS
    ends = [most * shade // STEPS for shade in range(STEPS + 1)]
    return [(shade, ends[shade - 1] + 1, ends[shade]) for shade in range(1, STEPS + 1)]


def choropleth(
    view: View, counts: Mapping[str, int], points: Mapping[str, Point]
) -> list[tuple[Item, Point | None, int, int]]:
    """The states of the map: each with its point, its number of projects and its shade, from 0 to STEPS."""
    ends = [most for _, _, most in shades(counts)]
    found = []
    for record in view.things.of_class("State"):
        count = counts.get(record["id"], 0)
        shade = 1 + bisect_left(ends, count) if count else 0
        found.append((view.thing(record["id"]), points.get(record["id"]), count, shade))
    return sorted(found, key=lambda one: natural(one[0].text))
