"""Fixtures of the tests of the reconciliation service: that of the real portfolio, and the schemas."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from jsonschema import Draft7Validator
from referencing import Registry
from referencing.jsonschema import DRAFT7

from iomgraph.serving.message import Request, Response
from iomgraph.serving.reconciliation.service import Reconciliation
from iomgraph.serving.release import Release

Check = Callable[[str, str, Any], None]
Match = Callable[..., list[dict[str, Any]]]

FORM = {"content-type": "application/x-www-form-urlencoded", "host": "127.0.0.1:1"}
JSON = {"content-type": "application/json", "host": "127.0.0.1:1"}


@pytest.fixture(scope="session")
def service(loaded: Release) -> Reconciliation:
    return Reconciliation(loaded)


@pytest.fixture(scope="session")
def get(service: Reconciliation) -> Callable[..., Any]:
    def ask(path: str, **fields: str) -> Response:
        return service.answer(Request("GET", path, tuple(fields.items()), {"host": "127.0.0.1:1"}))

    return ask


@pytest.fixture(scope="session")
def post(service: Reconciliation) -> Callable[..., Any]:
    """Posts a form to the older version, and JSON to the draft."""

    def ask(path: str, document: Any = None, **fields: str) -> Response:
        if fields:
            return service.answer(Request("POST", path, (), FORM, urlencode(fields).encode()))
        return service.answer(Request("POST", path, (), JSON, json.dumps(document).encode()))

    return ask


@pytest.fixture(scope="session")
def match(post: Callable[..., Any]) -> Match:
    """The candidates for one query, in version 0.2."""

    def ask(**query: Any) -> list[dict[str, Any]]:
        told: Any = post("/reconcile", queries=json.dumps({"q": query}))
        assert told.status == 200, told.body
        found: list[dict[str, Any]] = json.loads(told.body)["q"]["result"]
        return found

    return ask


@pytest.fixture(scope="session")
def valid(suites: Path) -> Check:
    """Fails where a document is not as the schema of a version says."""
    registries = {version: _registry(suites / "reconciliation" / version / "schemas") for version in VERSIONS}

    def check(version: str, schema: str, document: Any) -> None:
        path = suites / "reconciliation" / version / "schemas" / f"{schema}.json"
        Draft7Validator(json.loads(path.read_text()), registry=registries[version]).validate(document)

    return check


VERSIONS = ("0.2", "1.0-draft")


def _registry(folder: Path) -> Registry[Any]:
    found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    return Registry().with_resources(
        (document["$id"].rstrip("#"), DRAFT7.create_resource(document)) for document in found
    )
