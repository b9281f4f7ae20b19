"""Refused queries: SERVICE in every disguise, updates, and text that is not SPARQL."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomgraph.errors import QueryError
from iomgraph.queries import sparql

FEDERATED = "the query asks another endpoint"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { service<http://127.0.0.1:9/>{ ?s ?p ?o } }",
        "SELECT * { SeRvIcE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "DESCRIBE ?s { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { VALUES ?v { <http://127.0.0.1:9/> } SERVICE ?v { ?s ?p ?o } }",
        "SELECT * { SERVICE # a comment\n <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "PREFIX : <http://127.0.0.1:9/> SELECT * { SERVICE:x { ?s ?p ?o } }",
        "PREFIX service: <http://127.0.0.1:9/> SELECT * { SERVICE service:x { ?s ?p ?o } }",
        "PREFIX service: <http://a/> PREFIX : <http://127.0.0.1:9/> SELECT * { service:x { ?s ?p ?o } }",
        "SELECT * { ?s ?p 'SERVICE' SERVICE <http://127.0.0.1:9/> { } }",
        "SELECT * { ?s ?p ?x FILTER(?x<1)SERVICE?v#>\n{ ?a ?b ?c } }",
        "SELECT * { ?s ?p '''it's''' . SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } VALUES ?q { '''x''' } }",
        "SELECT * { VALUES ?x { '''' } SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { FILTER EXISTS { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } } }",
        "SELECT * { { SELECT * { OPTIONAL { GRAPH ?g { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } } } } } }",
        "SELECT * { \\u0053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { SERVIC\\u0045 <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "ASK { \\U00000053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { \u017fERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    ],
)
def test_service_is_refused_however_it_is_written(text: str) -> None:
    with pytest.raises(QueryError, match=r"another endpoint|not a SPARQL"):
        sparql.refuse(text, {})


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p 'SERVICE <http://a/> { }' }",
        'SELECT * { ?s ?p """a\nSERVICE <http://a/> { }""" }',
        "SELECT * { ?s ?p ?o } # SERVICE <http://a/> { }",
        "SELECT * { ?service <http://a/service> ?o FILTER(?service != <http://a/SERVICE>) }",
        "PREFIX service: <http://a/> SELECT * { service:service a service:SERVICE }",
        "SELECT * { _:service ?p 'x'@service }",
        "SELECT (STRLEN('customs services') AS ?services) { }",
    ],
)
def test_the_word_may_be_in_texts_comments_and_names(text: str) -> None:
    sparql.refuse(text, {})


def test_the_line_of_service_is_reported_and_the_network_is_named() -> None:
    with pytest.raises(QueryError, match=FEDERATED) as stop:
        sparql.refuse("# SERVICE\nSELECT * {\n  ?s ?p ?o .\n  SERVICE <http://a/> { } }", {})
    assert stop.value.where == "line 4, SERVICE"
    assert "never the network" in stop.value.step


_space = st.sampled_from([" ", "\n", "\t", " # SERVICE } '\n", "#<>\n  "])
_word = st.tuples(*(st.sampled_from([letter.lower(), letter]) for letter in "SERVICE")).map("".join)
_name = st.sampled_from(["<http://127.0.0.1:9/>", "?v", ":x", "<http://127.0.0.1:9/?a=service>"])
_before = st.sampled_from(
    [
        "",
        "?a ?b ?c . ",
        "?a ?b 'service', \"SERVICE\" . ",
        "FILTER(?a<1) ",
        "FILTER(?a < 1 && 2 > 1) ",
        "VALUES ?v { 'x' '''y'''  <http://a/> } ",
        "OPTIONAL { ?service ?p ?o } ",
        "BIND('}' AS ?brace) ",
    ]
)
_around = st.sampled_from(
    [
        "SELECT * {{ {} }}",
        "ASK {{ {} }}",
        "CONSTRUCT WHERE {{ ?a ?b ?c }} # {}\n",
        "SELECT * {{ {{ {} }} UNION {{ }} }}",
        "SELECT * {{ GRAPH ?g {{ {} }} }}",
        "SELECT * {{ FILTER NOT EXISTS {{ {} }} }}",
        "SELECT * {{ {{ SELECT ?x {{ {} }} }} }}",
    ]
)


