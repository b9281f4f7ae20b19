"""The outlines of states on a map, for orientation: a shape, or a point where the state is too small."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from iomgraph import iris
from iomgraph.sources import tables

COLUMNS = ("id", "path", "x", "y", "source")
WIDTH, HEIGHT = 1000, 440


@dataclass(frozen=True, slots=True)
class Outline:
    """A state on the map.

    Args:
        path: its outline in SVG's words (SVG 2, section 9.3); empty where it is shown as a point.
        x: of its middle.
        y: of its middle.
    """

    path: str
    x: str
    y: str


def read(data: Path) -> dict[str, Outline]:
    """Read the outlines: CURIE of a state to its outline; the land of no state stands under `states:land`.

    Raises:
        SourceError: if the table can't be read.
    """
    rows = tables.read(tables.located(data, "map/outlines.csv"), COLUMNS)
    return {iris.curie("states", row["id"]): Outline(row["path"], row["x"], row["y"]) for row in rows}
