"""The protocol, message by message, in both of its ages, as the official SDK answers it in a worker."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from iomgraph.serving.mcp.service import Mcp
from iomgraph.serving.message import Request
from iomgraph.serving.release import Release

PARSE, INVALID, UNKNOWN_METHOD, BAD_PARAMS, MISMATCH, UNSUPPORTED = (
    -32700, -32600, -32601, -32602, -32020, -32022
)  # fmt: skip
STATELESS = "2026-07-28"
VERSIONS = (STATELESS, "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05")
JSON = {"content-type": "application/json", "host": "127.0.0.1:1"}
META = {
    "_meta": {
        "io.modelcontextprotocol/protocolVersion": STATELESS,
        "io.modelcontextprotocol/clientCapabilities": {},
    }
}


@pytest.fixture(scope="module")
def mcp(loaded: Release) -> Mcp:
    return Mcp(loaded)


def send(mcp: Mcp, message: Any, **headers: str) -> Any:
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return mcp.answer(Request("POST", "/mcp", (), {**JSON, **named}, body))


def mirrored(method: str, params: Any) -> dict[str, str]:
    """The headers that the later age has: they say what the message says."""
    if "_meta" not in params:
        return {}
    name = {"mcp_name": params["name"]} if method == "tools/call" else {}
    version = params["_meta"]["io.modelcontextprotocol/protocolVersion"]
    return {"mcp_protocol_version": version, "mcp_method": method, **name}


def call(mcp: Mcp, method: str, **params: Any) -> Any:
    message = {"jsonrpc": "2.0", "id": 7, "method": method, "params": params}
    told = send(mcp, message, **mirrored(method, params))
    found = json.loads(told.body)
    assert (found["jsonrpc"], found["id"]) == ("2.0", 7)
    return found


def ask(mcp: Mcp, name: str, **arguments: Any) -> Any:
    return call(mcp, "tools/call", name=name, arguments=arguments)["result"]


@pytest.mark.parametrize("version", VERSIONS[1:])
def test_a_client_that_begins_with_initialize_gets_its_version(mcp: Mcp, version: str) -> None:
    found = call(
        mcp, "initialize", protocolVersion=version, capabilities={}, clientInfo={"name": "x", "version": "1"}
    )["result"]
    assert found["protocolVersion"] == version
    assert found["capabilities"] == {"tools": {"listChanged": False}}
    assert found["serverInfo"]["name"] == "iomgraph"


def test_a_client_of_another_version_is_told_which_there_are(mcp: Mcp) -> None:
    client = {"capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
    told = call(mcp, "initialize", protocolVersion="1999-01-01", **client)
    assert told["result"]["protocolVersion"] == "2025-11-25"
    meta = {**META["_meta"], "io.modelcontextprotocol/protocolVersion": "2099-01-01"}
    message = {"jsonrpc": "2.0", "id": 7, "method": "tools/list", "params": {"_meta": meta}}
    refused = send(mcp, message, mcp_protocol_version="2099-01-01", mcp_method="tools/list")
    error = json.loads(refused.body)["error"]
    assert (refused.status, error["code"]) == (400, UNSUPPORTED)
    assert error["data"] == {"requested": "2099-01-01", "supported": [STATELESS]}


def test_a_client_without_a_handshake_gets_results_that_say_they_are_complete(mcp: Mcp) -> None:
    found = call(mcp, "server/discover", **META)["result"]
    assert found["supportedVersions"] == [STATELESS]
    assert (found["resultType"], found["cacheScope"]) == ("complete", "public")
    assert call(mcp, "tools/list", **META)["result"]["resultType"] == "complete"
    called = call(mcp, "tools/call", name="budget-by-year", **META)["result"]
    assert called["resultType"] == "complete"
    assert call(mcp, "ping", **META)["error"]["code"] == UNKNOWN_METHOD
    assert call(mcp, "ping")["result"] == {}


RIGHT = {
    "mcp_protocol_version": STATELESS,
    "mcp_method": "tools/call",
    "mcp_name": "budget-by-year",
}


@pytest.mark.parametrize(
    "wrong",
    [
        {"mcp_method": None},
        {"mcp_method": "tools/list"},
        {"mcp_method": "TOOLS/CALL"},
        {"mcp_name": None},
        {"mcp_name": "doubts"},
        {"mcp_name": "=?base64?ZG91YnRz?="},
        {"mcp_name": "=?base64?!?="},
        {"mcp_name": "budget-by-year, doubts"},
    ],
)
def test_headers_that_are_not_as_the_message_are_refused(mcp: Mcp, wrong: dict[str, str | None]) -> None:
    message = {
        "jsonrpc": "2.0",
        "id": 7,
        "method": "tools/call",
        "params": {"name": "budget-by-year", **META},
    }
    assert send(mcp, message, **RIGHT).status == 200
    assert send(mcp, message, **{**RIGHT, "mcp_name": "=?base64?YnVkZ2V0LWJ5LXllYXI=?="}).status == 200
    told = send(mcp, message, **{key: value for key, value in {**RIGHT, **wrong}.items() if value})
    found = json.loads(told.body)
    assert (told.status, found["id"], found["error"]["code"]) == (400, 7, MISMATCH)


def test_a_message_that_does_not_say_what_its_header_says_is_refused(mcp: Mcp) -> None:
    message = {"jsonrpc": "2.0", "id": 7, "method": "tools/list"}
    told = send(mcp, message, mcp_protocol_version=STATELESS, mcp_method="tools/list")
    assert (told.status, json.loads(told.body)["error"]["code"]) == (400, BAD_PARAMS)
    for version in VERSIONS[1:]:
        assert send(mcp, message, mcp_protocol_version=version, mcp_method="x").status == 200


def test_without_a_handshake_errors_of_a_call_are_in_the_status_too(mcp: Mcp) -> None:
    def status(method: str, **params: Any) -> int:
        message = {"jsonrpc": "2.0", "id": 7, "method": method, "params": params}
        told: Any = send(mcp, message, **mirrored(method, params))
        return int(told.status)

    assert status("resources/list", **META) == 404
    assert status("tools/call", name="rm", **META) == 400
    bare = {"_meta": {"io.modelcontextprotocol/protocolVersion": STATELESS}}
    assert status("tools/list", **bare) == 400
    assert status("resources/list") == 200


@pytest.mark.parametrize("version", VERSIONS)
def test_batches_are_refused(mcp: Mcp, version: str) -> None:
    ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    assert send(mcp, [ping, {**ping, "id": 2}], mcp_protocol_version=version).status == 400
    assert send(mcp, [ping] * 10_000).status == 400


def test_every_query_is_a_tool_whose_answer_is_as_its_schema_says(mcp: Mcp, loaded: Release) -> None:
    tools = call(mcp, "tools/list")["result"]["tools"]
    assert [tool["name"] for tool in tools] == list(loaded.queries)
    for tool in tools:
        Draft202012Validator.check_schema(tool["inputSchema"])
        Draft202012Validator(tool["inputSchema"]).validate({})
        found = ask(mcp, tool["name"], limit=3)
        assert found["isError"] is False
        Draft202012Validator(tool["outputSchema"]).validate(found["structuredContent"])
        assert json.loads(found["content"][0]["text"]) == found["structuredContent"]
        assert len(found["structuredContent"]["rows"]) <= 3
        assert tool["annotations"]["readOnlyHint"]


def test_rows_can_be_asked_for_until_there_are_no_more(mcp: Mcp) -> None:
    rows, offset = [], 0
    while offset is not None:
        found = ask(mcp, "member-states", limit=100, offset=offset)["structuredContent"]
        rows += found["rows"]
        offset = found["next_offset"]
    assert len(rows) == found["total"] == 175
    assert len(ask(mcp, "member-states")["structuredContent"]["rows"]) == 50


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"state": "XXX"}, "names nothing among the states"),
        ({"state": 5}, "a text is expected here: state"),
        ({"nation": "GEO"}, "no such argument: nation"),
        ({"limit": 501}, "from 1 to 500"),
        ({"limit": True}, "from 1 to 500"),
        ({"offset": -1}, "from 0 to"),
        ({"state": "x" * 2_000}, "2,000"),
    ],
)
def test_the_faults_of_a_call_are_reported_to_the_model(mcp: Mcp, arguments: Any, says: str) -> None:
    found = ask(mcp, "projects-of-state", **arguments)
    assert found["isError"] is True
    assert says in found["content"][0]["text"]
    assert "Next: " in found["content"][0]["text"]


def test_whole_numbers_are_numbers(mcp: Mcp) -> None:
    assert ask(mcp, "projects-in-year", year=2023)["structuredContent"]["total"] > 0


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (b"{", PARSE),
        (b"\xff", PARSE),
        (b"[" * 100_000, PARSE),
        ([], BAD_PARAMS),
        ("text", BAD_PARAMS),
        ({"id": 1, "method": "ping"}, BAD_PARAMS),
        ({"jsonrpc": "2.0", "id": 1}, BAD_PARAMS),
        ({"jsonrpc": "2.0", "id": 1, "method": 5}, BAD_PARAMS),
        ({"jsonrpc": "2.0", "id": 1, "method": "ping", "params": []}, BAD_PARAMS),
        ({"jsonrpc": "2.0", "id": 1, "method": "resources/list"}, UNKNOWN_METHOD),
        ({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"cursor": "x"}}, BAD_PARAMS),
        ({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "rm"}}, BAD_PARAMS),
        ({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": 5}}, BAD_PARAMS),
        (
            {
                "jsonrpc": "2.0",
                "id": 1,
                "method": "tools/call",
                "params": {"name": "doubts", "arguments": [1]},
            },
            BAD_PARAMS,
        ),
    ],
)
def test_a_malformed_message_gets_the_error_of_json_rpc(mcp: Mcp, message: Any, code: int) -> None:
    told = send(mcp, message)
    assert json.loads(told.body)["error"]["code"] == code
    assert told.status == (400 if json.loads(told.body)["id"] is None else 200)


def test_notifications_get_no_answer(mcp: Mcp) -> None:
    told = send(mcp, {"jsonrpc": "2.0", "method": "notifications/initialized"})
    assert (told.status, told.body) == (202, b"")


def test_other_types_and_methods_are_refused(mcp: Mcp) -> None:
    ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    assert send(mcp, ping, content_type="text/plain").status == 415
    told = mcp.answer(Request("GET", "/mcp"))
    assert (told.status, dict(told.headers)["Allow"]) == (405, "POST, OPTIONS")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.fixed_dictionaries(
        {"jsonrpc": st.just("2.0"), "id": st.integers() | st.text(max_size=5)},
        optional={
            "method": st.sampled_from(["initialize", "tools/list", "tools/call", "server/discover"])
            | st.text(max_size=8),
            "params": st.fixed_dictionaries(
                {},
                optional={
                    "name": st.just("projects-of-state") | ANYTHING,
                    "arguments": ANYTHING,
                    "_meta": ANYTHING,
                },
            )
            | ANYTHING,
        },
    )
    | ANYTHING
)
def test_no_message_breaks_it(mcp: Mcp, message: Any) -> None:
    told = send(mcp, message)
    assert told.status in (200, 202, 400)
    if told.status != 202:
        found = json.loads(told.body)
        assert ("result" in found) != ("error" in found)
        assert found.get("error", {}).get("code") != -32603, "an error of ours"
