"""Each query has an address; its arguments are checked; an answer is complete, or says that it is not."""

from __future__ import annotations

import csv
import html
import io
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iomgraph.queries import execution, library
from iomgraph.serving.api import paging
from iomgraph.serving.api.choice import FORMS
from iomgraph.serving.api.service import Api
from iomgraph.serving.message import Request
from iomgraph.serving.release import Release
from iomgraph.settings import LANGUAGES, resources

Get = Callable[..., Any]

NAMES = sorted(path.stem for path in (resources() / "queries").glob("*.rq"))
STATE = ("state", "GEO")


def problem(told: Any, status: int) -> Any:
    assert told.status == status, told.body
    assert ("Content-Type", "application/problem+json") in told.headers
    found = json.loads(told.body)
    assert found["status"] == status
    assert found["next"]
    return found


def rows(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode())))


@pytest.mark.parametrize("name", NAMES)
def test_every_query_answers_in_every_form_with_the_same_rows(get: Get, loaded: Release, name: str) -> None:
    asked = library.moved(loaded.queries[name].text, loaded.base_iri)
    expected = execution.answer(loaded.store, asked, prefixes=loaded.context.prefixes)
    bodies = {form.suffix: get(f"/api/{name}{form.suffix}") for form in FORMS}
    for form in FORMS:
        told = bodies[form.suffix]
        assert told.status == 200, told.body
        assert dict(told.headers)["Content-Type"].partition(";")[0] == form.media_type
    listed = json.loads(bodies[".json"].body)
    assert listed["total"] == len(listed["rows"]) == len(rows(bodies[".csv"].body)) - 1
    if loaded.queries[name].columns:
        assert json.loads(bodies[".srj"].body) == json.loads(expected.body)
        assert listed["columns"] == [column.name for column in loaded.queries[name].columns]
        graph = set(ox.parse(bodies[".ttl"].body, format=ox.RdfFormat.TURTLE))
        solutions = [quad for quad in graph if quad.predicate.value.endswith("result-set#solution")]
        assert len(solutions) == listed["total"]
    else:
        graph = set(ox.parse(bodies[".ttl"].body, format=ox.RdfFormat.TURTLE))
        assert graph == set(ox.parse(expected.body, format=ox.RdfFormat.TURTLE))
    for suffix, syntax in (
        (".nt", ox.RdfFormat.N_TRIPLES),
        (".rdf", ox.RdfFormat.RDF_XML),
        (".jsonld", ox.RdfFormat.JSON_LD),
    ):
        same = ox.parse(bodies[suffix].body, format=syntax)
        assert len(set(same)) == len(graph)


def test_there_are_as_many_queries_as_files(loaded: Release) -> None:
    assert list(loaded.queries) == NAMES
    assert len(NAMES) >= 47


def test_no_name_in_a_query_means_two_things(loaded: Release) -> None:
    for question in loaded.queries.values():
        columns = {column.name for column in question.columns}
        assert not {parameter.name for parameter in question.parameters} & {*paging.NAMES}
        assert not columns & {f"{name}_language" for name in columns}


