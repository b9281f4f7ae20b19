"""The SPARQL 1.1 Protocol, for reading. The only update that is tried changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode
from uuid import uuid4

from iomgraph.doctor.case import Case, outcome
from iomgraph.doctor.sparql_requests import endpoint
from iomgraph.doctor.survey import ONE, RESULTS, ask, post, rows, with_query
from iomgraph.findings import Finding
from iomgraph.remote.endpoint import Addresses
from iomgraph.remote.visitor import Response

_QUERY, _FORM = "application/sparql-query", "application/x-www-form-urlencoded"
_UPDATE = "application/sparql-update"
_FORMATS = {
    RESULTS: b'"bindings"',
    "application/sparql-results+xml": b"<binding",
    "text/csv": b"2",
    "text/tab-separated-values": b"2",
}
_HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(STR(?a) < STR(?i)) }"


def get(case: Case) -> Iterator[Finding]:
    """Send a query by GET (section 2.1.1)."""
    yield from _answers(case, ask(case.client, endpoint(case), ONE), "query-get")


def form(case: Case) -> Iterator[Finding]:
    """Send a query by POST, as a form (section 2.1.2)."""
    yield from _answers(case, post(case.client, endpoint(case), ONE), "query-form")


def direct(case: Case) -> Iterator[Finding]:
    """Send a query by POST, as the content itself (section 2.1.3)."""
    headers = {"Content-Type": _QUERY, "Accept": RESULTS}
    got = case.client.send(endpoint(case), "POST", headers, ONE.encode())
    yield from _answers(case, got, "query-direct")


def _answers(case: Case, got: Response, rule: str) -> Iterator[Finding]:
    if not got.is_success:
        yield case.finding(rule, got, value=outcome(got))
    elif got.media_type == RESULTS and [one.get("x") for one in rows(got) or ()] != ["2"]:
        yield case.finding("wrong-result", got, value=got.body[:80].decode("utf-8", "replace"))


def formats(case: Case) -> Iterator[Finding]:
    """Ask for results in each format of the W3C."""
    missing = []
    for kind, mark in _FORMATS.items():
        got = ask(case.client, endpoint(case), ONE, kind)
        as_asked = got.is_success and got.media_type == kind and mark in got.body
        # Another check reports endpoints that do not answer any query.
        if not as_asked and (got.is_success or kind != RESULTS):
            missing.append(kind)
    if missing:
        yield case.finding("result-format", endpoint(case), value=", ".join(missing))


def boolean(case: Case) -> Iterator[Finding]:
    """Send an ASK query."""
    got = ask(case.client, endpoint(case), "ASK {}")
    if got.is_success and (got.media_type != RESULTS or b'"boolean"' not in got.body):
        yield case.finding("ask-result", got, value=got.media_type)


def bad_query(case: Case) -> Iterator[Finding]:
    """Send something that is not a query (section 2.1.6)."""
    got = ask(case.client, endpoint(case), "SELECT * WHERE { ?s ?p")
    if got.status != 400:
        yield case.finding("bad-query", got, value=outcome(got))


def default_graph(case: Case) -> Iterator[Finding]:
    """Query a graph that does not exist (section 2.1.4) and thus has no triples."""
    graph = f"urn:uuid:{uuid4()}"
    url = with_query(
        endpoint(case), [("query", "SELECT * { ?s ?p ?o } LIMIT 1"), ("default-graph-uri", graph)]
    )
    got = case.client.get(url, RESULTS)
    if got.is_success and rows(got):
        yield case.finding("default-graph-ignored", got.url.partition("?")[0])


def updates(case: Case) -> Iterator[Finding]:
    """Send an update that deletes a triple of three new UUIDs, so that it changes nothing even if it runs."""
    one, two, three = (f"<urn:uuid:{uuid4()}>" for _ in range(3))
    text = f"DELETE WHERE {{ GRAPH {one} {{ {two} {three} {one} }} }}"
    here = endpoint(case)
    for url in dict.fromkeys([here, Addresses(here).updates]):
        sent = [
            case.client.send(url, "POST", {"Content-Type": _UPDATE}, text.encode()),
            case.client.send(url, "POST", {"Content-Type": _FORM}, urlencode({"update": text}).encode()),
            case.client.get(with_query(url, [("update", text)])),
            case.client.get(with_query(url, [("query", text)])),
        ]
        is_open = [got for got in sent if got.is_success and not _is_description(got)]
        if is_open:
            yield case.finding("update-open", url, value=is_open[0].visit.method)
            return


def _is_description(got: Response) -> bool:
    """Tell whether the answer ignores the content of the request, as if it had no query."""
    return got.media_type in ("text/turtle", "application/rdf+xml", "text/html", "application/ld+json")


def bounded(case: Case) -> Iterator[Finding]:
    """Send a very slow query, if allowed: the server stops it, and tells the client."""
    if not case.heavy:
        endpoint(case)
        case.note("not-heavy", endpoint(case))
        return
    got = ask(case.client, endpoint(case), _HEAVY)
    if not got.status:
        yield case.finding("query-unbounded", endpoint(case), value=got.error)


CHECKS = (get, form, direct, formats, boolean, bad_query, default_graph, updates, bounded)
