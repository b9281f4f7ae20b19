"""Links: the targets of links in descriptions exist."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from iomgraph.doctor.case import Case, SkipError, outcome
from iomgraph.doctor.client import ElsewhereError
from iomgraph.doctor.samples import things
from iomgraph.doctor.statements import ACCEPT, RDF_TYPE_NODE, read
from iomgraph.findings import Finding
from iomgraph.remote.visitor import Response

_NO_HEAD = frozenset({403, 405, 501})
_FACTOR = 3


def dead(case: Case) -> Iterator[Finding]:
    """Look up some of the targets of links in descriptions."""
    targets = _targets(case)
    here = {iri: where for iri, where in targets.items() if case.client.may(case.publisher.address(iri))}
    if len(here) < len(targets):
        case.note("links-elsewhere", case.publisher.url, value=len(targets) - len(here))
    chosen = list(here.items())[: case.samples * _FACTOR]
    if len(chosen) < len(here):
        case.note("links-sampled", case.publisher.url, value=len(chosen), all=len(here))
    if not chosen:
        raise SkipError("no-links")
    for iri, where in chosen:
        try:
            last = _looked_up(case, case.publisher.address(iri))
        except ElsewhereError:
            continue
        if last.status >= 400 or not last.status:
            yield case.finding("dead-link", where, about=iri, value=outcome(last))


def _targets(case: Case) -> dict[str, str]:
    """IRIs that descriptions link to, with their places, except terms and IRIs already looked up."""
    found: dict[str, str] = {}
    known = set(case.publisher.samples)
    for _, route in things(case):
        for one in read(route.last):
            target = one.object
            if (
                isinstance(target, ox.NamedNode)
                and one.predicate != RDF_TYPE_NODE
                and target.value not in known
            ):
                found.setdefault(target.value, route.last.url)
    return {iri: where for iri, where in sorted(found.items()) if iri.startswith(("http://", "https://"))}


def _looked_up(case: Case, url: str) -> Response:
    head = case.client.send(url, "HEAD", {"Accept": ACCEPT})
    return (
        case.client.follow(url, ACCEPT).last if head.status in _NO_HEAD or 300 <= head.status < 400 else head
    )


CHECKS = (dead,)
