"""Headers that protect readers, and information that servers reveal about themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from iomgraph.doctor.case import Case, SkipError
from iomgraph.findings import Finding

_VERSION = re.compile(r"\d+\.\d+")
_TELLING = ("Server", "X-Powered-By")


def sniffing(case: Case) -> Iterator[Finding]:
    """Look for the header that keeps browsers from guessing a format."""
    got = case.client.follow(case.publisher.url).last
    if got.header("X-Content-Type-Options").lower() != "nosniff":
        yield case.finding("no-nosniff", got)


def versions(case: Case) -> Iterator[Finding]:
    """Find version numbers of software, which help attackers."""
    got = case.client.follow(case.publisher.url).last
    for name in _TELLING:
        if _VERSION.search(got.header(name)):
            yield case.finding("server-version", got, value=f"{name}: {got.header(name)}")
            return


def transport(case: Case) -> Iterator[Finding]:
    """Look for the header that keeps browsers on HTTPS (RFC 6797)."""
    got = case.client.follow(case.publisher.url).last
    if not got.url.startswith("https:"):
        raise SkipError("plain-http")
    if not got.header("Strict-Transport-Security"):
        yield case.finding("no-hsts", got)


CHECKS = (sniffing, versions, transport)
