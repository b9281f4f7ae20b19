"""Two general JSON-LD processors, to hold the compiled mapping against, and no network for either."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterable, Iterator
from typing import NoReturn

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

from iomgraph.mapping.context import Context, read
from iomgraph.records.record import Record
from iomgraph.settings import Settings

Quads = set[ox.Quad]
Processor = Callable[[Context, Iterable[Record], str], Quads]
"""Takes a context, records, and the CURIE of their graph, empty for the default graph."""


@pytest.fixture(scope="session")
def context() -> Context:
    """The project's own context."""
    return read(Settings().ontology)


@pytest.fixture(scope="module", autouse=True)
def unconnected() -> Iterator[None]:
    """No processor fetches a context: whatever opens a connection fails."""

    def refuse(*args: object, **named: object) -> NoReturn:
        raise AssertionError("something reached for the network")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", refuse)
        patch.setattr(socket, "getaddrinfo", refuse)
        yield


@pytest.fixture(scope="module", autouse=True)
def literals_as_written() -> Iterator[None]:
    """Keep rdflib from rewriting literals, so that "007" differs from "7"."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rdflib, "NORMALIZE_LITERALS", False)
        yield


@pytest.fixture(scope="session")
def compiled() -> Processor:
    """Our own mapping, its lines parsed."""

    def run(context: Context, records: Iterable[Record], graph: str) -> Quads:
        text = "".join(line for record in records for line in context.quads(record, graph))
        return set(ox.parse(text.encode(), format=ox.RdfFormat.N_QUADS))

    return run


@pytest.fixture(scope="session", params=["pyoxigraph", "rdflib"])
def general(request: pytest.FixtureRequest) -> Processor:
    """A general JSON-LD processor."""
    return {"pyoxigraph": _by_pyoxigraph, "rdflib": _by_rdflib}[request.param]


def _document(context: Context, records: Iterable[Record], graph: str) -> str:
    members: object = list(records)
    if graph:
        members = [{"id": graph, "@graph": members}]
    return json.dumps({"@context": context.document["@context"], "@graph": members})


def _by_pyoxigraph(context: Context, records: Iterable[Record], graph: str) -> Quads:
    text = _document(context, records, graph).encode()
    return {quad for quad in ox.parse(text, format=ox.RdfFormat.JSON_LD) if isinstance(quad, ox.Quad)}


def _by_rdflib(context: Context, records: Iterable[Record], graph: str) -> Quads:
    dataset = rdflib.Dataset()
    dataset.parse(data=_document(context, records, graph), format="json-ld")
    return {
        ox.Quad(_subject(s), ox.NamedNode(str(p)), _object(o), _graph(g)) for s, p, o, g in dataset.quads()
    }


def _subject(term: object) -> ox.NamedNode:
    assert isinstance(term, rdflib.URIRef), term
    return ox.NamedNode(str(term))


def _object(term: object) -> ox.NamedNode | ox.Literal:
    if isinstance(term, rdflib.Literal):
        if term.language:
            return ox.Literal(str(term), language=term.language)
        return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype)) if term.datatype else None)
    return _subject(term)


def _graph(name: object) -> ox.NamedNode | ox.DefaultGraph:
    return ox.DefaultGraph() if name == DATASET_DEFAULT_GRAPH_ID or name is None else _subject(name)
