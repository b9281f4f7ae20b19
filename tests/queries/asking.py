"""Queries asked of a store, and their rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from iomgraph.mapping import context
from iomgraph.queries import parameters
from iomgraph.queries.library import Query

Row = tuple[str | None, ...]

BASE = "https://w3id.org/iomgraph/"
LANGUAGE = "http://publications.europa.eu/resource/authority/language/"


def rows(store: ox.Store, text: str) -> list[Row]:
    """The rows of a SELECT in their order, or the statements of a graph in order of text."""
    found = store.query(text)
    if isinstance(found, ox.QueryTriples):
        return sorted((str(t.subject), str(t.predicate), str(t.object)) for t in found)
    assert isinstance(found, ox.QuerySolutions)
    return [tuple(None if term is None else str(term) for term in solution) for solution in found]


def asked(query: Query, store: ox.Store, release: Path, given: Mapping[str, str] | None = None) -> list[Row]:
    """The answer to a query that is bound as the command line binds it."""
    prefixes = context.read(release / "ontology").prefixes
    return rows(store, query.bound(parameters.terms(query, given or {}, store, prefixes)))


def values(found: list[Row], at: int = 0) -> list[str]:
    """One column, terms stripped to their text."""
    return [(row[at] or "").split('"')[1] if '"' in (row[at] or "") else (row[at] or "") for row in found]


def projects_of(release: Path) -> list[dict[str, Any]]:
    """The projects as the JSON of the release has them: no query had a part in it."""
    document = json.loads((release / "iomgraph.jsonld").read_text(encoding="utf-8"))
    return [record for record in document["@graph"] if "Project" in record.get("type", ())]
