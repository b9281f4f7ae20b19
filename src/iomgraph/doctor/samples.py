"""The things that checks look up, and the documents that describe them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from iomgraph.doctor.case import Case, SkipError
from iomgraph.doctor.client import Route
from iomgraph.doctor.statements import ACCEPT, TYPES, format_of
from iomgraph.remote.visitor import Response

PAGE = "text/html"


def things(case: Case) -> Iterator[tuple[str, Route]]:
    """Yield each thing with the redirects to its description in RDF.

    Raises:
        SkipError: if no thing is known, or all descriptions are elsewhere.
    """
    if not case.publisher.samples:
        raise SkipError("no-sample")
    routes = [
        (iri, case.client.follow(case.publisher.address(iri), ACCEPT)) for iri in case.publisher.samples
    ]
    here = [(iri, route) for iri, route in routes if not route.elsewhere]
    if not here:
        raise SkipError("elsewhere", routes[0][1].elsewhere)
    yield from here


def first(case: Case) -> tuple[str, Route]:
    """Return the first thing that has a description, with the redirects to it."""
    for iri, route in things(case):
        if route.last.is_success:
            return iri, route
    raise SkipError("no-sample")


def document(case: Case) -> Response:
    """Return an RDF document about a thing, or else about the dataset."""
    try:
        _, route = first(case)
        if format_of(route.last):
            return route.last
    except SkipError:
        if not case.publisher.void.url:
            raise
    if case.publisher.void.url:
        return case.client.get(case.publisher.void.url, ACCEPT)
    raise SkipError("no-sample")


def representations(case: Case) -> Mapping[str, Route]:
    """Ask for the first thing in each format alone.

    Returns:
        media type to the redirects, for formats in which the thing came.
    """
    iri, _ = first(case)
    address = case.publisher.address(iri)
    routes = {kind: case.client.follow(address, kind) for kind in (*TYPES, PAGE)}
    return {
        kind: route
        for kind, route in routes.items()
        if route.last.is_success and route.last.media_type == kind
    }
