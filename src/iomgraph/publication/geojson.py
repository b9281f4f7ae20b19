"""Projects and states as points on a map, with their totals: GeoJSON (RFC 7946).

The point of a state is the middle of its largest land, for orientation; a project is at the place in its
source, or else at the points of its states. Borders are not described.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from iomgraph import iris
from iomgraph.mapping.context import Context
from iomgraph.mapping.writers import as_list
from iomgraph.publication.amounts import commonest, totals
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


def write(path: Path, features: Iterable[Mapping[str, Any]]) -> None:
    """Write a collection of features, one per line."""
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write('{"type": "FeatureCollection", "features": [')
        separator = "\n"
        for feature in features:
            out.write(separator + json.dumps(feature, ensure_ascii=False))
            separator = ",\n"
        out.write("\n]}\n")


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
    records: Sequence[Record], projects: Sequence[Record], where: Mapping[str, Point], context: Context
) -> Iterator[dict[str, Any]]:
    """Yield a feature for each state that projects name, with its totals in the currency of most projects.

    Args:
        records: records of the states.
        projects: records of the projects.
        where: states to their points.
        context: makes their IRIs.
    """
    amounts = [totals(record) for record in projects]
    currency = commonest(amounts)
    counts, assumed = Counter[str](), Counter[str]()
    whole, shared = dict[str, Fraction](), dict[str, Fraction]()
    for record, amount in zip(projects, amounts, strict=True):
        budget = Fraction(amount.get(currency, 0))
        for state in named(record, "benefitingState"):
            counts[state] += 1
            whole[state] = whole.get(state, Fraction()) + budget
        for share in shares(record):
            shared[share.thing] = shared.get(share.thing, Fraction()) + budget * share.part
            assumed[share.thing] += share.basis == ASSUMED
    for record in records:
        name = record["id"]
        if counts[name]:
            said = {
                "name": {lang: as_list(text)[0] for lang, text in record["prefLabel"].items()},
                "iso3": record.get("alpha3"),
                "m49": record.get("m49"),
                "projects": counts[name],
                "currency": currency,
                "wholeBudget": _number(whole[name]),
                "sharedBudget": _number(cents(shared.get(name, Fraction()))),
                "assumedShares": assumed[name],
            }
            yield _feature(name, [where[name]] if name in where else [], said, context)


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
