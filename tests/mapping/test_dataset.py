"""The dataset keeps records by graph, and gives their quads in order, as a stream and as a store."""

from __future__ import annotations

import tracemalloc

import pyoxigraph as ox
import pytest

from iomgraph.errors import OntologyError
from iomgraph.mapping.context import Context
from iomgraph.mapping.dataset import DEFAULT, PROVENANCE, QUALITY, Dataset, Shelf, claims

BASE = "https://w3id.org/iomgraph/"


def project(key: str) -> dict[str, object]:
    return {"id": f"projects:{key}", "type": ["Project"], "title": {"en": [f"Étude {key}"]}}


@pytest.fixture
def dataset(context: Context) -> Dataset:
    """One project, claimed twice, with one record of provenance."""
    made = Dataset(context)
    made.add([project("b")])
    made.add([project("b")], claims("page-2"))
    made.add([project("b")], claims("page-1"))
    made.add([{"id": "captures:page-1", "language": "fr"}], PROVENANCE)
    return made


def test_lines_come_graph_by_graph_the_default_graph_first(dataset: Dataset) -> None:
    quads = ox.parse("".join(dataset.lines()).encode(), format=ox.RdfFormat.N_QUADS)
    assert [str(quad.graph_name) for quad in quads if isinstance(quad, ox.Quad)] == [
        *["DEFAULT"] * 2,
        *[f"<{BASE}graph/claims/page-2>"] * 2,
        *[f"<{BASE}graph/claims/page-1>"] * 2,
        f"<{BASE}graph/provenance>",
    ]


def test_lines_can_be_asked_for_again(dataset: Dataset) -> None:
    assert list(dataset.lines()) == list(dataset.lines())


def test_named_graphs_come_in_order_of_name_without_the_default_graph(dataset: Dataset) -> None:
    assert dataset.names == ["claims:page-1", "claims:page-2", "graphs:provenance"]


def test_a_store_holds_the_graphs_asked_for_as_one(dataset: Dataset) -> None:
    store = dataset.store(DEFAULT, PROVENANCE, QUALITY)
    assert len(store) == 3
    assert {quad.graph_name for quad in store} == {ox.DefaultGraph()}


def test_a_store_holds_more_than_one_read_of_the_stream(context: Context) -> None:
    dataset = Dataset(context)
    dataset.add(project(str(number)) for number in range(40_000))
    assert len(dataset.store(DEFAULT)) == 80_000


def test_a_store_of_no_graph_is_empty(dataset: Dataset) -> None:
    assert len(dataset.store()) == 0


def test_what_the_context_does_not_know_stops_the_store_too(dataset: Dataset) -> None:
    dataset.add([{"id": "projects:c", "colour": "blue"}])
    with pytest.raises(OntologyError, match="no such term: 'colour'"):
        dataset.store(DEFAULT)


def test_links_are_added_to_those_that_a_record_has(dataset: Dataset) -> None:
    dataset.add([{"id": "projects:c", "exactMatch": ["urn:a"]}])
    dataset.link({"projects:c": {"exactMatch": ["urn:b"]}})
    dataset.link({"projects:c": {"exactMatch": ["urn:c"]}, "projects:b": {"closeMatch": ["urn:d"]}})
    found = {str(record["id"]): record for record in dataset.records()}
    assert found["projects:c"]["exactMatch"] == ["urn:a", "urn:b", "urn:c"]
    assert found["projects:b"]["closeMatch"] == ["urn:d"]
    assert [record.keys() for record in dataset.records(claims("page-1"))] == [{"id", "type", "title"}]


def test_many_records_take_little_memory(context: Context) -> None:
    dataset = Dataset(context)
    tracemalloc.start()
    dataset.add(project(f"{number:06}") for number in range(20_000))
    assert sum(1 for _ in dataset.lines()) == 40_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(dataset) == 20_000
    assert peak < 4_000_000


def test_records_are_found_again_at_their_positions_with_their_links(dataset: Dataset) -> None:
    shelf = Shelf()
    shelf.add([project("a")])
    shelf.add([project("a")], claims("page-3"))
    dataset.take([shelf])
    dataset.link({"projects:a": {"sameAs": ["http://www.wikidata.org/entity/Q1"]}})
    positions = dataset.positions()
    found = list(positions.of(DEFAULT, *dataset.names))
    assert [(graph, positions.at(position)) for graph, position, _ in found] == [
        *((DEFAULT, record) for record in dataset.records()),
        *((graph, record) for graph in dataset.names for record in dataset.records(graph)),
    ]
    assert [record for _, _, record in found if "sameAs" in record] == [
        {**project("a"), "sameAs": ["http://www.wikidata.org/entity/Q1"]}
    ]


def test_the_bytes_of_equal_records_are_equal(dataset: Dataset) -> None:
    positions = dataset.positions()
    first, *others = (positions.raw(position) for _, position, _ in positions.of(DEFAULT, *dataset.names))
    assert [other == first for other in others] == [True, True, False]
