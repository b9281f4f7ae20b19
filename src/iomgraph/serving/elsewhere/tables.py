"""The things of a release from its tables, for indexes if the graphs are in a store elsewhere.

Only the names, identifiers and descriptions of things are read, row by row, because the release may be too
large for one machine.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from iomgraph.errors import OntologyError, PublicationError
from iomgraph.mapping.context import BY_LANGUAGE, Context
from iomgraph.publication.tables import parquet
from iomgraph.publication.tables.table import FOLDER
from iomgraph.queries.library import Query
from iomgraph.queries.metadata import PLAIN_TYPES
from iomgraph.serving.reconciliation.entities import TYPES
from iomgraph.serving.statements import Stated, Value
from iomgraph.terms import RDF_TYPE, SKOS

_NARROWEST_FIRST = tuple(reversed(list(TYPES)))
_BESIDE = frozenset({"label", "lang"})
"""Ends of the names of columns that repeat information for readers."""
_NAMES = frozenset(SKOS + name for name in ("prefLabel", "altLabel", "hiddenLabel", "notation"))
_TYPE = ox.NamedNode(RDF_TYPE)


class TableReader:
    """A reader of a release's tables: JSON Lines, or the Parquet of a release in parts.

    Args:
        release: its folder.
        context: gives the meaning of columns.
    """

    def __init__(self, release: Path, context: Context) -> None:
        self._folder, self._context = release / FOLDER, context
        self._terms: Mapping[str, Any] = context.document["@context"]
        self._columns: dict[str, tuple[str, str] | None] = {}

    def things(self) -> Iterator[Stated]:
        """Yield the things that can be reconciled with.

        Raises:
            PublicationError: if a table can't be read.
        """
        for name, path in self._files():
            if name in TYPES:
                with _reading(path):
                    for row in _rows(path):
                        kinds = tuple(term for term in _NARROWEST_FIRST if term in row["type"])
                        yield Stated(row["iri"], kinds, tuple(self._values(row)))

    def named(self, queries: Mapping[str, Query]) -> ox.Store:
        """Make a store of the things that queries take: their types and names.

        Args:
            queries: name to query.

        Raises:
            PublicationError: if a table can't be read.
        """
        asked = {one.type for query in queries.values() for one in query.parameters}
        kinds, store = asked - {*PLAIN_TYPES}, ox.Store()
        for _, path in self._files():
            with _reading(path):
                rows = (row for row in _rows(path, kinds) if "/" not in _key(row))
                store.bulk_extend(quad for row in rows for quad in self._named(row))
        return store

    def _named(self, row: Mapping[str, Any]) -> Iterator[ox.Quad]:
        node = ox.NamedNode(row["iri"])
        for term in row["type"]:
            yield ox.Quad(node, _TYPE, ox.NamedNode(self._context.expand(self._terms[term])))
        for predicate, value in self._values(row):
            if predicate in _NAMES and value is not None:
                yield ox.Quad(node, ox.NamedNode(predicate), value)

    def _files(self) -> list[tuple[str, Path]]:
        """List the files of tables, each with the table's name: one for each, or a folder of parts."""
        whole = sorted(self._folder.glob("*.jsonl"))
        found = [(path.stem, path) for path in whole] or [
            (path.parent.name, path) for path in sorted(self._folder.glob("*/part-*.parquet"))
        ]
        if not found:
            step = "build it again, with its tables: they are what names are looked up in"
            raise PublicationError("the release has no tables", where=self._folder, step=step)
        return found

    def _values(self, row: Mapping[str, Any]) -> Iterator[tuple[str, Value | None]]:
        for name, cell in row.items():
            known = self._column(name)
            if known:
                for one in cell if isinstance(cell, list) else [cell]:
                    yield known[0], self._value(known[1], one)

    def _column(self, name: str) -> tuple[str, str] | None:
        """Return the IRI of a column’s property, and the reader of its cells; None for a repetition."""
        if name not in self._columns:
            term, _, rest = name.partition("_")
            definition = self._terms.get(term)
            self._columns[name] = self._read(definition, rest) if isinstance(definition, Mapping) else None
        return self._columns[name]

    def _read(self, definition: Mapping[str, Any], rest: str) -> tuple[str, str] | None:
        iri = self._context.expand(definition["@id"])
        if definition.get("@container") in BY_LANGUAGE:
            return (iri, f"@{rest}") if rest and rest not in _BESIDE else None
        if rest:
            return None if rest in _BESIDE else (iri, "within")
        return iri, "link" if definition.get("@type") == "@id" else "plain"

    def _value(self, how: str, cell: Any) -> Value | None:
        if how == "within":
            return None
        if how == "link":
            return ox.NamedNode(self._context.expand(cell))
        return ox.Literal(str(cell), language=how[1:]) if how.startswith("@") else ox.Literal(str(cell))


def _key(row: Mapping[str, Any]) -> str:
    return str(row["id"].partition(":")[2])


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Add the name of the table to errors about its rows."""
    try:
        yield
    except (OSError, ValueError, LookupError, TypeError, OntologyError) as error:
        raise PublicationError(
            f"a table of the release can't be read ({type(error).__name__}: {error})",
            where=f"{FOLDER}/{path.name}",
            step="build it again",
        ) from None


def _rows(path: Path, kinds: Container[str] | None = None) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table; with kinds, only those whose ids have one of them as prefix."""
    if path.suffix == ".parquet":
        for row in parquet.read(path):
            if kinds is None or row["id"].partition(":")[0] in kinds:
                yield row
        return
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            # The id comes first, so tables without these kinds need not be parsed.
            if kinds is None or line[7 : line.find(":", 7)] in kinds:
                yield json.loads(line)
