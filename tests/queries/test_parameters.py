"""Arguments: typed text becomes a term, or a message with the possible values."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomgraph.errors import QueryError
from iomgraph.queries import library, parameters
from iomgraph.queries.library import Query

A = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
PREFIXES = {"states": "http://a/state/", "themes": "http://a/theme/"}
TYPES = ("text", "integer", "language", "states")


def query(kind: str, default: str = "") -> Query:
    text = f"""# title: A
# title@fr: B
# title@es: C
# purpose: Says a thing.
# purpose@fr: Dit une chose.
# purpose@es: Dice una cosa.
# param x {kind}{default and f" = {default}"}: a thing
# column x: the thing

PREFIX states: <http://a/state/>
PREFIX planets: <http://a/planet/>
PREFIX themes: <http://a/theme/>
SELECT ?x {{ VALUES ?x {{ UNDEF }} }}
"""
    return library.parse(text, Path("example.rq"))


QUERIES = {kind: query(kind) for kind in TYPES}


def store_of(*keys: str) -> ox.Store:
    store = ox.Store()
    lines = "".join(f"<http://a/state/{key}> {A} <http://a/State> <http://a/graph> .\n" for key in keys)
    store.load(lines.encode(), format=ox.RdfFormat.N_QUADS)
    return store


FEW = store_of("GEO", "KEN", "KEN/budget")
MANY = store_of(*(f"{a}{b}{c}" for a in "ABG" for b in "DEO" for c in "MNO"))


def term(kind: str, value: str, store: ox.Store = FEW) -> ox.NamedNode | ox.Literal:
    return parameters.terms(QUERIES[kind], {"x": value}, store, PREFIXES)["x"]


@pytest.mark.parametrize(
    ("kind", "value", "made"),
    [
        ("text", "", ox.Literal("")),
        ("text", "7", ox.Literal("7")),
        ("integer", "2023", ox.Literal(2023)),
        ("integer", "-007", ox.Literal(-7)),
        ("integer", "+5", ox.Literal(5)),
        ("language", "fr", ox.Literal("fr")),
        ("states", "GEO", ox.NamedNode("http://a/state/GEO")),
        ("states", "states:GEO", ox.NamedNode("http://a/state/GEO")),
        ("states", "http://a/state/GEO", ox.NamedNode("http://a/state/GEO")),
        ("states", "geo", ox.NamedNode("http://a/state/GEO")),
        ("states", "ke", ox.NamedNode("http://a/state/KEN")),
        ("states", "404", ox.NamedNode("http://a/state/KEN")),
        ("states", "KENYA", ox.NamedNode("http://a/state/KEN")),
        ("states", "géorgie", ox.NamedNode("http://a/state/GEO")),
    ],
)
def test_each_type_has_its_terms(kind: str, value: str, made: ox.Literal | ox.NamedNode) -> None:
    assert term(kind, value) == made


@pytest.mark.parametrize(
    ("kind", "value", "what", "step"),
    [
        ("integer", "many", "is not an integer", "whole number"),
        ("integer", "", "is not an integer", "whole number"),
        ("integer", "1.5", "is not an integer", "whole number"),
        ("integer", "٣", "is not an integer", "whole number"),
        ("integer", "9" * 19, "is not an integer", "whole number"),
        ("integer", "1 } DROP", "is not an integer", "whole number"),
        ("language", "de", "is not a language", "en, fr, es"),
        ("language", "EN", "is not a language", "en, fr, es"),
        ("text", "a\udcff", "is not text", "UTF-8"),
        ("states", "XXX", "names nothing among the states", "give one of GEO, KEN"),
        ("states", "", "names nothing among the states", "last part of its IRI"),
        ("states", "GEO> } ; DROP ALL #", "names nothing among the states", "GEO, KEN"),
        ("states", "../theme/x", "names nothing among the states", "GEO, KEN"),
        ("states", "http://b/state/GEO", "names nothing among the states", "GEO, KEN"),
        ("states", "Palestine", "names nothing among the states", "nothing of PSE (State of Palestine)"),
        ("states", "congo", "names nothing among the states", "says nothing of COD (Democratic"),
    ],
)
def test_a_value_of_another_type_is_refused_with_the_choices(
    kind: str, value: str, what: str, step: str
) -> None:
    with pytest.raises(QueryError, match=what) as stop:
        term(kind, value)
    assert step in stop.value.step


def test_parts_of_a_thing_are_not_offered_in_its_place() -> None:
    with pytest.raises(QueryError) as stop:
        term("states", "XXX")
    assert "budget" not in str(stop.value)


def test_a_name_that_several_states_share_is_not_decided() -> None:
    both = store_of("COD", "COG")
    with pytest.raises(QueryError, match="may name several of the states") as stop:
        term("states", "Congo", both)
    assert stop.value.step == "give one of COD (Democratic Republic of the Congo), COG (Congo)"
    assert term("states", "Congo", store_of("COG")) == ox.NamedNode("http://a/state/COG")


def test_things_of_other_kinds_go_by_their_names_too() -> None:
    store = ox.Store()
    label = "<http://www.w3.org/2004/02/skos/core#prefLabel>"
    named = (("labour", '"Labour Migration"@en'), ("labour", '"Migración laboral"@es'), ("x/y", '"X"@en'))
    for key, name in named:
        line = f"<http://a/theme/{key}> {label} {name} .\n<http://a/theme/{key}> {A} <http://a/Theme> ."
        store.load(line.encode(), format=ox.RdfFormat.N_TRIPLES)
    asked = query("themes")
    for typed in ("LABOUR", "labour  migration", "migracion laboral"):
        made = parameters.terms(asked, {"x": typed}, store, PREFIXES)["x"]
        assert made == ox.NamedNode("http://a/theme/labour")
    for typed in ("X", "migration"):
        with pytest.raises(QueryError, match="names nothing among the themes"):
            parameters.terms(asked, {"x": typed}, store, PREFIXES)


def test_among_many_those_that_come_close_are_named_whatever_their_case() -> None:
    with pytest.raises(QueryError) as close:
        term("states", "ge0", MANY)
    assert "did you mean GEO" in close.value.step
    with pytest.raises(QueryError) as far:
        term("states", "???", MANY)
    assert "give one of the 27 that there are: ADM, ADN" in far.value.step


def test_a_release_without_the_kind_says_so() -> None:
    with pytest.raises(QueryError) as stop:
        term("states", "GEO", ox.Store())
    assert "none of this kind" in stop.value.step
    with pytest.raises(QueryError, match="no such kind of thing"):
        parameters.terms(query("planets"), {"x": "mars"}, FEW, PREFIXES)


@pytest.mark.parametrize(
    ("given_", "what", "step"),
    [
        ({"y": "GEO"}, "has no such parameter: y", "name one of x"),
        ({}, "needs a parameter: x", "--param x=…"),
    ],
)
def test_a_parameter_that_is_unknown_or_missing_is_reported(
    given_: Mapping[str, str], what: str, step: str
) -> None:
    with pytest.raises(QueryError, match=what) as stop:
        parameters.terms(QUERIES["states"], given_, FEW, PREFIXES)
    assert step in stop.value.step


def test_a_default_is_in_and_is_checked_as_any_argument_is() -> None:
    assert parameters.terms(query("states", "KEN"), {}, FEW, PREFIXES)["x"] == ox.NamedNode(
        "http://a/state/KEN"
    )
    with pytest.raises(QueryError, match="is not an integer"):
        parameters.terms(query("integer", "many"), {}, FEW, PREFIXES)


@given(st.sampled_from(TYPES), st.text())
def test_no_input_does_worse_than_a_message(kind: str, value: str) -> None:
    try:
        made = term(kind, value)
    except QueryError:
        return
    found = ox.Store().query(QUERIES[kind].bound({"x": made}))
    assert isinstance(found, ox.QuerySolutions)
    assert [row["x"] for row in found] == [made]
