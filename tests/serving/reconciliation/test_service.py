"""Requests to the service, from usual clients and from hostile ones."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iomgraph.serving.message import Request, Response
from iomgraph.serving.reconciliation.service import Reconciliation
from iomgraph.serving.release import Release

Ask = Callable[..., Any]

FORM = {"content-type": "application/x-www-form-urlencoded"}
DEEP = "[" * 100_000


def answered(service: Reconciliation, request: Request) -> bytes:
    told = service.answer(request)
    assert told.status == 200
    assert isinstance(told.body, bytes)
    return told.body


def problem(told: Any, status: int) -> dict[str, Any]:
    assert told.status == status, told.body
    assert ("Content-Type", "application/problem+json") in told.headers
    found: dict[str, Any] = json.loads(told.body)
    assert found["status"] == status
    assert found["next"]
    return found


@pytest.mark.parametrize(
    ("queries", "says"),
    [
        ("{", "not JSON"),
        ("nonsense", "not JSON"),
        (DEEP, "nested too deeply"),
        ('{"q": {"query": NaN}}', "NaN is not a number"),
        ('{"q": {"query": "\\ud800"}}', "a lone surrogate"),
        ("[]", "an object is expected here: queries"),
    ],
)
def test_a_malformed_batch_is_refused_with_what_is_wrong_and_where(
    post: Ask, queries: str, says: str
) -> None:
    assert says in problem(post("/reconcile", queries=queries), 400)["detail"]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("Georgia", "an object is expected here: queries.bad"),
        (None, "an object is expected here: queries.bad"),
        ([], "an object is expected here: queries.bad"),
        ({}, "the query asks for nothing: queries.bad"),
        ({"query": 5}, "a text is expected here: queries.bad.query"),
        ({"query": None}, "a text is expected here: queries.bad.query"),
        ({"query": "x" * 1_300}, "1,300 items or characters, and 1,000 is the limit"),
        ({"query": "x", "props": []}, "unknown field: queries.bad.props"),
        ({"query": "x", "limit": 0}, "a whole number from 1 to 100"),
        ({"query": "x", "limit": 2.5}, "a whole number from 1 to 100"),
        ({"query": "x", "type": "Planet"}, "unknown type: Planet"),
        ({"query": "x", "type": [5]}, "a text is expected here"),
        ({"query": "x", "type_strict": "maybe"}, "unknown value"),
        ({"query": "x", "properties": [{"pid": "colour", "v": "red"}]}, "unknown property: colour"),
        ({"query": "x", "properties": [{"pid": "theme"}]}, "a text is expected here"),
        ({"query": "x", "properties": [{"pid": "theme", "v": []}]}, "the condition has no value"),
        ({"query": "x", "properties": [{"pid": "theme", "v": {"name": "y"}}]}, "a text is expected here"),
        ({"properties": [{"pid": "theme", "v": ["x"] * 51}]}, "51 items or characters"),
    ],
)
def test_a_bad_query_fails_alone_and_not_the_batch(post: Ask, query: Any, says: str) -> None:
    batch = {"first": {"query": "Georgia"}, "bad": query, "last": {"query": "Kenya"}}
    told: Any = post("/reconcile", queries=json.dumps(batch))
    assert told.status == 200
    found = json.loads(told.body)
    assert list(found) == list(batch)
    assert found["bad"]["result"] == []
    assert says in found["bad"]["error"]["detail"]
    assert found["bad"]["error"]["next"]
    for key in ("first", "last"):
        assert found[key]["result"][0]["match"]
        assert "error" not in found[key]


def test_what_is_too_much_is_refused(post: Ask) -> None:
    many = {f"q{number}": {"query": "x"} for number in range(1_001)}
    assert (
        "1,001 items or characters, and 1,000 is the limit"
        in problem(post("/reconcile", queries=json.dumps(many)), 413)["detail"]
    )
    conditions = [{"matchType": "name", "propertyValue": "x"}]
    problem(post("/reconcile/1.0-draft/match", {"queries": [{"conditions": conditions}] * 1_001}), 413)
    problem(post("/reconcile/1.0-draft/extend", {"ids": ["GEO"] * 1_001, "properties": []}), 413)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"queries": {}}, "an array is expected here"),
        ({"query": []}, "unknown field"),
        ({}, "an array is expected here"),
        ([], "an object is expected here"),
    ],
)
def test_a_malformed_batch_of_the_draft_is_refused(post: Ask, body: Any, says: str) -> None:
    assert says in problem(post("/reconcile/1.0-draft/match", body), 400)["detail"]


NAMED = {"matchType": "name", "propertyValue": "x"}


@pytest.mark.parametrize(
    ("query", "says"),
    [
        (None, "an object is expected here: queries.1"),
        ({"conditions": []}, "the query has no condition"),
        ({"conditions": [{"propertyValue": "x"}]}, "unknown value"),
        ({"conditions": [{"matchType": "name"}]}, "a text is expected here"),
        ({"conditions": [{"matchType": "property", "propertyValue": "x"}]}, "a text is expected here"),
        ({"conditions": [{**NAMED, "required": 1}]}, "not a boolean"),
        ({"conditions": [{**NAMED, "matchQualifier": "near"}]}, "unknown value"),
        ({"conditions": [NAMED] * 21}, "21 items or characters"),
    ],
)
def test_a_bad_query_of_the_draft_fails_alone_and_not_the_batch(post: Ask, query: Any, says: str) -> None:
    good = {"conditions": [{"matchType": "name", "propertyValue": "Georgia"}]}
    told: Any = post("/reconcile/1.0-draft/match", {"queries": [good, query, good]})
    assert told.status == 200
    first, bad, last = json.loads(told.body)["results"]
    assert bad["candidates"] == []
    assert says in bad["error"]["detail"]
    assert first == last
    assert first["candidates"][0]["match"]


def test_a_body_of_another_type_or_encoding_is_refused(service: Reconciliation) -> None:
    def send(path: str, kind: str, body: bytes) -> Response:
        return service.answer(Request("POST", path, (), {"content-type": kind}, body))

    problem(send("/reconcile", "application/json", b"{}"), 415)
    problem(send("/reconcile", "", b""), 415)
    problem(send("/reconcile/1.0-draft/match", "text/plain", b"{}"), 415)
    problem(send("/reconcile/1.0-draft/match", "application/json", b"\xff"), 400)
    problem(send("/reconcile", FORM["content-type"], b"queries=%FF"), 400)
    problem(send("/reconcile", FORM["content-type"], b"\xff"), 400)
    problem(send("/reconcile", FORM["content-type"], b"queries={}&queries={}"), 400)
    problem(send("/reconcile", FORM["content-type"], b"a=" + b"&a=" * 200), 400)
    problem(send("/reconcile", FORM["content-type"], b""), 400)


def test_paths_methods_and_hosts_that_are_not_there_are_refused(service: Reconciliation, get: Ask) -> None:
    problem(get("/reconcile/nowhere"), 404)
    problem(get("/reconcile/1.0-draft/properties"), 404)
    problem(get("/reconcile/preview"), 400)
    problem(get("/reconcile/suggest/entity", prefix="x", limit="-1"), 400)
    told: Any = service.answer(Request("DELETE", "/reconcile"))
    problem(told, 405)
    assert ("Allow", "GET, POST, HEAD, OPTIONS") in told.headers
    problem(service.answer(Request("GET", "/reconcile", (), {"host": 'x"><script>'})), 400)


@settings(deadline=None)
@given(text=st.text(max_size=60) | st.text(alphabet="aeiostr lmng.-0123'’()", max_size=60))
def test_no_text_breaks_it(loaded: Release, text: str) -> None:
    service = _one(loaded)
    body = urlencode(
        {"queries": json.dumps({"q": {"query": text, "limit": 3}})}, errors="surrogatepass"
    ).encode()
    told: Any = service.answer(Request("POST", "/reconcile", (), FORM, body))
    assert told.status in (200, 400)
    if told.status == 200:
        scores = [one["score"] for one in json.loads(told.body)["q"]["result"]]
        assert scores == sorted(scores, reverse=True)
        assert all(30 <= score <= 100 for score in scores)


_ONE: list[Reconciliation] = []


def _one(loaded: Release) -> Reconciliation:
    if not _ONE:
        _ONE.append(Reconciliation(loaded))
    return _ONE[0]


def test_the_manifest_names_the_address_that_was_asked(service: Reconciliation, loaded: Release) -> None:
    headers = {"host": "data.example.org", "x-forwarded-proto": "https"}
    told = json.loads(answered(service, Request("GET", "/fr/reconcile", (), headers)))
    assert told["preview"]["url"] == "https://data.example.org/fr/reconcile/preview?id={{id}}"
    fixed = Reconciliation(loaded, origin="https://o.example")
    told = json.loads(answered(fixed, Request("GET", "/reconcile", (), headers)))
    assert told["suggest"]["entity"]["service_url"] == "https://o.example/reconcile"


def test_the_draft_speaks_the_language_that_is_accepted(service: Reconciliation) -> None:
    headers = {"accept-language": "de, es-MX;q=0.8, en;q=0.5"}
    told: Any = service.answer(
        Request("GET", "/reconcile/1.0-draft/suggest/type", (("prefix", "estado"),), headers)
    )
    assert ("Vary", "Accept-Language") in told.headers
    assert "Estado" in [one["name"] for one in json.loads(told.body)["result"]]
    told = service.answer(Request("GET", "/fr/reconcile/1.0-draft", (), headers))
    assert json.loads(told.body)["lang"] == "fr"


def test_a_prefix_finds_ids_names_and_words_in_this_order(get: Ask) -> None:
    def names(**fields: str) -> list[str]:
        return [one["name"] for one in json.loads(get("/reconcile/suggest/entity", **fields).body)["result"]]

    assert names(prefix="GEO")[0] == "Georgia"
    assert names(prefix="ivory")[0] == "Côte d’Ivoire"
    assert set(names(prefix="guinea", type="State")[:3]) == {"Guinea", "Guinea-Bissau", "Papua New Guinea"}
    everything = names(prefix="", type="Goal", limit="17")
    assert len(everything) == 17
    assert names(prefix="", type="Goal", limit="5", cursor="5") == everything[5:10]


def test_a_view_leads_to_the_thing_on_this_server_or_to_its_own(get: Ask) -> None:
    assert get("/reconcile/view", id="GEO").headers == (("Location", "/id/state/GEO"),)
    told = get("/reconcile/view", id="http://metadata.un.org/sdg/10")
    assert (told.status, told.headers) == (303, (("Location", "http://metadata.un.org/sdg/10"),))


def test_a_preview_is_a_page_that_runs_nothing_and_may_be_framed(get: Ask) -> None:
    told = get("/es/reconcile/preview", id="https://w3id.org/iomgraph/id/project/LM.0024")
    page, policy = told.body.decode(), dict(told.headers)["Content-Security-Policy"]
    assert '<html lang="es">' in page
    assert "Migración laboral" in page
    assert "default-src 'none'" in policy
    assert "frame-ancestors *" in policy
    assert "<script" not in page


@pytest.mark.parametrize(("lang", "says"), [("", "Nothing in this data"), ("/fr", "Rien dans ces données")])
def test_a_preview_of_what_there_is_not_is_a_page(get: Ask, lang: str, says: str) -> None:
    told = get(f"{lang}/reconcile/preview", id="<b>PSE</b>")
    assert told.status == 404
    assert dict(told.headers)["Content-Type"] == "text/html; charset=utf-8"
    assert says in told.body.decode()
    assert "<b>PSE" not in told.body.decode()
    several = get("/reconcile/preview", id="10").body.decode()
    assert "Several things have this identifier." in several
    assert "Reduced Inequalities" in several


@pytest.mark.parametrize(
    "pid",
    ["benefitingState", "iom:benefitingState", "https://w3id.org/iomgraph/ontology#benefitingState"],
)
def test_a_property_has_a_name_a_curie_and_an_iri(post: Ask, pid: str) -> None:
    query = {"type": "Project", "properties": [{"pid": pid, "v": "Georgia"}]}
    told: Any = post("/reconcile", queries=json.dumps({"q": query}))
    found = [one["id"] for one in json.loads(told.body)["q"]["result"]]
    told = post("/reconcile", extend=json.dumps({"ids": found, "properties": [{"id": "benefitingState"}]}))
    rows = json.loads(told.body)["rows"]
    assert len(rows) > 4
    assert all("Georgia" in {one["name"] for one in row["benefitingState"]} for row in rows.values())


@pytest.mark.parametrize(
    ("pid", "name"),
    [
        ("dct:title", "title"),
        ("http://purl.org/dc/terms/title", "title"),
        ("skos:prefLabel", "prefLabel"),
        ("http://www.w3.org/2004/02/skos/core#prefLabel", "prefLabel"),
    ],
)
def test_terms_of_other_vocabularies_are_properties_too(post: Ask, pid: str, name: str) -> None:
    told: Any = post("/reconcile", extend=json.dumps({"ids": ["GEO"], "properties": [{"id": pid}]}))
    assert [one["id"] for one in json.loads(told.body)["meta"]] == [name]


def test_a_thousand_rows_are_answered_at_once(post: Ask, loaded: Release) -> None:
    chance = random.Random(0)
    words = [
        "Strengthening",
        "border",
        "management",
        "capacity",
        "of",
        "the",
        "Government",
        "in",
        "Georgia",
        "Kenya",
        "Peru",
        "migration",
    ]
    rows = {
        f"q{number}": {"query": " ".join(chance.choices(words, k=5)), "limit": 5} for number in range(1_000)
    }
    told = post("/reconcile", queries=json.dumps(rows))
    assert told.status == 200
    assert len(json.loads(told.body)) == 1_000
