"""Services on the release answer through the server, from workers that can open nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from mcp import Client

from .conftest import Running, serving


@pytest.fixture(scope="module")
def whole(portfolio_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server of the real portfolio."""
    with serving(portfolio_release, tmp_path_factory.mktemp("whole") / "log") as running:
        yield running


@pytest.mark.parametrize(
    ("path", "media_type", "says"),
    [
        ("/api/", "text/html", "projects-of-state"),
        ("/fr/api/", "text/html", 'lang="fr"'),
        ("/api/projects-of-state.html?state=KEN", "text/html", "IB.0353"),
        ("/api/projects-of-state.csv?state=KEN", "text/csv", "IB.0353"),
        ("/api/openapi.json", "application/json", "3.1.1"),
        ("/reconcile", "application/json", "identifierSpace"),
        ("/reconcile/1.0-draft", "application/json", "1.0-draft"),
        ("/reconcile/preview?id=https://w3id.org/iomgraph/id/project/LM.0024", "text/html", "Georgian"),
        ("/.well-known/sparql-examples", "text/turtle", "sh:SPARQLExecutable"),
    ],
)
def test_it_is_there(whole: Running, path: str, media_type: str, says: str) -> None:
    for _ in range(2 * 2):  # so that each worker has its turn
        reply = whole.ask(path)
        assert (reply.status, reply.headers["content-type"].partition(";")[0]) == (200, media_type)
        assert says in reply.body.decode()


def test_a_batch_is_reconciled(whole: Running) -> None:
    queries = json.dumps({"a": {"query": "Ivory Coast", "type": "State"}})
    body = urlencode({"queries": queries})
    reply = whole.ask("/reconcile", "POST", body, Content_Type="application/x-www-form-urlencoded")
    (best,) = [one for one in reply.json()["a"]["result"] if one["match"]]
    assert (best["id"], best["score"]) == ("https://w3id.org/iomgraph/id/state/CIV", 100)


def test_a_tool_is_called(whole: Running) -> None:
    call = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "projects-of-state", "arguments": {"state": "GEO"}},
    }
    reply = whole.ask("/mcp", "POST", json.dumps(call), Content_Type="application/json")
    assert reply.json()["result"]["structuredContent"]["total"] == 7


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_official_client_calls_a_tool_over_http(whole: Running, mode: Any) -> None:
    async def run() -> tuple[Any, Any, Any]:
        async with Client(f"http://127.0.0.1:{whole.port}/mcp", mode=mode) as client:
            tools = await client.list_tools()
            found = await client.call_tool("projects-of-state", {"state": "GEO"})
            return client.protocol_version, tools.tools, found

    # Other tests leave a loop running in this thread.
    with ThreadPoolExecutor(1) as thread:
        version, tools, found = thread.submit(asyncio.run, run()).result()
    assert version == ("2026-07-28" if mode == "auto" else "2025-11-25")
    assert len(tools) >= 47
    assert found.structured_content["total"] == 7
