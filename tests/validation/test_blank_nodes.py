"""Blank nodes by their place, in findings, in notes and in messages: two runs print the same."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest

from iomgraph.validation.report import Report, validate
from iomgraph.validation.reports import formats

PREFIXES = "@prefix : <http://e/> . @prefix sh: <http://www.w3.org/ns/shacl#> .\n"
DATA = """:a a :C ; :p [ :q 1 ] , [ :q 2 ] , [] , <<( _:x :p :q )>> .
_:x a :C ; :p _:y . _:y :q _:x .
[] a :C ; :p "z" .
[] a :C ; :p "z" .
"""
SHAPES = """[] a sh:NodeShape ; sh:targetClass :C ; sh:nodeKind sh:IRI ;
  sh:property [ sh:path :p ; sh:nodeKind sh:Literal ] , [ sh:path :p ; sh:or ( [] :Un ( ) ) ] ,
    [ sh:path :p ; sh:maxCount 1 ; sh:name 3 ] ;
  sh:sparql [ sh:message "{$this} has {?value}" ;
    sh:select "SELECT $this ?value { $this <http://e/p> ?value FILTER(isBlank(?value)) }" ] .
[] sh:class :Z . [] sh:class :Y .
[] sh:mincount 1 . [] sh:mincount 2 . :L sh:pattern <<( [] :v :w )>> .
:N a sh:NodeShape ; sh:targetNode :a ; sh:node [] .
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    data, shapes = tmp_path / "data.ttl", tmp_path / "shapes.ttl"
    data.write_text(PREFIXES + DATA, encoding="utf-8")
    shapes.write_text(PREFIXES + SHAPES, encoding="utf-8")
    return data, shapes


def report(files: tuple[Path, Path]) -> Report:
    """Return the findings, without the time that they took."""
    found = validate(*files)
    assert found.coverage
    return replace(found, coverage=replace(found.coverage, seconds=0.0))


def written(found: Report, name: str) -> str:
    if name == "text":
        return found.text()
    out = io.StringIO()
    formats.writer(name)(found, out, "en")
    return out.getvalue()


@pytest.mark.parametrize("name", ["text", "json", "sarif", "ttl", "csv", "junit", "markdown"])
def test_two_runs_write_the_same_bytes(files: tuple[Path, Path], name: str) -> None:
    once, again, third = (written(report(files), name) for _ in range(3))
    assert once == again == third
    assert len(once) > 1000


def test_values_of_findings_are_named_by_their_place(files: tuple[Path, Path]) -> None:
    values = {one.value for one in report(files).findings}
    data = files[0].as_posix()
    assert {f"blank node at {data}:2:14", f"blank node at {data}:3:21"} <= values
    assert "<<( [] <http://e/p> <http://e/q> )>>" in values


def test_blank_nodes_in_messages_are_named_by_their_place(files: tuple[Path, Path]) -> None:
    data = files[0].as_posix()
    messages = {one.text() for one in report(files).findings}
    assert f"http://e/a has blank node at {data}:2:14" in messages
    assert f"blank node at {data}:3:1 has blank node at {data}:3:21" in messages
    assert not any("_:" in message for message in messages)


def test_notes_are_at_the_property_that_they_are_about(files: tuple[Path, Path]) -> None:
    notes = {(one.rule, one.place.line, one.place.offset) for one in report(files).notes if one.place}
    assert {("undefined-shape", 3, 78), ("list-as-shape", 3, 78), ("ill-typed", 4, 44)} <= notes
    assert {("unknown-term", 8, 16), ("unknown-term", 8, 35), ("undefined-shape", 9, 48)} <= notes
