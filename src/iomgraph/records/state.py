"""One record a state: its codes and names, and whether it is a member of IOM."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from iomgraph import iris
from iomgraph.records.concepts import labels
from iomgraph.settings import LANGUAGES
from iomgraph.sources import tables

Record = dict[str, Any]

COLUMNS = (
    "iso3",
    "iso2",
    "m49",
    *(f"name_{lang}" for lang in LANGUAGES),
    "m49_region",
    "m49_subregion",
    "source",
)
MEMBER_COLUMNS = ("iso3", "date", "precision", "what", "note", "doubt", "source")


def states(data: Path, used: Collection[str]) -> Iterator[Record]:
    """The member states, and every other state that a project benefits.

    Args:
        data: the folder of the tables.
        used: CURIEs of the states that projects name.

    Raises:
        SourceError: if a table can't be read.
    """
    members = {row["iso3"] for row in tables.read(data / "states/memberships.csv", MEMBER_COLUMNS)}
    for row in tables.read(data / "states/states.csv", COLUMNS):
        name = iris.curie("states", row["iso3"])
        if row["iso3"] in members or name in used:
            codes = {"alpha2": row["iso2"], "alpha3": row["iso3"], "m49": row["m49"]}
            yield {
                "id": name,
                "type": ["State", "MemberState"] if row["iso3"] in members else ["State"],
                "prefLabel": labels(row),
                # M49 does not list every state that ISO 3166 does.
                **{term: code for term, code in codes.items() if code},
            }
