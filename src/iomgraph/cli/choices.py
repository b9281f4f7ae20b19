"""The things that a query can be about, listed if the argument that names one is missing."""

from __future__ import annotations

import re

import pyoxigraph as ox

from iomgraph.queries.execution import Answer
from iomgraph.terms import RDF_TYPE, SKOS

SHOWN = 40
"""The number of choices to show; the others are counted."""

_LABELS = (
    f"{SKOS}prefLabel",
    "http://purl.org/dc/terms/title",
    "http://www.w3.org/2000/01/rdf-schema#label",
)


def listing(base: str, example: str | None = None) -> str:
    """Write the query for the things whose IRIs begin with a base, each with a label.

    A label in English is preferred; without one, any is taken.

    Args:
        base: the beginning of the IRIs.
        example: key of a thing; if given, only things with all its types are listed, to separate goals from
            targets under the same base.

    Example:
        >>> "STRSTARTS" in listing("https://example.org/id/state/")
        True
    """
    labels = ", ".join(f"<{one}>" for one in _LABELS)
    alike = ""
    if example is not None:
        other = f"<{base}{example}> <{RDF_TYPE}> ?its FILTER NOT EXISTS {{ ?thing <{RDF_TYPE}> ?its }}"
        alike = f"FILTER NOT EXISTS {{ {other} }}"
    return f"""SELECT ?thing (COALESCE(SUBSTR(MIN(?ranked), 2), "") AS ?label) {{
  {{ SELECT DISTINCT ?thing {{ ?thing <{RDF_TYPE}> ?type
      FILTER(ISIRI(?thing) && STRSTARTS(STR(?thing), "{base}")
        && !CONTAINS(STRAFTER(STR(?thing), "{base}"), "/")) {alike} }} }}
  OPTIONAL {{ ?thing ?property ?text FILTER(?property IN ({labels}))
    BIND(CONCAT(IF(LANG(?text) = "en", "0", "1"), STR(?text)) AS ?ranked) }}
}} GROUP BY ?thing ORDER BY ?thing"""


def rows(answer: Answer, base: str) -> list[tuple[str, str]]:
    """Return the key and the label of each thing in an answer to `listing`."""
    found = ox.parse_query_results(answer.body, format=ox.QueryResultsFormat.JSON)
    assert isinstance(found, ox.QuerySolutions)  # noqa: S101
    listed = [(row["thing"].value.removeprefix(base), row["label"].value) for row in found]
    return sorted(listed, key=_order)


def _order(row: tuple[str, str]) -> list[tuple[bool, int, str]]:
    """Order numbers in a key by value: 1.2 before 1.10, and 2 before 10."""
    parts = re.split(r"(\d+)", row[0])
    return [(part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts]
