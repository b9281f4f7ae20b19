"""The server starts at the given address, keeps its limits, and ends in an orderly way."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from .conftest import Running, children, serving
from .wire import GET, Wire, several, status

PING = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "ping"})


@pytest.fixture(scope="module")
def narrow(site_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server with a name, few connections and little patience."""
    log = tmp_path_factory.mktemp("narrow") / "log"
    options = ("--connections", "20", "--head-timeout", "2", "--origin", "https://data.example.org")
    with serving(site_release, log, *options) as one:
        yield one


def test_connections_are_bounded_and_those_beyond_wait(narrow: Running) -> None:
    with several(narrow.port, 20), Wire(narrow.port, timeout=60) as late:
        start = time.monotonic()
        late.send(GET)
        # It is answered once one of the others has been idle for too long.
        assert late.response()[0] == 200
        assert time.monotonic() - start > 0.5


def mcp(server: Running, **headers: str) -> int:
    return server.ask("/mcp", "POST", PING, Content_Type="application/json", **headers).status


def test_only_pages_of_listed_names_speak_to_mcp(server: Running, narrow: Running) -> None:
    evil = f"evil.example:{server.port}"
    assert mcp(server) == 200
    assert mcp(server, Host=evil) == 403
    assert mcp(server, Host=evil, Origin=f"http://{evil}") == 403
    assert mcp(server, Origin="https://data.example.org") == 403
    for origin in ("null", "http://[", "", "http://localhost.evil.example", "http://127.0.0.1@evil.example"):
        assert mcp(server, Origin=origin) == 403, origin
    for origin in ("http://localhost:8000", "http://127.0.0.1:1", "https://[::1]"):
        assert mcp(server, Host="localhost", Origin=origin) == 200, origin
    assert mcp(narrow, Host="data.example.org", Origin="https://data.example.org") == 200
    assert mcp(narrow, Host="data.example.org", Origin="https://evil.example") == 403


def test_options_names_the_methods_that_a_resource_has(server: Running) -> None:
    paths = {
        "/index.html": "GET, HEAD, OPTIONS",
        "/healthz": "GET, HEAD, OPTIONS",
        "/sparql": "GET, HEAD, POST, OPTIONS",
        "/api/": "GET, HEAD, OPTIONS",
        "/api/projects-of-state": "GET, HEAD, OPTIONS",
        "/mcp": "POST, OPTIONS",
        "/reconcile": "GET, POST, HEAD, OPTIONS",
        "/reconcile/1.0-draft/match": "POST, OPTIONS",
        "/reconcile/preview": "GET, HEAD, OPTIONS",
    }
    for path, allow in paths.items():
        told = server.ask(path, "OPTIONS", Origin="https://example.org", Access_Control_Request_Headers="x-y")
        assert (told.status, told.body) == (204, b""), path
        assert told.headers["allow"] == told.headers["access-control-allow-methods"] == allow, path
        assert told.headers["access-control-allow-headers"] == "*, Authorization"
        assert told.headers["access-control-allow-origin"] == "*"
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE"):
            refused = server.ask(path, method).status == 405
            assert refused is (method not in allow.split(", ")), (path, method)


