"""Without the SDK the server runs, and names the missing extra."""

from __future__ import annotations

import importlib.util

import pytest

from iomgraph.serving import services
from iomgraph.serving.message import Request
from iomgraph.serving.release import Release


def test_without_the_sdk_a_client_is_told_what_to_install(
    loaded: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    told = services._mcp(loaded).answer(Request("POST", "/mcp"))
    assert told.status == 501
    assert b"pip install '.[mcp]'" in bytes(told.body)  # type: ignore[arg-type]
