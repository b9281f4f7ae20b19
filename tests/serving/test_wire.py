"""Nothing that a client sends, or fails to send or to read, stops the server or fills it.

Any server can be put to these tests: `IOMGRAPH_WIRE` has its command, with `{port}` in it. It answers GET at
`/healthz`, POST at `/sparql` and 60 MB at `/large`; it waits three seconds for a head, a body and a reader,
and takes a head of 16 kB and a body of 1 MiB.
"""

from __future__ import annotations

import asyncio
import os
import shlex
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iomgraph.serving.middleware import HostCheck
from iomgraph.serving.problem import RequestError

from .conftest import serving
from .wire import CHUNKED, GET, LARGE, POST, Wire, resident, several, status

SECONDS = 3.0
"""Seconds that a server waits for a head, a body, or a reader."""
PATIENCE = 90.0
"""Seconds that these tests wait for it, on a machine that is busy with other things, too."""


@dataclass
class Target:
    """A server that is put to the test."""

    port: int
    process: int
    large: str

    def works(self, seconds: float = 5.0) -> bool:
        """Tell whether it answers others while something happens to it."""
        return status(self.port, GET, seconds) == 200


@pytest.fixture(scope="module")
def target(site_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    if command := os.environ.get("IOMGRAPH_WIRE"):
        yield from _other(command)
        return
    log = tmp_path_factory.mktemp("wire") / "log"
    waits = [f"--{name}-timeout={SECONDS}" for name in ("head", "body")]
    with serving(site_release, log, *waits) as one:
        yield Target(one.port, one.process.pid, LARGE)


def _other(command: str) -> Iterator[Target]:
    with socket.create_server(("127.0.0.1", 0)) as some:
        port: int = some.getsockname()[1]
    process = subprocess.Popen(shlex.split(command.format(port=port)))
    try:
        end = time.monotonic() + 30
        while socket.socket().connect_ex(("127.0.0.1", port)):
            assert time.monotonic() < end
            time.sleep(0.05)
        yield Target(port, process.pid, "/large")
    finally:
        process.terminate()
        process.wait()


# What is malformed is refused.


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET /healthz HTTP/1.1\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nContent-Type: application/sparql-query\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n6\r\nASK {}\r\n0\r\nHost: x\r\n\r\n",
        b"GET /healthz HTTP/2.0\r\nHost: x\r\n\r\n",
        b"GET /healthz HTTP/3.7\r\nHost: x\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nX : y\r\n\r\n",
        b"NONSENSE\r\n\r\n",
        POST + b"Content-Length: 6\r\nContent-Length: 7\r\n\r\nASK {}G",
        POST + b"Content-Length: -6\r\n\r\nASK {}",
        POST + b"Content-Length: +6\r\n\r\nASK {}",
        POST + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nASK {}",
        POST + b"Transfer-Encoding: gzip, x\r\n\r\nASK {}",
        POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n6\r\nASK {}\r\n0\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: a b/@x\r\n\r\n",
    ],
)
def test_what_is_malformed_is_refused_and_the_connection_ends(target: Target, request_bytes: bytes) -> None:
    with Wire(target.port) as wire:
        wire.send(request_bytes)
        code, _, _ = wire.response()
        assert code in (0, 400, 501, 505)
        # A request with two hosts is whole, so that what comes behind it may be another.
        assert (
            b"Host: x\r\nHost" in request_bytes
            or b"/1.1\r\n\r\n" in request_bytes
            or wire.is_closed(PATIENCE)
        )
    assert target.works()


