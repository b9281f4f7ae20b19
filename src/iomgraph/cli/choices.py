"""The things that a query may be asked about: listed where an argument that names one is left out."""

from __future__ import annotations

from collections.abc import Mapping

import pyoxigraph as ox

from iomgraph.queries.execution import Answer
from iomgraph.queries.library import Query
from iomgraph.queries.metadata import Parameter
from iomgraph.terms import RDF_TYPE, SKOS

SHOWN = 40
"""So many choices are shown; the rest is counted."""

# The examples that stand in the files of queries for these are settings, not the subject of the query.
_SETTINGS = ("integer", "language", "funds")
_LABELS = (
    f"{SKOS}prefLabel",
    "http://purl.org/dc/terms/title",
    "http://www.w3.org/2000/01/rdf-schema#label",
)


def missing(query: Query, given: Mapping[str, str]) -> Parameter | None:
    """Return the parameter that says what a query is about, if no argument was given for it.

    The value in the file makes the file a whole query that runs anywhere; whoever asks by name means
    some state or project of their own, and an answer about another one would mislead.

    Example:
        >>> from iomgraph.queries.library import find, read_all
        >>> from iomgraph.settings import Settings
        >>> known = read_all(Settings().queries)
        >>> missing(find(known, "projects-of-state"), {"language": "fr"}).name
        'state'
        >>> missing(find(known, "projects-in-year"), {}) is None
        True
    """
    if given.keys() - {one.name for one in query.parameters}:
        return None  # A misspelt name is what is wrong then, and is told by whoever binds the query.
    wanted = (one for one in query.parameters if one.type not in _SETTINGS and one.name not in given)
    return next(wanted, None)


def listing(base: str) -> str:
    """Write the query for the things whose IRIs begin with a base, each with a label.

    A label in English is preferred; without one, any is taken.

    Example:
        >>> "STRSTARTS" in listing("https://example.org/id/state/")
        True
    """
    labels = ", ".join(f"<{one}>" for one in _LABELS)
    return f"""SELECT ?thing (COALESCE(MIN(?english), MIN(?any), "") AS ?label) {{
  {{ SELECT DISTINCT ?thing {{ ?thing <{RDF_TYPE}> ?type
      FILTER(ISIRI(?thing) && STRSTARTS(STR(?thing), "{base}")
        && !CONTAINS(STRAFTER(STR(?thing), "{base}"), "/")) }} }}
  OPTIONAL {{ ?thing ?property ?any FILTER(?property IN ({labels})) }}
  BIND(IF(LANG(?any) = "en", ?any, ?none) AS ?english)
}} GROUP BY ?thing ORDER BY ?thing"""


def rows(answer: Answer, base: str) -> list[tuple[str, str]]:
    """Return the key and the label of each thing of an answer to `listing`."""
    found = ox.parse_query_results(answer.body, format=ox.QueryResultsFormat.JSON)
    assert isinstance(found, ox.QuerySolutions)  # noqa: S101
    return [(row["thing"].value.removeprefix(base), row["label"].value) for row in found]
