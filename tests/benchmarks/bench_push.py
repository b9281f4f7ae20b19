"""A push into the Oxigraph server beside the server's own load of the same file, in the same run.

    python tests/benchmarks/bench_push.py [--sizes 1200 12000]

Each begins with an empty server on a disk. A push does more than a load: it checks the release, and
compares what was loaded. The second push brings a release that lacks the last hundredth of the pages.
"""

from __future__ import annotations

import argparse
import gzip
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from socket import create_connection, socket

SERVER = str(Path(sys.executable).with_name("oxigraph"))


@contextmanager
def server(folder: Path) -> Iterator[int]:
    """Run an empty server; give its port."""
    with socket() as some:
        some.bind(("127.0.0.1", 0))
        port: int = some.getsockname()[1]
    command = [SERVER, "serve", "--location", str(folder), "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(1000):
            try:
                create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.01)
        yield port
    finally:
        process.kill()
        process.wait()


def run(size: int, folder: Path) -> None:
    """Build a release of a size in a folder, and bring it into servers in several ways."""
    data, release, later, plain = (folder / name for name in ("data", "release", "later", "all.nq"))
    maker = Path(__file__).with_name("portfolio.py")
    subprocess.run([sys.executable, str(maker), "--projects", str(size), str(data)], check=True)
    iomgraph = [sys.executable, "-m", "iomgraph"]
    build = [*iomgraph, "build", "--no-site", "--data", str(data), "-q", "--out"]
    subprocess.run([*build, str(release), "--version", "1"], check=True)
    pages = data / "idf/pages.csv"
    rows = pages.read_text(encoding="utf-8").splitlines(keepends=True)
    pages.write_text("".join(rows[: -max(1, len(rows) // 100)]), encoding="utf-8")
    subprocess.run([*build, str(later), "--version", "2", "--previous", str(release)], check=True)
    plain.write_bytes(gzip.decompress((release / "iomgraph.nq.gz").read_bytes()))
    with plain.open("rb") as stream:
        quads = sum(1 for _ in stream)

    def report(name: str, seconds: float, own: float) -> None:
        rate = f"{quads / seconds:>10,.0f} {own / seconds:>6.0%}"
        print(f"{f'{size:,} projects':<18} {name:<26} {seconds:>8.1f} {rate}", flush=True)  # noqa: T201

    start = time.perf_counter()
    load = [SERVER, "load", "--location", str(folder / "offline"), "--file", str(plain)]
    subprocess.run(load, check=True, stderr=subprocess.DEVNULL)
    report("oxigraph load (offline)", offline := time.perf_counter() - start, offline)
    with server(folder / "own") as port, plain.open("rb") as stream:
        start = time.perf_counter()
        connection = HTTPConnection("127.0.0.1", port)
        connection.request("POST", "/store", stream, {"Content-Type": "application/n-quads"})
        if connection.getresponse().status >= 300:
            raise SystemExit("the server refuses its own load")
        report("POST of the file", own := time.perf_counter() - start, own)
    ways = {
        "push": [],
        "push --graph-store": ["--graph-store", "{}/store"],
        "push --at-once 0": ["--at-once", "0"],
        "the same, by graph store": ["--at-once", "0", "--graph-store", "{}/store"],
    }
    for number, (name, more) in enumerate(ways.items()):
        with server(folder / str(number)) as port:
            base = f"http://127.0.0.1:{port}"
            options = [option.format(base) for option in more]
            for label, pushed in ((name, release), ("  and the second release", later)):
                start = time.perf_counter()
                push = [*iomgraph, "push", f"{base}/query", "--release", str(pushed), "-q", *options]
                subprocess.run(push, check=True)
                report(label, time.perf_counter() - start, own)


def main() -> None:
    """Measure and print a table; the last column is the speed beside the server's own load."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1200])
    print(f"{'portfolio':<18} {'way':<26} {'seconds':>8} {'quads/s':>10} {'own':>6}")  # noqa: T201
    for size in parser.parse_args().sizes:
        with tempfile.TemporaryDirectory() as folder:
            run(size, Path(folder))


if __name__ == "__main__":
    main()
