"""The server beside the Oxigraph server and rdflib-endpoint: the same data, the same requests.

    python tests/benchmarks/bench_serving.py [--release DIR] [--seconds 5] [--rounds 3]
        [--rdflib-endpoint PROGRAM] [--minutes 60]

Without a release, the real portfolio is built. wrk makes the load, on the same machine. Small queries are
distinct, so that no figure is that of a cache; "again" is one query over and over, which ours keeps. Each
figure is the median of the rounds, in which the servers take turns. `--minutes` is for the soak: small
queries, pages, and queries of death among them.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

from iomgraph import build
from iomgraph.settings import Settings

say = partial(print, flush=True)

SMALL = """
local keys, count = {{ {keys} }}, 0
local base = {seed}
function request()
  count = count + 1
  local key = keys[count % #keys + 1]
  local query = "SELECT%20%3Fp%20%3Fo%20%7B%20%3C" .. key .. "%3E%20%3Fp%20%3Fo"
    .. "%20FILTER(%3Fp%20!%3D%20%3Curn%3A" .. base .. "x" .. count .. "%3E)%20%7D"
  return wrk.format("GET", "{path}?query=" .. query, {{["Accept"] = "application/sparql-results+json"}})
end
"""
HEAVY = "SELECT ?p (COUNT(*) AS ?n) (COUNT(DISTINCT ?o) AS ?m) { ?s ?p ?o } GROUP BY ?p ORDER BY DESC(?n) ?p"
DEATH = (
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?a ?d ?c ?f",
    "SELECT (GROUP_CONCAT(STR(?o)) AS ?x) { ?s ?p ?o . ?t ?q ?r }",
)
JSON = "application/sparql-results+json"


def free_port() -> int:
    """A port without a listener."""
    with socket.socket() as some:
        some.bind(("127.0.0.1", 0))
        port: int = some.getsockname()[1]
        return port


def answers(port: int) -> bool:
    """Tell whether a server answers: some listen first, and close what comes while they load their data."""
    connection = HTTPConnection("127.0.0.1", port, timeout=300)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except OSError:
        return False
    finally:
        connection.close()
    return True


@contextmanager
def running(command: list[str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 300
        while not answers(port):
            if process.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"this does not start: {' '.join(command)}")
            time.sleep(0.05)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def load(port: int, seconds: float, script: str = "", path: str = "/", *headers: str) -> tuple[float, str]:
    """Let wrk make a load; give requests a second, and what went wrong."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        more = ["-s", file.name] if script else []
        given = [part for header in headers for part in ("-H", header)]
        command = ["wrk", "-t1", "-c16", f"-d{seconds}s", "--timeout", "60s", "--latency", *more, *given]
        told = subprocess.run(
            [*command, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True
        ).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    wrong = re.search(r"Non-2xx or 3xx responses: \d+|Socket errors: .*", told)
    return float(rate[1]) if rate else 0.0, wrong[0] if wrong else ""


def tag(port: int, path: str) -> str:
    """The validator of a document."""
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("GET", path)
    return str(connection.getresponse().getheader("ETag"))


def compare(release: Path, folder: Path, seconds: float, rounds: int, rdflib_endpoint: str) -> None:
    """Print the figures of all servers, and what ours are of the others'."""
    plain = folder / "all.nq"
    plain.write_bytes(gzip.decompress((release / "iomgraph.nq.gz").read_bytes()))
    program = str(Path(sys.executable).with_name("oxigraph"))
    load_it = [program, "load", "--location", str(folder / "store"), "--file", str(plain)]
    subprocess.run(load_it, check=True, stderr=subprocess.DEVNULL)
    subprocess.run(
        [program, "optimize", "--location", str(folder / "store")], check=True, stderr=subprocess.DEVNULL
    )
    ports = {name: free_port() for name in ("iomgraph", "oxigraph", "rdflib-endpoint")}
    bind = f"127.0.0.1:{ports['oxigraph']}"
    commands = {
        "iomgraph": ours(release, ports["iomgraph"]),
        "oxigraph": [program, "serve-read-only", "--location", str(folder / "store"), "--bind", bind],
    }
    paths = {"iomgraph": "/sparql", "oxigraph": "/query", "rdflib-endpoint": "/"}
    if rdflib_endpoint:
        facts = str(release / "iomgraph.ttl")
        at = ["--port", str(ports["rdflib-endpoint"]), "--host", "127.0.0.1"]
        commands["rdflib-endpoint"] = [rdflib_endpoint, "serve", facts, *at]
    keys = ", ".join(f'"{iri}"' for iri in things(release))
    found: dict[tuple[str, str], list[float]] = {}

    def note(what: str, name: str, result: tuple[float, str]) -> None:
        found.setdefault((what, name), []).append(result[0])
        if result[1]:
            say(f"  {name}, {what}: {result[1]}")

    for number in range(rounds):
        for name, command in commands.items():
            with running(command, ports[name]):
                port, path = ports[name], paths[name]
                small = SMALL.format(keys=keys, seed=number, path=path)
                note("small queries, distinct", name, load(port, seconds, small))
                again = f"{path}?query={quote('SELECT * { ?s a ?o } LIMIT 10')}"
                note("a small query again", name, load(port, seconds, "", again, f"Accept: {JSON}"))
                if name != "rdflib-endpoint":
                    heavy = SMALL_HEAVY.format(path=path, seed=number, query=quote(HEAVY))
                    note("heavy queries, distinct", name, load(port, seconds, heavy))
                if name == "iomgraph":
                    page = page_of(release)
                    note("pages", name, load(port, seconds, "", page))
                    note("304", name, load(port, seconds, "", page, f"If-None-Match: {tag(port, page)}"))
    say(f"{'what':<26} {'server':<16} {'requests/s':>12} {'ours':>8}")
    for (what, name), rates in found.items():
        rate = statistics.median(rates)
        own = statistics.median(found[what, "iomgraph"])
        say(f"{what:<26} {name:<16} {rate:>12,.0f} {own / rate if rate else 0:>7.2f}x")


SMALL_HEAVY = """
local count = 0
function request()
  count = count + 1
  return wrk.format("GET", "{path}?query={query}%20%23{seed}x" .. count,
    {{["Accept"] = "application/sparql-results+json"}})
end
"""


def ours(release: Path, port: int, *more: str) -> list[str]:
    """The command of our server."""
    return [sys.executable, "-m", "iomgraph", "serve", str(release), "--port", str(port), *more]


def things(release: Path) -> list[str]:
    """The IRIs of projects."""
    base = json.loads((release / "ontology/context.jsonld").read_text())["@context"]["projects"]
    return [f"{base}{path.stem}" for path in sorted((release / "site/id/project").glob("*.html"))][:500]


def page_of(release: Path) -> str:
    """The address of a project's page."""
    first = min((release / "site/id/project").glob("*.html"))
    return f"/id/project/{first.name}"


def resident(number: int) -> int:
    """Bytes of memory of a process and of what it started; what they share is counted in parts."""
    total = 0
    try:
        total = (
            int(re.findall(r"^Pss:\s+(\d+)", Path(f"/proc/{number}/smaps_rollup").read_text(), re.M)[0])
            * 1024
        )
        children = Path(f"/proc/{number}/task/{number}/children").read_text().split()
    except (OSError, IndexError):
        return total
    return total + sum(resident(int(child)) for child in children)


class Soak:
    """Mixed load with queries of death.

    Args:
        release: that is served.
    """

    def __init__(self, release: Path) -> None:
        self.statuses: Counter[tuple[str, int]] = Counter()
        self.latencies: list[float] = []
        self.memory: list[int] = []
        self._stop = threading.Event()
        self._keys, self._page, self._port = things(release), page_of(release), free_port()
        limits = ["--timeout", "2", "--cpu", "2", "--memory", "256", "--no-log-requests"]
        self._command = ours(release, self._port, *limits)

    def run(self, minutes: float) -> None:
        """Make the load."""
        with running(self._command, self._port) as process:
            kinds = [("small", 0.005)] * 4 + [("page", 0.005)] * 2 + [("death", 1.0)]
            threads = [threading.Thread(target=self._ask, args=one) for one in kinds]
            for thread in threads:
                thread.start()
            end = time.monotonic() + minutes * 60
            while time.monotonic() < end:
                time.sleep(max(0.5, minutes * 60 / 20))
                self.memory.append(resident(process.pid))
            self._stop.set()
            for thread in threads:
                thread.join()

    def _ask(self, kind: str, pause: float) -> None:
        connection, number = HTTPConnection("127.0.0.1", self._port, timeout=60), 0
        while not self._stop.is_set():
            number += 1
            start = time.perf_counter()
            try:
                headers = {"Accept": f"{JSON}, */*;q=0.1"}
                connection.request("GET", self._path(kind, number), headers=headers)
                told = connection.getresponse()
                told.read()
                self.statuses[kind, told.status] += 1
            except OSError:
                self.statuses[kind, 0] += 1
                connection.close()
            if kind == "small":
                self.latencies.append(time.perf_counter() - start)
            self._stop.wait(pause)

    def _path(self, kind: str, number: int) -> str:
        if kind == "page":
            return self._page
        query = DEATH[number % len(DEATH)]
        if kind == "small":
            query = f"SELECT ?p ?o {{ <{self._keys[number % len(self._keys)]}> ?p ?o }}"
        # All differ, so that none is answered from the cache.
        return f"/sparql?query={quote(f'{query} #{threading.get_ident()}x{number}')}"


def soak(release: Path, minutes: float) -> None:
    """Print what came back, latencies, and how memory went."""
    soaked = Soak(release)
    soaked.run(minutes)
    for (kind, status), number in sorted(soaked.statuses.items()):
        say(f"soak: {kind:<6} {status or 'broken off'} {number:>10,}")
    ordered = sorted(soaked.latencies)
    p50, p99 = (ordered[int(len(ordered) * share)] * 1000 for share in (0.5, 0.99))
    said = f"median {p50:.1f} ms, p99 {p99:.1f} ms, longest {ordered[-1] * 1000:.0f} ms"
    say(f"soak: latency of small queries: {said}")
    say(f"soak: memory: {', '.join(f'{size / 2**20:.0f}' for size in soaked.memory)} MB")


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--release", type=Path)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rdflib-endpoint", default="", help="the program, in an environment of its own")
    parser.add_argument("--minutes", type=float, default=0.5)
    given = parser.parse_args()
    if not shutil.which("wrk"):
        raise SystemExit("wrk is not there: install it")
    with tempfile.TemporaryDirectory() as folder:
        release = given.release or Path(folder) / "dist"
        if not given.release:
            build(Settings(out=release))
        if given.rounds:
            compare(release, Path(folder), given.seconds, given.rounds, given.rdflib_endpoint)
        if given.minutes:
            soak(release, given.minutes)


if __name__ == "__main__":
    main()
