"""Every answer is as the schemas of both versions of the protocol say (W3C Entity Reconciliation CG)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from iomgraph.serving.reconciliation.service import Reconciliation

Get = Callable[..., Any]
Check = Callable[[str, str, Any], None]

TEXTS = ("LM.0024", "Géorgie", "Congo", "10", "Lavour Migration", "xyzzy", "border management")
PROPERTIES = [{"pid": "startYear", "v": [2008, "2009"]}, {"pid": "benefitingState", "v": {"id": "GEO"}}]
CONDITIONS: list[dict[str, Any]] = [
    {"matchType": "name", "propertyValue": "Georgia"},
    {"matchType": "id", "propertyValue": ["GEO", "LM.0024"], "required": True},
    {"matchType": "property", "propertyId": "startYear", "propertyValue": 2008, "matchQuantifier": "none"},
    {"matchType": "property", "propertyId": "theme", "propertyValue": "x", "matchQualifier": "ExactMatch"},
]


def document(told: Any) -> Any:
    assert told.status == 200, told.body
    assert ("Content-Type", "application/json") in told.headers
    return json.loads(told.body)


def _results(document: Any) -> list[dict[str, Any]]:
    """The results of a batch in either version."""
    return list(document["results"] if "results" in document else document.values())


@pytest.mark.parametrize("lang", ["", "/fr", "/es"])
def test_manifests(get: Get, valid: Check, lang: str) -> None:
    valid("0.2", "manifest", document(get(f"{lang}/reconcile")))
    valid("1.0-draft", "manifest", document(get(f"{lang}/reconcile/1.0-draft")))


def test_result_batches(post: Get, valid: Check) -> None:
    batch: dict[str, Any] = {f"q{n}": {"query": text} for n, text in enumerate(TEXTS)}
    batch["typed"] = {"query": "Georgia", "type": ["State", "Project"], "limit": 3, "properties": PROPERTIES}
    batch["unnamed"] = {"properties": PROPERTIES}
    valid("0.2", "reconciliation-query-batch", batch)
    found = document(post("/reconcile", queries=json.dumps(batch)))
    valid("0.2", "reconciliation-result-batch", found)
    assert list(found) == list(batch)
    assert sum(len(one["result"]) for one in found.values()) > 20


def test_result_batches_of_the_draft(post: Get, valid: Check) -> None:
    queries: list[Any] = [{"conditions": [{"matchType": "name", "propertyValue": text}]} for text in TEXTS]
    queries += [{"conditions": [one], "type": "Project", "limit": 2} for one in CONDITIONS]
    valid("1.0-draft", "reconciliation-query-batch", {"queries": queries})
    found = document(post("/reconcile/1.0-draft/match", {"queries": queries}))
    valid("1.0-draft", "reconciliation-result-batch", found)
    assert len(found["results"]) == len(queries)
    scores = [one["score"] for each in found["results"] for one in each["candidates"]]
    assert scores
    assert all(0 <= score <= 100 for score in scores)


@pytest.mark.parametrize("prefix", ["", "g", "geo", "LM.0", "labour", "Côte", "xyzzy"])
def test_suggestions(get: Get, valid: Check, prefix: str) -> None:
    for kind, schema in (("entity", "entities"), ("property", "properties"), ("type", "types")):
        for version, path in (("0.2", "/reconcile"), ("1.0-draft", "/es/reconcile/1.0-draft")):
            found = document(get(f"{path}/suggest/{kind}", prefix=prefix))
            valid(version, f"suggest-{schema}-response", found)


def test_extensions_of_every_property(get: Get, post: Get, valid: Check) -> None:
    asked = [one["id"] for one in document(get("/reconcile/properties"))["properties"]]
    ids = ["LM.0024", "GEO", "http://metadata.un.org/sdg/10", "nothing", "europe", "labour-migration", "idf"]
    seen = set()
    for settings in (
        {},
        {"limit": "2"},
        {"count": True},
        {"language": "all", "limit": 0},
        {"language": "fr"},
    ):
        for start in range(0, len(asked), 20):
            query = {
                "ids": ids,
                "properties": [{"id": one, "settings": settings} for one in asked[start : start + 20]],
            }
            valid("0.2", "data-extension-query", query)
            older = document(post("/reconcile", extend=json.dumps(query)))
            valid("0.2", "data-extension-response", older)
            draft = document(post("/reconcile/1.0-draft/extend", query))
            valid("1.0-draft", "data-extension-response", draft)
            assert list(older["rows"]) == [row["id"] for row in draft["rows"]] == ids
            seen |= {
                key
                for row in older["rows"].values()
                for cells in row.values()
                for cell in cells
                for key in cell
            }
    assert seen == {"id", "name", "description", "str", "int", "float", "date"}


def test_proposals_of_every_type(get: Get, valid: Check) -> None:
    for one in document(get("/reconcile/suggest/type", prefix="", limit="50"))["result"]:
        for version, path in (
            ("0.2", "/reconcile/properties"),
            ("1.0-draft", "/reconcile/1.0-draft/extend/propose"),
        ):
            found = document(get(path, type=one["id"], limit="100"))
            valid(version, "data-extension-property-proposal", found)
            assert found["properties"], one


def test_the_query_batches_of_the_suite_are_read_as_far_as_they_are_ours(post: Get, suites: Path) -> None:
    """They ask another service: those that need none of its types and properties are answered."""
    answered, refused = [], []
    for version in ("0.2", "1.0-draft"):
        for path in sorted(
            (suites / "reconciliation" / version / "examples/reconciliation-query-batch").rglob("*.json")
        ):
            text = path.read_text(encoding="utf-8")
            told = (
                post("/reconcile", queries=text)
                if version == "0.2"
                else post("/reconcile/1.0-draft/match", json.loads(text))
            )
            document = json.loads(told.body)
            errors = [one for one in _results(document) if "error" in one] if told.status == 200 else []
            if told.status == 200 and not errors:
                answered.append(f"{version}/{path.parent.name}/{path.name}")
            else:
                assert told.status in (200, 400)
                assert all(one["error"]["next"] for one in errors) if errors else document["next"]
                refused.append(path.parent.name)
    assert answered == ["0.2/valid/example-min.json", "1.0-draft/valid/example-min.json"]
    assert (refused.count("invalid"), refused.count("valid")) == (10, 7)


def test_a_suite_of_schemas_refuses_what_is_wrong(
    service: Reconciliation, valid: Check, suites: Path
) -> None:
    """The schemas are those that refuse: their own invalid examples are refused."""
    for path in (suites / "reconciliation/0.2/examples/reconciliation-result-batch/invalid").glob("*.json"):
        with pytest.raises(Exception, match=r"is a required property|is not of type"):
            valid("0.2", "reconciliation-result-batch", json.loads(path.read_text()))
