"""Dereferencing: the IRI of a thing leads to a description of it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin

import pyoxigraph as ox

from iomgraph.doctor.case import Case, outcome
from iomgraph.doctor.samples import things
from iomgraph.doctor.statements import format_of, is_readable, parsed
from iomgraph.findings import Finding
from iomgraph.remote.visitor import Response

_SEE_OTHER = 303


def reached(case: Case) -> Iterator[Finding]:
    """Look up things."""
    for iri, route in things(case):
        if not route.last.is_success:
            yield case.finding("iri-unreachable", route.last, about=iri, what=outcome(route.last))


def described(case: Case) -> Iterator[Finding]:
    """Parse the RDF in the responses, and look for the thing in it."""
    for iri, route in things(case):
        last = route.last
        if not last.is_success:
            continue
        if format_of(last) is None:
            yield case.finding("no-rdf", last, about=iri, value=last.media_type)
            continue
        if not is_readable(last):
            case.note("unreadable", last)
            continue
        try:
            found = parsed(last, iri)
        except ValueError as error:
            yield case.finding("bad-rdf", last, about=iri, value=last.media_type, what=str(error)[:200])
            continue
        node = ox.NamedNode(iri)
        if not any(node in (one.subject, one.object) for one in found):
            yield case.finding("not-described", last, about=iri)


def told_apart(case: Case) -> Iterator[Finding]:
    """Check that a thing and its document have different addresses."""
    for iri, route in things(case):
        if "#" in iri or not route.last.is_success:
            continue
        if len(route.responses) == 1 and not _has_own_address(route.last):
            yield case.finding("same-address", route.first, about=iri)
        elif len(route.responses) > 1 and not any(one.status == _SEE_OTHER for one in route.responses):
            yield case.finding("redirect-kind", route.first, about=iri, value=route.first.status)


def _has_own_address(response: Response) -> bool:
    """Tell whether a document states another address of its own (RFC 9110, section 8.7)."""
    given = response.header("Content-Location")
    return bool(given) and urljoin(response.url, given) != response.url


CHECKS = (reached, described, told_apart)
