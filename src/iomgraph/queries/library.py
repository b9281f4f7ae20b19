"""The queries, one per `.rq` file, whose head states its purpose, parameters and columns.

In the query, `VALUES ?state { states:GEO }` is the place for the argument of the parameter `state` (SPARQL
1.1, section 10.2), so every file is a complete query that runs anywhere unchanged.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from iomgraph import iris
from iomgraph.errors import QueryError
from iomgraph.queries import metadata, sparql
from iomgraph.queries.metadata import PLAIN_TYPES, Column, Parameter

Term = ox.NamedNode | ox.Literal

_LONGEST = 1_000_000
"""Maximum number of characters of a query in a file."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query, as described in its file.

    Args:
        name: the file's name without `.rq`.
        titles: language to title.
        purposes: language to a sentence or two.
        parameters: in the order of the head.
        columns: in the order of the SELECT; none if the answer is a graph.
        text: the whole file.
    """

    name: str
    titles: Mapping[str, str]
    purposes: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    text: str

    @property
    def query(self) -> str:
        """The SPARQL below the head."""
        lines = self.text.split("\n")
        return "\n".join(lines[len(list(metadata.comment(self.text))) :]).strip()

    def bound(self, terms: Mapping[str, Term]) -> str:
        r"""Give the query with terms in place of its parameters.

        The library writes each term, escaped by the rules of the syntax, and all are put in at once, so that
        a term can neither break out of its place nor hold the place of another.

        Args:
            terms: parameter to term, one for each.

        Example:
            >>> from iomgraph.settings import Settings
            >>> query = read(Settings().queries / "projects-about.rq")
            >>> bound = query.bound({"word": ox.Literal('" } ; DROP')})
            >>> print(next(line.strip() for line in bound.splitlines() if "VALUES" in line))
            VALUES ?word { "\" } ; DROP" }
        """
        if not self.parameters:
            return self.text
        return _places(self.parameters).sub(lambda at: f"VALUES ?{at[1]} {{ {terms[at[1]]} }}", self.text)


def _places(parameters: Iterable[Parameter]) -> re.Pattern[str]:
    names = "|".join(parameter.name for parameter in parameters)
    return re.compile(rf"(?i:VALUES)\s+[?$]({names})\s*\{{[^{{}}]*\}}")


def read_all(folder: Path) -> dict[str, Query]:
    """Read every query of a folder, in order of name.

    Raises:
        QueryError: if a query is malformed, or the folder has none.
    """
    found = {path.stem: read(path) for path in sorted(folder.glob("*.rq"), key=lambda path: path.stem)}
    if not found:
        raise QueryError("there is no query", where=folder, step="name a folder with .rq files")
    return found


def read(path: Path) -> Query:
    """Read a query.

    Raises:
        QueryError: if the file can't be read, or is malformed; it names the line.
    """
    return parse(text_of(path), path)


def text_of(path: Path) -> str:
    """Read the text of a query, with or without a head.

    Raises:
        QueryError: if the file can't be read, or is too large.
    """
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(_LONGEST + 1)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise QueryError(
            f"the query can't be read ({reason})", where=path, step="name a UTF-8 file"
        ) from None
    if len(text) > _LONGEST:
        raise QueryError(
            f"the file is longer than {_LONGEST:,} characters", where=path, step="name the file of a query"
        )
    return text


def find(queries: Mapping[str, Query], name: str) -> Query:
    """Find a query by its name.

    Raises:
        QueryError: if no query has this name; the message lists similar names.

    Example:
        >>> from iomgraph.settings import Settings
        >>> find(read_all(Settings().queries), "budget-by-years")
        Traceback (most recent call last):
        iomgraph.errors.QueryError: there is no such query: budget-by-years
          Next: did you mean budget-by-year? --list names them all
    """
    if name in queries:
        return queries[name]
    close = difflib.get_close_matches(name, queries, n=1, cutoff=0.5)
    hint = f"did you mean {close[0]}? " if close else ""
    raise QueryError("there is no such query", where=name, step=f"{hint}--list names them all")


def moved(text: str, base_iri: str) -> str:
    """Move a query under the base IRI of a release; reference data and the ontology stay where they are.

    Example:
        >>> moved("<https://w3id.org/iomgraph/id/fund/x> <https://w3id.org/iomgraph/ontology#endYear>", "http://a/")
        '<http://a/id/fund/x> <https://w3id.org/iomgraph/ontology#endYear>'
    """
    return iris.moved(text, base_iri)


def parse(text: str, path: Path) -> Query:
    """Parse a query from the text of its file.

    Args:
        text: the head and the query.
        path: the file, which names the query; it is not opened.

    Raises:
        QueryError: if the head or the query is malformed, or the two do not go together.
    """
    head = metadata.read(text, str(path))
    query = Query(
        path.stem,
        head.titles,
        head.purposes,
        tuple(head.parameters.values()),
        tuple(head.columns.values()),
        text,
    )
    for parameter in query.parameters:
        _check_parameter(parameter, text, path)
    _check_query(query, path)
    return query


def _check_parameter(parameter: Parameter, text: str, path: Path) -> None:
    where = f"{path}:{parameter.line}"
    if not _places([parameter]).search(text):
        what = f"the parameter {parameter.name} has no place in the query"
        raise QueryError(what, where=where, step=f"write VALUES ?{parameter.name} {{ … }} there")
    if parameter.type not in PLAIN_TYPES and f"\nPREFIX {parameter.type}:" not in text:
        what = f"the parameter {parameter.name} has the unknown type {parameter.type}"
        raise QueryError(what, where=where, step=f"write {', '.join(PLAIN_TYPES)}, or a prefix of the query")


def _check_query(query: Query, path: Path) -> None:
    """Run the query on an empty store, to see if it is valid SPARQL and which columns it selects."""
    try:
        sparql.refuse(query.text, {})
    except QueryError as error:
        raise QueryError(error.what, where=f"{path}, {error.where}", step=error.step) from None
    answer = ox.Store().query(query.text)
    selected = [found.value for found in answer.variables] if isinstance(answer, ox.QuerySolutions) else []
    described = [column.name for column in query.columns]
    if selected != described:
        what = f"the head describes the columns {described}, the query selects {selected}"
        raise QueryError(what, where=f"{path}:1", step="describe each, in the order of the SELECT")
