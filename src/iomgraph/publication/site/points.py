"""The map: the land in one piece and a point for each state, without borders, which take sides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from iomgraph import iris
from iomgraph.sources import tables

COLUMNS = ("id", "x", "y", "source")
LAND = ("id", "path", "source")
WIDTH, HEIGHT = 1000, 440
_LEAST = 250
"""The width of the smallest part of the map that is shown: about a continent."""


@dataclass(frozen=True, slots=True)
class Point:
    """The point of a state on a map: near its middle.

    Args:
        x: from the left, of `WIDTH`.
        y: from the top, of `HEIGHT`.
    """

    x: str
    y: str


@dataclass(frozen=True, slots=True)
class WorldMap:
    """The land and the points that maps are drawn from.

    Args:
        land: the outline of all land in SVG's words (SVG 2, section 9.3).
        points: CURIE of a state to its point.
    """

    land: str
    points: dict[str, Point]


@dataclass(frozen=True, slots=True)
class Frame:
    """The part of the map that is shown.

    Args:
        x: of its left edge.
        y: of its upper edge.
        width: of it.
        height: of it.
    """

    x: int
    y: int
    width: int
    height: int


def frame(some: Iterable[Point | None]) -> Frame | None:
    """Frame the part of the map around some points; None if there are none.

    Example:
        >>> frame([Point("616", "132")])
        Frame(x=491, y=77, width=250, height=110)
        >>> frame([Point("20", "100"), Point("980", "300")])
        Frame(x=0, y=0, width=1000, height=440)
    """
    there = [(int(point.x), int(point.y)) for point in some if point]
    if not there:
        return None
    (left, right), (top, bottom) = ((min(ends), max(ends)) for ends in zip(*there, strict=True))
    # A margin on each side, and the proportions of the whole map.
    width = max(_LEAST, round(1.4 * (right - left)), round(1.4 * (bottom - top) * WIDTH / HEIGHT))
    width = min(width, WIDTH)
    height = round(width * HEIGHT / WIDTH)
    x = min(max((left + right - width) // 2, 0), WIDTH - width)
    y = min(max((top + bottom - height) // 2, 0), HEIGHT - height)
    return Frame(x, y, width, height)


def read(data: Path) -> WorldMap:
    """Read the land and the points.

    Raises:
        SourceError: if a table can't be read.
    """
    land = tables.read(tables.located(data, "map/land.csv"), LAND)
    rows = tables.read(tables.located(data, "map/points.csv"), COLUMNS)
    points = {iris.curie("states", row["id"]): Point(row["x"], row["y"]) for row in rows}
    return WorldMap("".join(row["path"] for row in land), points)
