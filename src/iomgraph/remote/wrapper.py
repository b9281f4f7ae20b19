"""Queries that SPARQLWrapper writes and the transport carries.

SPARQLWrapper sends requests by `urlopener`, a name in its module that its authors keep for replacements. Its
own opener follows redirects with the credentials, reads errors of any size, uses proxies of the environment,
and waits endlessly for a dripping head.
"""

from __future__ import annotations

import urllib.request
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import Any

from SPARQLWrapper import POST, SELECT, SPARQLWrapper, Wrapper

from iomgraph.remote.transport import Reply, Request

Carrier = Callable[[Request], Reply]
"""Sends a request and returns the response."""

_CARRIER: ContextVar[Carrier] = ContextVar("carrier")
_MODULE: Any = Wrapper
_USUAL = _MODULE.urlopener


def query(url: str, text: str, accepted: str, graphs: tuple[str, Sequence[str]], carrier: Carrier) -> Reply:
    """Send a query by the SPARQL 1.1 Protocol, section 2.1.2 (POST with URL-encoded parameters).

    Args:
        url: the store's address for queries.
        text: the query.
        accepted: media type of the answer.
        graphs: IRI of the default graph, empty for the store's own; and the IRIs of the named graphs.

        carrier: sends the request.
    """
    client = SPARQLWrapper(url, agent="iomgraph", defaultGraph=graphs[0] or None)
    for name in graphs[1]:
        client.addParameter("named-graph-uri", name)
    client.setMethod(POST)
    client.setOnlyConneg(True)
    client.addCustomHttpHeader("Accept", accepted)
    # `setQuery` guesses the kind of query: `delete` in a comment makes it an update.
    client.queryString, client.queryType = text, SELECT
    _MODULE.urlopener = _open
    token = _CARRIER.set(carrier)
    try:
        reply = client.query().response
    finally:
        _CARRIER.reset(token)
    if not isinstance(reply, Reply):
        raise TypeError("SPARQLWrapper has sent a query by itself")
    return reply


def _open(request: urllib.request.Request, *args: Any, **options: Any) -> Any:
    """Pass our requests to their carrier, and all others to the usual opener."""
    carrier = _CARRIER.get(None)
    if carrier is None:
        return _USUAL(request, *args, **options)
    body = request.data
    return carrier(
        Request(request.full_url, body if isinstance(body, bytes) else b"", dict(request.header_items()))
    )
