"""A reader never gives back more than it is asked for, however long the tokens are."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomgraph.validation.documents import read
from iomgraph.validation.documents.places import Wanted
from iomgraph.validation.documents.positions import LineIndex, Lines, Turtle, Xml
from iomgraph.validation.documents.statements import Statements

E = "http://e/"
RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'
SYNTAXES = ("ttl", "trig", "nt", "nq", "jsonld", "rdf")
LENGTHS = st.sampled_from([1, 4000, 4096, 8191, 8192, 8193, 20_000, 70_000]) | st.integers(1, 100_000)


def written(syntax: str, value: str, comment: str, iri: str) -> str:
    """A document with a triple of a long value behind one of a long IRI and a long comment."""
    if syntax == "jsonld":
        nodes = [{"@id": E + "b", E + "q": {"@id": E + iri}}, {"@id": E + "a", E + "p": value}]
        return json.dumps({"@graph": nodes})
    if syntax == "rdf":
        return (
            f'{RDF}\n<!--{comment}--><rdf:Description rdf:about="{E}b"><e:q rdf:resource="{E}{iri}"/>'
            f'</rdf:Description>\n<rdf:Description rdf:about="{E}a">\n<e:p>{value}</e:p></rdf:Description>'
            "</rdf:RDF>"
        )
    return f'<{E}b> <{E}q> <{E}{iri}> .\n# {comment}\n<{E}a> <{E}p> "{value}" .\n'


LINE = {"ttl": 3, "trig": 3, "nt": 3, "nq": 3, "jsonld": 1, "rdf": 4}


@pytest.mark.parametrize("syntax", SYNTAXES)
@given(lengths=st.tuples(LENGTHS, LENGTHS, LENGTHS))
def test_a_finding_beside_long_tokens_has_its_place(
    syntax: str, lengths: tuple[int, int, int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    value, comment, iri = ("x" * length for length in lengths)
    path = tmp_path_factory.mktemp("long") / f"a.{syntax}"
    path.write_text(written(syntax, value, comment, iri), encoding="utf-8")
    wanted = Wanted(ox.NamedNode(f"{E}a"), f"{E}p", ox.Literal(value))
    assert read([path]).places([wanted])[wanted].line == LINE[syntax]


def test_a_blank_node_beside_long_tokens_has_its_place(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(f'<{E}a> <{E}p> "{"x" * 9000}" , [\n <{E}p> "{"y" * 9000}" ] .', encoding="utf-8")
    documents = read([path])
    (quad,) = documents.store.quads_for_pattern(None, None, ox.Literal("y" * 9000))
    wanted = Wanted(quad.subject, f"{E}p", quad.object)
    place = documents.places([wanted])[wanted]
    assert (place.line, place.offset) == (2, 15)


def pieces(data: bytes) -> Iterator[Turtle | Xml | Lines | Statements]:
    yield Turtle(LineIndex(data))
    yield Xml(LineIndex(data))
    yield Lines(io.BytesIO(data))
    yield Statements(data)


@given(
    data=st.lists(
        st.sampled_from(
            [b"<a>", b'"x"', b'"', b"'''", b".", b" .\n", b"#", b"<!--", b"-->", b"]]>", b"\\", b"x" * 5000]
        )
        | st.binary(max_size=50),
        max_size=30,
    ).map(b"".join),
    sizes=st.lists(st.integers(1, 9000), min_size=1, max_size=20),
)
def test_readers_give_all_bytes_in_order_and_never_more_than_is_asked_for(
    data: bytes, sizes: list[int]
) -> None:
    for reader in pieces(data):
        given, turn = b"", 0
        while part := reader.read(sizes[turn % len(sizes)]):
            assert len(part) <= sizes[turn % len(sizes)]
            given, turn = given + part, turn + 1
        assert given == data
