"""The execution of a query: the fields of an address become terms, and the answer becomes a table."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from iomgraph.queries import execution, parameters
from iomgraph.queries.library import Query, Term
from iomgraph.serving.api import paging, table
from iomgraph.serving.api.paging import Page
from iomgraph.serving.api.table import Table
from iomgraph.serving.problem import RequestError
from iomgraph.serving.release import Release

LANGUAGE = "language"
"""The parameter for the language of names, in queries that have it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A query with all inputs of its answer.

    Args:
        query: the query.
        given: parameter to argument, for every parameter.
        terms: parameter to term.
        page: the wanted part of the answer.
    """

    query: Query
    given: Mapping[str, str]
    terms: Mapping[str, Term]
    page: Page

    @property
    def fields(self) -> dict[str, str]:
        """The fields of the address of this request."""
        return {**self.given, **self.page.fields}


def find(release: Release, name: str) -> Query:
    """Find a query by its name.

    Raises:
        RequestError: with 404, if there is none; the message lists similar names.
    """
    if name in release.queries:
        return release.queries[name]
    close = difflib.get_close_matches(name[:100], release.queries, n=3, cutoff=0.5)
    step = f"did you mean {' or '.join(close)}? /api/ has them all" if close else "/api/ has them all"
    raise RequestError(404, "unknown query", where=name[:100], step=step)


def read(release: Release, query: Query, fields: Mapping[str, str], lang: str) -> Asked:
    """Read the fields of an address.

    Args:
        release: the release; things that it does not have are refused.
        query: the query.
        fields: fields of the address: parameters, `limit`, `offset`.
        lang: language of the address, used for names unless a field names another.

    Raises:
        RequestError: if a field is unknown, or one is missing.
        QueryError: if an argument is not of its type.
    """
    known = {parameter.name: parameter for parameter in query.parameters}
    for name in fields:
        if name not in known and name not in paging.NAMES:
            there_is = ", ".join([*known, *paging.NAMES])
            raise RequestError(
                400, f"{query.name} has no such parameter", where=name[:100], step=f"there is {there_is}"
            )
    given = {}
    for name, parameter in known.items():
        default = lang if name == LANGUAGE else parameter.default
        value = fields.get(name, default)
        if value is None:
            raise RequestError(
                400, f"{query.name} needs a parameter", where=name, step=f"give it: {parameter.meaning}"
            )
        given[name] = value
    terms = parameters.terms(query, given, release.names, release.context.prefixes)
    return Asked(query, given, terms, paging.read(fields))


def ask(release: Release, asked: Asked) -> Table:
    """Get the whole answer, from which pages can be cut.

    Raises:
        QueryError: if the query can't be answered.
    """
    text = asked.query.bound(asked.terms)
    return table.of(execution.answer(release.store, text, prefixes=release.context.prefixes))