@pytest.mark.parametrize(
    ("request_bytes", "expected"),
    [
        (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", (0, 414, 431)),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 900_000 + b"\r\n\r\n", (0, 400, 431)),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + b"X: a\r\n" * 5_000 + b"\r\n", (0, 400, 431)),
        (POST + b"Content-Length: 99999999\r\n\r\n", (413,)),
        (
            POST + b"Transfer-Encoding: chunked\r\n\r\n" + (b"10000\r\n" + b"a" * 65536 + b"\r\n") * 20,
            (0, 413),
        ),
        (
            POST + b"Transfer-Encoding: chunked\r\n\r\n6;" + b"a" * 100_000 + b"\r\nASK {}\r\n0\r\n\r\n",
            (0, 400),
        ),
    ],
)
def test_what_is_too_long_is_refused(target: Target, request_bytes: bytes, expected: tuple[int, ...]) -> None:
    assert status(target.port, request_bytes) in expected
    assert target.works()


@pytest.mark.parametrize("line", [b"A: \r\n", b"A%d: b\r\n"])
def test_trailers_are_bounded(target: Target, line: bytes) -> None:
    before = resident(target.process)
    trailers = b"".join(line % number if b"%" in line else line for number in range(1_000_000))
    with Wire(target.port) as wire, ThreadPoolExecutor(1) as pool:
        sending = pool.submit(wire.send, CHUNKED + trailers + b"\r\n")
        while not sending.done():
            assert target.works()
        code, _, _ = wire.response()
        assert code in (0, 400, 413, 431)
    assert target.works()
    assert resident(target.process) - before < 64 << 20


def test_a_body_with_two_lengths_is_chunked_or_refused(target: Target) -> None:
    # RFC 9112, section 6.3: never as long as Content-Length says.
    with Wire(target.port) as wire:
        wire.send(
            POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nASK {}\r\n0\r\n\r\n" + GET
        )
        code, _, body = wire.response()
        assert code in (0, 400) or (code == 200 and b"true" in body)


def test_two_lengths_that_a_server_shows_are_refused_and_the_connection_is_to_end() -> None:
    async def app(*_: object) -> None:
        raise AssertionError("it was passed on")

    lengths = [(b"content-length", b"3"), (b"transfer-encoding", b"chunked")]
    for order in (lengths, lengths[::-1]):
        scope = {"type": "http", "http_version": "1.1", "headers": [(b"host", b"x"), *order]}
        with pytest.raises(RequestError, match="in two ways") as refused:
            asyncio.run(HostCheck(app)(scope, None, None))  # type: ignore[arg-type]
        assert (refused.value.status, refused.value.headers) == (400, (("Connection", "close"),))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_break_the_server(any_target: Target, data: bytes) -> None:
    with Wire(any_target.port) as wire:
        wire.send(data + b"\r\n\r\n\0\0\0")
        code, _, rest = wire.response()
        assert code or not rest


@pytest.fixture(scope="module")
def any_target(target: Target) -> Target:
    return target


def test_what_asks_for_no_resource_is_answered_by_the_server(target: Target) -> None:
    with Wire(target.port) as wire:
        wire.send(b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n" + GET)
        code, headers, body = wire.response()
        assert (code, body) in ((200, b""), (204, b""))
        assert {"GET", "OPTIONS"} <= set(headers["allow"].split(", "))
        assert wire.response()[0] == 200
    with Wire(target.port) as wire:
        wire.send(b"CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n")
        assert wire.response()[0] in (0, 400, 405, 501)
        assert wire.is_closed(PATIENCE)
    assert target.works()


# What is well formed is answered.


@pytest.mark.parametrize(
    "headers",
    [
        b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n",
        b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        b"Connection: Upgrade\r\nUpgrade: TLS/1.0\r\n",
    ],
)
def test_an_upgrade_is_ignored_and_the_connection_goes_on(target: Target, headers: bytes) -> None:
    with Wire(target.port, timeout=10) as wire:
        for _ in range(3):
            wire.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + headers + b"\r\n")
            assert wire.response()[::2] == (200, b"ok\n")
            wire.send(POST + headers + b"Content-Length: 6\r\n\r\nASK {}")
            assert wire.response()[0] == 200


@pytest.mark.parametrize(
    "header",
    [
        b"Origin: http://[\r\n",
        b"Origin: \r\n",
        b"Origin: http://[::1]:99999999\r\n",
        b"If-Modified-Since: Fri, 31 Dec 99999 23:59:59 GMT\r\n",
        b"If-Modified-Since: Thu, 01 Jan 0000 00:00:00 -9999\r\n",
        b"If-Modified-Since: 99999999999999999999999999999\r\n",
        b'If-None-Match: \xff\xfe, W/, "\r\n',
        b"Accept: ;;;q=,/,*\r\n",
        b"Accept-Language: ;q=1e999, --, *\r\n",
        b"X-Forwarded-For: \xff, [\r\n",
        b"X-Forwarded-Proto: javascript\r\n",
        b"Range: bytes=-99999999999999999999\r\n",
    ],
)
def test_an_absurd_header_is_not_a_fault_of_the_server(target: Target, header: bytes) -> None:
    for path in (
        b"/",
        b"/index.html",
        b"/sparql?query=ASK%7B%7D",
        b"/api/",
        b"/reconcile",
        b"/mcp",
        b"/id/x",
    ):
        code = status(target.port, b"GET " + path + b" HTTP/1.1\r\nHost: x\r\n" + header + b"\r\n")
        assert 200 <= code < 500, path


def test_requests_on_one_connection_are_answered_in_order(target: Target) -> None:
    with Wire(target.port) as wire, ThreadPoolExecutor(1) as pool:
        both = GET + POST + b"Content-Length: 6\r\n\r\nASK {}" + b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n"
        sending = pool.submit(wire.send, both * 300)
        for _ in range(300):
            assert [wire.response()[0] for _ in range(3)] == [200, 200, 404]
        assert sending.result()


def test_a_body_may_come_in_pieces(target: Target) -> None:
    with Wire(target.port) as wire:
        for piece in (
            POST + b"Transfer-Encoding: chunked\r\n\r\n",
            b"3\r\nASK\r\n",
            b"3\r\n {}\r\n0\r\n\r\n",
        ):
            wire.send(piece)
            time.sleep(0.05)
        assert wire.response()[0] == 200


def test_a_client_that_waits_for_leave_gets_it(target: Target) -> None:
    with Wire(target.port) as wire:
        wire.send(POST + b"Content-Length: 6\r\nExpect: 100-continue\r\n\r\n")
        assert wire.response()[0] == 100
        wire.send(b"ASK {}")
        assert wire.response()[0] == 200


# A slow client is disconnected, and delays no other.


@pytest.mark.parametrize(
    "sent", [b"", b"GET / HTTP/1.1\r\nHost:", b"\r\n", b"PRI * HTTP/2.0\r\n", b"\x16\x03\x01", GET]
)
def test_a_connection_that_sends_no_head_is_closed(target: Target, sent: bytes) -> None:
    with several(target.port, 50) as wires:
        for wire in wires:
            wire.send(sent)
        assert target.works()
        assert all(wire.is_closed(PATIENCE) for wire in wires)


def test_a_head_that_drips_is_cut_off(target: Target) -> None:
    with Wire(target.port) as wire:
        wire.send(b"GET / HTTP/1.1\r\nHost: x\r\n")
        end = time.monotonic() + PATIENCE
        while wire.send(b"X: y\r\n") and time.monotonic() < end:
            time.sleep(0.2)
        assert time.monotonic() < end


@pytest.mark.parametrize("head", [b"Content-Length: 900000\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n"])
def test_a_body_that_drips_is_refused(target: Target, head: bytes) -> None:
    """The answer comes in time; a server may go on reading what is left of the body, and drop it."""
    with Wire(target.port, PATIENCE) as wire:
        wire.send(POST + head)
        stop = threading.Event()
        drip = threading.Thread(target=lambda: _drip(wire, stop))
        drip.start()
        try:
            assert wire.socket.recv(12) in (b"", b"HTTP/1.1 408")
        finally:
            stop.set()
            drip.join()


def _drip(wire: Wire, stop: threading.Event) -> None:
    while not stop.wait(0.2) and wire.send(b"1\r\na\r\n"):
        pass


@pytest.mark.parametrize("head", [b"Content-Length: 900000\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n"])
def test_a_body_that_does_not_come_is_refused(target: Target, head: bytes) -> None:
    with Wire(target.port, PATIENCE) as silent:
        silent.send(POST + head)
        assert silent.socket.recv(12) in (b"", b"HTTP/1.1 408")


def test_a_reader_that_stalls_is_let_go(target: Target) -> None:
    before = resident(target.process)
    with several(target.port, 5) as wires:
        for wire in wires:
            wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            wire.send(f"GET {target.large} HTTP/1.1\r\nHost: x\r\n\r\n".encode() * 3)
        end = time.monotonic() + PATIENCE
        while open_of(target) > 0 and time.monotonic() < end:
            assert target.works()
            time.sleep(0.2)
        assert open_of(target) == 0
    assert resident(target.process) - before < 256 << 20


def open_of(target: Target) -> int:
    """Count the connections that a server has established, as the system tells."""
    tables = (Path(f"/proc/net/{name}").read_text().splitlines()[1:] for name in ("tcp", "tcp6"))
    rows = [line.split() for table in tables for line in table]
    return sum(row[3] == "01" and int(row[1].rpartition(":")[2], 16) == target.port for row in rows)


def test_a_reader_that_is_slow_and_steady_gets_the_whole(target: Target) -> None:
    with Wire(target.port, buffer=65536) as wire:
        wire.send(f"GET {target.large} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        found, length, start = 0, 0, time.monotonic()
        head = b""
        while piece := wire.socket.recv(1 << 17):
            if not length:
                head += piece
                if b"\r\n\r\n" in head:
                    before, _, piece = head.partition(b"\r\n\r\n")
                    fields = [line.partition(b": ") for line in before.lower().split(b"\r\n")]
                    length = next(int(value) for name, _, value in fields if name == b"content-length")
                else:
                    continue
            found += len(piece)
            # So slow that the whole takes several times as long as the server waits for a part.
            time.sleep(max(0.0, start + found / length * 3 * SECONDS - time.monotonic()))
        assert found == length > 10 << 20
        assert time.monotonic() - start > 2 * SECONDS


def test_clients_that_break_off_leave_nothing_behind(target: Target) -> None:
    def fds() -> int:
        return len(list(Path(f"/proc/{target.process}/fd").iterdir()))

    before = fds()
    for number in range(100):
        with Wire(target.port) as wire:
            wire.send(
                (
                    b"GET /healthz HT",
                    POST + b"Content-Length: 600000\r\n\r\nASK",
                    f"GET {target.large} HTTP/1.1\r\nHost: x\r\n\r\n".encode() if number < 20 else GET,
                    GET * 100,
                )[number % 4]
            )
            if number % 3:
                # A reset, not an orderly end.
                wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    assert target.works()
    end = time.monotonic() + PATIENCE
    while fds() > before + 8 and time.monotonic() < end:
        time.sleep(0.1)
    assert fds() <= before + 8


def test_many_requests_ahead_fill_nothing(target: Target) -> None:
    before = resident(target.process)
    request = f"GET {target.large} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    with several(target.port, 10) as wires:
        for wire in wires:
            wire.socket.settimeout(0.5)
            wire.send(request * 1_000)
        assert target.works()
        assert resident(target.process) - before < 384 << 20
