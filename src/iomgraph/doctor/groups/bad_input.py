"""Bad input: the server refuses it and does not break. No request here can change anything."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin

from iomgraph.doctor.case import Case, outcome
from iomgraph.findings import Finding
from iomgraph.remote.visitor import Response

_NOTHING = "iomgraph-doctor-finds-nothing-here"
_LONG = 10_000
_ENCODINGS = ("%zz", "%ff%fe", "a%00b")
_METHOD = "IOMGRAPH"
_MARK = "iomgraph-doctor-mark"
_INSIDES = (
    b"Traceback (most recent call last)",
    b"\tat java.",
    b"\tat org.",
    b"Exception in thread",
    b"Stack trace:",
    b"Fatal error:",
)


def unknown(case: Case) -> Iterator[Finding]:
    """Look up impossible addresses, beside the named one and beside a thing."""
    for got in _absent(case):
        if got.is_success:
            yield case.finding("unknown-answered", got, value=got.status)
        elif got.status not in (404, 410):
            yield case.finding("unknown-fails", got, value=outcome(got))


def long_address(case: Case) -> Iterator[Finding]:
    """Look up an address of ten thousand characters."""
    got = case.client.get(_beside(case, "a" * _LONG))
    if _breaks(got):
        yield case.finding("long-address", got.url[:100], value=outcome(got))


def encodings(case: Case) -> Iterator[Finding]:
    """Look up addresses with invalid percent-encoding, or with one that is not text."""
    for text in _ENCODINGS:
        got = case.client.get(_beside(case, text))
        if _breaks(got):
            yield case.finding("bad-encoding", got, value=outcome(got))
            return


def method(case: Case) -> Iterator[Finding]:
    """Send an unknown method, because a known one might change something."""
    got = case.client.send(case.publisher.url, _METHOD)
    if got.is_success or (_breaks(got) and got.status != 501):
        yield case.finding("unknown-method", got, value=outcome(got))
    elif got.status == 405 and not got.header("Allow"):
        yield case.finding("allow-missing", got)


def trace(case: Case) -> Iterator[Finding]:
    """Find servers that echo requests (RFC 9110, section 9.3.8)."""
    got = case.client.send(case.publisher.url, "TRACE", {"X-Mark": _MARK})
    if got.is_success and _MARK.encode() in got.body:
        yield case.finding("trace-open", got)


def insides(case: Case) -> Iterator[Finding]:
    """Look for internals of programs in messages."""
    answers = [*_absent(case), *(case.client.get(_beside(case, text)) for text in _ENCODINGS)]
    for got in answers:
        shown = next((mark for mark in _INSIDES if mark in got.body), b"") if not got.is_success else b""
        if shown:
            yield case.finding("error-reveals", got, value=shown.decode().strip())
            return


def _absent(case: Case) -> list[Response]:
    urls = [_beside(case, _NOTHING)]
    plain = [iri for iri in case.publisher.samples if "#" not in iri]
    urls += [f"{case.publisher.address(iri)}-{_NOTHING}" for iri in plain[:1]]
    return [case.client.follow(url).last for url in urls]


def _beside(case: Case, name: str) -> str:
    return f"{urljoin(case.publisher.url, '.')}{name}"


def _breaks(got: Response) -> bool:
    return not got.status or got.status >= 500


CHECKS = (unknown, long_address, encodings, method, trace, insides)