@given(_around, st.lists(_before, max_size=3), _word, st.booleans(), _space, _name, _space)
def test_service_is_found_in_any_surroundings(
    around: str, before: list[str], word: str, silent: bool, space: str, name: str, after: str
) -> None:
    pattern = f"{''.join(before)}{word}{space}{'SILENT ' if silent else ''}{name}{after}{{ ?s ?p ?o }}"
    text = f"PREFIX : <http://127.0.0.1:9/>\n{around.format(pattern)}"
    if around.startswith("CONSTRUCT"):
        # Here all of it stands in a comment, up to the first line feed.
        text = text.replace(pattern, pattern.replace("\n", " "))
        sparql.refuse(text, {})
    else:
        with pytest.raises(QueryError, match=FEDERATED):
            sparql.refuse(text, {})


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <urn:s> <urn:p> 1 }",
        "PREFIX a: <urn:a>\nDELETE WHERE { ?s ?p ?o }",
        "LOAD <http://127.0.0.1:9/>",
        "drop all",
        "CLEAR DEFAULT",
        "WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "SELECT * { ?s ?p ?o } ;\nDROP ALL",
    ],
)
def test_an_update_is_refused_as_such(text: str) -> None:
    with pytest.raises(QueryError, match="not a SPARQL query") as stop:
        sparql.refuse(text, {})
    assert "read, never changed" in stop.value.step


@pytest.mark.parametrize(
    ("text", "where", "step"),
    [
        ("SELECT ?s WHERE {\n  ?s ?p }", "line 2, column 10", "grammar"),
        ("SELECT ?x { ?x nope:p ?y }", "line 1, column 22", "declare the prefix"),
        ("SELECT ?z (COUNT(*) AS ?n) { ?x ?y ?z }", "line 1, column 40", "variable that is unbound"),
        ("", "line 1, column 1", "grammar"),
        ("SELECT * { ?service ?p }", "line 1, column 24", "grammar"),
    ],
)
def test_malformed_sparql_is_reported_with_its_place(text: str, where: str, step: str) -> None:
    with pytest.raises(QueryError, match="not a SPARQL query") as stop:
        sparql.refuse(text, {})
    assert stop.value.where == where
    assert step in stop.value.step


def test_prefixes_that_are_known_need_not_be_declared() -> None:
    sparql.refuse("SELECT * { ex:a ?p ?o }", {"ex": "http://a/"})


@pytest.mark.parametrize(
    "text",
    [
        "ASK " + "{" * 20_000 + "}" * 20_000,
        "SELECT (" + "(" * 20_000 + "1" + ")" * 20_000 + " AS ?x) {}",
        "ASK { FILTER(" + "!" * 20_000 + "true) }",
        "SELECT * { ?s " + "^ " * 20_000 + "<urn:p> ?o }",
    ],
    ids=["groups", "expressions", "operators", "paths"],
)
def test_what_nests_too_deep_for_the_parser_is_refused_before_it(text: str) -> None:
    with pytest.raises(QueryError, match="nested more than 200 deep"):
        sparql.refuse(text, {})


@pytest.mark.parametrize(
    "text",
    [
        f"ASK {{ ?s ?p '{'(' * 1000}' }}",
        f'ASK {{ ?s ?p """{"{" * 1000} \\" {"!" * 1000}""" }}',
        f"ASK {{ }} # {'(' * 1000}",
        f"ASK {{ ?s ?p <http://example.org/{'(' * 1000}> }}",
        f"SELECT * {{ VALUES ?x {{ {'(1) (2) ' * 1000} }} }}".replace("?x", "(?x)"),
    ],
    ids=["text", "long text", "comment", "iri", "one after the other"],
)
def test_brackets_that_do_not_nest_are_not_counted(text: str) -> None:
    sparql.refuse(text, {})
