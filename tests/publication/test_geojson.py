"""Projects and states as GeoJSON: points where they belong, with totals that name what they are."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from iomgraph.mapping import context
from iomgraph.publication import geojson
from iomgraph.publication.amounts import totals
from iomgraph.publication.shares import cents, named, shares
from iomgraph.settings import Settings

SETTINGS = Settings()


def _features(path: Path) -> list[dict[str, Any]]:
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document["type"] == "FeatureCollection"
    return list(document["features"])


def _within(point: list[float]) -> bool:
    longitude, latitude = point
    return -180 <= longitude <= 180 and -90 <= latitude <= 90


@pytest.mark.parametrize("name", [geojson.PROJECTS, geojson.STATES])
def test_features_are_as_rfc_7946_has_them(name: str, portfolio_release: Path) -> None:
    features = _features(portfolio_release / name)
    assert len(features) > 100
    assert len({one["id"] for one in features}) == len(features)
    for one in features:
        assert set(one) == {"type", "id", "geometry", "properties"}
        geometry = one["geometry"]
        if geometry:
            points = geometry["coordinates"]
            single = geometry["type"] == "Point"
            assert all(map(_within, [points] if single else points))
            assert single or len(points) > 1


def test_states_have_the_totals_of_their_projects(portfolio_release: Path) -> None:
    records = json.loads((portfolio_release / "iomgraph.jsonld").read_text(encoding="utf-8"))["@graph"]
    projects = [one for one in records if "Project" in one.get("type", ())]
    found = {
        one["properties"]["id"]: one["properties"] for one in _features(portfolio_release / geojson.STATES)
    }
    assert set(found) == {state for one in projects for state in named(one, "benefitingState")}
    for name in ("states:GEO", "states:COL"):
        mine = [one for one in projects if name in named(one, "benefitingState")]
        whole = sum((totals(one).get("USD", Decimal()) for one in mine), Decimal())
        parts = [(share, one) for one in mine for share in shares(one) if share.thing == name]
        shared = cents(sum(share.of(totals(one).get("USD", Decimal())) for share, one in parts) + 0)  # type: ignore[arg-type]
        assert found[name]["projects"] == len(mine)
        assert found[name]["wholeBudget"] == float(whole)
        assert found[name]["sharedBudget"] == float(shared) < whole
        assert found[name]["assumedShares"] == sum(share.basis == "assumed" for share, _ in parts)


def test_every_state_that_projects_name_has_a_point(portfolio_release: Path) -> None:
    assert [one["id"] for one in _features(portfolio_release / geojson.STATES) if not one["geometry"]] == []


def test_a_project_is_where_its_source_puts_it() -> None:
    place = {"geo": {"longitude": "36.8", "latitude": "-1.3"}}
    record = {"id": "projects:A", "benefitingState": ["states:KEN"], "location": [place]}
    known = context.read(SETTINGS.ontology)
    (found,) = geojson.projects([record], geojson.points(SETTINGS.data), known)
    assert found["geometry"] == {"type": "Point", "coordinates": (36.8, -1.3)}
    assert found["properties"]["placed"] == "by its source"
    (nowhere,) = geojson.projects([{"id": "projects:B"}], {}, known)
    assert nowhere["geometry"] is None
    assert "placed" not in nowhere["properties"]


def test_the_points_are_where_the_states_are() -> None:
    points = geojson.points(SETTINGS.data)
    near = {"states:FJI": (178, -18), "states:RUS": (97, 62), "states:KEN": (38, 0), "states:CHL": (-71, -35)}
    for name, (longitude, latitude) in near.items():
        assert abs(points[name][0] - longitude) < 3, name
        assert abs(points[name][1] - latitude) < 3, name
