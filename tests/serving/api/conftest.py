"""Fixtures of the tests of the API."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from iomgraph.serving import conditional
from iomgraph.serving.api.service import Api
from iomgraph.serving.message import Request
from iomgraph.serving.release import Release


@pytest.fixture(scope="session")
def api(loaded: Release) -> Api:
    return Api(loaded)


@pytest.fixture(scope="session")
def get(api: Api) -> Callable[..., Any]:
    """The answer to a GET; fields come after the path, headers by name."""

    def ask(path: str, *fields: tuple[str, str], **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = Request("GET", path, fields, {key.lower(): value for key, value in named.items()})
        return conditional.evaluate(request, api.answer(request))

    return ask


@pytest.fixture(scope="session")
def read(get: Callable[..., Any]) -> Callable[..., Any]:
    """The JSON of an answer that is one."""

    def ask(path: str, *fields: tuple[str, str]) -> Any:
        told = get(path, *fields)
        assert told.status == 200, told.body
        return json.loads(told.body)

    return ask
