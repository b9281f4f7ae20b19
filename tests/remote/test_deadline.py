"""A deadline ends an exchange, whichever way the server draws it out."""

from __future__ import annotations

import gzip
import itertools
import socket
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from iomgraph.errors import RemoteError
from iomgraph.remote.deadline import Deadline
from iomgraph.remote.endpoint import Addresses, Endpoint
from iomgraph.remote.transport import RetryPolicy

Serve = Callable[[Callable[[socket.socket], None]], str]
XML = b"Content-Type: application/sparql-results+xml\r\n"
RESULT = b'<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head/><results></results></sparql>'
SHORT = RetryPolicy(attempts=3, first=0.01, longest=0.05, timeout=30, deadline=1)
LONG = RetryPolicy(attempts=1, timeout=60, deadline=600)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a server that does with each connection what it is told, once the request has come."""
    servers: list[socket.socket] = []

    def start(behave: Callable[[socket.socket], None]) -> str:
        server = socket.create_server(("127.0.0.1", 0))
        servers.append(server)

        def handle(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                behave(connection)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    threading.Thread(target=handle, args=[server.accept()[0]], daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        return f"http://127.0.0.1:{server.getsockname()[1]}/query"

    yield start
    for server in servers:
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        server.close()


def dripping(head: bytes, drops: bytes) -> Callable[[socket.socket], None]:
    """Answer with a head, and then with drops for as long as the client listens."""

    def behave(connection: socket.socket) -> None:
        connection.recv(2**16)
        connection.sendall(head)
        for at in itertools.count():
            connection.sendall(drops[at % len(drops) :][:1])
            time.sleep(0.05)

    return behave


DRIPS = {
    "a head": (b"HTTP/1.1 200 OK\r\nX: ", b"a"),
    "a status line": (b"", b"H"),
    "interim responses": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a body of a length": (b"HTTP/1.1 200 OK\r\n" + XML + b"Content-Length: 1000000\r\n\r\n", b"<"),
    "a body without a length": (b"HTTP/1.1 200 OK\r\n" + XML + b"\r\n" + RESULT, b" "),
    "chunks": (b"HTTP/1.1 200 OK\r\n" + XML + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
    "a chunk's size": (b"HTTP/1.1 200 OK\r\n" + XML + b"Transfer-Encoding: chunked\r\n\r\n1;", b"a"),
    "an error": (b"HTTP/1.1 400 Bad\r\n\r\n", b"e"),
}


@pytest.mark.parametrize("name", DRIPS)
def test_a_response_that_drips_ends_at_the_deadline(serve: Serve, name: str) -> None:
    url = serve(dripping(*DRIPS[name]))
    with pytest.raises(RemoteError, match="the exchange takes more than 1 seconds"):
        Endpoint(Addresses(url), policy=SHORT).rows("SELECT * {}")


def test_a_server_that_reads_the_request_slowly_ends_at_the_deadline(serve: Serve) -> None:
    def sip(connection: socket.socket) -> None:
        while connection.recv(1_000):
            time.sleep(0.01)

    # For each megabyte it may take a second longer.
    with pytest.raises(RemoteError, match="the exchange takes more than 9 seconds"):
        Endpoint(Addresses(serve(sip)), policy=SHORT).update(["#" * (8 * 2**20)])


def test_the_deadline_is_one_for_all_attempts(serve: Serve) -> None:
    seen: list[float] = []

    def busy(connection: socket.socket) -> None:
        connection.recv(2**16)
        seen.append(time.monotonic())
        connection.sendall(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")

    policy = RetryPolicy(attempts=1_000_000, first=0.05, longest=0.1, timeout=30, deadline=1)
    with pytest.raises(RemoteError, match=r"not well|the exchange takes more"):
        Endpoint(Addresses(serve(busy)), policy=policy).rows("SELECT * {}")
    assert 0 < len(seen) < 100


def test_a_connection_that_is_released_is_not_cut() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        deadline = Deadline(0.2)
        deadline.watch(ours)
        deadline.release()
        time.sleep(0.4)
        ours.sendall(b"a")
        assert theirs.recv(1) == b"a"
        with pytest.raises(TimeoutError):
            deadline.watch(ours)


def test_an_answer_in_chunks_without_end_is_not_read(serve: Serve) -> None:
    def pour(connection: socket.socket) -> None:
        connection.recv(2**16)
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + XML + b"Transfer-Encoding: chunked\r\n\r\n")
        while True:
            connection.sendall(b"10000\r\n" + b" " * 2**16 + b"\r\n")

    with pytest.raises(RemoteError, match="larger than 1,000,000 bytes"):
        Endpoint(Addresses(serve(pour)), policy=LONG, largest=1_000_000).rows("SELECT * {}")


@pytest.mark.parametrize("status", [b"200 OK", b"400 Bad", b"500 Bad"])
def test_what_a_small_answer_unfolds_to_is_bounded(serve: Serve, status: bytes) -> None:
    coder = zlib.compressobj(wbits=31)
    body = b"".join(coder.compress(b" " * 2**20) for _ in range(300)) + coder.flush()
    head = b"HTTP/1.1 " + status + b"\r\n" + XML + b"Content-Encoding: gzip\r\n"

    def send(connection: socket.socket) -> None:
        connection.recv(2**16)
        connection.sendall(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)

    tracemalloc.start()
    try:
        with pytest.raises(RemoteError, match=r"larger than 10,000,000 bytes|refuses|not well"):
            Endpoint(Addresses(serve(send)), policy=LONG, largest=10_000_000).rows("SELECT * {}")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 60_000_000


@pytest.mark.parametrize("whole", [True, False])
def test_a_compressed_answer_is_read_if_it_is_whole(serve: Serve, whole: bool) -> None:
    body = gzip.compress(RESULT) if whole else b"no gzip"
    head = b"HTTP/1.1 200 OK\r\n" + XML + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body)

    def send(connection: socket.socket) -> None:
        connection.recv(2**16)
        connection.sendall(head + body)

    endpoint = Endpoint(Addresses(serve(send)), policy=LONG)
    if whole:
        assert endpoint.rows("SELECT * {}") == []
    else:
        with pytest.raises(RemoteError, match="not compressed as it says"):
            endpoint.rows("SELECT * {}")


@pytest.mark.parametrize(
    "answer",
    [b"HTTP/1.1 200 OK\r\n" + XML + b"\r\n" + b" " * 2**16, b"HTTP/1.1 400 Bad\r\n\r\n" + b"e" * 2**16],
    ids=["too large", "refused"],
)
def test_a_response_that_is_not_read_to_its_end_is_hung_up_on(serve: Serve, answer: bytes) -> None:
    ended = threading.Event()

    def pour(connection: socket.socket) -> None:
        connection.recv(2**16)
        connection.sendall(answer)
        connection.settimeout(30)
        with suppress(ConnectionError):
            # The body of the request may come after its head.
            while connection.recv(2**16):
                pass
        ended.set()

    endpoint = Endpoint(Addresses(serve(pour)), policy=LONG, largest=1_000)
    with pytest.raises(RemoteError) as stop:
        endpoint.rows("SELECT * {}")
    assert ended.wait(20), stop.value
