"""The survey, which finds out what a publisher has before any check begins."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from urllib.parse import urlencode, urljoin, urlsplit

from iomgraph.doctor.client import Client, ElsewhereError
from iomgraph.doctor.publisher import Publisher, Space
from iomgraph.doctor.statements import ACCEPT, Description, describe
from iomgraph.errors import RemoteError
from iomgraph.remote.visitor import Response

RESULTS = "application/sparql-results+json"
ONE = "SELECT (1 + 1 AS ?x) {}"
"""A query that every endpoint answers in the same way, whatever its data."""
WELL_KNOWN = "/.well-known/void"
_VOID_NAMES, _CATALOGUE_NAMES, _ENDPOINTS = (
    ("void.ttl", "void"),
    ("dcat.ttl", "catalog.ttl"),
    ("sparql", "query"),
)
"""Usual names of files and endpoints beside the named address."""


def survey(
    client: Client, url: str, endpoint: str = "", iris: Sequence[str] = (), samples: int = 3
) -> Publisher:
    """Find a publisher's descriptions, its endpoint, and some of its things.

    Args:
        client: sends the requests.
        url: address of its site, of a thing, of a description, or of its endpoint.
        endpoint: address of its endpoint, if known.
        iris: IRIs of things, if known.
        samples: number of things to find.

    Raises:
        RemoteError: if nothing answers at the address.
    """
    start = client.follow(url, ACCEPT)
    if start.elsewhere:
        step = f"name that address ({start.elsewhere}), or allow other hosts with --follow"
        raise RemoteError("the address redirects to another host", where=url, step=step)
    if not start.last.status:
        step = "check the address, and whether the server runs"
        raise RemoteError(f"nothing answers here ({start.last.error})", where=url, step=step)
    first = describe(start.last)
    publisher = _described(client, Publisher(url=url), first)
    publisher = replace(publisher, space=_space(client, publisher))
    publisher = replace(publisher, endpoint=_endpoint(client, publisher, endpoint))
    publisher = replace(publisher, service=_service(client, publisher))
    publisher = replace(publisher, catalogue=_catalogue(client, publisher, first))
    found = tuple(iris) or tuple(_samples(client, publisher, first, samples))
    return replace(publisher, samples=found[: max(samples, len(iris))])


def look(client: Client, url: str) -> Description:
    """Read the RDF at an address; without any, the result is empty."""
    with suppress(ElsewhereError):
        return describe(client.follow(url, ACCEPT).last)
    return Description()


def ask(client: Client, endpoint: str, text: str, accept: str = RESULTS) -> Response:
    """Send a query by GET."""
    return client.get(with_query(endpoint, [("query", text)]), accept)


def post(client: Client, endpoint: str, text: str) -> Response:
    """Send a query by POST, as a form."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": RESULTS}
    return client.send(endpoint, "POST", headers, urlencode({"query": text}).encode())


def with_query(endpoint: str, fields: Sequence[tuple[str, str]]) -> str:
    """Add fields to an address.

    Example:
        >>> with_query("http://a.example/sparql?output=xml", [("query", "ASK {}")])
        'http://a.example/sparql?output=xml&query=ASK+%7B%7D'
    """
    return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(fields)}"


def rows(response: Response) -> list[dict[str, str]] | None:
    """Return the rows of JSON results; None if the response is not such results."""
    try:
        found = json.loads(response.body)
        bindings = found["results"]["bindings"]
        return [{name: str(cell["value"]) for name, cell in one.items()} for one in bindings]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _described(client: Client, publisher: Publisher, first: Description) -> Publisher:
    """Find the description in VoID: at its standard address, through links of the site, or by usual names."""
    known = look(client, urljoin(publisher.url, WELL_KNOWN))
    if known.things("void:Dataset"):
        return replace(publisher, void=known, well_known=True)
    names = (urljoin(publisher.folder, name) for name in _VOID_NAMES)
    for found in (first, *(look(client, one) for one in names)):
        if found.things("void:Dataset"):
            return replace(publisher, void=found)
    return publisher


