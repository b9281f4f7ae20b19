"""Projects and states as points on a map, with their totals: GeoJSON (RFC 7946).

The point of a state is the middle of its largest land, for orientation; a project is at the place in its
source, or else at the points of its states. Borders are not described.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from iomgraph import iris
from iomgraph.cache import digest
from iomgraph.mapping.context import Context
from iomgraph.mapping.dataset import DEFAULT, Dataset
from iomgraph.mapping.writers import as_list
from iomgraph.processes import JSON
from iomgraph.publication.amounts import commonest, totals
from iomgraph.publication.pieces import BETWEEN, Graphs, Made, write_list
from iomgraph.publication.shares import ASSUMED, cents, named, shares
from iomgraph.records.record import Record
from iomgraph.sources.tables import located, read

PROJECTS, STATES = "projects.geojson", "states.geojson"
TOTALS, RECORDS = "totals of states", "records of states"
"""Names of pieces."""
COLUMNS = ("iso3", "longitude", "latitude", "source")

Point = tuple[float, float]
Amounts = dict[tuple[str, str], Fraction]
"""State and currency to an amount."""


def points(data: Path) -> dict[str, Point]:
    """Read the points of states: CURIE to longitude and latitude.

    Raises:
        SourceError: if the table can't be read.
    """
    rows = read(located(data, "states/points.csv"), COLUMNS)
    return {
        iris.curie("states", row["iso3"]): (float(row["longitude"]), float(row["latitude"])) for row in rows
    }


class Points:
    """Makes the pieces of both maps: projects, totals and records of states.

    Args:
        parts: of the data.
        where: states to their points.
        context: makes the IRIs of projects.
    """

    kind = PROJECTS

    def __init__(self, parts: Sequence[Dataset], where: Mapping[str, Point], context: Context) -> None:
        self._where, self._context = where, context
        self.keys: Sequence[bytes] = [digest(where)] * len(parts)

    def __call__(self, graphs: Graphs) -> Made:
        """As `pieces.Maker`."""
        facts = graphs.get(DEFAULT, ())
        found = [record for record in facts if "Project" in record["type"]]
        states = [record for record in facts if "State" in record["type"]]
        return {
            PROJECTS: joined(projects(found, self._where, self._context)),
            TOTALS: Totals.of(found).written() if found else b"",
            RECORDS: JSON.write(states) if states else b"",
        }


def joined(features: Iterable[Mapping[str, Any]]) -> bytes:
    """Make the text of features, one per line."""
    return BETWEEN.join([json.dumps(feature, ensure_ascii=False).encode() for feature in features])


def write(path: Path, texts: Iterable[bytes]) -> None:
    """Write a collection of features.

    Args:
        path: the file.
        texts: texts that `joined` made.
    """
    write_list(path, b'{"type": "FeatureCollection", "features": [', texts)


def projects(
    records: Iterable[Record], where: Mapping[str, Point], context: Context
) -> Iterator[dict[str, Any]]:
    """Yield a feature for each project.

    Args:
        records: records of the projects.
        where: states to their points.
        context: makes their IRIs.

    Example:
        >>> from iomgraph.mapping import context
        >>> from iomgraph.settings import Settings
        >>> record = {"id": "projects:A", "benefitingState": ["states:KEN"]}
        >>> (feature,) = projects([record], {"states:KEN": (37.8, 0.6)}, context.read(Settings().ontology))
        >>> feature["geometry"], feature["properties"]["placed"]
        ({'type': 'Point', 'coordinates': (37.8, 0.6)}, 'by state')
    """
    for record in records:
        exact = [_coordinates(one["geo"]) for one in record.get("location", ()) if "geo" in one]
        found = exact or [where[state] for state in named(record, "benefitingState") if state in where]
        lang, title = next(iter(sorted(record.get("title", {}).items())), ("", ""))
        budgets = {currency: _number(value) for currency, value in totals(record).items()}
        said = {
            "title": as_list(title)[0] if title else None,
            "title_lang": lang or None,
            "theme": record.get("theme"),
            "status": record.get("status"),
            "fundingYear": record.get("fundingYear"),
            "states": list(named(record, "benefitingState")),
            "budget": budgets or None,
            "placed": "by its source" if exact else "by state" if found else None,
        }
        yield _feature(record["id"], found, said, context)


def states(
    records: Iterable[Record], totals: Totals, where: Mapping[str, Point], context: Context
) -> Iterator[dict[str, Any]]:
    """Yield a feature for each state that projects name, with its totals in the currency of most projects.

    Args:
        records: records of the states.
        totals: of their projects.
        where: states to their points.
        context: makes their IRIs.
    """
    currency = commonest([one] for one in totals.currencies.elements())
    for record in records:
        name = record["id"]
        if totals.counts[name]:
            said = {
                "name": {lang: as_list(text)[0] for lang, text in record["prefLabel"].items()},
                "iso3": record.get("alpha3"),
                "m49": record.get("m49"),
                "projects": totals.counts[name],
                "currency": currency,
                "wholeBudget": _number(totals.whole.get((name, currency), 0)),
                "sharedBudget": _number(cents(totals.shared.get((name, currency), Fraction()))),
                "assumedShares": totals.assumed[name],
            }
            yield _feature(name, [where[name]] if name in where else [], said, context)


@dataclass(slots=True)
class Totals:
    """The totals of states.

    Args:
        currencies: numbers of projects by currency.
        counts: numbers of projects by state.
        assumed: numbers of shares by assumption, by state.
        whole: budgets in full, by state and currency.
        shared: shares in budgets, by state and currency.

    Example:
        >>> projects = [{"benefitingState": [f"states:{code}"]} for code in ("KEN", "UGA", "KEN")]
        >>> Totals.read([Totals.of(projects[:1]).written(), Totals.of(projects[1:]).written()]).counts
        Counter({'states:KEN': 2, 'states:UGA': 1})
    """

    currencies: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    assumed: Counter[str] = field(default_factory=Counter)
    whole: Amounts = field(default_factory=dict)
    shared: Amounts = field(default_factory=dict)

    @classmethod
    def of(cls, projects: Iterable[Record]) -> Totals:
        """Sum up projects."""
        found = cls()
        for project in projects:
            found.take(project)
        return found

    @classmethod
    def read(cls, pieces: Iterable[bytes]) -> Totals:
        """Sum up pieces that `written` made."""
        found = cls()
        for piece in pieces:
            *counters, whole, shared = JSON.read(piece)
            for counter, more in zip((found.currencies, found.counts, found.assumed), counters, strict=True):
                counter.update(more)
            for amounts, some in ((found.whole, whole), (found.shared, shared)):
                for state, currency, amount in some:
                    _add(amounts, (state, currency), Fraction(amount))
        return found

    def written(self) -> bytes:
        """Write them as a piece."""
        amounts = (
            [[*key, str(amount)] for key, amount in some.items()] for some in (self.whole, self.shared)
        )
        return JSON.write([self.currencies, self.counts, self.assumed, *amounts])

    def take(self, project: Record) -> None:
        """Add a project."""
        amounts = totals(project)
        self.currencies.update(amounts.keys())
        states, parts = list(named(project, "benefitingState")), list(shares(project))
        self.counts.update(states)
        for currency, amount in amounts.items():
            budget = Fraction(amount)
            for state in states:
                _add(self.whole, (state, currency), budget)
            for share in parts:
                _add(self.shared, (share.thing, currency), budget * share.part)
        self.assumed.update(share.thing for share in parts if share.basis == ASSUMED)


def _add(amounts: Amounts, key: tuple[str, str], amount: Fraction) -> None:
    amounts[key] = amounts.get(key, Fraction()) + amount


def _feature(name: str, found: Sequence[Point], said: Mapping[str, Any], context: Context) -> dict[str, Any]:
    geometry: dict[str, Any] | None = None
    if found:
        single = len(found) == 1
        geometry = {"type": "Point" if single else "MultiPoint", "coordinates": found[0] if single else found}
    known = {key: value for key, value in said.items() if value is not None}
    properties = {"id": name, "iri": context.expand(name), **known}
    return {"type": "Feature", "id": context.expand(name), "geometry": geometry, "properties": properties}


def _coordinates(geo: Record) -> Point:
    return float(geo["longitude"]), float(geo["latitude"])


def _number(value: Any) -> float | int:
    return int(value) if value == int(value) else float(value)
