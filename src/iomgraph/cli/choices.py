"""The things that a query may be asked about: listed where an argument that names one is left out."""

from __future__ import annotations

import pyoxigraph as ox

from iomgraph.queries.execution import Answer
from iomgraph.terms import RDF_TYPE, SKOS

SHOWN = 40
"""So many choices are shown; the rest is counted."""

_LABELS = (
    f"{SKOS}prefLabel",
    "http://purl.org/dc/terms/title",
    "http://www.w3.org/2000/01/rdf-schema#label",
)


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