def test_an_address_in_use_is_reported(server: Running, site_release: Path) -> None:
    command = [sys.executable, "-m", "iomgraph", "serve", str(site_release), "--port", str(server.port)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "can't listen on the address (Address already in use)" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_of_the_log_that_stalls_stops_nothing(site_release: Path) -> None:
    command = [sys.executable, "-m", "iomgraph", "serve", str(site_release), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        assert process.stderr
        while (event := json.loads(process.stderr.readline())).get("event") != "listening":
            pass
        running = Running(process, Path(os.devnull), event["port"])
        path = "/" + "a" * 450
        with ThreadPoolExecutor(4) as pool:
            # Many times what a pipe holds, and more lines than the log keeps.
            assert set(pool.map(lambda _: _many(running.port, path, 6_000), range(4))) == {404}
        assert running.metric("iomgraph_log_lines_dropped") > 0
        process.terminate()
        assert process.wait(20) == 0


def _many(port: int, path: str, count: int) -> int:
    request = f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    codes = set()
    with Wire(port, 60) as wire:
        for _ in range(count):
            wire.send(request)
            codes.add(wire.response()[0])
    (code,) = codes
    return code


def test_a_loader_and_workers_end_with_the_server(site_release: Path, tmp_path: Path) -> None:
    with serving(site_release, tmp_path / "log") as one:
        (loader,) = children(one.process.pid)
        while len(workers := children(loader)) < 2:
            time.sleep(0.01)
        one.process.terminate()
        assert one.process.wait(20) == 0
        assert [event["event"] for event in one.events() if "event" in event][-1] == "stopped"
    assert not any(Path(f"/proc/{number}").exists() for number in (loader, *workers))


def test_a_request_that_has_begun_is_answered_when_the_server_stops(
    site_release: Path, tmp_path: Path
) -> None:
    half = "{ SELECT * { ?%s ?%s ?%s } LIMIT 1500 }"
    query = (
        f"SELECT (COUNT(*) AS ?n) {{ {half % ('a', 'b', 'c')} {half % ('d', 'e', 'f')} FILTER(?a != ?d) }}"
    )
    with serving(site_release, tmp_path / "log") as one, ThreadPoolExecutor(1) as pool:
        slow = pool.submit(one.query, query)
        one.waits_for(lambda: one.metric("iomgraph_workers_busy ") > 0 or slow.done(), "the query")
        one.process.terminate()
        assert slow.result().status == 200
        assert one.process.wait(20) == 0
        assert status_of(one.port) == 0


def status_of(port: int) -> int:
    try:
        return status(port, GET, 2)
    except OSError:
        return 0


def test_a_reader_that_never_reads_does_not_keep_the_server(site_release: Path, tmp_path: Path) -> None:
    with serving(site_release, tmp_path / "log") as one, Wire(one.port, buffer=4096) as wire:
        wire.send(b"GET /iomgraph.trig HTTP/1.1\r\nHost: x\r\n\r\n" * 40)
        time.sleep(0.5)
        one.process.terminate()
        assert one.process.wait(30) == 0


JAVA = """
import java.net.URI;
import java.net.http.*;
public class Ask {
    public static void main(String[] given) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        for (int number = 0; number < 4; number++) {
            HttpRequest get = HttpRequest.newBuilder(URI.create(given[0] + "/healthz"))
                .timeout(java.time.Duration.ofSeconds(20)).build();
            HttpRequest post = HttpRequest.newBuilder(URI.create(given[0] + "/sparql"))
                .timeout(java.time.Duration.ofSeconds(20))
                .header("Content-Type", "application/sparql-query")
                .POST(HttpRequest.BodyPublishers.ofString("ASK {}")).build();
            System.out.println(client.send(get, HttpResponse.BodyHandlers.ofString()).statusCode());
            System.out.println(client.send(post, HttpResponse.BodyHandlers.ofString()).statusCode());
        }
        var page = (java.net.HttpURLConnection) new java.net.URL(given[0] + "/sparql").openConnection();
        System.out.println(page.getResponseCode());
    }
}
"""


@pytest.mark.skipif(not shutil.which("java"), reason="Java is not there")
def test_the_clients_of_java_are_answered(server: Running, tmp_path: Path) -> None:
    source = tmp_path / "Ask.java"
    source.write_text(JAVA)
    command = ["java", str(source), f"http://127.0.0.1:{server.port}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "jdk.compiler" in done.stderr or "compiler" in done.stderr.lower():
        pytest.skip("Java is there without its compiler")
    assert done.stdout.split() == ["200"] * 9, done.stderr


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not there")
def test_curl_reuses_a_connection_that_offered_an_upgrade(server: Running) -> None:
    address = f"http://127.0.0.1:{server.port}/healthz"
    done = subprocess.run(
        ["curl", "-sSf", "-m", "20", "--http2", address, address], capture_output=True, text=True, check=True
    )
    assert done.stdout == "ok\nok\n"
