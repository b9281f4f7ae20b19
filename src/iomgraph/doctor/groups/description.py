"""Descriptions: VoID and the service description agree with what is served."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from iomgraph.doctor.case import Case, SkipError, outcome
from iomgraph.doctor.client import ElsewhereError
from iomgraph.doctor.sparql_requests import count, endpoint
from iomgraph.doctor.statements import Description, Node, term
from iomgraph.doctor.survey import ask
from iomgraph.findings import Finding
from iomgraph.remote.visitor import Response

_FORMATS = {
    "SPARQL_Results_JSON": "application/sparql-results+json",
    "SPARQL_Results_XML": "application/sparql-results+xml",
    "SPARQL_Results_CSV": "text/csv",
    "SPARQL_Results_TSV": "text/tab-separated-values",
    "Turtle": "text/turtle",
    "RDF_XML": "application/rdf+xml",
    "N-Triples": "application/n-triples",
    "JSON-LD": "application/ld+json",
}
"""Local name in http://www.w3.org/ns/formats/ to the media type."""
_EXTENSIONS = {
    ".ttl": ("text/turtle", "application/x-turtle"),
    ".nt": ("application/n-triples", "text/plain"),
    ".nq": ("application/n-quads", "text/x-nquads"),
    ".trig": ("application/trig",),
    ".rdf": ("application/rdf+xml",),
    ".jsonld": ("application/ld+json",),
    ".hdt": ("application/vnd.hdt",),
}
_GZIP = ("application/gzip", "application/x-gzip")
_RESULTS = "sparql-results"


def dataset(case: Case) -> Iterator[Finding]:
    """Look for a description of the dataset and for its address."""
    if not case.publisher.void.url:
        yield case.finding("no-void", case.publisher.url)
    elif not case.publisher.well_known:
        yield case.finding("void-elsewhere", case.publisher.void.url)
    known = {one.url: one for one in (case.publisher.void, case.publisher.catalogue) if one.served}
    for url, one in known.items():
        yield case.finding("dump-type", url, value=one.served, wanted=one.wanted)


def licence(case: Case) -> Iterator[Finding]:
    """Look for the licence of the data."""
    known = [one for one in (case.publisher.void, case.publisher.catalogue) if one.url]
    if not known:
        raise SkipError("no-description")
    if not any(one.values(name) for one in known for name in ("dct:license", "dct:rights", "dc:rights")):
        yield case.finding("no-licence", known[0].url)


def triples(case: Case) -> Iterator[Finding]:
    """Count the triples, and compare with the stated number."""
    void = case.publisher.void
    stated = {text for one in _datasets(void) for text in void.values("void:triples", one) if text.isdigit()}
    if not stated:
        raise SkipError("nothing-stated", "void:triples")
    counted = count(case, "?s ?p ?o")
    if counted is None:
        raise SkipError("not-counted")
    if str(counted) not in stated:
        yield case.finding("wrong-triples", void.url, value=", ".join(sorted(stated)), counted=counted)


