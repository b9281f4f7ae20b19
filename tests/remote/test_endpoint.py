"""A store over HTTP: how large its graphs are, where it loads statements, and bodies that are sent twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from iomgraph.remote import endpoint as module
from iomgraph.remote.credentials import Credentials
from iomgraph.remote.endpoint import Addresses, Endpoint
from iomgraph.remote.transport import RefusedError

from .conftest import QUICK, Oxigraph, Proxy

MakeProxy = Callable[..., Proxy]
INSERT = "INSERT DATA { <urn:s> <urn:p> <urn:o> }"


@pytest.mark.parametrize("page", [1, 3, 7, 10_000])
def test_graphs_are_counted_a_page_at_a_time(
    oxigraph: Oxigraph, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    data = "".join(
        f"GRAPH <urn:g:{graph}> {{ <urn:s> <urn:p> {', '.join(map(str, range(graph)))} }}\n"
        for graph in range(1, 8)
    )
    oxigraph.endpoint.update(f"INSERT DATA {{ {data} GRAPH <urn:other> {{ <urn:s> <urn:p> 1 }} }}")
    monkeypatch.setattr(module, "_PAGE", page)
    assert oxigraph.endpoint.sizes("urn:g:") == {f"urn:g:{graph}": graph for graph in range(1, 8)}
    assert oxigraph.endpoint.sizes("urn:none:") == {}


def test_a_list_of_graphs_that_the_store_cuts_off_is_asked_for_again(
    oxigraph: Oxigraph, proxy: MakeProxy
) -> None:
    data = "".join(f"GRAPH <urn:g:{graph}> {{ <urn:s> <urn:p> 1 }}\n" for graph in range(9))
    oxigraph.endpoint.update(f"INSERT DATA {{ {data} }}")
    miserly = proxy(oxigraph.port, lambda _: lambda body: body.replace(b"LIMIT+10000", b"LIMIT+4"))
    assert list(miserly.endpoint.sizes("urn:g:")) == [f"urn:g:{graph}" for graph in range(9)]
    assert len(miserly.requests) == 4


def test_where_statements_are_loaded_is_known_of_oxigraph_alone(oxigraph: Oxigraph, proxy: MakeProxy) -> None:
    open_, shy = proxy(oxigraph.port), proxy(oxigraph.port)
    shy.tells = False
    for before, address in ((open_, f"{open_.url}/store"), (shy, "")):
        endpoint = before.endpoint
        assert endpoint.graph_store == ""
        endpoint.count("?s ?p ?o")
        assert endpoint.graph_store == address
    given = Endpoint(Addresses(f"{open_.url}/query", graph_store=f"{open_.url}/elsewhere"))
    given.count("?s ?p ?o")
    assert given.graph_store == f"{open_.url}/elsewhere"


@pytest.mark.parametrize(
    ("query", "beside"),
    [
        ("http://a/query", "http://a/store"),
        ("http://a/b/sparql", "http://a/b/store"),
        ("http://a/query?of=http://b/c", "http://a/store"),
        ("http://a", ""),
        ("a", ""),
    ],
)
def test_the_address_beside_that_for_queries(query: str, beside: str) -> None:
    assert Addresses(query).beside == beside


def test_a_body_is_sent_whole_again_where_the_store_asks_for_credentials_first(
    oxigraph: Oxigraph, proxy: MakeProxy
) -> None:
    ask = 'WWW-Authenticate: Digest realm="store", nonce="abc", qop="auth"\r\n'
    strict = proxy(oxigraph.port, lambda n: (401, ask, "who are you") if n == 0 else None)
    Endpoint(Addresses(f"{strict.url}/query"), Credentials("ada", "secret"), QUICK).update(INSERT)
    assert [body.decode() for *_, body in strict.requests] == [INSERT, INSERT]
    assert strict.requests[1][2]["Authorization"].startswith("Digest ")
    assert oxigraph.endpoint.count("?s ?p ?o") == 1


def test_what_is_too_large_for_the_store_is_refused_and_not_tried_again(oxigraph: Oxigraph) -> None:
    # Oxigraph says so before it has read the body.
    parts = (f"INSERT DATA {{ <urn:s> <urn:p> '{'x' * 2**20}' }} ;\n" for _ in range(130))
    with pytest.raises(RefusedError, match=r"limited to \d+ bytes"):
        oxigraph.endpoint.update(parts)
    assert oxigraph.endpoint.count("?s ?p ?o") == 0