@pytest.mark.parametrize("name", NAMES)
def test_pages_put_together_are_the_whole_answer(get: Get, read: Get, name: str) -> None:
    whole = read(f"/api/{name}.json")
    size = max(1, whole["total"] // 3)
    found: list[Any] = []
    path, fields = f"/api/{name}.json", [("limit", str(size))]
    while True:
        page = read(path, *fields)
        found += page["rows"]
        assert (page["total"], page["limit"]) == (whole["total"], size)
        assert page["offset"] == len(found) - len(page["rows"])
        if page["next"] is None:
            break
        _, _, query = page["next"].partition("?")
        fields = [tuple(pair.split("=", 1)) for pair in query.split("&")]
    assert len(found) == whole["total"]
    assert _plain(found) == _plain(whole["rows"])


def _plain(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows without the languages, which stand in a page only where one of its rows has one."""
    return [{key: value for key, value in row.items() if value is not None} for row in found]


def test_two_stores_of_one_release_give_the_same_order(portfolio_release: Any, get: Get) -> None:
    other = Api(Release.open(portfolio_release))
    for name in NAMES:
        assert other.answer(Request("GET", f"/api/{name}.json")).body == get(f"/api/{name}.json").body, name


def test_a_page_says_where_the_others_are(get: Get) -> None:
    told = get("/api/projects-of-state.csv", STATE, ("limit", "2"), ("offset", "2"))
    headers = dict(told.headers)
    assert headers["X-Total-Count"] == "7"
    links = {part.split("; ")[1]: part.split("; ")[0] for part in headers["Link"].split(", ")}
    start = "</api/projects-of-state.csv?state=GEO&language=en&limit=2"
    assert links == {
        'rel="first"': f"{start}>",
        'rel="prev"': f"{start}>",
        'rel="next"': f"{start}&offset=4>",
        'rel="last"': f"{start}&offset=6>",
        'rel="service-desc"': "</api/openapi.json>",
    }
    assert len(rows(told.body)) == 3
    beyond = get("/api/projects-of-state.json", STATE, ("offset", "100"))
    assert json.loads(beyond.body)["rows"] == []


def test_values_keep_their_types_and_texts_their_languages(read: Get) -> None:
    row = read("/api/projects-of-state.json", STATE)["rows"][-2]
    assert row["project"] == "https://w3id.org/iomgraph/id/project/LM.0024"
    assert (row["start"], row["budget"]) == (2008, 64240)
    assert row["title_language"] == "en"
    assert read("/fr/api/projects-of-state.json", STATE)["rows"][-2]["title_language"] == "fr"
    assert (
        read("/fr/api/projects-of-state.json", STATE, ("language", "en"))["rows"][-2]["title_language"]
        == "en"
    )
    assert {row["accepted"] for row in read("/api/disagreements.json")["rows"]} == {True, False}


@pytest.mark.parametrize(
    ("path", "fields", "says", "step"),
    [
        (
            "projects-of-state",
            [("stat", "GEO")],
            "no such parameter: stat",
            "there is state, language, limit",
        ),
        ("projects-of-state", [("state", "GEO"), ("state", "KEN")], "given more than once: state", "once"),
        ("projects-of-state", [("state", "")], "names nothing", "last part of its IRI"),
        ("projects-of-state", [("language", "de")], "is not a language: 'de'", "en, fr, es"),
        ("projects-in-year", [("year", "last")], "is not an integer: 'last'", "whole number"),
        ("projects-in-year", [("year", "9" * 19)], "is not an integer", "whole number"),
        ("projects-in-year", [("limit", "0")], "from 1 to 10,000", ""),
        ("projects-in-year", [("limit", "10001")], "from 1 to 10,000", ""),
        ("projects-in-year", [("limit", "x")], "from 1 to 10,000", ""),
        ("projects-in-year", [("offset", "-1")], "from 0 to", ""),
    ],
)
def test_a_faulty_field_is_reported_with_the_next_step(
    get: Get, path: str, fields: list[tuple[str, str]], says: str, step: str
) -> None:
    found = problem(get(f"/api/{path}.json", *fields), 400)
    assert says in found["detail"]
    assert step in found["next"]


@pytest.mark.parametrize(
    ("state", "says", "step"),
    [
        ("XXX", "names nothing among the states: 'XXX'", "AFG"),
        ("KEM", "names nothing among the states", "KEN"),
        ("GEO> ?x", "names nothing", ""),
    ],
)
def test_a_thing_that_the_release_does_not_have_is_not_found(
    get: Get, state: str, says: str, step: str
) -> None:
    found = problem(get("/api/projects-of-state.json", ("state", state)), 404)
    assert says in found["detail"]
    assert step in found["next"]


def test_missing_resources_and_impossible_requests_are_refused(api: Api, get: Get) -> None:
    assert "projects-of-state" in problem(get("/api/project-of-states"), 404)["next"]
    assert ".csv" in problem(get("/api/projects-of-state.docx", STATE), 404)["next"]
    problem(get("/api/" + "x" * 5_000), 404)
    problem(get("/api/../secret"), 404)
    problem(get("/api/projects-of-state", STATE, accept="image/png"), 406)
    told = api.answer(Request("POST", "/api/projects-of-state"))
    problem(told, 405)
    assert ("Allow", "GET, HEAD, OPTIONS") in told.headers
    assert get("/es/api").headers == (("Location", "/es/api/"),)


@settings(deadline=None)
@given(text=st.text(max_size=80))
def test_no_text_leaves_its_place_in_the_query(loaded: Release, text: str) -> None:
    told = _api(loaded).answer(Request("GET", "/api/projects-about.json", (("word", text),)))
    assert told.status == 200
    assert isinstance(told.body, bytes)
    found = json.loads(told.body)
    assert found["parameters"]["word"] == text
    assert all(text.lower() in row["title"].lower() or not text.isascii() for row in found["rows"])


_ONE: list[Api] = []


def _api(loaded: Release) -> Api:
    if not _ONE:
        _ONE.append(Api(loaded))
    return _ONE[0]


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("text/csv", "text/csv"),
        ("text/turtle;q=0.9, text/csv;q=0.2", "text/turtle"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("application/*;q=0.5, text/csv;q=0", "application/json"),
    ],
)
def test_the_form_is_negotiated_where_the_address_does_not_say(get: Get, accept: str, kind: str) -> None:
    headers = dict(get("/api/projects-of-state", STATE, accept=accept).headers)
    assert headers["Content-Type"].partition(";")[0] == kind
    assert headers["Vary"] == "Accept"
    assert headers["Content-Location"].startswith("/api/projects-of-state.")


def test_an_answer_that_has_not_changed_is_not_sent_again(get: Get, loaded: Release) -> None:
    first = get("/api/member-states.json")
    tag = dict(first.headers)["ETag"]
    assert get("/api/member-states.json", if_none_match=f'"x", W/{tag}').status == 304
    assert get("/api/member-states.json", if_none_match=tag).body == b""
    assert get("/api/member-states.json", ("limit", "5"), if_none_match=tag).status == 200
    assert get("/fr/api/member-states.json", if_none_match=tag).status == 200
    assert get("/api/member-states.csv", if_none_match=tag).status == 200
    # An argument that stands for the default is the default.
    assert get("/api/member-states.json", ("language", "en"), if_none_match=tag).status == 304
    assert problem(get("/api/member-states.json", ("language", "de"), if_none_match="*"), 400)
    rebuilt = Api(replace(loaded, digest="another"))
    assert dict(rebuilt.answer(Request("GET", "/api/member-states.json")).headers)["ETag"] != tag


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pages_to_try_it_run_no_script_and_escape_what_they_show(
    get: Get, loaded: Release, lang: str
) -> None:
    folder = "" if lang == "en" else f"/{lang}"
    for path, fields in [
        ("/api/", []),
        ("/api/projects-of-state.html", [("state", "KEN")]),
        ("/api/projects-about.html", [("word", '"><script>alert(1)</script>')]),
        ("/api/project.html", []),
        ("/api/states-of-region-by-theme.html", []),
    ]:
        told = get(f"{folder}{path}", *fields)
        page = told.body.decode()
        assert told.status == 200
        assert f'<html lang="{lang}">' in page
        name = path.removeprefix("/api/").removesuffix(".html")
        assert not name or loaded.queries[name].purposes[lang] in html.unescape(page)
        assert "<script" not in page
        assert "default-src 'none'" in dict(told.headers)["Content-Security-Policy"]
        assert f'href="{folder}/projects.html"' in page


def test_a_page_of_an_answer_leads_to_the_next_and_to_every_form(get: Get) -> None:
    page = get("/api/member-states.html", ("limit", "100")).body.decode()
    assert 'rel="next" href="/api/member-states.html?language=en&amp;limit=100&amp;offset=100"' in page
    assert "175 rows, the first 100 shown" in page
    for form in FORMS:
        assert form.suffix == ".html" or f'href="/api/member-states{form.suffix}?language=en"' in page
    assert '<a href="/id/state/AFG">states:AFG</a>' in page
