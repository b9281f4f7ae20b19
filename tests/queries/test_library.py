"""Queries: read from files, found by name, bound with terms."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomgraph.errors import QueryError
from iomgraph.queries import library

HEAD = """\
# title: A
# title@fr: B
# title@es: C
# purpose: Says a thing.
# purpose@fr: Dit une chose.
# purpose@es: Dice una cosa.
"""
EXAMPLE = f"""{HEAD}# param a text = x: one
# param b text = y: another
# column a: the one
# column b: the other

SELECT ?a ?b WHERE {{ VALUES ?a {{ "x" }} {{ SELECT ?b WHERE {{ VALUES $b {{ "y" }} }} }} }}
"""


def parse(text: str) -> library.Query:
    return library.parse(text, Path("example.rq"))


def answer(query: library.Query, **terms: library.Term) -> list[list[str]]:
    found = ox.Store().query(query.bound(terms))
    assert isinstance(found, ox.QuerySolutions)
    return [[term.value for term in row] for row in found]


def test_a_query_is_named_by_its_file_and_keeps_its_text() -> None:
    query = parse(EXAMPLE)
    assert query.name == "example"
    assert query.query.startswith("SELECT ?a ?b")
    assert query.text == EXAMPLE


def test_terms_go_into_the_places_anywhere() -> None:
    assert answer(parse(EXAMPLE), a=ox.Literal("1"), b=ox.NamedNode("urn:2")) == [["1", "urn:2"]]


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back_as_it_went_in(a: str, b: str) -> None:
    assert answer(parse(EXAMPLE), a=ox.Literal(a), b=ox.Literal(b)) == [[a, b]]


@pytest.mark.parametrize(
    "hostile",
    [
        'x" } ; DROP ALL #',
        'VALUES ?b { "stolen" }',
        'VALUES ?b { "',
        "\\",
        '\\"',
        '"""',
        "} } SERVICE <http://127.0.0.1:9/> { ?s ?p ?o",
        "\n# comment",
        "\\u0022 }",
        r"\1 \g<0>",
    ],
)
def test_no_text_ends_its_place_or_is_taken_for_another(hostile: str) -> None:
    found = answer(parse(EXAMPLE), a=ox.Literal(hostile), b=ox.Literal("mine"))
    assert found == [[hostile, "mine"]]


def test_the_name_of_a_parameter_is_not_a_beginning_of_another() -> None:
    text = EXAMPLE.replace("# param b text", "# param ab text").replace("$b {", "$ab {").replace("?b", "?ab")
    query = parse(text.replace("# column b", "# column ab"))
    assert answer(query, a=ox.Literal("1"), ab=ox.Literal("2")) == [["1", "2"]]


@pytest.mark.parametrize(
    ("old", "new", "what", "where"),
    [
        ('VALUES ?a { "x" }', "", "the parameter a has no place", "example.rq:7"),
        ('VALUES ?a { "x" }', 'VALUES ?A { "x" }', "the parameter a has no place", "example.rq:7"),
        ("b text", "b planets", "has the unknown type planets", "example.rq:8"),
        ("# column b: the other\n", "", r"the columns \['a'\], the query selects", "example.rq:1"),
        ("SELECT ?a ?b", "SELECT ?b ?a", r"selects \['b', 'a'\]", "example.rq:1"),
        ("SELECT ?a ?b", "SELEKT ?a ?b", "not a SPARQL query", "example.rq, line 12, column"),
        ("SELECT ?a ?b", "CONSTRUCT { ?a ?a ?b }", r"the query selects \[\]", "example.rq:1"),
        ("WHERE {", "WHERE { SERVICE <urn:x> { }", "asks another endpoint", "example.rq, line 12, SERVICE"),
    ],
)
def test_a_head_and_a_query_that_do_not_go_together_are_refused(
    old: str, new: str, what: str, where: str
) -> None:
    assert old in EXAMPLE
    with pytest.raises(QueryError, match=what) as stop:
        parse(EXAMPLE.replace(old, new, 1))
    assert stop.value.where.startswith(where)
    assert stop.value.step


def test_a_query_whose_answer_is_a_graph_has_no_columns() -> None:
    assert parse(f"{HEAD}\nCONSTRUCT WHERE {{ ?s ?p ?o }}").columns == ()


def test_a_folder_is_read_in_order_of_name(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / f"{name}.rq").write_text(EXAMPLE, encoding="utf-8")
    assert list(library.read_all(tmp_path)) == ["a", "b"]


def test_a_folder_without_queries_is_a_stop(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="there is no query"):
        library.read_all(tmp_path)


def test_a_file_that_is_missing_or_not_utf_8_is_a_stop(tmp_path: Path) -> None:
    bad = tmp_path / "bad.rq"
    bad.write_bytes(b"# title: \xff")
    for path in (bad, tmp_path / "missing.rq"):
        with pytest.raises(QueryError, match="can't be read") as stop:
            library.read(path)
        assert stop.value.where == str(path)


def test_a_file_without_an_end_is_a_stop() -> None:
    with pytest.raises(QueryError, match="longer than 1,000,000 characters"):
        library.text_of(Path("/dev/zero"))


def test_an_unknown_query_is_a_stop_that_names_a_similar_one() -> None:
    known = {"projects-of-state": parse(EXAMPLE)}
    assert library.find(known, "projects-of-state") is known["projects-of-state"]
    with pytest.raises(QueryError, match="no such query") as close:
        library.find(known, "project-of-states")
    assert "did you mean projects-of-state?" in close.value.step
    with pytest.raises(QueryError) as far:
        library.find(known, "zzz")
    assert "did you mean" not in far.value.step


def test_moving_a_query_leaves_the_ontology_where_it_is() -> None:
    text = "https://w3id.org/iomgraph/id/fund/x https://w3id.org/iomgraph/ontology#y https://w3id.org/iomgraph/id/state/"
    assert library.moved(text, r"http://a/\1/") == (
        r"http://a/\1/id/fund/x https://w3id.org/iomgraph/ontology#y https://w3id.org/iomgraph/id/state/"
    )
