"""Content negotiation: each client gets the format that it prefers (RFC 9110, section 12)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from iomgraph.doctor.case import Case, outcome
from iomgraph.doctor.samples import PAGE, first, representations
from iomgraph.doctor.statements import TYPES, format_of
from iomgraph.findings import Finding

_NONE = "application/x-iomgraph-none"
_BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
_TYPE = re.compile(r'type="?([^";,\s]+)')
_LINK = re.compile(r"<([^>]*)>([^<]*)")
_PAGES = (PAGE, "application/xhtml+xml")
_FINE = frozenset({300, 406})


def formats(case: Case) -> Iterator[Finding]:
    """Ask for each format alone: the server sends it, or another one, or an explicit refusal."""
    iri, _ = first(case)
    for kind in (*TYPES, PAGE, "*/*"):
        route = case.client.follow(case.publisher.address(iri), kind)
        last = route.last
        if not route.elsewhere and not last.is_success and last.status not in _FINE:
            yield case.finding("negotiation-fails", last, about=iri, value=kind, what=outcome(last))


def unacceptable(case: Case) -> Iterator[Finding]:
    """Ask for a format that does not exist."""
    iri, _ = first(case)
    last = case.client.follow(case.publisher.address(iri), _NONE).last
    if not last.is_success and last.status not in _FINE:
        yield case.finding("unacceptable-fails", last, about=iri, what=outcome(last))


def qualities(case: Case) -> Iterator[Finding]:
    """Prefer each of two formats in turn, whatever their order in the header."""
    iri, _ = first(case)
    known = list(representations(case))[:2]
    for less, more in (known, known[::-1]) if len(known) == 2 else ():
        accept = f"{less};q=0.1, {more};q=0.9"
        last = case.client.follow(case.publisher.address(iri), accept).last
        if last.media_type != more:
            yield case.finding("quality-ignored", last, about=iri, value=last.media_type, wanted=more)
            return


def vary(case: Case) -> Iterator[Finding]:
    """Find addresses that answer by format without telling caches."""
    kinds = list(representations(case).values())
    answers = {(one.first.header("Location"), one.first.media_type) for one in kinds}
    names = re.split(r"\s*,\s*", kinds[0].first.header("Vary").lower()) if kinds else []
    if len(answers) > 1 and "accept" not in names and "*" not in names:
        yield case.finding("vary-missing", kinds[0].first, value=", ".join(names))


def content_type(case: Case) -> Iterator[Finding]:
    """Look for the media type of the response."""
    iri, route = first(case)
    if not route.last.media_type:
        yield case.finding("content-type-missing", route.last, about=iri)


def head(case: Case) -> Iterator[Finding]:
    """Ask only for the head of a document (RFC 9110, section 9.3.2)."""
    _, route = first(case)
    got = route.last
    alone = case.client.send(got.url, "HEAD", got.visit.headers)
    if (alone.status, alone.media_type) != (got.status, got.media_type):
        shown = f"{alone.status or alone.error} {alone.media_type}".strip()
        yield case.finding(
            "head-differs", alone, value=shown, wanted=f"{got.status} {got.media_type}".strip()
        )


def alternates(case: Case) -> Iterator[Finding]:
    """Ask for other formats at the addresses in the header Link."""
    _, route = first(case)
    given = [
        (urljoin(one.url, target), named[1])
        for one in (route.first, route.last)
        for target, rest in _LINK.findall(one.header("Link"))
        if "alternate" in rest and (named := _TYPE.search(rest))
    ]
    for url, kind in list(dict.fromkeys(given))[: case.samples]:
        if not case.client.may(url):
            continue
        last = case.client.follow(url).last
        if not last.is_success or last.media_type != kind:
            got = last.media_type if last.is_success else outcome(last)
            yield case.finding("alternate-differs", last, value=got, wanted=kind)


def page(case: Case) -> Iterator[Finding]:
    """Ask as a browser does."""
    iri, route = first(case)
    last = case.client.follow(case.publisher.address(iri), _BROWSER).last
    if format_of(route.last) and last.media_type not in _PAGES:
        yield case.finding("no-page", last, about=iri, value=last.media_type or outcome(last))


CHECKS = (formats, unacceptable, qualities, vary, content_type, head, alternates, page)
