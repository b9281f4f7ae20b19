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
from iomgraph.publication.amounts import commonest, totals
from iomgraph.publication.pieces import BETWEEN, Graphs, Made, write_list
from iomgraph.publication.shares import ASSUMED, cents, named, shares
from iomgraph.records.record import Record
from iomgraph.sources.tables import located, read

PROJECTS, STATES = "projects.geojson", "states.geojson"
COLUMNS = ("iso3", "longitude", "latitude", "source")

Point = tuple[float, float]


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
    """Makes the pieces of the map of projects.

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
        records = (record for record in graphs.get(DEFAULT, ()) if "Project" in record["type"])
        return {PROJECTS: joined(projects(records, self._where, self._context))}


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
    records: Iterable[Record], projects: Iterable[Record], where: Mapping[str, Point], context: Context
) -> Iterator[dict[str, Any]]:
    """Yield a feature for each state that projects name, with its totals in the currency of most projects.

    Args:
        records: records of the states.
        projects: records of the projects; read once.
        where: states to their points.
        context: makes their IRIs.
    """
    found = _Totals()
    for project in projects:
        found.take(project)
    currency = commonest([one] for one in found.currencies.elements())
    for record in records:
        name = record["id"]
        if found.counts[name]:
            said = {
                "name": {lang: as_list(text)[0] for lang, text in record["prefLabel"].items()},
                "iso3": record.get("alpha3"),
                "m49": record.get("m49"),
                "projects": found.counts[name],
                "currency": currency,
                "wholeBudget": _number(found.whole.get((name, currency), 0)),
                "sharedBudget": _number(cents(found.shared.get((name, currency), Fraction()))),
                "assumedShares": found.assumed[name],
            }
            yield _feature(name, [where[name]] if name in where else [], said, context)


@dataclass(slots=True)
class _Totals:
    """The totals of states: numbers of projects, and amounts by state and currency."""

    currencies: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    assumed: Counter[str] = field(default_factory=Counter)
    whole: dict[tuple[str, str], Fraction] = field(default_factory=dict)
    shared: dict[tuple[str, str], Fraction] = field(default_factory=dict)

    def take(self, project: Record) -> None:
        """Add a project."""
        amounts = totals(project)
        self.currencies.update(amounts.keys())
        states, parts = list(named(project, "benefitingState")), list(shares(project))
        self.counts.update(states)
        for currency, amount in amounts.items():
            budget = Fraction(amount)
            for state in states:
                self.whole[state, currency] = self.whole.get((state, currency), Fraction()) + budget
            for share in parts:
                key = share.thing, currency
                self.shared[key] = self.shared.get(key, Fraction()) + budget * share.part
        self.assumed.update(share.thing for share in parts if share.basis == ASSUMED)


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
