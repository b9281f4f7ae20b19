"""A real server on loopback, at a port that the system chose, and ways to ask it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from iomgraph import serving as package

from ..benchmarks.static_host import on_nginx

Publish = Callable[..., Path]


@dataclass
class Reply:
    """The response."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Running:
    """A server that runs."""

    process: subprocess.Popen[bytes]
    log: Path
    port: int = 0
    host: str = "127.0.0.1"
    extra: dict[str, str] = field(default_factory=dict)

    def connect(self, timeout: float = 60) -> HTTPConnection:
        return HTTPConnection(self.host, self.port, timeout=timeout)

    def ask(self, path: str, method: str = "GET", body: bytes | str | None = None, **headers: str) -> Reply:
        connection = self.connect()
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, named)
            return reply(connection.getresponse())
        finally:
            connection.close()

    def query(self, text: str, accept: str = "application/sparql-results+json", **fields: str) -> Reply:
        return self.ask(f"/sparql?{urlencode({'query': text, **fields})}", Accept=accept)

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]

    def waits_for(self, condition: Callable[[], bool], what: str, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"{what} did not come about: {self.log.read_text()[-2000:]}"
            assert self.process.poll() is None, self.log.read_text()[-2000:]
            time.sleep(0.02)

    def metric(self, name: str) -> float:
        lines = self.ask("/metrics").body.decode().splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))

    def processes(self) -> list[int]:
        """The workers: children of the loader, which is the child of the server."""
        (loader,) = children(self.process.pid)
        return children(loader)


def children(number: int) -> list[int]:
    found = Path(f"/proc/{number}/task/{number}/children").read_text().split()
    return [int(one) for one in found]


def reply(response: HTTPResponse) -> Reply:
    return Reply(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())


@contextmanager
def serving(release: Path, log: Path, *arguments: str) -> Iterator[Running]:
    """Run a server until the block ends."""
    command = [sys.executable, "-m", "iomgraph", "serve", str(release), "--port", "0", *arguments]
    with log.open("wb") as stream:
        process = subprocess.Popen(command, stderr=stream, stdout=subprocess.DEVNULL)
    running = Running(process, log)
    try:
        running.waits_for(lambda: any(e.get("event") == "listening" for e in running.events()), "the start")
        running.port = next(e["port"] for e in running.events() if e.get("event") == "listening")
        yield running
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def balanced(folder: Path, *ports: int) -> Iterator[Running]:
    """Run the example for nginx before servers, with other ports, until the block ends."""
    folder.chmod(0o755)
    text = (Path(str(package.__file__)).parent / "deployment/nginx.conf").read_text()
    upstream = "server 127.0.0.1:8000 max_fails=2 fail_timeout=5s;"
    assert upstream in text
    text = text.replace(upstream, "\n".join(upstream.replace("8000", str(one)) for one in ports))
    with on_nginx(folder, text.replace("listen 80;", "listen 127.0.0.1:PORT;")) as (process, port):
        yield Running(process, folder / "log", port)


@pytest.fixture(scope="session")
def server(site_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server with the limits as they are."""
    with serving(site_release, tmp_path_factory.mktemp("server") / "log") as running:
        yield running


STRICT = (
    "--timeout", "1.5", "--cpu", "1", "--memory", "200", "--rows", "500", "--bytes", "1", "--queue", "3",
)  # fmt: skip


@pytest.fixture(scope="session")
def strict(site_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server with narrow limits."""
    with serving(site_release, tmp_path_factory.mktemp("strict") / "log", *STRICT) as running:
        yield running
