"""JSON-LD put together from pieces: graphs with and without records, the type of each record first."""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from iomgraph.mapping.context import Context
from iomgraph.publication import jsonld
from iomgraph.records.record import Record


def test_json_ld_may_hold_graphs_alone(tmp_path: Path, context: Context) -> None:
    record: Record = {"id": "states:GEO", "alpha3": "GEO"}
    terms: Any = context.document["@context"]
    graphs = chain(jsonld.graph("graphs:a", []), jsonld.graph("graphs:b", [jsonld.joined([record])]))
    jsonld.write(tmp_path / "a.jsonld", terms, graphs)
    quads = list(ox.parse((tmp_path / "a.jsonld").read_bytes(), format=ox.RdfFormat.JSON_LD))
    assert [str(quad.graph_name) for quad in quads] == ["<https://w3id.org/iomgraph/graph/b>"]


def test_records_within_records_begin_with_their_type(tmp_path: Path) -> None:
    inner = {"id": "urn:b", "type": ["B"], "value": {"en": ["x"]}}
    outer = {"id": "urn:a", "type": ["A"], "one": inner, "many": [inner]}
    jsonld.write(tmp_path / "a.jsonld", {}, [jsonld.joined([outer])])
    (record,) = json.loads((tmp_path / "a.jsonld").read_text())["@graph"]
    assert [next(iter(some)) for some in (record, record["one"], *record["many"])] == ["type"] * 3
    assert record["many"] == [inner]


def test_a_graph_in_several_pieces_is_one_object(tmp_path: Path) -> None:
    members = [jsonld.joined([{"id": f"urn:{name}"}]) for name in "abc"]
    jsonld.write(tmp_path / "a.jsonld", {}, jsonld.graph("urn:g", members))
    (graph,) = json.loads((tmp_path / "a.jsonld").read_text())["@graph"]
    assert graph == {"id": "urn:g", "@graph": [{"id": "urn:a"}, {"id": "urn:b"}, {"id": "urn:c"}]}
