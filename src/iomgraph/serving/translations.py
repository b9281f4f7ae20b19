"""The words of the server, in each language (`data/vocabulary/serving.csv`)."""

from __future__ import annotations

from collections.abc import Mapping

from iomgraph.settings import LANGUAGES, resources
from iomgraph.sources import tables


def read() -> dict[str, Mapping[str, str]]:
    """Read them: language to key to text.

    Raises:
        SourceError: if the table can't be read.

    Example:
        >>> read()["es"]["limit"]
        'Límite'
    """
    rows = list(tables.read(resources() / "data/vocabulary/serving.csv", ("key", *LANGUAGES)))
    return {lang: {row["key"]: row[lang] for row in rows} for lang in LANGUAGES}
