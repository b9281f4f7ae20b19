"""`iomgraph mcp` with the official client, and by hand."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

from iomgraph.serving.mcp import stdio

COMMAND = [sys.executable, "-c", "from iomgraph.cli import main; main()", "mcp"]


def talk(release: Path, *lines: bytes, options: tuple[str, ...] = ()) -> list[Any]:
    done = subprocess.run(
        [*COMMAND, *options, str(release)],
        input=b"".join(lines),
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def line(method: str, **params: Any) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode() + b"\n"


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_official_client_lists_and_calls_the_tools(portfolio_release: Path, mode: Any) -> None:
    async def run() -> tuple[Any, Any, Any, Any]:
        server = StdioServerParameters(command=COMMAND[0], args=[*COMMAND[1:], str(portfolio_release)])
        async with Client(server, mode=mode) as client:
            tools = await client.list_tools()
            found = await client.call_tool("projects-of-state", {"state": "GEO", "limit": 2})
            wrong = await client.call_tool("projects-of-state", {"state": "XXX"})
            return client.protocol_version, tools.tools, found, wrong

    # Other tests leave a loop running in this thread.
    with ThreadPoolExecutor(1) as thread:
        version, tools, found, wrong = thread.submit(asyncio.run, run()).result()
    assert version == ("2026-07-28" if mode == "auto" else "2025-11-25")
    assert len(tools) >= 47
    assert found.structured_content["total"] == 7
    assert len(found.structured_content["rows"]) == 2
    assert wrong.is_error
    assert "names nothing among the states" in wrong.content[0].text


def test_nothing_but_messages_goes_out_and_bad_lines_do_not_end_it(portfolio_release: Path) -> None:
    told = talk(
        portfolio_release,
        b"garbage\n",
        b"\n",
        b"\xff\xfe\n",
        b'"' + b"x" * (2 * stdio.LONGEST) + b'"\n',
        b'{"jsonrpc":"2.0","method":"notifications/cancelled"}\n',
        line("ping"),
        b'{"jsonrpc":"2.0","id":2,"method":"ping"}',
    )
    codes = [one.get("error", {}).get("code", one.get("result")) for one in told]
    assert codes == [-32700, -32700, -32600, {}, {}]


def test_an_answer_that_takes_too_long_is_given_up_and_the_next_is_asked(portfolio_release: Path) -> None:
    meta = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    told = {
        one["id"]: one["result"]
        for one in talk(
            portfolio_release,
            line("tools/call", name="budget-by-year", _meta=meta),
            line("tools/list", _meta=meta).replace(b'"id": 1', b'"id": 2'),
            options=("--timeout", "0.05"),
        )
    }
    assert told[1]["isError"] is True
    assert "took longer than 0.05 seconds" in told[1]["content"][0]["text"]
    assert len(told[2]["tools"]) >= 47


def test_a_folder_that_is_not_a_release_is_a_stop(tmp_path: Path) -> None:
    done = subprocess.run([*COMMAND, str(tmp_path)], input=b"", capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"Next: " in done.stderr
    assert b"Traceback" not in done.stderr
