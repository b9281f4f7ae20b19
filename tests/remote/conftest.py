"""Real stores on loopback, and a proxy before them that spoils answers on purpose."""

from __future__ import annotations

import http.client
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pyoxigraph as ox
import pytest

from iomgraph.remote.endpoint import Addresses, Endpoint
from iomgraph.remote.transport import RetryPolicy

QUICK = RetryPolicy(attempts=3, first=0.01, longest=0.05, timeout=20, deadline=60)


def free_port() -> int:
    with socket.socket() as some:
        some.bind(("127.0.0.1", 0))
        port: int = some.getsockname()[1]
        return port


def answers(port: int) -> bool:
    with socket.socket() as some:
        return some.connect_ex(("127.0.0.1", port)) == 0


def wait(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + 60
    while not answers(port):
        assert process.poll() is None, "the store has ended"
        assert time.monotonic() < end, "the store does not start"
        time.sleep(0.02)


class Oxigraph:
    """The Oxigraph server, which can be killed and started again on the same data."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        program = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or "oxigraph"
        command = [program, "serve", "--location", str(self.folder), "--bind", f"127.0.0.1:{self.port}"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait(self._process, self.port)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint(Addresses(f"{self.base}/query"), policy=QUICK)

    def quads(self) -> set[ox.Quad]:
        """All statements of the store except the notes of a push."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("GET", "/store", headers={"Accept": "application/n-quads"})
        body = connection.getresponse().read()
        return {
            quad
            for quad in ox.parse(body, format=ox.RdfFormat.N_QUADS)
            if not str(quad.graph_name).endswith("/graph/push>")
        }


@pytest.fixture
def oxigraph(tmp_path: Path) -> Iterator[Oxigraph]:
    store = Oxigraph(tmp_path / "oxigraph")
    yield store
    store.kill()


@dataclass
class Proxy:
    """Stands before a store. A trick takes the number of the request, and gives what to do to its answer.

    Args:
        port: of the store.
        trick: gives None for nothing, a status, how many bytes of the answer are let through, or the
            body to send on in the place of the one that came; or what gives one of these for a body.
        requests: method, path, headers and body of each request that came.
        tells: whether it says which store it stands before.
    """

    port: int
    trick: Callable[[int], object] = lambda _: None
    requests: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""
    tells: bool = True

    def reply(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        number = len(self.requests)
        self.requests.append((handler.command, handler.path, dict(handler.headers), body))
        what = self.trick(number)
        if callable(what):
            what = what(body)
        if isinstance(what, bytes):
            body, what = what, None
        if isinstance(what, tuple):
            status, headers, text = what
            raw = f"HTTP/1.1 {status} X\r\n{headers}Content-Length: {len(text)}\r\n\r\n{text}".encode()
            handler.wfile.write(raw)
            return
        raw = self._forward(handler, body)
        handler.wfile.write(raw if what is None else raw[: int(str(what))])
        handler.close_connection = True

    def _forward(self, handler: BaseHTTPRequestHandler, body: bytes) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {**handler.headers, "Content-Length": str(len(body))}
        connection.request(handler.command, handler.path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        kind = answer.headers.get("Content-Type", "")
        head = f"HTTP/1.1 {answer.status} {answer.reason}\r\nContent-Length: {len(content)}\r\n"
        # A proxy may hide the store behind it.
        head += f"Server: {answer.headers.get('Server', '')}\r\n" if self.tells else ""
        return f"{head}Content-Type: {kind}\r\nConnection: close\r\n\r\n".encode() + content

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint(Addresses(f"{self.url}/query"), policy=QUICK)


@contextmanager
def proxies() -> Iterator[Callable[..., Proxy]]:
    """Make proxies, until the block ends."""
    servers: list[ThreadingHTTPServer] = []

    def make(port: int = 9, trick: Callable[[int], object] = lambda _: None) -> Proxy:
        made = Proxy(port, trick)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                made.reply(self)

            do_GET = do_POST  # noqa: N815 (the name that the library calls)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        made.url = f"http://127.0.0.1:{server.server_address[1]}"
        assert urlsplit(made.url).port
        return made

    yield make
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def proxy() -> Iterator[Callable[..., Proxy]]:
    with proxies() as make:
        yield make


VIRTUOSO = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
NumberOfBuffers = 10000
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:{http}
[SPARQL]
ResultSetMaxRows = 100000
"""


@dataclass(frozen=True)
class Virtuoso:
    """A Virtuoso: its folder, its port of SQL, and the address of its endpoint."""

    folder: Path
    sql: int
    address: str

    def run(self, statements: str) -> None:
        """Run statements as its administrator."""
        command = ["isql-vt", f"127.0.0.1:{self.sql}", "dba", "dba", f"EXEC={statements}"]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
        assert "*** Error" not in done.stderr, done.stderr


@pytest.fixture(scope="session")
def start_virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Virtuoso]]:
    """Starts a Virtuoso."""
    if not shutil.which("virtuoso-t"):
        pytest.skip("Virtuoso is not installed: apt-get install virtuoso-opensource-7")
    processes: list[subprocess.Popen[bytes]] = []

    def start() -> Virtuoso:
        folder, sql, port = tmp_path_factory.mktemp("virtuoso"), free_port(), free_port()
        (folder / "virtuoso.ini").write_text(VIRTUOSO.format(sql=sql, http=port), encoding="utf-8")
        command = ["virtuoso-t", "-f", "-c", "virtuoso.ini"]
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        processes.append(process)
        wait(process, port)
        wait(process, sql)
        return Virtuoso(folder, sql, f"http://127.0.0.1:{port}/sparql")

    yield start
    for process in processes:
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def virtuoso(start_virtuoso: Callable[[], Virtuoso]) -> str:
    """The address of a Virtuoso that anybody may update."""
    server = start_virtuoso()
    server.run('GRANT SPARQL_UPDATE TO "SPARQL"')
    return server.address
