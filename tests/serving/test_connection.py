"""Requests come in within limits of size and time; what is malformed is told, and never answered."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .conftest import Running, children, serving


def talk(server: Running, *pieces: bytes, wait: float = 0.0) -> bytes:
    """Send pieces, and read until the server closes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(wait)
        found = b""
        try:
            while piece := connection.recv(65536):
                found += piece
        except ConnectionResetError:
            pass
        return found


CLOSE = b"Host: x\r\nConnection: close\r\n\r\n"


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def test_requests_on_one_connection_are_answered_in_order(server: Running) -> None:
    sent = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n"
    answer = talk(server, sent * 20 + b"GET /nothing HTTP/1.1\r\n" + CLOSE)
    lines = [line for line in answer.split(b"\r\n") if b"HTTP/1.1 " in line]
    assert [line[line.index(b"HTTP/1.1 ") + 9 :][:3] for line in lines] == [b"200"] * 40 + [b"404"]


def test_a_body_may_come_in_pieces(server: Running) -> None:
    head = (
        b"POST /sparql HTTP/1.1\r\nContent-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\n"
        + CLOSE
    )
    answer = talk(server, head, b"3\r\nASK\r\n", b"3\r\n {}\r\n0\r\n\r\n", wait=0.05)
    assert answer.endswith(b'"boolean":true}')


def test_a_client_that_waits_for_leave_gets_it(server: Running) -> None:
    head = (
        b"POST /sparql HTTP/1.1\r\nContent-Type: application/sparql-query\r\nContent-Length: 6\r\n"
        b"Expect: 100-continue\r\n" + CLOSE
    )
    answer = talk(server, head, b"ASK {}", wait=0.2)
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")


@pytest.mark.parametrize(
    ("request_bytes", "expected"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n", 400),
        (b"NONSENSE\r\n\r\n", 400),
        (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 20_000, 431),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: a\r\n" * 5_000, 431),
        (b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"GET /%FF HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ],
)
def test_what_cannot_be_taken_is_told_and_the_connection_closed(
    server: Running, request_bytes: bytes, expected: int
) -> None:
    answer = talk(server, request_bytes)
    assert status(answer) == expected
    assert b"application/problem+json" in answer
    assert b"Connection: close" in answer


def test_a_body_that_grows_too_long_is_refused(server: Running) -> None:
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    answer = talk(server, head, *[b"10000\r\n" + b"a" * 65536 + b"\r\n"] * 20)
    assert answer == b"" or status(answer) == 413


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_break_the_server(running: Running, data: bytes) -> None:
    answer = talk(running, data + b"\r\n\r\n\0\0\0")
    assert answer == b"" or answer.startswith(b"HTTP/1.1 ")


@pytest.fixture(scope="module")
def running(server: Running) -> Running:
    return server


@pytest.fixture(scope="module")
def hurried(site_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server that waits half a second for a head."""
    log = tmp_path_factory.mktemp("hurried") / "log"
    with serving(site_release, log, "--head-timeout", "0.5", "--idle-timeout", "0.5") as one:
        yield one


@pytest.mark.slow
def test_slow_clients_are_let_go_while_others_are_served(hurried: Running) -> None:
    slow = [socket.create_connection(("127.0.0.1", hurried.port)) for _ in range(100)]
    for connection in slow:
        connection.sendall(b"GET / HTTP/1.1\r\nHost:")
    assert hurried.ask("/healthz").status == 200
    end = time.monotonic() + 30
    for connection in slow:
        connection.settimeout(max(0.1, end - time.monotonic()))
        assert connection.recv(65536).startswith(b"HTTP/1.1 408 ")
        connection.close()


@pytest.mark.slow
def test_a_connection_that_is_idle_is_closed(hurried: Running) -> None:
    with socket.create_connection(("127.0.0.1", hurried.port), timeout=30) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(65536).endswith(b"ok\n")
        assert connection.recv(1) == b""


def test_the_end_is_orderly(site_release: Path, tmp_path: Path) -> None:
    with serving(site_release, tmp_path / "log") as one:
        (loader,) = children(one.process.pid)
        while len(workers := children(loader)) < 2:
            time.sleep(0.01)
        one.process.terminate()
        assert one.process.wait(20) == 0
        assert [event["event"] for event in one.events() if "event" in event][-1] == "stopped"
    assert not any(Path(f"/proc/{number}").exists() for number in (loader, *workers))
