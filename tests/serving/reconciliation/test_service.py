"""The service is asked as clients do, and as nobody should."""

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
        ('{"q": "Georgia"}', "an object is expected here: queries.q"),
        ('{"q": {}}', "the query asks for nothing: queries.q"),
        ('{"q": {"query": 5}}', "a text is expected here: queries.q.query"),
        ('{"q": {"query": "x", "props": []}}', "unknown field: queries.q.props"),
        ('{"q": {"query": "x", "limit": 0}}', "a whole number from 1 to 100"),
        ('{"q": {"query": "x", "limit": 1e999}}', "a whole number from 1 to 100"),
        ('{"q": {"query": "x", "limit": 2.5}}', "a whole number from 1 to 100"),
        ('{"q": {"query": "x", "type": "Planet"}}', "unknown type: Planet"),
        ('{"q": {"query": "x", "type": [5]}}', "a text is expected here"),
        ('{"q": {"query": "x", "type_strict": "maybe"}}', "unknown value"),
        ('{"q": {"query": "x", "properties": [{"pid": "colour", "v": "red"}]}}', "unknown property: colour"),
        ('{"q": {"query": "x", "properties": [{"pid": "theme"}]}}', "a text is expected here"),
        ('{"q": {"query": "x", "properties": [{"pid": "theme", "v": []}]}}', "the condition has no value"),
        (
            '{"q": {"query": "x", "properties": [{"pid": "theme", "v": {"name": "y"}}]}}',
            "a text is expected here",
        ),
    ],
)
def test_a_malformed_batch_is_refused_with_what_is_wrong_and_where(
    post: Ask, queries: str, says: str
) -> None:
    assert says in problem(post("/reconcile", queries=queries), 400)["detail"]


def test_what_is_too_much_is_refused(post: Ask) -> None:
    many = {f"q{number}": {"query": "x"} for number in range(1_001)}
    assert (
        "1,001 items or characters, and 1,000 is the limit"
        in problem(post("/reconcile", queries=json.dumps(many)), 413)["detail"]
    )
    problem(post("/reconcile", queries=json.dumps({"q": {"query": "x" * 1_001}})), 413)
    problem(
        post("/reconcile", queries=json.dumps({"q": {"properties": [{"pid": "theme", "v": ["x"] * 51}]}})),
        413,
    )
    conditions = [{"matchType": "name", "propertyValue": "x"}]
    problem(post("/reconcile/1.0-draft/match", {"queries": [{"conditions": conditions}] * 1_001}), 413)
    problem(post("/reconcile/1.0-draft/extend", {"ids": ["GEO"] * 1_001, "properties": []}), 413)
    problem(post("/reconcile/1.0-draft/match", {"queries": [{"conditions": conditions * 21}]}), 413)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"queries": {}}, "an array is expected here"),
        ({"query": []}, "unknown field"),
        ({}, "an array is expected here"),
        ({"queries": [{"conditions": []}]}, "the query has no condition"),
        ({"queries": [{"conditions": [{"propertyValue": "x"}]}]}, "unknown value"),
        ({"queries": [{"conditions": [{"matchType": "name"}]}]}, "a text is expected here"),
        (
            {"queries": [{"conditions": [{"matchType": "property", "propertyValue": "x"}]}]},
            "a text is expected here",
        ),
        (
            {"queries": [{"conditions": [{"matchType": "name", "propertyValue": "x", "required": 1}]}]},
            "not a boolean",
        ),
        (
            {
                "queries": [
                    {"conditions": [{"matchType": "name", "propertyValue": "x", "matchQualifier": "near"}]}
                ]
            },
            "unknown value",
        ),
        ([], "an object is expected here"),
    ],
)
def test_a_malformed_batch_of_the_draft_is_refused(post: Ask, body: Any, says: str) -> None:
    assert says in problem(post("/reconcile/1.0-draft/match", body), 400)["detail"]


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
    problem(get("/reconcile/preview", id="nothing"), 404)
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
