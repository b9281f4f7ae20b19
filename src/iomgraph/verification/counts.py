"""The check of a release's description: recounts VoID, and compares DCAT with the manifest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox

from iomgraph import terms
from iomgraph.findings import Finding, Place
from iomgraph.publication import void
from iomgraph.release import content
from iomgraph.release.lines import graph_of
from iomgraph.release.manifest import Entry, Manifest
from iomgraph.sources.rules import Rules

_SPDX = "http://spdx.org/rdf/terms#"
_TYPE = ox.NamedNode(terms.RDF_TYPE)


def check_void(folder: Path, item: Entry, rules: Rules) -> Iterator[Finding]:
    """Count the statements of a release, and compare with `void.ttl`.

    Raises:
        SyntaxError: if the file can't be read.
        PublicationError: if a file can't be read.
    """
    graph, place = _read(folder, item), Place(item.name)
    named = _node(terms.VOID, "uriSpace")
    # Sets of links may be datasets, too; ours is the one with a URI space.
    datasets = (q.subject for q in graph.quads_for_pattern(None, _TYPE, _node(terms.VOID, "Dataset"), None))
    dataset = next((one for one in datasets if _one(graph, one, named)), None)
    space = _one(graph, dataset, named)
    found = void.count((line for line in content.statements(folder) if not graph_of(line)), space)
    for name, counted in _counts(found).items():
        said = _one(graph, dataset, _node(terms.VOID, name))
        if said != str(counted):
            yield rules.finding("wrong-count", place, value=said, what=f"void:{name}", counted=counted)
    for partition, of, number, counts in (
        ("classPartition", "class", "entities", found.classes),
        ("propertyPartition", "property", "triples", found.properties),
    ):
        said_of = _partitions(graph, partition, of, number)
        for iri in sorted({*said_of, *counts}):
            said, counted = said_of.get(iri, "0"), counts.get(iri, 0)
            if said != str(counted):
                yield rules.finding("wrong-count", place, value=said, what=iri, counted=counted)


def _counts(found: void.Statistics) -> Mapping[str, int]:
    return {
        "triples": found.triples,
        "entities": found.entities,
        "distinctSubjects": found.subjects,
        "distinctObjects": found.objects,
        "classes": len(found.classes),
        "properties": len(found.properties),
    }


def _partitions(graph: ox.Store, partition: str, of: str, number: str) -> dict[str, str]:
    class_of, count = _node(terms.VOID, of), _node(terms.VOID, number)
    quads = graph.quads_for_pattern(None, _node(terms.VOID, partition), None, None)
    return {_one(graph, quad.object, class_of): _one(graph, quad.object, count) for quad in quads}


def check_dcat(folder: Path, item: Entry, listed: Manifest, rules: Rules) -> Iterator[Finding]:
    """Compare sizes, digests and version in the DCAT description with the manifest.

    Raises:
        SyntaxError: if the file can't be read.
        PublicationError: if the file can't be read.
    """
    graph, place = _read(folder, item), Place(item.name)
    for quad in graph.quads_for_pattern(None, _TYPE, _node(terms.DCAT, "Dataset"), None):
        said = _one(graph, quad.subject, _node(terms.DCAT, "version"))
        if said != listed.version:
            yield rules.finding("wrong-version", place, value=said, listed=listed.version)
    known = {entry.name: f"{entry.bytes} {entry.sha256}" for entry in listed.entries}
    for quad in graph.quads_for_pattern(None, _node(terms.DCAT, "byteSize"), None, None):
        iri = str(getattr(quad.subject, "value", ""))
        there = known.get(iri.partition("/dataset/distribution/")[2], "")
        said = f"{getattr(quad.object, 'value', '')} {_sum(graph, quad.subject)}"
        if said != there:
            yield rules.finding("wrong-description", place, value=said, what=iri, listed=there)


def _sum(graph: ox.Store, subject: ox.NamedNode | ox.BlankNode | ox.Triple) -> str:
    nodes = [quad.object for quad in graph.quads_for_pattern(subject, _node(_SPDX, "checksum"), None, None)]
    return _one(graph, nodes[0], _node(_SPDX, "checksumValue")) if nodes else ""


def _read(folder: Path, item: Entry) -> ox.Store:
    graph = ox.Store()
    with content.opened(folder, item) as stream:
        graph.load(stream, format=ox.RdfFormat.TURTLE)
    return graph


def _node(space: str, name: str) -> ox.NamedNode:
    return ox.NamedNode(space + name)


def _one(graph: ox.Store, subject: object, predicate: ox.NamedNode) -> str:
    """The value of a property; empty if there is none."""
    if not isinstance(subject, ox.NamedNode | ox.BlankNode):
        return ""
    quads = graph.quads_for_pattern(subject, predicate, None, None)
    values = sorted(str(getattr(quad.object, "value", "")) for quad in quads)
    return values[0] if values else ""
