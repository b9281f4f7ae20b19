"""Every number of the VoID description, counted again by rdflib."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, VOID, XSD

from iomgraph import portfolio
from iomgraph.mapping.context import Context
from iomgraph.publication import description, void
from iomgraph.publication.info import ReleaseInfo
from iomgraph.settings import Settings

DATASET = URIRef("https://w3id.org/iomgraph/dataset")
GIVEN = (date(2026, 11, 23), "https://creativecommons.org/licenses/by/4.0/")


@pytest.fixture
def graph(release: Path) -> Graph:
    """The description itself."""
    return Graph().parse(release / "void.ttl")


@pytest.fixture
def facts(release: Path) -> Graph:
    """The described dataset."""
    return Graph().parse(data=gzip.decompress((release / "iomgraph.nt.gz").read_bytes()), format="nt")


def _number(graph: Graph, subject: object, predicate: URIRef) -> int:
    (value,) = graph.objects(URIRef(str(subject)), predicate)
    assert isinstance(value, Literal)
    assert value.datatype == XSD.integer
    return int(value)


def test_the_totals_are_true(graph: Graph, facts: Graph) -> None:
    own = {
        subject for subject in facts.subjects() if str(subject).startswith("https://w3id.org/iomgraph/id/")
    }
    expected = {
        VOID.triples: len(facts),
        VOID.entities: len(own),
        VOID.distinctSubjects: len(set(facts.subjects())),
        VOID.distinctObjects: len(set(facts.objects())),
        VOID.classes: len(set(facts.objects(None, RDF.type))),
        VOID.properties: len(set(facts.predicates())),
    }
    assert {predicate: _number(graph, DATASET, predicate) for predicate in expected} == expected
    assert min(expected.values()) > 4


def test_each_class_has_a_partition_with_the_number_of_its_instances(graph: Graph, facts: Graph) -> None:
    partitions = {
        str(graph.value(part, VOID["class"])): _number(graph, part, VOID.entities)
        for part in graph.objects(DATASET, VOID.classPartition)
    }
    assert partitions == {
        str(name): len(set(facts.subjects(RDF.type, name))) for name in set(facts.objects(None, RDF.type))
    }


def test_each_property_has_a_partition_with_the_number_of_its_statements(graph: Graph, facts: Graph) -> None:
    partitions = {
        str(graph.value(part, VOID.property)): _number(graph, part, VOID.triples)
        for part in graph.objects(DATASET, VOID.propertyPartition)
    }
    assert partitions == {
        str(name): len(list(facts.triples((None, name, None)))) for name in set(facts.predicates())
    }
    assert sum(partitions.values()) == len(facts)


def test_the_vocabularies_cover_every_class_and_property_and_no_more(graph: Graph, facts: Graph) -> None:
    used = {*map(str, facts.predicates()), *map(str, facts.objects(None, RDF.type))}
    vocabularies = {str(name) for name in graph.objects(DATASET, VOID.vocabulary)}
    assert all(any(iri.startswith(name) for name in vocabularies) for iri in used)
    assert all(any(iri.startswith(name) for iri in used) for name in vocabularies)


def test_the_examples_are_things_of_ours_one_of_each_class(graph: Graph, facts: Graph) -> None:
    examples = set(graph.objects(DATASET, VOID.exampleResource))
    assert {name for example in examples for name in facts.objects(example, RDF.type)} == set(
        facts.objects(None, RDF.type)
    )


def test_the_dumps_are_files_of_the_release_with_just_these_facts(graph: Graph, release: Path) -> None:
    names = sorted(
        str(url).removeprefix("https://w3id.org/iomgraph/") for url in graph.objects(DATASET, VOID.dataDump)
    )
    assert names == ["iomgraph.nt.gz", "iomgraph.ttl"]
    assert all((release / name).is_file() for name in names)


def test_the_file_says_what_it_is_about_and_under_which_licence(graph: Graph) -> None:
    assert graph.value(URIRef("https://w3id.org/iomgraph/void.ttl"), FOAF.primaryTopic) == DATASET
    assert graph.value(DATASET, DCTERMS.license) == URIRef("https://creativecommons.org/licenses/by/4.0/")
    assert {text.language for text in graph.objects(DATASET, DCTERMS.title) if isinstance(text, Literal)} == {
        "en",
        "fr",
        "es",
    }


def test_terms_of_unknown_vocabularies_still_get_partitions_of_their_own(context: Context) -> None:
    described = description.read(portfolio.read(Settings().data))
    lines = [f"<urn:s> <http://x.example/{name}> <urn:o> .\n" for name in ("A", "a")]
    records = void.records(ReleaseInfo(described, *GIVEN), void.count(lines, "urn:"), [], context.prefixes)
    ids = {part["id"] for part in records[1]["propertyPartition"]}
    assert ids == {
        "property:http%3A%2F%2Fx.example%2FA",
        "property:http%3A%2F%2Fx.example%2Fa",
    }


def test_each_linkset_has_as_many_triples_as_the_graph_has_links_of_it(portfolio_release: Path) -> None:
    described = Graph().parse(portfolio_release / "void.ttl")
    provenance = "https://w3id.org/iomgraph/graph/provenance"
    store = ox.Store()
    store.bulk_load(
        gzip.decompress((portfolio_release / "iomgraph.nq.gz").read_bytes()), format=ox.RdfFormat.N_QUADS
    )
    counted = {}
    for linkset in described.subjects(RDF.type, VOID.Linkset):
        assert (DATASET, VOID.subset, linkset) in described
        assert described.value(linkset, VOID.subjectsTarget) == DATASET
        assert isinstance(described.value(linkset, VOID.objectsTarget), URIRef)
        predicate = described.value(linkset, VOID.linkPredicate)
        name = str(linkset).removesuffix(f"-{str(predicate).rpartition('#')[2]}")
        solutions = store.query(
            f"""SELECT (COUNT(*) AS ?n) WHERE {{
              GRAPH <{provenance}> {{
                ?link <http://purl.org/dc/terms/isPartOf> <{name}> ;
                  <https://w3id.org/iomgraph/ontology#subject> ?s ;
                  <https://w3id.org/iomgraph/ontology#statedResource> ?o .
              }}
              ?s <{predicate}> ?o
            }}"""
        )
        assert isinstance(solutions, ox.QuerySolutions)
        (row,) = solutions
        counted[str(linkset).rpartition("/")[2]] = int(row["n"].value)
        assert _number(described, linkset, VOID.triples) == int(row["n"].value)
    assert len(counted) == 8
    assert sum(counted.values()) == 553
