"""No query reaches the network or the disk, however it is written; nothing of the machine leaks."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .conftest import Running, serving


class Bait(NamedTuple):
    """A listening port with its visitors, and an unreadable file."""

    port: int
    visitors: list[object]
    file: Path


@pytest.fixture(scope="module")
def bait(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bait]:
    file = tmp_path_factory.mktemp("bait") / "secret.ttl"
    file.write_text('<urn:secret> <urn:secret> "treasure" .')
    visitors: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.1)
        stop = threading.Event()

        def wait() -> None:
            while not stop.is_set():
                try:
                    connection, address = listening.accept()
                except TimeoutError:
                    continue
                visitors.append(address)
                connection.close()

        waiting = threading.Thread(target=wait)
        waiting.start()
        yield Bait(listening.getsockname()[1], visitors, file)
        stop.set()
        waiting.join()


_SPACE = st.sampled_from([" ", "\n", "\t", " # note\n", "#SERVICE\n", "  "])


@st.composite
def spelled(draw: st.DrawFn, word: str) -> str:
    """A keyword in any case, some of it as escapes."""
    found = ""
    for letter in word:
        letter = draw(st.sampled_from([letter.upper(), letter.lower()]))
        escaped = draw(st.integers(0, 9))
        found += {0: f"\\u{ord(letter):04X}", 1: f"\\U{ord(letter):08x}"}.get(escaped, letter)
    return found


@st.composite
def hostile(draw: st.DrawFn) -> str:
    """A query or an update that would reach out, if it could."""
    target = draw(st.sampled_from(["<http://127.0.0.1:{port}/x>", "<file://{file}>", "v:x", "?v"]))
    space = draw(_SPACE)
    silent = draw(st.sampled_from(["", "SILENT ", "silent\n"]))
    inner = f"{draw(spelled('SERVICE'))}{space}{silent}{target}{draw(_SPACE)}{{ ?s ?p ?o }}"
    for _ in range(draw(st.integers(0, 3))):
        wrap = draw(
            st.sampled_from(
                [
                    "{{ {} }}", "OPTIONAL {{ {} }}", "FILTER EXISTS {{ {} }}", "MINUS {{ {} }}",
                    "GRAPH ?g {{ {} }}", "{{ SELECT * {{ {} }} }}", "{{ ?a ?b 'SERVICE' }} UNION {{ {} }}",
                    "BIND(1 AS ?n) {}",
                ]
            )
        )  # fmt: skip
        inner = wrap.format(inner)
    head = "PREFIX v: <http://127.0.0.1:{port}/> "
    form = draw(
        st.sampled_from(
            [
                f"SELECT *{space}{{ VALUES ?v {{ <http://127.0.0.1:{{port}}/> }} {inner} }}",
                f"ASK{space}{{ {inner} }}",
                f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {inner} }}",
                f"DESCRIBE ?s {{ {inner} }}",
                f"{draw(spelled('LOAD'))}{space}{target}",
                f"{draw(spelled('LOAD'))} SILENT {target} INTO GRAPH <urn:x>",
                f"INSERT {{ ?s ?p ?o }} WHERE {{ {inner} }}",
                f"DELETE WHERE {{ ?s ?p ?o }} ; LOAD {target}",
                f"CREATE GRAPH <urn:x>{space}; DROP ALL",
                f"SELECT * {draw(spelled('FROM'))}{space}{target} {{ ?s ?p ?o }}",
                f"SELECT * FROM NAMED {target} {{ GRAPH ?g {{ ?s ?p ?o }} }}",
            ]
        )
    )
    return head + form


@settings(max_examples=200, deadline=None)
@given(text=hostile(), way=st.sampled_from(["query", "update", "graphs", "direct", "form"]))
def test_nothing_reaches_the_network_or_the_disk(site: Running, bait: Bait, text: str, way: str) -> None:
    text = text.replace("{port}", str(bait.port)).replace("{file}", str(bait.file))
    before = COUNTED.setdefault(site.port, count(site))
    if way == "query":
        told = site.query(text)
    elif way == "graphs":
        told = site.query(text, **{"default-graph-uri": f"http://127.0.0.1:{bait.port}/x"})
    elif way == "direct":
        told = site.ask("/sparql", "POST", text.encode(), Content_Type="application/sparql-query")
    elif way == "update":
        told = site.ask("/sparql", "POST", text.encode(), Content_Type="application/sparql-update")
    else:
        body = f"update={text}".encode()
        told = site.ask("/sparql", "POST", body, Content_Type="application/x-www-form-urlencoded")
    # A FROM selects among the graphs of the release, of which there is none of that name.
    empty = told.status == 200 and b"treasure" not in told.body
    assert empty or told.status in (400, 403), (told.status, told.body)
    assert not bait.visitors
    assert count(site) == before


COUNTED: dict[int, bytes] = {}


def count(server: Running) -> bytes:
    return server.query("SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }").body


@pytest.fixture(scope="module")
def site(server: Running) -> Running:
    return server


def test_a_worker_can_open_nothing(server: Running) -> None:
    server.query("ASK {}")
    for worker in server.processes():
        limits = Path(f"/proc/{worker}/limits").read_text()
        assert re.search(r"Max open files +0 +0 ", limits)
        assert re.search(r"Max core file size +0 +0 ", limits)
        descriptors = {path.name for path in Path(f"/proc/{worker}/fd").iterdir()}
        assert len(descriptors) == 4, "standard streams, and the connection to the server"


@pytest.mark.parametrize(
    "path",
    [
        "/sparql?query=SELECT",
        "/nothing",
        "/id/project/none",
        "/api/none",
        "/reconcile/none",
        "/%00",
        "/sparql?query=%FF",
    ],
)
def test_errors_tell_nothing_of_the_machine(server: Running, site_release: Path, path: str) -> None:
    told = server.ask(path)
    assert told.status >= 400
    text = told.body.decode() + json.dumps(told.headers)
    for secret in (str(site_release), "Traceback", ".py", "site-packages", "oxigraph", "uvloop", "Python/"):
        assert secret not in text
    assert told.headers["server"] == "iomgraph"


def test_the_log_tells_who_reads_only_on_demand(site_release: Path, tmp_path: Path) -> None:
    for name, arguments in (("plain", ()), ("told", ("--log-clients",))):
        with serving(site_release, tmp_path / name, *arguments) as one:
            one.ask(
                "/index.html?mail=me@example.org", User_Agent="Mine/1.0", Referer="https://example.org/me"
            )
            one.query("ASK { <urn:private> ?p ?o }")
            one.waits_for(lambda one=one: sum("request" in e for e in one.events()) >= 2, "the lines")  # type: ignore[misc]
            lines = [event for event in one.events() if "request" in event]
        text = json.dumps(lines)
        assert ("127.0.0.1" in text) is (name == "told")
        for private in ("example.org", "Mine", "urn:private"):
            assert private not in text
        assert {"time", "request", "path", "status", "bytes", "ms"} <= set(lines[0])


def test_health_and_metrics_are_served(server: Running) -> None:
    assert server.ask("/healthz").body == b"ok\n"
    assert server.ask("/readyz").body == b"ready\n"
    before = server.metric('iomgraph_requests_total{service="sparql",status="200"}')
    server.query("ASK { }")
    assert server.metric('iomgraph_requests_total{service="sparql",status="200"}') == before + 1
    assert server.metric("iomgraph_workers ") == 2
