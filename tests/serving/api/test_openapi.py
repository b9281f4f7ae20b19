"""The description of the API is valid, and agrees with the heads of queries and with the API."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from iomgraph.serving.release import Release

from ..conftest import serving

CHECKS = [
    not_a_server_error,
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
]


@pytest.fixture(scope="module")
def document(read: Callable[..., Any]) -> Any:
    return read("/api/openapi.json")


def test_it_is_valid(document: Any) -> None:
    assert [str(error) for error in OpenAPIV31SpecValidator(document).iter_errors()] == []
    assert document["openapi"] == "3.1.1"


def test_it_describes_every_query_by_its_head(document: Any, loaded: Release) -> None:
    assert len(document["paths"]) == 2 * len(loaded.queries)
    for question in loaded.queries.values():
        operation = document["paths"][f"/api/{question.name}"]["get"]
        assert (operation["summary"], operation["description"]) == (
            question.titles["en"],
            question.purposes["en"],
        )
        described = [one for one in operation["parameters"] if "name" in one]
        assert [(one["name"], one["description"]) for one in described] == [
            (parameter.name, parameter.meaning) for parameter in question.parameters
        ]


def test_answers_are_as_it_says(document: Any, loaded: Release, read: Callable[..., Any]) -> None:
    for name in loaded.queries:
        said = document["paths"][f"/api/{name}"]["get"]["responses"]["200"]["content"]["application/json"]
        Draft202012Validator(said["schema"]).validate(read(f"/api/{name}.json", ("limit", "5")))


@pytest.mark.slow
def test_nothing_that_is_made_up_from_it_breaks_the_api(
    document: Any, portfolio_release: Path, tmp_path: Path
) -> None:
    with serving(portfolio_release, tmp_path / "log") as server:
        schema = schemathesis.openapi.from_url(f"http://127.0.0.1:{server.port}/api/openapi.json")
        _try_all(schema, document)
        assert [event for event in server.events() if event.get("event") == "answer failed"] == []


def _try_all(schema: Any, document: Any) -> None:
    tried = 0
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        said = document["paths"][operation.path]["get"]["parameters"]
        # A key that may be any text may name nothing, and is refused then.
        is_open = any(one.get("schema", {}).get("minLength") for one in said)
        tried += _tried(operation, [*CHECKS] if is_open else [*CHECKS, positive_data_acceptance])
    assert tried > 300


def _tried(operation: Any, checks: list[Any]) -> int:
    tried = 0

    @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(case=operation.as_strategy())
    def run(case: Any) -> None:
        nonlocal tried
        tried += 1
        case.call_and_validate(checks=checks)

    run()
    return tried
