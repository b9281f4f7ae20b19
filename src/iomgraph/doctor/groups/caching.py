"""Caching: clients need not fetch unchanged documents again (RFC 9110, section 13; RFC 9111)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime

from iomgraph.doctor.case import Case, SkipError, outcome
from iomgraph.doctor.samples import document, representations
from iomgraph.findings import Finding
from iomgraph.remote.visitor import Response

_OTHER = '"iomgraph-doctor-other"'


def validators(case: Case) -> Iterator[Finding]:
    """Look for validators, which tell one state of a document from another."""
    got = document(case)
    if not got.header("ETag") and not got.header("Last-Modified"):
        yield case.finding("no-validator", got)


def unchanged(case: Case) -> Iterator[Finding]:
    """Ask again for a document in its known state."""
    got = document(case)
    tag, modified = got.header("ETag"), got.header("Last-Modified")
    if not tag and not modified:
        raise SkipError("no-validators")
    condition = {"If-None-Match": tag} if tag else {"If-Modified-Since": modified}
    again = case.client.send(got.url, headers={**got.visit.headers, **condition})
    if again.status != 304:
        yield case.finding("not-modified-missed", again, value=outcome(again))


def changed(case: Case) -> Iterator[Finding]:
    """Ask as a client that knows another state of the document."""
    got = document(case)
    again = case.client.send(got.url, headers={**got.visit.headers, "If-None-Match": _OTHER})
    if again.status == 304:
        yield case.finding("not-modified-wrong", again)


def tags(case: Case) -> Iterator[Finding]:
    """Find an entity tag that two formats of one address share."""
    seen: dict[tuple[str, str], str] = {}
    for kind, route in representations(case).items():
        tag = route.last.header("ETag")
        key = (route.last.url, tag)
        if tag and not tag.startswith("W/") and key in seen:
            yield case.finding("etag-shared", route.last, value=tag, first=seen[key], second=kind)
            return
        seen[key] = kind


def dates(case: Case) -> Iterator[Finding]:
    """Find dates of change that are later than the response."""
    got = document(case)
    modified, now = _date(got, "Last-Modified"), _date(got, "Date")
    if modified and now and modified > now:
        yield case.finding("modified-later", got, value=got.header("Last-Modified"))


def freshness(case: Case) -> Iterator[Finding]:
    """Look for the time for which a document may be cached."""
    got = document(case)
    if not got.header("Cache-Control") and not got.header("Expires"):
        yield case.finding("no-freshness", got)


def _date(got: Response, name: str) -> datetime | None:
    try:
        return parsedate_to_datetime(got.header(name))
    except ValueError:
        return None


CHECKS = (validators, unchanged, changed, tags, dates, freshness)