def _space(client: Client, publisher: Publisher) -> Space:
    """Find out whether the IRIs of the description are served below the named address."""
    void = publisher.void
    iris = [*void.values("void:exampleResource"), *void.values("void:uriSpace")]
    iris = [one for one in iris if one.startswith("http")]
    if not iris or client.may(iris[0]):
        return Space()
    parts = urlsplit(iris[0])
    folders = parts.path.split("/")[1:-1]
    for depth in range(len(folders) + 1):
        head = "/".join([f"{parts.scheme}://{parts.netloc}", *folders[:depth], ""])
        space = Space(head, publisher.folder)
        found = look(client, space.address(iris[0]))
        if any(getattr(one.subject, "value", "") == iris[0] for one in found.triples):
            return space
    return Space()


def _endpoint(client: Client, publisher: Publisher, given: str) -> str:
    """Find the address of the endpoint; empty if there is none."""
    void = publisher.void
    told = [
        *void.values("void:sparqlEndpoint"),
        *void.values("sd:endpoint"),
        *void.values("dcat:endpointURL"),
    ]
    guesses = [publisher.url, *(urljoin(publisher.folder, name) for name in _ENDPOINTS)]
    stated = [given] if given else [publisher.address(one) for one in told]
    candidates: list[str] = stated if given else [*stated, *guesses]
    for url in dict.fromkeys(candidates):
        with suppress(ElsewhereError):
            # A described endpoint may fail at GET, which is a finding; a guessed one that fails is no
            # endpoint.
            sent = (ask(client, url, ONE), *((post(client, url, ONE),) if url in stated else ()))
            if any(one.is_success and rows(one) is not None for one in sent):
                return url
    if given:
        step = "name the address that answers queries (GET with ?query=)"
        raise RemoteError("no query is answered at this address", where=given, step=step)
    return ""


def _service(client: Client, publisher: Publisher) -> Description:
    found = look(client, publisher.endpoint) if publisher.endpoint else Description()
    return found if found.things("sd:Service") else Description()


def _catalogue(client: Client, publisher: Publisher, first: Description) -> Description:
    """Find the description in DCAT: in known documents, through links of the dataset, or by usual names."""
    datasets = [publisher.address(one.value) for one in publisher.void.things("void:Dataset")[:1]]
    names = [urljoin(publisher.folder, name) for name in _CATALOGUE_NAMES]
    addresses = [one for one in (*datasets, *names) if one.startswith("http")]
    for found in (first, publisher.void, *(look(client, one) for one in addresses)):
        if found.things("dcat:Dataset") or found.things("dcat:Catalog"):
            return found
    return Description()


def _samples(client: Client, publisher: Publisher, first: Description, number: int) -> Iterable[str]:
    """Find things to look up: from the description, from the endpoint, or from the page."""
    told = publisher.void.values("void:exampleResource")
    stored = list(_stored(client, publisher, number)) if len(told) < number else []
    page = [one.subject.value for one in first.triples if hasattr(one.subject, "value")]
    usable = (
        one
        for one in dict.fromkeys([*_spread(told, number), *stored, *page])
        if _is_thing(client, publisher, one)
    )
    return islice(usable, number)


def _is_thing(client: Client, publisher: Publisher, iri: str) -> bool:
    return iri.startswith("http") and client.may(publisher.address(iri))


def _spread(iris: Sequence[str], number: int) -> Sequence[str]:
    """Choose a number of items evenly, because neighbours in a list are alike."""
    step = max(1, len(iris) // number)
    return iris[::step][:number]


def _stored(client: Client, publisher: Publisher, number: int) -> Iterable[str]:
    if not publisher.endpoint:
        return
    for start in publisher.void.values("void:uriSpace") or [urljoin(publisher.url, "/")]:
        text = f'SELECT DISTINCT ?s {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), "{start}")) }} LIMIT {number}'
        yield from (one["s"] for one in rows(ask(client, publisher.endpoint, text)) or () if "s" in one)
