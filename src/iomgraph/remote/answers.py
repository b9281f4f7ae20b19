"""Answers of a store elsewhere, to the same queries and arguments as a release takes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pyoxigraph as ox

from iomgraph.errors import QueryError
from iomgraph.formats import Format
from iomgraph.queries import parameters
from iomgraph.queries.execution import Answer
from iomgraph.queries.library import Query, moved
from iomgraph.queries.metadata import PLAIN_TYPES
from iomgraph.remote.batches import FACTS
from iomgraph.remote.endpoint import Endpoint
from iomgraph.terms import RDF_TYPE

_TYPE = ox.NamedNode(RDF_TYPE)
_ANY_GRAPH = re.compile(r"(?<![?$:\w-])GRAPH(?:\s|#[^\n]*\n)*[?$]", re.IGNORECASE)
_PAGE = 5_000


def ask(
    endpoint: Endpoint,
    asked: Query | str,
    given: Mapping[str, str],
    wanted: Format | None,
    prefixes: Mapping[str, str],
    default: Sequence[str] = (),
    named: Sequence[str] = (),
) -> Answer:
    """Send a query to a store: one of the library, or any SPARQL.

    If a push had to put the facts into a graph of their own, because the store's default graph is the union
    of all graphs, the query uses that graph as its default graph (SPARQL 1.1 Protocol, section 2.1.4).

    Args:
        endpoint: the store.
        asked: a query of the library, or SPARQL.
        given: for a query of the library, parameter to the typed text.
        wanted: format of the answer; without one, JSON for results and Turtle for a graph.
        prefixes: prefix to IRI, under the base IRI of what stands in the store.
        default: the default graph that the user names, if any.
        named: the named graphs that the user names, if any.

    Raises:
        QueryError: if an argument is unknown, missing or not of its type, the format can't carry the
            answer, or the default graph would be the union of several.
        RemoteError: if there is no answer, or not a valid one.
    """
    if default or named:
        if len(default) > 1:
            raise QueryError(
                "only one default graph can be queried", where="default-graph-uri", step="use FROM"
            )
        endpoint = endpoint.with_dataset("".join(default), named)
    else:
        endpoint = with_facts(endpoint, asked if isinstance(asked, str) else asked.text, prefixes)
    if isinstance(asked, str):
        return endpoint.answer(asked, wanted, prefixes)
    terms = parameters.terms(asked, given, _things(endpoint, asked, prefixes), prefixes)
    base_iri = prefixes["graphs"].removesuffix("graph/")
    return endpoint.answer(moved(asked.bound(terms), base_iri), wanted, prefixes)


def with_facts(endpoint: Endpoint, text: str, prefixes: Mapping[str, str]) -> Endpoint:
    """Return a store with the facts in the default graph, as in the release, for a query.

    Args:
        endpoint: the store.
        text: the query.
        prefixes: prefix to IRI, under the base IRI of what stands in the store.

    Raises:
        RemoteError: if there is no answer, or not a valid one.
    """
    facts = prefixes["graphs"] + FACTS
    if not endpoint.count(f"{{ SELECT ?s {{ GRAPH <{facts}> {{ ?s ?p ?o }} }} LIMIT 1 }}"):
        return endpoint
    # A query with a given default graph only sees named graphs that are given, too.
    claims, wide = prefixes["claims"], names_graphs(text)
    ours = [name for name in endpoint.sizes(prefixes["graphs"]) if wide or not name.startswith(claims)]
    return endpoint.with_dataset(facts, ours)


def names_graphs(text: str) -> bool:
    """Tell whether a query asks for the graph of a statement.

    Example:
        >>> names_graphs("SELECT ?g { GRAPH ?g { ?s ?p ?o } }"), names_graphs("SELECT * { ?graph ?p ?o }")
        (True, False)
    """
    return _ANY_GRAPH.search(text) is not None


def _things(endpoint: Endpoint, query: Query, prefixes: Mapping[str, str]) -> ox.Store:
    """Return the things that an argument may name, with a type each."""
    store = ox.Store()
    for kind in {parameter.type for parameter in query.parameters} - set(PLAIN_TYPES):
        last = ""
        while True:
            rows = endpoint.rows(
                f"SELECT DISTINCT ?x {{ ?x <{_TYPE.value}> ?y "
                f'FILTER(ISIRI(?x) && STRSTARTS(STR(?x), "{prefixes[kind]}") && STR(?x) > "{last}") }} '
                f"ORDER BY ?x LIMIT {_PAGE}"
            )
            store.extend(ox.Quad(row[0], _TYPE, _TYPE) for row in rows)
            if len(rows) < _PAGE:
                break
            last = rows[-1][0].value
    return store
