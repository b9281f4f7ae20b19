"""No input makes `iomgraph check` end with anything but 0, 1 or 2, and with a message where it is 2."""

from __future__ import annotations

import gzip
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iomgraph.cli import main

SHAPES = b"""@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <http://e/> .
:Person a sh:NodeShape ; sh:targetClass :Person ;
  sh:property [ sh:path :name ; sh:minCount 1 ; sh:maxLength 5 ; sh:pattern "^[a-z]*$" ] ;
  sh:property [ sh:path :name ; sh:in ( "a" "b" 3 ) ] ;
  sh:or ( [ sh:path ( :knows :name ) ; sh:minCount 1 ] [ sh:not [ sh:class :Person ] ] ) ;
  sh:sparql [ sh:message "{?value}" ; sh:select "SELECT $this ?value { $this <http://e/age> ?value }" ] .
"""
DOCUMENTS = {
    "ttl": b"@prefix : <http://e/> .\n"
    b':a a :Person ; :name "long name"@en , 3 , [ :p ( 1 2 ) ] ; :age 1e3 .\n',
    "trig": b'@prefix : <http://e/> .\n:g { :a a :Person ; :name """x\ny""" } :a :b <<( :c :d :e )>> .\n',
    "nt": b"<http://e/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://e/Person> .\n"
    b'<http://e/a> <http://e/name> "\\u00e9"^^<http://www.w3.org/2001/XMLSchema#integer> . # x\n',
    "nq": b"_:a <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://e/Person> <http://e/g> .\n",
    "jsonld": b'{"@context": {"@vocab": "http://e/", "n": {"@id": "name", "@type": "@id"}},\n'
    b' "@graph": [{"@id": "http://e/a", "@type": "Person", "n": ["x", {"@value": 1}], "age": 12.5}]}',
    "rdf": b'<?xml version="1.0" encoding="utf-8"?>\n'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'
    b'<e:Person rdf:about="http://e/a"><e:name>x&amp;y</e:name></e:Person></rdf:RDF>',
}
PARTS = (
    b"",
    b'"',
    b"'''",
    b"<",
    b">",
    b"[",
    b"(",
    b"{",
    b"}",
    b"]",
    b")",
    b".",
    b"\\",
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"<<( ",
    b")>>",
    b"\x1f\x8b",
    b"&x;",
    b"<!DOCTYPE a [<!ENTITY x 'y'>]>",
    b'"@context":',
    b"@prefix : <x> .",
    b"1" * 5000,
    b'"@id":',
    b"[ <http://e/p> " * 300,
    b'{"http://e/p":' * 300,
    b"\xed\xa0\x80",
    b"_:a ",
    b"^^<x>",
    b"sh:minCount -1 ;",
    b"sh:pattern '(' ;",
    b"sh:path [] ;",
    b"sh:node :Person ;",
    b"sh:in :a ;",
    b"sh:mincount 1 ;",
    b"sh:or () ;",
    b"sh:property 3 ;",
    b"sh:sparql [] ;",
    b"sh:deactivated 1 ;",
    b"a sh:SPARQLTarget ;",
    b"sh:rule [] ;",
)


@st.composite
def spoilt(draw: st.DrawFn, document: bytes) -> bytes:
    """A document in which a few places were cut out, repeated or overwritten."""
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(document)))
        end = min(len(document), start + draw(st.integers(0, 20)))
        middle = draw(st.sampled_from(PARTS) | st.binary(max_size=4))
        document = document[:start] + middle + document[end:]
    return gzip.compress(document, mtime=0) if draw(st.integers(0, 19)) == 0 else document


def outcome(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run the command in a copy of this process: how it ended, and what it said."""
    said = folder / "stderr"
    process = os.fork()
    if not process:
        for descriptor, name in ((1, "stdout"), (2, "stderr")):
            os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
        sys.stdout, sys.stderr = (os.fdopen(number, "w") for number in (1, 2))
        sys.argv = ["iomgraph", "check", *arguments]
        code = 70
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    _, status = os.waitpid(process, 0)
    return os.waitstatus_to_exitcode(status), said.read_text(encoding="utf-8", errors="replace")


def check(folder: Path, syntax: str, data: bytes, shapes: bytes) -> None:
    (folder / f"data.{syntax}").write_bytes(data)
    (folder / "shapes.ttl").write_bytes(shapes)
    judge(*outcome(folder, f"{folder}/data.{syntax}", "--shapes", f"{folder}/shapes.ttl"))


def judge(code: int, said: str) -> None:
    assert code in (0, 1, 2)
    assert (code == 2) <= ("iomgraph: " in said)
    assert "Traceback" not in said
    assert "internal error" not in said


@pytest.mark.parametrize("syntax", DOCUMENTS)
@settings(max_examples=15, derandomize=True)
@given(source=st.data())
def test_data_however_spoilt_ends_in_a_verdict_or_a_message(
    syntax: str, source: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    check(tmp_path_factory.mktemp("data"), syntax, source.draw(spoilt(DOCUMENTS[syntax])), SHAPES)


@settings(max_examples=60, derandomize=True)
@given(shapes=spoilt(SHAPES))
def test_shapes_however_spoilt_end_in_a_verdict_or_a_message(
    shapes: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    check(tmp_path_factory.mktemp("shapes"), "ttl", DOCUMENTS["ttl"], shapes)


FORMATS = ("turtle", "trig", "ntriples", "nquads", "jsonld", "rdfxml")


@st.composite
def packed(draw: st.DrawFn, document: bytes) -> bytes:
    """A compressed document, maybe in several parts, cut off, or with a few bytes changed."""
    data = b"".join(gzip.compress(document, mtime=0) for _ in range(draw(st.integers(1, 2))))
    at = draw(st.integers(0, len(data)))
    return data[:at] + draw(st.sampled_from((b"", data[at:])) | st.binary(max_size=6)) + data[at + 2 :]


@settings(max_examples=40, derandomize=True)
@given(source=st.data())
def test_packed_files_and_options_however_spoilt_end_in_a_verdict_or_a_message(
    source: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder, draw = tmp_path_factory.mktemp("packed"), source.draw
    (folder / "shapes").mkdir()
    data, shapes, behind = (draw(st.sampled_from(sorted(DOCUMENTS))) for _ in range(3))
    (folder / f"data.{data}.gz").write_bytes(draw(packed(DOCUMENTS[data])))
    (folder / f"behind.{behind}").write_bytes(draw(spoilt(DOCUMENTS[behind])))
    (folder / f"shapes/a.{shapes}").write_bytes(draw(spoilt(DOCUMENTS[shapes])))
    (folder / "shapes/b.ttl.gz").write_bytes(draw(packed(SHAPES) | st.just(gzip.compress(SHAPES))))
    formats = st.sampled_from(FORMATS)
    options = (
        *draw(st.just(()) | formats.map(lambda name: ("--shapes-format", name))),
        *draw(st.just(()) | formats.map(lambda name: ("--data-format", name))),
        *draw(st.sampled_from(((), ("--allow-unevaluated",), ("--follow-imports",)))),
        *draw(st.sampled_from(((), ("--with", f"{folder}/behind.{behind}")))),
        *draw(st.sampled_from(((), ("-f", "json"), ("-f", "sarif"), ("-f", "ttl"), ("--lang", "fr")))),
    )
    named = draw(st.sampled_from((f"{folder}/shapes", f"{folder}/shapes/b.ttl.gz")))
    judge(*outcome(folder, f"{folder}/data.{data}.gz", "--shapes", named, *options))
