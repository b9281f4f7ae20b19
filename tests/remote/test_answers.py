"""The queries on a store elsewhere: the same answers as from the release."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from iomgraph import formats
from iomgraph.errors import QueryError
from iomgraph.mapping import context
from iomgraph.queries import execution as local
from iomgraph.queries import library, parameters
from iomgraph.queries.library import Query
from iomgraph.remote.answers import ask, names_graphs
from iomgraph.remote.endpoint import Addresses, Endpoint
from iomgraph.remote.push import push
from iomgraph.settings import resources

from .conftest import QUICK, Oxigraph

KNOWN = library.read_all(resources() / "queries")
PREFIXES = context.read(resources() / "ontology").prefixes
GIVEN = {"project": "LM.0024", "state": "KEN"}


@pytest.fixture(scope="module")
def pushed(tmp_path_factory: pytest.TempPathFactory, portfolio_release: Path) -> Iterator[Endpoint]:
    """A store that the real portfolio was pushed into."""
    store = Oxigraph(tmp_path_factory.mktemp("pushed") / "oxigraph")
    push(portfolio_release, store.endpoint)
    yield store.endpoint
    store.kill()


@pytest.fixture(scope="module")
def opened(portfolio_release: Path) -> ox.Store:
    return local.open_release(portfolio_release)


def _given(question: Query) -> dict[str, str]:
    return {one.name: GIVEN[one.name] for one in question.parameters if one.default is None}


def test_there_are_queries() -> None:
    assert len(KNOWN) == 61


@pytest.mark.parametrize("name", KNOWN)
def test_the_answer_is_the_same_bytes(pushed: Endpoint, opened: ox.Store, name: str) -> None:
    question = KNOWN[name]
    terms = parameters.terms(question, _given(question), opened, PREFIXES)
    here = local.ask(opened, question.bound(terms), None, PREFIXES)
    assert ask(pushed, question, _given(question), None, PREFIXES) == here


def test_an_argument_that_names_nothing_there_is_refused_with_what_is_close(pushed: Endpoint) -> None:
    with pytest.raises(QueryError, match="did you mean KEN"):
        ask(pushed, KNOWN["projects-of-state"], {"state": "KENX"}, None, PREFIXES)


def test_a_query_in_words_of_its_own_knows_the_prefixes(pushed: Endpoint) -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?p a iom:Project } # delete"
    assert ask(pushed, text, {}, formats.find("csv"), PREFIXES).body == b"n\r\n473\r\n"


def test_a_format_that_can_not_carry_the_answer_is_refused(pushed: Endpoint) -> None:
    with pytest.raises(QueryError, match="can't carry"):
        ask(pushed, "SELECT * { ?s ?p ?o } LIMIT 1", {}, formats.find("turtle"), PREFIXES)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("SELECT ?g { GRAPH ?g { ?s ?p ?o } }", True),
        ("SELECT ?g { graph?g { ?s ?p ?o } }", True),
        ("SELECT ?g { GRAPH # any\n $g { ?s ?p ?o } }", True),
        ("SELECT * { ?graph ?p ?o }", False),
        ("SELECT * { $graph ?p ?o ; iom:graph ?g }", False),
        ("SELECT * { GRAPH <https://example.org/g> { ?s ?p ?o } }", False),
    ],
)
def test_a_query_names_graphs_where_a_variable_stands_for_one(text: str, names: bool) -> None:
    assert names_graphs(text) is names


@pytest.mark.slow
def test_virtuoso_answers_from_the_facts_and_the_graphs_that_a_query_names(
    virtuoso: str, portfolio_release: Path, opened: ox.Store
) -> None:
    endpoint = Endpoint(Addresses(virtuoso), policy=QUICK)
    push(portfolio_release, endpoint)
    for name in ("budget-by-theme-and-year", "projects-of-state", "disagreements", "links-by-dataset"):
        question = KNOWN[name]
        terms = parameters.terms(question, _given(question), opened, PREFIXES)
        here = local.ask(opened, question.bound(terms), None, PREFIXES)
        assert ask(endpoint, question, _given(question), None, PREFIXES).body == here.body, name
