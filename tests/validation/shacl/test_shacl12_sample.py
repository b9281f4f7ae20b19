"""A sample of the W3C's tests of SHACL 1.2 Core: what each expects is found, as often, and nothing else."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Store, parse

from iomgraph.validation.shacl import ValidationResult, compile_shapes, exact_quads, shapes_graph

BESIDE = Path(__file__).resolve().parents[4] / "shared"
SAMPLE = Path(os.environ.get("IOMGRAPH_SHARED", BESIDE)) / "suites/shacl12-sample"
COUNT = 34


def cases() -> Iterator[Mapping[str, Any]]:
    listed = SAMPLE / "expected.jsonl"
    if listed.is_file():
        yield from map(json.loads, listed.read_text(encoding="utf-8").splitlines())


def test_the_sample_is_there(suites: Path) -> None:
    assert suites / "shacl12-sample" == SAMPLE
    assert len(list(cases())) == COUNT


@pytest.mark.suite("SHACL 1.2 sample", of=COUNT)
@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in cases()])
def test_the_results_are_those_that_the_sample_expects(case: Mapping[str, Any]) -> None:
    shapes, data = quads(case["shapes"]), quads(case["data"])
    store = Store()
    store.extend(exact_quads(data))
    found = list(compile_shapes(shapes_graph(shapes)).validate(store, exact=True))
    assert Counter(map(key, found)) == Counter({tuple(one): n for one, n in case["expected"]["results"]})
    if case["name"] == "misc/message-002":
        assert [result.message() for result in found] == ["Test message"]


@cache
def quads(name: str) -> tuple[Any, ...]:
    """The triples of a file; shapes and data that are one file share their blank nodes."""
    return tuple(parse(path=SAMPLE / name, format=RdfFormat.TURTLE, base_iri="urn:x-base:"))


def key(result: ValidationResult) -> tuple[str | None, ...]:
    path = None if result.path is None else re.sub(r">/<", "> / <", str(result.path))
    named = (result.component, result.severity, result.source_shape)
    return (text(result.focus_node), path, text(result.value), *map(text, named))


def text(term: object) -> str | None:
    if isinstance(term, Literal):
        plain = term.language or term.datatype.value.endswith("#string")
        return f'"{term.value}"' + ("" if plain else f"^^{term.datatype.value}")
    if isinstance(term, BlankNode):
        return "_:"
    return None if term is None else str(term) if isinstance(term, NamedNode) else repr(term)
