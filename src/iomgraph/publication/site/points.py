"""The map: the land in one piece, and a point for each state. Borders take sides, so that none is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from iomgraph import iris
from iomgraph.sources import tables

COLUMNS = ("id", "x", "y", "source")
LAND = ("id", "path", "source")
WIDTH, HEIGHT = 1000, 440


@dataclass(frozen=True, slots=True)
class Point:
    """Where a state is shown: near its middle.

    Args:
        x: from the left, of `WIDTH`.
        y: from the top, of `HEIGHT`.
    """

    x: str
    y: str


@dataclass(frozen=True, slots=True)
class WorldMap:
    """What maps are drawn from.

    Args:
        land: the outline of all land in SVG's words (SVG 2, section 9.3).
        points: CURIE of a state to its point.
    """

    land: str
    points: dict[str, Point]


def read(data: Path) -> WorldMap:
    """Read the land and the points.

    Raises:
        SourceError: if a table can't be read.
    """
    land = tables.read(tables.located(data, "map/land.csv"), LAND)
    rows = tables.read(tables.located(data, "map/points.csv"), COLUMNS)
    points = {iris.curie("states", row["id"]): Point(row["x"], row["y"]) for row in rows}
    return WorldMap("".join(row["path"] for row in land), points)
