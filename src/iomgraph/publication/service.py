"""Description of a release's endpoint: SPARQL 1.1 Service Description (https://www.w3.org/TR/sparql11-service-description/).

It names the graphs of the whole release. Each capture names the graph of its claims, with `iom:claimsGraph`.
"""

from __future__ import annotations

from pathlib import Path

from iomgraph.formats import FORMATS, Kind
from iomgraph.publication.description import Description, write_turtle
from iomgraph.records.record import Record

FILE = "service.ttl"


def write(folder: Path, description: Description, triples: int) -> None:
    """Write `service.ttl`.

    Args:
        folder: the staged release.
        description: the dataset, from `iomgraph.publication.description.read`.
        triples: number of statements in the default graph.
    """
    write_turtle(folder / FILE, description.context, [record(description, triples)])


def record(description: Description, triples: int) -> Record:
    """Make the record of the service; arguments as for `write`."""
    return {
        "id": "iomgraph:service",
        "type": ["Service"],
        "endpoint": "iomgraph:sparql",
        "supportedLanguage": ["sd:SPARQL11Query"],
        "resultFormat": [
            item.iri for item in FORMATS if item.kind is Kind.RESULTS or not item.supports_graphs
        ],
        "defaultDataset": {
            "id": "iomgraph:service/dataset",
            "type": ["ServiceDataset"],
            "defaultGraph": {
                "id": "iomgraph:service/facts",
                "type": ["Graph"],
                "title": description.dataset["title"],
                "triples": triples,
            },
            "namedGraph": [
                {
                    "id": f"iomgraph:service/{name}",
                    "type": ["NamedGraph"],
                    "graphName": f"iomgraph:graph/{name}",
                }
                for name in ("provenance", "quality")
            ],
        },
    }
