"""Every dump says the same, read by two independent libraries."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Dataset as RdflibDataset
from rdflib import Graph
from rdflib.compare import isomorphic

from iomgraph.errors import PublicationError
from iomgraph.mapping.context import Context
from iomgraph.mapping.dataset import DEFAULT, PROVENANCE, Dataset, Shelf
from iomgraph.release import dumps, turtle

from ..publication.conftest import write_dumps

_FORMATS = {
    "iomgraph.nq.gz": ox.RdfFormat.N_QUADS,
    "iomgraph.nt.gz": ox.RdfFormat.N_TRIPLES,
    "iomgraph.ttl": ox.RdfFormat.TURTLE,
    "iomgraph.trig": ox.RdfFormat.TRIG,
    "iomgraph.jsonld": ox.RdfFormat.JSON_LD,
}


def _parsed(release: Path, name: str) -> set[ox.Quad]:
    content = (release / name).read_bytes()
    return set(ox.parse(gzip.decompress(content) if name.endswith(".gz") else content, format=_FORMATS[name]))


def _expected(lines: Iterable[str]) -> set[ox.Quad]:
    return set(ox.parse("".join(lines).encode(), format=ox.RdfFormat.N_QUADS))


@pytest.mark.parametrize("name", ["iomgraph.nq.gz", "iomgraph.trig", "iomgraph.jsonld"])
def test_a_dump_of_all_graphs_holds_every_statement(release: Path, lines: list[str], name: str) -> None:
    assert _parsed(release, name) == _expected(lines)


@pytest.mark.parametrize("name", ["iomgraph.nt.gz", "iomgraph.ttl"])
def test_a_dump_of_facts_holds_the_default_graph_and_no_claim(
    release: Path, lines: list[str], name: str
) -> None:
    facts = {quad for quad in _expected(lines) if isinstance(quad.graph_name, ox.DefaultGraph)}
    assert 0 < len(facts) < len(_expected(lines))
    assert _parsed(release, name) == facts


def test_rdflib_reads_the_same_from_turtle_and_from_ntriples(release: Path) -> None:
    turtle_graph = Graph().parse(release / "iomgraph.ttl")
    triples = Graph().parse(data=gzip.decompress((release / "iomgraph.nt.gz").read_bytes()), format="nt")
    assert len(turtle_graph) == len(triples) > 50
    assert isomorphic(turtle_graph, triples)


def test_rdflib_finds_the_same_graphs_in_trig_and_json_ld(release: Path) -> None:
    sizes = []
    for name in ("iomgraph.trig", "iomgraph.jsonld"):
        dataset = RdflibDataset()
        dataset.parse(release / name)
        sizes.append({str(graph.identifier): len(graph) for graph in dataset.graphs() if len(graph)})
    assert sizes[0] == sizes[1]
    assert len(sizes[0]) == 4


def test_turtle_is_laid_out_for_readers(release: Path) -> None:
    head, _, body = (release / "iomgraph.ttl").read_text(encoding="utf-8").partition("\n\n")
    prefixes = head.split("\n")
    assert prefixes == sorted(prefixes)
    assert all(line.startswith("@prefix ") for line in prefixes)
    blocks = body.rstrip("\n").split("\n\n")
    subjects = [block.split(" ")[0] for block in blocks]
    assert subjects == [
        "projects:LM.0024",
        "projects:LM.0024-1",
        "projects:LM.0024-1\\/budget",
        "projects:LM.0024\\/budget",
        "projects:T97-805",
        "projects:T97-805\\/budget",
        "states:GEO",
        "statuses:completed",
    ]
    assert blocks[1].split("\n")[:3] == [
        "projects:LM.0024-1 a iom:Project ;",
        '\tdct:identifier "LM.0024-1" ;',
        '\tdct:title "Capacity-building LM.0024-1"@en , "Renforcement LM.0024-1"@fr ;',
    ]


def test_trig_begins_as_turtle_does_and_names_each_graph_once(release: Path) -> None:
    facts = (release / "iomgraph.ttl").read_text(encoding="utf-8")
    whole = (release / "iomgraph.trig").read_text(encoding="utf-8")
    assert whole.startswith(facts)
    opened = [line for line in whole.split("\n") if line.endswith(" {")]
    assert opened == [
        "claims:iom.int-fr-node-176566.2026-11-23 {",
        "graphs:provenance {",
        "graphs:quality {",
    ]
    assert "\n\n}" not in whole


def test_no_dump_has_a_blank_node(release: Path) -> None:
    for name in _FORMATS:
        for quad in _parsed(release, name):
            assert not any(isinstance(term, ox.BlankNode) for term in quad)


def test_the_order_and_the_repeats_of_the_input_change_no_byte(
    tmp_path: Path, release: Path, dataset: Dataset, lines: list[str]
) -> None:
    again = Dataset(dataset.context)
    for graph in reversed(dataset.graphs):
        records = list(dataset.records(graph))
        again.add([*reversed(records), *records], graph)
    assert write_dumps(tmp_path, again) == len(set(lines))
    for name in (dumps.NQUADS, dumps.NTRIPLES, dumps.TURTLE, dumps.TRIG):
        assert (tmp_path / name).read_bytes() == (release / name).read_bytes()


def test_large_graphs_are_cut_between_things(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turtle, "_CHUNK", 3)
    lines = [f"<urn:{thing}> <urn:p> <urn:{number}> .\n" for thing in "abc" for number in range(4)]
    out = io.BytesIO()
    turtle.Writer({}, out).write(reversed(lines), {})
    text = out.getvalue().decode()
    assert text.count("\n<urn:") == 3
    quads = {str(quad) for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)}
    assert quads == {line[:-3] for line in lines}


def test_a_graph_that_several_parts_share_is_opened_once_and_others_stay_with_their_part(
    tmp_path: Path, context: Context
) -> None:
    shelves = []
    for key in "ab":
        shelves.append(Shelf())
        for graph in (DEFAULT, f"claims:{key}", "claims:list", PROVENANCE):
            shelves[-1].add([{"id": f"projects:{key}", "identifier": f"{key} in {graph}"}], graph)
    dataset = Dataset(context, shelves)
    assert write_dumps(tmp_path, dataset) == 8
    text = (tmp_path / "iomgraph.trig").read_text(encoding="utf-8")
    opened = [line[:-2] for line in text.split("\n") if line.endswith(" {")]
    assert opened == ["claims:a", "claims:b", "claims:list", "graphs:provenance"]
    for name in _FORMATS:
        graphs = {str(quad.graph_name) for quad in _parsed(tmp_path, name)}
        assert len(_parsed(tmp_path, name)) == (8 if len(graphs) > 1 else 2)
    objects = json.loads((tmp_path / "iomgraph.jsonld").read_text(encoding="utf-8"))["@graph"]
    assert [one["id"] for one in objects] == ["projects:a", "projects:b", *opened]
    assert [len(one["@graph"]) for one in objects[2:]] == [1, 1, 2, 2]


def test_nothing_to_publish_is_written_as_nothing(tmp_path: Path, context: Context) -> None:
    assert write_dumps(tmp_path, Dataset(context)) == 0
    assert len(Graph().parse(tmp_path / "iomgraph.ttl")) == 0
    assert gzip.decompress((tmp_path / "iomgraph.nq.gz").read_bytes()) == b""
    assert json.loads((tmp_path / "iomgraph.jsonld").read_text())["@graph"] == []


def test_a_statement_that_is_not_a_nquads_stops_the_release() -> None:
    with pytest.raises(PublicationError, match="a statement can't be written"):
        turtle.Writer({}, io.BytesIO()).write(['<urn:s> <urn:p> "\\uD800" .\n'], {})


def test_json_ld_can_be_read_as_a_stream(release: Path) -> None:
    name = "iomgraph.jsonld"
    streamed = set(ox.parse(path=release / name, format=ox.RdfFormat.STREAMING_JSON_LD))
    assert streamed == set(ox.parse(path=release / name, format=ox.RdfFormat.JSON_LD))
    assert len(streamed) > 20
