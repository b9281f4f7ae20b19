"""Cross-origin requests: pages of other sites may read the data (Fetch Standard, section 3.3)."""

from __future__ import annotations

from collections.abc import Iterator

from iomgraph.doctor.case import Case
from iomgraph.doctor.samples import document, first
from iomgraph.doctor.sparql_requests import endpoint
from iomgraph.doctor.statements import ACCEPT
from iomgraph.doctor.survey import RESULTS, with_query
from iomgraph.findings import Finding
from iomgraph.remote.visitor import Response

ORIGIN = "https://reader.example"


def documents(case: Case) -> Iterator[Finding]:
    """Ask for a document, and for the redirects to it, as a page of another site does."""
    urls = [document(case).url]
    if case.publisher.samples:
        urls = [one.url for one in first(case)[1].responses]
    for url in urls:
        got = case.client.get(url, ACCEPT, Origin=ORIGIN)
        if not _allows(got):
            yield case.finding("cors-missing", got)
            return


def credentials(case: Case) -> Iterator[Finding]:
    """Find out whether any site may send requests with the credentials of its visitors."""
    got = case.client.get(document(case).url, ACCEPT, Origin=ORIGIN)
    allowed = got.header("Access-Control-Allow-Credentials").lower() == "true"
    if allowed and got.header("Access-Control-Allow-Origin") == ORIGIN:
        yield case.finding("cors-credentials", got)


def queries(case: Case) -> Iterator[Finding]:
    """Send a query as a page of another site does."""
    url = with_query(endpoint(case), [("query", "ASK {}")])
    got = case.client.get(url, RESULTS, Origin=ORIGIN)
    if not _allows(got):
        yield case.finding("cors-endpoint", got)


def preflight(case: Case) -> Iterator[Finding]:
    """Ask, as a browser does, whether a query may be sent by POST."""
    asked = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    got = case.client.send(endpoint(case), "OPTIONS", asked)
    headers = got.header("Access-Control-Allow-Headers").lower()
    known = "content-type" in headers or "*" in headers
    if not (got.is_success and _allows(got) and known):
        yield case.finding("preflight-refused", got, value=got.status or got.error)


def _allows(got: Response) -> bool:
    return got.header("Access-Control-Allow-Origin").strip() in ("*", ORIGIN)


CHECKS = (documents, credentials, queries, preflight)
