"""The examples of deployment are what their programs take."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from iomgraph import serving
from iomgraph.cli.serve import serve

from .conftest import Running, balanced
from .wire import Wire, several

FOLDER = Path(str(serving.__file__)).parent / "deployment"


def options(text: str) -> set[str]:
    """The options of `iomgraph serve` that a text gives."""
    return set(re.findall(r"--(?:host|port|workers|[a-z-]+)\b", text))


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not there")
def test_nginx_takes_its_example(tmp_path: Path) -> None:
    main = tmp_path / "nginx.conf"
    main.write_text(
        f"pid {tmp_path}/pid; error_log stderr; events {{}}\n"
        f"http {{ access_log off; include {FOLDER}/nginx.conf; }}\n"
    )
    done = subprocess.run(
        ["nginx", "-t", "-c", main, "-p", tmp_path], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def proxy(server: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with balanced(tmp_path_factory.mktemp("nginx"), server.port) as front:
        yield front


COMPUTE = (
    "/sparql?query=ASK%7B%7D",
    "/sparql/?query=ASK%7B%7D",
    "/sparql%2f?query=ASK%7B%7D",
    "/%73parql?query=ASK%7B%7D",
    "/api/",
    "/api/projects-of-state",
    "/fr/api/",
    "/reconcile",
    "/es/reconcile/properties",
    "/reconcile/1.0-draft/match",
    "/mcp",
    "/.well-known/sparql-examples",
    "/graph/quality.csv",
    "/id/project/x.rdf",
)


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not there")
@pytest.mark.parametrize("path", COMPUTE)
def test_nginx_bounds_the_rate_of_every_path_that_computes(proxy: Running, path: str) -> None:
    told = Counter(asked(proxy, path, 300))
    # Pages are asked for as often without any being refused.
    assert told[429] > 0, told


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not there")
def test_nginx_passes_pages_and_answers_on(proxy: Running, server: Running) -> None:
    assert set(asked(proxy, "/index.html", 100)) == {200}
    time.sleep(3)  # until what other tests used up has come back
    told = proxy.ask("/sparql?query=ASK%7B%7D", Accept="application/sparql-results+json")
    assert (told.status, told.json()["boolean"]) == (200, True)
    tag = proxy.ask("/index.html").headers["etag"]
    assert proxy.ask("/index.html", If_None_Match=tag).status == 304
    assert proxy.ask("/metrics").status == proxy.ask("/%6detrics").status == 403


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not there")
def test_nginx_bounds_the_requests_at_once_of_one_address(proxy: Running) -> None:
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"
    with several(proxy.port, 40) as wires:
        for wire in wires[:30]:
            wire.send(head)
        time.sleep(0.5)
        wires[30].send(b"GET /index.html HTTP/1.1\r\nHost: x\r\n\r\n")
        assert wires[30].response()[0] == 429


def asked(server: Running, path: str, count: int) -> list[int]:
    """The statuses of requests that follow each other as fast as they can."""
    with Wire(server.port) as wire:
        statuses = []
        for _ in range(count):
            wire.send(f"GET {path} HTTP/1.1\r\nHost: data.example.org\r\n\r\n".encode())
            statuses.append(wire.response()[0])
        return statuses


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not there")
def test_systemd_takes_its_unit(tmp_path: Path) -> None:
    unit = tmp_path / "iomgraph.service"
    text = (FOLDER / "iomgraph.service").read_text()
    unit.write_text(text.replace("/opt/iomgraph/bin/iomgraph", "/bin/true"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_units_and_images_give_options_that_there_are() -> None:
    known = options(CliRunner().invoke(serve, ["--help"]).output)
    for name in ("iomgraph.service", "Dockerfile"):
        (line,) = re.findall(r"^(?:ExecStart=|ENTRYPOINT ).*$", (FOLDER / name).read_text(), re.MULTILINE)
        assert "/dist" in line
        given = options(line)
        assert given
        assert given <= known
