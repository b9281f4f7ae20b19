"""CURIEs become IRIs that are safe to write, and only so many are remembered."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomgraph import iris
from iomgraph.errors import OntologyError
from iomgraph.mapping import names as names_module
from iomgraph.mapping.names import Names

BASE = "https://example.org/project/"


def test_a_curie_is_its_prefix_and_its_key() -> None:
    names = Names({"projects": BASE, "iom": "https://example.org/ontology#"})
    assert names["projects:LM.0024/budget"] == f"<{BASE}LM.0024/budget>"
    assert names["projects:"] == f"<{BASE}>"
    assert names["iom:Project"] == "<https://example.org/ontology#Project>"


def test_an_absolute_iri_stands_for_itself() -> None:
    names = Names({"projects": BASE})
    for text in ("https://iom.int/a:b", "urn:x:y", "mailto:a@iom.int", "projects://a/b", "unknown:key"):
        assert names[text] == f"<{text}>"


@pytest.mark.parametrize(
    "key", ["a b", "a>b", 'a"b', "a\\b", "a\nb", "a%zz", "[a]", "a\x00", "{a}", "a\ud800"]
)
def test_a_key_that_no_iri_can_hold_is_refused(key: str) -> None:
    with pytest.raises(OntologyError, match="this is not an IRI"):
        Names({"projects": BASE})[f"projects:{key}"]


def test_a_second_fragment_is_refused() -> None:
    with pytest.raises(OntologyError, match="this is not an IRI"):
        Names({"iom": "https://example.org/ontology#"})["iom:a#b"]


@pytest.mark.parametrize("text", ["", "Project", "LM.0024", "a b"])
def test_a_name_without_prefix_is_refused(text: str) -> None:
    with pytest.raises(OntologyError, match="a name has no prefix") as stop:
        Names({"projects": BASE})[text]
    assert stop.value.step == "write it as prefix:key"


def test_a_blank_node_is_refused() -> None:
    with pytest.raises(OntologyError, match="this is not an IRI"):
        Names({"projects": BASE})["_:b"]


def test_a_prefix_that_is_not_an_iri_is_refused() -> None:
    with pytest.raises(OntologyError, match="this is not an IRI"):
        Names({"projects": "https://example org/"})


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_every_minted_curie_becomes_an_iri_under_its_prefix(key: str) -> None:
    name = Names({"projects": BASE})[iris.curie("projects", key)]
    assert name.startswith(f"<{BASE}")
    assert str(ox.NamedNode(name[1:-1])) == name


@given(st.text(max_size=8))
def test_whatever_is_not_refused_is_an_iri(key: str) -> None:
    try:
        name = Names({"projects": BASE})[f"projects:{key}"]
    except OntologyError:
        return
    assert str(ox.NamedNode(name[1:-1])) == name


def test_no_more_names_are_remembered_however_large_the_portfolio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names_module, "_LIMIT", 10)
    names = Names({"projects": BASE})
    for number in range(1000):
        assert names[f"projects:{number}"] == f"<{BASE}{number}>"
        assert names["projects:again"] == f"<{BASE}again>"
        assert len(names) <= 10
