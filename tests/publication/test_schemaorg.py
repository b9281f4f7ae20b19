"""The description for search engines: what they ask for, true, and readable without fetching anything."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import RDF

from iomgraph.publication.schemaorg import FILE

SCHEMA = Namespace("https://schema.org/")
DATASET = URIRef("https://w3id.org/iomgraph/dataset")


def test_it_has_what_search_engines_require_and_recommend(portfolio_release: Path) -> None:
    graph = Graph().parse(portfolio_release / FILE)
    assert (DATASET, RDF.type, SCHEMA.Dataset) in graph
    for name in ("name", "description", "keywords"):
        texts = list(graph.objects(DATASET, SCHEMA[name]))
        assert {text.language for text in texts if isinstance(text, Literal)} == {"en", "fr", "es"}
    lengths = [len(str(text)) for text in graph.objects(DATASET, SCHEMA.description)]
    assert min(lengths) >= 50
    assert max(lengths) <= 5000
    for name in ("url", "license", "creator", "version", "dateModified", "temporalCoverage", "isBasedOn"):
        assert graph.value(DATASET, SCHEMA[name]) is not None, name


def test_every_download_is_a_file_with_its_size_and_digest(portfolio_release: Path) -> None:
    document = json.loads((portfolio_release / FILE).read_text(encoding="utf-8"))
    downloads = document["distribution"]
    assert len(downloads) == 11
    for one in downloads:
        content = (
            portfolio_release / one["contentUrl"].removeprefix("https://w3id.org/iomgraph/")
        ).read_bytes()
        assert one["contentSize"] == f"{len(content)} B"
        assert one["sha256"] == hashlib.sha256(content).hexdigest()


def test_nothing_has_to_be_fetched_to_read_it(portfolio_release: Path) -> None:
    document = json.loads((portfolio_release / FILE).read_text(encoding="utf-8"))
    assert document["@context"] == {"@vocab": "https://schema.org/"}
