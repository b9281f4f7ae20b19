"""SPARQLWrapper writes our queries, and goes its own way for anybody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest
from SPARQLWrapper import JSON, SPARQLWrapper

from iomgraph.errors import RemoteError
from iomgraph.remote.endpoint import Addresses, Endpoint

from .conftest import QUICK, Oxigraph, Proxy

MakeProxy = Callable[..., Proxy]


@pytest.mark.parametrize(
    "text", ["SELECT * { ?s ?p ?o } # delete", "DROP ALL", "", "INSERT DATA { <urn:a> <urn:a> <urn:a> }"]
)
def test_whatever_a_query_looks_like_it_is_sent_as_a_query(proxy: MakeProxy, text: str) -> None:
    store = proxy(trick=lambda _: (400, "", "no"))
    endpoint = Endpoint(Addresses(f"{store.url}/query"), policy=QUICK).with_dataset(
        "urn:d", ["urn:a", "urn:b"]
    )
    with pytest.raises(RemoteError, match="no"):
        endpoint.rows(text)
    [(method, path, headers, body)] = store.requests
    assert (method, path) == ("POST", "/query")
    assert headers["Content-type"] == "application/x-www-form-urlencoded"
    sent = parse_qs(body.decode(), keep_blank_values=True)
    assert sent == {
        "query": [text],
        "default-graph-uri": ["urn:d"],
        "named-graph-uri": ["urn:a", "urn:b"],
    }


def test_queries_of_others_are_left_to_sparqlwrapper(oxigraph: Oxigraph) -> None:
    assert oxigraph.endpoint.count("?s ?p ?o") == 0
    other: Any = SPARQLWrapper(f"{oxigraph.base}/query", returnFormat=JSON)
    other.setQuery("ASK {}")
    assert other.queryAndConvert()["boolean"] is True
