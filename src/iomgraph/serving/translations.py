"""The words of the server, and of the parameters and columns of queries, in each language."""

from __future__ import annotations

from collections.abc import Mapping

from iomgraph.settings import LANGUAGES, resources
from iomgraph.sources import tables


def read() -> dict[str, Mapping[str, str]]:
    """Read the words of the server (`data/vocabulary/serving.csv`): language to key to text.

    Raises:
        SourceError: if the table can't be read.

    Example:
        >>> read()["es"]["limit"]
        'Límite'
    """
    rows = list(tables.read(resources() / "data/vocabulary/serving.csv", ("key", *LANGUAGES)))
    return {lang: {row["key"]: row[lang] for row in rows} for lang in LANGUAGES}


def of_queries() -> dict[str, Mapping[str, str]]:
    """Read the meanings of parameters and columns: language to English to text.

    Raises:
        SourceError: if the table (`data/vocabulary/query_words.csv`) can't be read.

    Example:
        >>> of_queries()["fr"]["number of projects"]
        'nombre de projets'
    """
    rows = list(tables.read(resources() / "data/vocabulary/query_words.csv", LANGUAGES))
    return {lang: {row["en"]: row[lang] for row in rows} for lang in LANGUAGES}
