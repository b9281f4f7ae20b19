"""One record a fund."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from iomgraph import iris
from iomgraph.records.concepts import labels
from iomgraph.settings import LANGUAGES
from iomgraph.sources import tables

COLUMNS = ("id", *(f"name_{lang}" for lang in LANGUAGES), "source")


def funds(data: Path) -> Iterator[dict[str, Any]]:
    """The funds that pay for projects.

    Raises:
        SourceError: if the table can't be read.
    """
    for row in tables.read(data / "idf/funds.csv", COLUMNS):
        yield {"id": iris.curie("funds", row["id"]), "type": ["Fund"], "prefLabel": labels(row)}
