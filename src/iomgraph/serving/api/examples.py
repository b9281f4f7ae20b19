"""The queries as SPARQL examples, in the words of SHACL, as the SIB publishes its own.

Each is an `sh:SPARQLExecutable` (SHACL Advanced Features, section 5) with its text, its purpose, and its
endpoint (`schema:target`). No node is blank: the declarations of prefixes have IRIs, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

import pyoxigraph as ox

from iomgraph.formats import FORMATS, Format, Kind
from iomgraph.queries import execution
from iomgraph.queries.library import Query
from iomgraph.serving import negotiation, problem
from iomgraph.serving.message import Request, Response
from iomgraph.serving.problem import RequestError
from iomgraph.serving.release import Release
from iomgraph.terms import RDF_TYPE

ADDRESS = "/.well-known/sparql-examples"
PATH = re.compile(rf"{re.escape(ADDRESS)}(\.[a-z]+)?")

_SH = "http://www.w3.org/ns/shacl#"
_SCHEMA = "https://schema.org/"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_TYPE = ox.NamedNode(RDF_TYPE)
_ANY_URI = ox.NamedNode("http://www.w3.org/2001/XMLSchema#anyURI")
_ONTOLOGY = ox.NamedNode("http://www.w3.org/2002/07/owl#Ontology")
_PREFIX = re.compile(r"^PREFIX ([\w-]*): <([^>]*)>", re.MULTILINE)
_LEAST_LETTERS = 3
"""Shorter words of a query's name are not keywords."""
_JSONLD = next(one for one in FORMATS if one.name == "jsonld")
_OFFERED = {
    one.media_type: one
    for one in (*(one for one in FORMATS if one.kind is Kind.RDF and not one.supports_graphs), _JSONLD)
}


class Examples:
    """A service that answers requests for the examples, which are written once at the start.

    Args:
        release: the release.
    """

    def __init__(self, release: Release) -> None:
        prefixes = {**release.context.prefixes, "sh": _SH}
        triples = list(graph(release))
        self._bodies = {kind: execution.graph(triples, one, prefixes) for kind, one in _OFFERED.items()}

    @problem.told
    def answer(self, request: Request) -> Response:
        """Answer a request whose path fits `PATH`."""
        problem.only(request, "GET", "HEAD")
        chosen = _chosen(request)
        headers = (
            ("Content-Type", chosen.media_type),
            ("Vary", "Accept"),
            ("Cache-Control", "public, max-age=300"),
            ("Access-Control-Allow-Origin", "*"),
        )
        return Response(200, headers, self._bodies[chosen.media_type])


def _chosen(request: Request) -> Format:
    suffix = PurePosixPath(request.path.removeprefix("/.well-known/")).suffix
    there_is = ", ".join(one.extension for one in _OFFERED.values())
    if suffix:
        for one in _OFFERED.values():
            if one.extension == suffix:
                return one
        raise RequestError(
            404, "unknown format of the examples", where=suffix[:20], step=f"there is {there_is}"
        )
    best = negotiation.best(request.headers.get("accept", ""), tuple(_OFFERED))
    if best is None:
        raise RequestError(
            406, "not available in the requested format", step=f"there is {', '.join(_OFFERED)}"
        )
    return _OFFERED[best]


def graph(release: Release) -> Iterator[ox.Triple]:
    """Make the statements about every query.

    Args:
        release: gives the queries, and their base IRI.
    """
    base = release.base_iri
    declared = ox.NamedNode(f"{base}{ADDRESS.removeprefix('/')}")
    prefixes: dict[str, str] = {}
    for query in release.queries.values():
        prefixes |= dict(_PREFIX.findall(query.text))
        yield from _example(query, base, declared)
    yield ox.Triple(declared, _TYPE, _ONTOLOGY)
    for prefix, space in sorted(prefixes.items()):
        one = ox.NamedNode(f"{declared.value}#{prefix}")
        yield ox.Triple(declared, _sh("declare"), one)
        yield ox.Triple(one, _TYPE, _sh("PrefixDeclaration"))
        yield ox.Triple(one, _sh("prefix"), ox.Literal(prefix))
        yield ox.Triple(one, _sh("namespace"), ox.Literal(space, datatype=_ANY_URI))


def _example(query: Query, base: str, declared: ox.NamedNode) -> Iterator[ox.Triple]:
    node = ox.NamedNode(f"{base}queries/{query.name}")
    kind, place = (
        ("SPARQLSelectExecutable", "select") if query.columns else ("SPARQLConstructExecutable", "construct")
    )
    yield ox.Triple(node, _TYPE, _sh("SPARQLExecutable"))
    yield ox.Triple(node, _TYPE, _sh(kind))
    yield ox.Triple(node, _sh("prefixes"), declared)
    yield ox.Triple(node, _sh(place), ox.Literal(query.query))
    for name, texts in (("comment", query.purposes), ("label", query.titles)):
        for lang, text in texts.items():
            yield ox.Triple(node, ox.NamedNode(f"{_RDFS}{name}"), ox.Literal(text, language=lang))
    for word in query.name.split("-"):
        if len(word) >= _LEAST_LETTERS:
            yield ox.Triple(node, ox.NamedNode(f"{_SCHEMA}keywords"), ox.Literal(word))
    yield ox.Triple(node, ox.NamedNode(f"{_SCHEMA}target"), ox.NamedNode(f"{base}sparql"))


def _sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(_SH + name)
