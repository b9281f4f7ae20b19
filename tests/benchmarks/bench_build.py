"""Whole builds by size: seconds, and the memory of `iomgraph build` with all the processes that it starts.

    python tests/benchmarks/bench_build.py [--sizes 1200 12000 120000]

The real portfolio comes first. Generated portfolios are made after the real one, see `portfolio`.
Memory that processes share is counted once (`Pss` in `/proc`, so Linux only), a few times a second:
the peak of the sum, and the peak of the first process alone, which is what grows with the portfolio
where the validation is not meant. Releases are without their site; `bench_site.py` measures that.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import portfolio

PAUSE = 0.2


@dataclass(frozen=True, slots=True)
class Measured:
    """The cost of one build.

    Args:
        name: the portfolio.
        quads: how many it made.
        seconds: wall time, start to end.
        megabytes: peak memory of all processes.
        first: peak memory of the first one.
    """

    name: str
    quads: int
    seconds: float
    megabytes: int
    first: int


def measure(name: str, data: Path | None) -> Measured:
    """Build a folder of tables, or the project's own, and measure the processes."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile("w+") as said:
        command = [sys.executable, "-m", "iomgraph", "build", "--no-site", "--out", f"{folder}/dist"]
        start = time.perf_counter()
        process = subprocess.Popen(command + (["--data", str(data)] if data else []), stderr=said)
        peak = first = 0
        while process.poll() is None:
            taken = [memory(number) for number, _ in family(process.pid)]
            peak, first = max(peak, sum(taken)), max(first, *taken[:1])
            time.sleep(PAUSE)
        seconds = time.perf_counter() - start
        said.seek(0)
        text = said.read()
    found = re.search(r"quads +│ +([\d,]+)", text)
    if process.returncode or not found:
        raise SystemExit(f"{name}: the build ended with {process.returncode}\n{text[-2000:]}")
    return Measured(name, int(found[1].replace(",", "")), seconds, peak // 1024, first // 1024)


def family(number: int, parent: int = 0) -> Iterator[tuple[int, int]]:
    """A process with its parent, and those that it started, and so on."""
    yield number, parent
    try:
        children = Path(f"/proc/{number}/task/{number}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from family(int(child), number)


def memory(number: int) -> int:
    """The kilobytes of a process, with its part of what it shares; 0 if it is gone."""
    try:
        rows = Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(row.split()[1]) for row in rows if row.startswith("Pss:"))


def run(sizes: Sequence[int]) -> Iterator[Measured]:
    """Measure the real portfolio, and one of each size."""
    yield measure("real", None)
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder) / "data"
            portfolio.write(data, size)
            yield measure(f"{size:,} projects", data)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="*", default=[1200, 12000])
    heads = ("portfolio", "quads", "seconds", "quads/s", "peak MB", "first MB")
    print("{:<18} {:>12} {:>9} {:>10} {:>9} {:>9}".format(*heads))  # noqa: T201
    for result in run(parser.parse_args().sizes):
        print(  # noqa: T201
            f"{result.name:<18} {result.quads:>12,} {result.seconds:>9.1f} "
            f"{result.quads / result.seconds:>10,.0f} {result.megabytes:>9,} {result.first:>9,}",
            flush=True,
        )


if __name__ == "__main__":
    main()
