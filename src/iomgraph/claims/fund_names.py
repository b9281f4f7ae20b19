"""The names by which activities call a fund."""

from __future__ import annotations

from collections.abc import Mapping

from iomgraph import iris
from iomgraph.settings import LANGUAGES
from iomgraph.sources.tables import Tables
from iomgraph.sources.vocabulary import fold

COLUMNS = ("id", "parent", *(f"name_{lang}" for lang in LANGUAGES), "note", "doubt", "source")


def read(tables: Tables, fund: str) -> Mapping[str, str]:
    """Map the folded names of a fund to its CURIE; empty if there is no such fund.

    Args:
        tables: the reference tables.
        fund: its id.

    Raises:
        SourceError: if the table of funds can't be read.

    Example:
        >>> from iomgraph.settings import Settings
        >>> read(Tables(Settings().data), "idf")[fold("Fonds de l’OIM pour le développement")]
        'funds:idf'
    """
    rows = tables.read("idf/funds.csv", COLUMNS) if fund else []
    names = (row[f"name_{lang}"] for row in rows for lang in LANGUAGES if row["id"] == fund)
    return {fold(name): iris.curie("funds", fund) for name in names if name}
