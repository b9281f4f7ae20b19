"""The description of an endpoint: its graphs and formats are the real ones."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import RDF, VOID

from iomgraph.publication.service import FILE

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
FORMATS = Namespace("http://www.w3.org/ns/formats/")
HERE = "https://w3id.org/iomgraph/"


def test_it_names_the_endpoint_its_language_and_its_formats(portfolio_release: Path) -> None:
    graph = Graph().parse(portfolio_release / FILE)
    service = graph.value(predicate=RDF.type, object=SD.Service)
    assert graph.value(service, SD.endpoint) == URIRef(f"{HERE}sparql")
    assert graph.value(service, SD.supportedLanguage) == SD.SPARQL11Query
    assert set(graph.objects(service, SD.resultFormat)) == {
        FORMATS[name]
        for name in (
            "Turtle",
            "N-Triples",
            "RDF_XML",
            "SPARQL_Results_JSON",
            "SPARQL_Results_XML",
            "SPARQL_Results_CSV",
            "SPARQL_Results_TSV",
        )
    }


def test_the_graphs_that_it_names_are_there_and_the_count_is_true(portfolio_release: Path) -> None:
    store = ox.Store()
    store.bulk_load(path=portfolio_release / "iomgraph.trig", format=ox.RdfFormat.TRIG)
    graph = Graph().parse(portfolio_release / FILE)
    facts = graph.value(predicate=RDF.type, object=SD.Graph)
    count = sum(1 for _ in store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    assert graph.value(facts, VOID.triples) == Literal(count)
    named = {str(name) for name in graph.objects(None, SD.name)}
    assert named == {f"{HERE}graph/provenance", f"{HERE}graph/quality"}
    assert named <= {str(name.value) for name in store.named_graphs() if isinstance(name, ox.NamedNode)}
