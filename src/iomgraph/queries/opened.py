"""A release in Python: its named queries, SPARQL, things by ID or name, and provenance of values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, overload

import pyoxigraph as ox

from iomgraph.errors import QueryError
from iomgraph.mapping import context
from iomgraph.queries import execution, library, parameters, sparql
from iomgraph.queries.library import Query, moved
from iomgraph.queries.metadata import Parameter
from iomgraph.release import quads
from iomgraph.release.dumps import NQUADS
from iomgraph.settings import resources
from iomgraph.terms import XSD

Value = str | int | Decimal | bool | date | None
"""The value of a cell: IRIs and texts as `str`, numbers and days as Python types, None if it is empty."""

_READ: Mapping[str, Callable[[str], Value]] = {
    f"{XSD}integer": int,
    f"{XSD}gYear": int,
    f"{XSD}decimal": Decimal,
    f"{XSD}date": date.fromisoformat,
    f"{XSD}boolean": lambda text: text in ("true", "1"),
}


@dataclass(frozen=True, slots=True)
class Rows(Sequence[Mapping[str, Value]]):
    """The rows of an answer.

    Args:
        columns: their names, in order.
        rows: column to value, for each row.

    Example:
        >>> rows = Rows(("state", "projects"), ({"state": "Kenya", "projects": 3},))
        >>> len(rows), rows[0]["projects"], rows.column("state")
        (1, 3, ['Kenya'])
    """

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Value], ...]

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, at: int) -> Mapping[str, Value]: ...
    @overload
    def __getitem__(self, at: slice) -> Rows: ...
    def __getitem__(self, at: int | slice) -> Mapping[str, Value] | Rows:
        return Rows(self.columns, self.rows[at]) if isinstance(at, slice) else self.rows[at]

    def __iter__(self) -> Iterator[Mapping[str, Value]]:
        return iter(self.rows)

    def column(self, name: str) -> list[Value]:
        """Return the values of a column, in the order of the rows."""
        return [row[name] for row in self.rows]

    def to_pandas(self) -> Any:
        """Return a pandas DataFrame.

        Raises:
            QueryError: if pandas is not installed.
        """
        return _library("pandas").DataFrame(list(self.rows), columns=list(self.columns))

    def to_polars(self) -> Any:
        """Return a polars DataFrame.

        Raises:
            QueryError: if polars is not installed.
        """
        data = {name: self.column(name) for name in self.columns}
        return _library("polars").DataFrame(data, strict=False)


@dataclass(frozen=True)
class Release:
    """A release, which is read when it is first queried.

    Args:
        folder: of the release.

    Example:
        >>> release = Release(Path("dist"))
        >>> release.queries["budget-by-year"].columns[0].name
        'year'
    """

    folder: Path

    @cached_property
    def store(self) -> ox.Store:
        """The statements, in all their graphs."""
        return execution.open_release(self.folder)

    @cached_property
    def queries(self) -> Mapping[str, Query]:
        """The named queries; each tells its purpose, parameters and columns."""
        return library.read_all(resources() / "queries")

    @cached_property
    def _context(self) -> context.Context:
        return context.read(self.folder / "ontology")

    def ask(self, name: str, /, **arguments: str | int) -> Rows:
        """Run a named query.

        Args:
            name: its name, such as `projects-of-state`; hyphens may be underscores.
            arguments: parameter to value; for things, an ID, name or code.

        Raises:
            QueryError: if there is no such query, or an argument is missing or wrong; the message says which
                values are valid.

        Example:
            >>> Release(Path("no-release")).ask("projects-of-stat", state="Kenya")
            Traceback (most recent call last):
            iomgraph.errors.QueryError: there is no such query: projects-of-stat
              Next: did you mean projects-of-state? --list names them all
        """
        query = library.find(self.queries, name.replace("_", "-"))
        given = {key: str(value) for key, value in arguments.items()}
        if parameter := parameters.missing(query, given):
            step = f"give {parameter.name}=… ({parameter.meaning})"
            raise QueryError(f"{query.name} needs a parameter", where=parameter.name, step=step)
        terms = parameters.terms(query, given, self.store, self._context.prefixes)
        found = self.sparql(
            moved(query.bound(terms), self._context.prefixes["graphs"].removesuffix("graph/"))
        )
        if isinstance(found, Rows):
            return found
        raise QueryError("the query returns a graph, not rows", where=query.name, step="use sparql() for it")

    def sparql(self, text: str) -> Rows | bool | list[ox.Triple]:
        """Run a SPARQL query; the prefixes of the release need no declaration.

        Returns:
            rows for SELECT, True or False for ASK, triples for CONSTRUCT and DESCRIBE.

        Raises:
            QueryError: if it can't be run, with the line and column of an error in it.
        """
        prefixes = dict(self._context.prefixes)
        sparql.refuse(text, prefixes)
        try:
            found = self.store.query(text, prefixes=prefixes)
            if isinstance(found, ox.QueryTriples):
                return list(found)
            if isinstance(found, ox.QueryBoolean):
                return bool(found)
            names = tuple(variable.value for variable in found.variables)
            return Rows(names, tuple({name: _value(row[name]) for name in names} for row in found))
        except (OSError, RuntimeError, ValueError) as error:
            raise QueryError(f"the query can't be answered ({error})", step="rewrite the query") from error

    def project(self, name: str) -> Mapping[str, list[Value]]:
        """Return the values of a project, found by its ID or title, for each property.

        Raises:
            UnknownThingError: if there is no such project; the message lists similar ones.
        """
        return self.thing("projects", name)

    def state(self, name: str) -> Mapping[str, list[Value]]:
        """Return the values of a state, found by its name or code, for each property.

        Raises:
            UnknownThingError: if there is no such state; the message lists similar ones.
        """
        return self.thing("states", name)

    def thing(self, kind: str, name: str) -> Mapping[str, list[Value]]:
        """Return the sorted values of a thing in the default graph, for the short name of each property.

        Args:
            kind: prefix of its IRIs, such as `themes`.
            name: its key, its name, or a code.

        Raises:
            UnknownThingError: if there is no such thing.
        """
        node = self._node(kind, name)
        said: dict[str, list[Value]] = {}
        for quad in self.store.quads_for_pattern(node, None, None, ox.DefaultGraph()):
            said.setdefault(self._context.compact(quad.predicate.value), []).append(_value(quad.object))
        return {term: sorted(values, key=str) for term, values in sorted(said.items())}

    def provenance(self, project: str, term: str) -> Rows:
        """Return the provenance of a project's value: the rule that decided, and the pages it rests on.

        Args:
            project: its ID or title.
            term: the property, such as `endYear` or `iom:endYear`.

        Raises:
            UnknownThingError: if there is no such project.
        """
        found = self.ask("sources-of-project", project=project)
        wanted = {term, f"iom:{term}", f"dct:{term}", f"schema:{term}"}
        rows = [row for row in found if self._context.compact(str(row["property"])) in wanted]
        return Rows(found.columns, tuple(rows))

    def _node(self, kind: str, name: str) -> ox.NamedNode:
        parameter = Parameter("name", kind, None, "the thing", 0)
        return parameters.thing(parameter, name, self.store, self._context.prefixes)


def open(folder: Path | str = "dist") -> Release:  # noqa: A001 - it is `iomgraph.open`
    """Open a release to query it from Python; its files are read at the first query.

    Args:
        folder: of the release.

    Raises:
        QueryError: if the folder has no release.
        PublicationError: if a part of it is missing.

    Example:
        >>> open("no-release")
        Traceback (most recent call last):
        iomgraph.errors.QueryError: there is no release: no-release/iomgraph.nq.gz
          Next: run iomgraph build, or name the folder of a release
    """
    if not quads.paths(Path(folder)):
        raise QueryError(
            "there is no release",
            where=Path(folder) / NQUADS,
            step="run iomgraph build, or name the folder of a release",
        )
    return Release(Path(folder))


def _value(term: object) -> Value:
    if isinstance(term, ox.Literal):
        read = _READ.get(term.datatype.value)
        try:
            return read(term.value) if read else term.value
        except ValueError:
            return term.value
    return None if term is None else getattr(term, "value", str(term))


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        raise QueryError(
            f"{name} is not installed", step=f"install {name}, or use the rows as they are"
        ) from None
