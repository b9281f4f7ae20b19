"""The way that OpenRefine goes: add the service, reconcile a column in batches, preview, fetch columns."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from iomgraph.serving.message import Request, Response
from iomgraph.serving.reconciliation.service import Reconciliation

COLUMN = [
    "Georgia",
    "Ivory Coast",
    "Tanzania",
    "CABO VERDE",
    "Kenia",
    "Goergia",
    "Congo",
    "Atlantis",
    "Perú",
    "DR Congo",
    "Viet Nam",
    "Bolivia",
]
MATCHED = {
    "Georgia": "GEO",
    "Ivory Coast": "CIV",
    "Tanzania": "TZA",
    "CABO VERDE": "CPV",
    "Kenia": "KEN",
    "Perú": "PER",
    "DR Congo": "COD",
    "Viet Nam": "VNM",
    "Bolivia": "BOL",
}


@pytest.fixture(scope="module")
def address(serve: Callable[[Callable[[Request], Response]], str], service: Reconciliation) -> str:
    return f"{serve(service.answer)}/reconcile"


def fetch(address: str, **fields: str) -> Any:
    data = urlencode(fields).encode() if fields else None
    with urllib.request.urlopen(address, data, timeout=30) as told:
        assert told.headers["Access-Control-Allow-Origin"] == "*"
        return json.loads(told.read())


def test_a_column_of_states_is_reconciled_previewed_and_extended(address: str) -> None:
    manifest = fetch(address)
    assert "0.2" in manifest["versions"]
    assert manifest["suggest"]["entity"]["service_url"] == address

    # It guesses the type from ten cells without one, then sends the column in batches of ten.
    guessed = fetch(
        address,
        queries=json.dumps({f"q{n}": {"query": text, "limit": 3} for n, text in enumerate(COLUMN[:10])}),
    )
    kinds = [kind["id"] for one in guessed.values() for found in one["result"][:1] for kind in found["type"]]
    assert max(set(kinds), key=kinds.count) in ("State", "MemberState")

    matched: dict[str, str] = {}
    for start in range(0, len(COLUMN), 10):
        batch = {
            f"q{n}": {"query": text, "type": "State", "type_strict": "should"}
            for n, text in enumerate(COLUMN[start : start + 10])
        }
        found = fetch(address, queries=json.dumps(batch))
        for key, asked in batch.items():
            for one in found[key]["result"]:
                assert {"id", "name", "score", "match", "type"} <= one.keys()
                if one["match"]:
                    matched[asked["query"]] = one["id"]
    assert {text: iri.rpartition("/")[2] for text, iri in matched.items()} == MATCHED

    preview = manifest["preview"]["url"].replace("{{id}}", quote(matched["Ivory Coast"], safe=""))
    with urllib.request.urlopen(preview, timeout=30) as page:
        assert "Côte d’Ivoire" in page.read().decode()

    proposer = manifest["extend"]["propose_properties"]
    offered = fetch(f"{proposer['service_url']}{proposer['service_path']}?type=State&limit=50")["properties"]
    assert {"alpha3", "m49", "of:benefitingState"} <= {one["id"] for one in offered}
    query: dict[str, Any] = {
        "ids": [*matched.values()],
        "properties": [
            {"id": "alpha3"},
            {"id": "region"},
            {"id": "of:benefitingState", "settings": {"count": "on"}},
        ],
    }
    extended = fetch(address, extend=json.dumps(query))
    row = extended["rows"][matched["Georgia"]]
    assert row["alpha3"] == [{"str": "GEO"}]
    assert row["region"][0]["name"] == "Europe"
    assert row["of:benefitingState"] == [{"int": 7}]


def test_only_a_bad_cell_fails_and_an_unknown_id_has_a_page(address: str) -> None:
    batch: dict[str, Any] = {
        "q0": {"query": "Kenya", "type": "State"},
        "q1": {"query": "x" * 1_300},
        "q2": None,
    }
    found = fetch(address, queries=json.dumps(batch))
    assert [one["result"][:1] == [] for one in found.values()] == [False, True, True]
    assert {key for key, one in found.items() if "error" in one} == {"q1", "q2"}
    with pytest.raises(urllib.error.HTTPError) as missing:
        urllib.request.urlopen(f"{address}/preview?id=nothing", timeout=30)
    with missing.value as page:
        assert (page.code, page.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
        assert "Nothing in this data has this identifier." in page.read().decode()


def test_a_get_asks_as_a_post_does(address: str) -> None:
    queries = json.dumps({"q0": {"query": "Georgia", "type": "State"}})
    assert fetch(f"{address}?{urlencode({'queries': queries})}") == fetch(address, queries=queries)


def test_a_script_tag_gets_json_that_it_can_t_run(address: str) -> None:
    """JSONP is optional in 0.2 and gone in 1.0: with CORS there is no need of it, and it is not offered."""
    assert fetch(f"{address}?callback=steal")["name"] == "iomgraph"
