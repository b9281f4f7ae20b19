"""A push into the Oxigraph server beside the server's own loads of the same file, in the same run.

    python tests/benchmarks/bench_push.py [--sizes 1200 12000] [--ways push bulk beside]

Each begins with an empty server on a disk. A push does more than a load: it checks the release, and
compares what was loaded. The second push brings a release that lacks the last hundredth of the pages.
Memory is the peak of the client's process, and of the server's.
"""

from __future__ import annotations

import argparse
import gzip
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from socket import create_connection, socket

SERVER = str(Path(sys.executable).with_name("oxigraph"))
IOMGRAPH = [sys.executable, "-m", "iomgraph"]
MEBIBYTE = 1024
WAYS = {
    "push": [],
    # The server's bulk loader: for a store that nobody reads yet.
    "bulk": ["--graph-store", "{}/store?no_transaction"],
    "beside": ["--at-once", "0"],
}


@dataclass
class Measured:
    """Seconds, and peaks of memory in MB; 0 where there is no such process."""

    name: str
    seconds: float = 0
    client: int = 0
    server: int = 0


def run(command: list[str], measured: Measured) -> Measured:
    """Run a command in a process of its own, and measure it as the client."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    measured.seconds, measured.client = time.perf_counter() - start, usage.ru_maxrss // MEBIBYTE
    return measured


@contextmanager
def server(folder: Path, measured: list[Measured]) -> Iterator[str]:
    """Run an empty server; give its address, and note its memory in the end."""
    with socket() as some:
        some.bind(("127.0.0.1", 0))
        port: int = some.getsockname()[1]
    command = [SERVER, "serve", "--location", str(folder), "--bind", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(1000):
                try:
                    create_connection(("127.0.0.1", port)).close()
                    break
                except OSError:
                    time.sleep(0.01)
            yield f"127.0.0.1:{port}"
        finally:
            process.kill()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            for each in measured:
                each.server = usage.ru_maxrss // MEBIBYTE
            shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Releases:
    """Two releases of a size, and the quads of the first as a plain file.

    Args:
        size: how many projects.
        folder: where they are made.
    """

    size: int
    folder: Path
    own: float = 0
    quads: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        data, maker = self.folder / "data", Path(__file__).with_name("portfolio.py")
        subprocess.run([sys.executable, str(maker), "--projects", str(self.size), str(data)], check=True)
        build = [*IOMGRAPH, "build", "--no-site", "--data", str(data), "-q", "--out"]
        subprocess.run([*build, str(self.first), "--version", "1"], check=True)
        pages = data / "idf/pages.csv"
        rows = pages.read_text(encoding="utf-8").splitlines(keepends=True)
        pages.write_text("".join(rows[: -max(1, len(rows) // 100)]), encoding="utf-8")
        subprocess.run([*build, str(self.later), "--version", "2", "--previous", str(self.first)], check=True)
        with gzip.open(self.first / "iomgraph.nq.gz") as packed, self.plain.open("wb") as plain:
            shutil.copyfileobj(packed, plain)
        with self.plain.open("rb") as stream:
            self.quads = sum(1 for _ in stream)

    @property
    def first(self) -> Path:
        """The folder of the first."""
        return self.folder / "first"

    @property
    def later(self) -> Path:
        """The folder of the second."""
        return self.folder / "later"

    @property
    def plain(self) -> Path:
        """The quads of the first."""
        return self.folder / "all.nq"

    def report(self, measured: Measured) -> None:
        """Print a row."""
        seconds, own = measured.seconds, self.own / measured.seconds if self.own else 1
        memory = f"{measured.client or '':>7} {measured.server or '':>7}"
        row = f"{seconds:>8.1f} {self.quads / seconds:>10,.0f} {own:>6.0%} {memory}"
        print(f"{f'{self.size:,} projects':<18} {measured.name:<40} {row}", flush=True)  # noqa: T201


def load(releases: Releases) -> None:
    """Let the server load the file by itself."""
    for name, path in (("POST of the file", "/store"), ("the same, no_transaction", "/store?no_transaction")):
        measured = Measured(name)
        with (
            server(releases.folder / "own", [measured]) as address,
            releases.plain.open("rb") as stream,
        ):
            start = time.perf_counter()
            connection = HTTPConnection(address)
            connection.request("POST", path, stream, {"Content-Type": "application/n-quads"})
            if connection.getresponse().status >= 300:
                raise SystemExit("the server refuses its own load")
            measured.seconds = time.perf_counter() - start
        releases.own = releases.own or measured.seconds
        releases.report(measured)
    offline = releases.folder / "offline"
    command = [SERVER, "load", "--location", str(offline), "--file", str(releases.plain)]
    releases.report(run(command, Measured("oxigraph load, offline")))
    shutil.rmtree(offline)


def push(releases: Releases, way: str) -> None:
    """Push one release after the other."""
    name = " ".join(["push", *(option.removeprefix("{}") for option in WAYS[way])])
    first, later = Measured(name), Measured("  and the second release")
    with server(releases.folder / way, [first, later]) as address:
        base = f"http://{address}"
        options = [option.format(base) for option in WAYS[way]]
        for measured, release in ((first, releases.first), (later, releases.later)):
            run([*IOMGRAPH, "push", f"{base}/query", "--release", str(release), "-q", *options], measured)
    releases.report(first)
    releases.report(later)


def main() -> None:
    """Measure and print a table; `own` is the speed beside the server's own POST."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1200])
    parser.add_argument("--ways", nargs="*", choices=WAYS, default=list(WAYS))
    given = parser.parse_args()
    head = f"{'seconds':>8} {'quads/s':>10} {'own':>6} {'client':>7} {'server':>7}"
    print(f"{'portfolio':<18} {'way':<40} {head}")  # noqa: T201
    for size in given.sizes:
        with tempfile.TemporaryDirectory() as folder:
            releases = Releases(size, Path(folder))
            load(releases)
            for way in given.ways:
                push(releases, way)


if __name__ == "__main__":
    main()