def classes(case: Case) -> Iterator[Finding]:
    """Count the members of some classes, and compare with the stated numbers."""
    void = case.publisher.void
    parts = [
        (kind, size)
        for one in _datasets(void)
        for part in void.nodes("void:classPartition", one)
        for kind in void.values("void:class", part)
        for size in void.values("void:entities", part)
        if size.isdigit()
    ]
    if not parts:
        raise SkipError("nothing-stated", "void:classPartition")
    step = max(1, len(parts) // case.samples)
    for kind, size in sorted(parts)[::step][: case.samples]:
        counted = count(case, f"?s a <{kind}>", "DISTINCT ?s")
        if counted is not None and counted != int(size):
            yield case.finding("wrong-entities", void.url, about=kind, value=size, counted=counted)


def dumps(case: Case) -> Iterator[Finding]:
    """Fetch the heads of the files on offer: they exist, and have the stated type and size."""
    stated = _files(case)
    if not stated:
        raise SkipError("nothing-stated", "void:dataDump, dcat:downloadURL")
    for iri, (kinds, sizes) in list(stated.items())[: 2 * case.samples]:
        try:
            got = case.client.send(case.publisher.address(iri), "HEAD")
        except ElsewhereError:
            case.note("elsewhere", iri, value=iri)
            continue
        if not (got.is_success or 300 <= got.status < 400):
            yield case.finding("dump-unreachable", got, about=iri, value=outcome(got))
        elif got.is_success:
            yield from _as_stated(case, got, iri, kinds, sizes)


def _as_stated(
    case: Case, got: Response, iri: str, kinds: tuple[str, ...], sizes: list[str]
) -> Iterator[Finding]:
    if kinds and got.media_type not in kinds:
        yield case.finding("dump-type", got, about=iri, value=got.media_type, wanted=kinds[0])
    length = got.header("Content-Length")
    if sizes and length and length not in sizes:
        yield case.finding("dump-size", got, about=iri, value=length, wanted=sizes[0])


def _files(case: Case) -> dict[str, tuple[tuple[str, ...], list[str]]]:
    """Address of a file to the media types that it may have, and to its stated size."""
    found: dict[str, tuple[tuple[str, ...], list[str]]] = {}
    catalogue, void = case.publisher.catalogue, case.publisher.void
    for one in catalogue.things("dcat:Distribution"):
        types = [re.sub(r"^.*/media-types/", "", text) for text in catalogue.values("dcat:mediaType", one)]
        zipped = catalogue.values("dcat:compressFormat", one)
        for url in catalogue.values("dcat:downloadURL", one):
            kinds = (*types, *_GZIP) if zipped else tuple(types)
            found[url] = (kinds or _by_name(url), catalogue.values("dcat:byteSize", one))
    for url in void.values("void:dataDump"):
        found.setdefault(url, (_by_name(url), []))
    return found


def _by_name(url: str) -> tuple[str, ...]:
    path = urlsplit(url).path
    plain = path.removesuffix(".gz")
    kinds = next((kinds for end, kinds in _EXTENSIONS.items() if plain.endswith(end)), ())
    return (*kinds, *_GZIP) if plain != path else kinds


def service(case: Case) -> Iterator[Finding]:
    """Look for the description of the endpoint, at its own address (SPARQL 1.1 Service Description)."""
    if not case.publisher.service.url:
        yield case.finding("no-service-description", endpoint(case))


def addresses(case: Case) -> Iterator[Finding]:
    """Compare the address of the endpoint with those in descriptions."""
    here = endpoint(case)
    names = (
        (case.publisher.service, "sd:endpoint"),
        (case.publisher.void, "void:sparqlEndpoint"),
    )
    for known, name in names:
        stated = known.values(name)
        if stated and here.rstrip("/") not in {case.publisher.address(one).rstrip("/") for one in stated}:
            yield case.finding("endpoint-differs", known.url, value=stated[0], about=name, wanted=here)


def formats(case: Case) -> Iterator[Finding]:
    """Ask for each format of results that the endpoint claims to give."""
    stated = case.publisher.service.values("sd:resultFormat")
    known = {iri: _FORMATS.get(iri.rpartition("/")[2]) for iri in stated}
    if not stated:
        raise SkipError("nothing-stated", "sd:resultFormat")
    for iri, kind in known.items():
        if kind:
            is_table = _RESULTS in kind or kind in ("text/csv", "text/tab-separated-values")
            text = "SELECT (1 AS ?x) {}" if is_table else "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 1"
            got = ask(case.client, endpoint(case), text, kind)
            if got.media_type != kind:
                yield case.finding("format-refused", got, about=iri, value=got.media_type, wanted=kind)


def _datasets(void: Description) -> list[Node]:
    """The datasets that are not part of another one."""
    parts = {one.object for one in void.triples if one.predicate == term("void:subset")}
    return [one for one in void.things("void:Dataset") if one not in parts]


CHECKS = (dataset, licence, triples, classes, dumps, service, addresses, formats)
