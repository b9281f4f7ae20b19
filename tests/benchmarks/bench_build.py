"""Whole builds by size: seconds and peak memory of `iomgraph build`, each in a process of its own.

    python tests/benchmarks/bench_build.py [--sizes 1200 12000 120000]

The real portfolio comes first. Generated portfolios are made after the real one, see `portfolio`.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import portfolio


@dataclass(frozen=True, slots=True)
class Measured:
    """What one build took.

    Args:
        name: the portfolio.
        quads: how many it made.
        seconds: wall time of the process, start to end.
        megabytes: its peak memory.
    """

    name: str
    quads: int
    seconds: float
    megabytes: int


def measure(name: str, data: Path | None) -> Measured:
    """Build a folder of tables, or the project's own, and measure the process."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "dist"
        command = [sys.executable, "-m", "iomgraph", "build", "--out", str(out)]
        start = time.perf_counter()
        with subprocess.Popen(
            command + (["--data", str(data)] if data else []), stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stderr is not None
            said = process.stderr.read()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - start
    found = re.search(r"quads +│ +([\d,]+)", said)
    if process.returncode or not found:
        raise SystemExit(f"{name}: the build ended with {process.returncode}\n{said[-2000:]}")
    return Measured(name, int(found[1].replace(",", "")), seconds, usage.ru_maxrss // 1024)


def run(sizes: Sequence[int]) -> list[Measured]:
    """Measure the real portfolio, and one of each size."""
    results = [measure("real", None)]
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder) / "data"
            portfolio.write(data, size)
            results.append(measure(f"{size:,} projects", data))
    return results


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1200, 12000])
    print(f"{'portfolio':<18} {'quads':>12} {'seconds':>9} {'quads/s':>10} {'peak MB':>9}")  # noqa: T201
    for result in run(parser.parse_args().sizes):
        print(  # noqa: T201
            f"{result.name:<18} {result.quads:>12,} {result.seconds:>9.1f} "
            f"{result.quads / result.seconds:>10,.0f} {result.megabytes:>9,}"
        )


if __name__ == "__main__":
    main()
