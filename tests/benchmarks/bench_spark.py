"""A build on Apache Spark beside one on this machine: CPU seconds, wall seconds, memory of the driver.

    python tests/benchmarks/bench_spark.py [--sizes 1200 12000] [--cores 1 2]

Spark runs on this machine (`local[N]`), so that the difference is what Spark costs: its start, its
shuffles, and the passing of records between Java and Python. CPU seconds are those of all processes;
on a machine that others use they tell more than wall seconds. Generated portfolios are made after the
real one, see `portfolio`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import portfolio

PAUSE = 0.2
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Measured:
    """The cost of one build.

    Args:
        cpu: seconds of computing, of all processes.
        seconds: wall time.
        driver: peak memory of the first process, in megabytes.
    """

    cpu: float
    seconds: float
    driver: int


def measure(data: Path, options: list[str]) -> Measured:
    """Build a folder of tables, and measure the processes."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile("w+") as said:
        command = [sys.executable, "-m", "iomgraph", "build", "--no-site", "--data", str(data)]
        start, spent, peak = time.perf_counter(), dict[int, float](), 0
        process = subprocess.Popen([*command, "--out", f"{folder}/dist", *options], stderr=said)
        while process.poll() is None:
            for number in _family(process.pid):
                # What a process spent stays known when it is gone.
                spent[number] = max(spent.get(number, 0.0), _seconds(number))
            peak = max(peak, _memory(process.pid))
            time.sleep(PAUSE)
        seconds = time.perf_counter() - start
        said.seek(0)
        if process.returncode:
            raise SystemExit(f"{options}: the build ended with {process.returncode}\n{said.read()[-2000:]}")
    return Measured(sum(spent.values()), seconds, peak // 1024)


def _family(number: int) -> Iterator[int]:
    """A process, and those that it started, and so on."""
    yield number
    try:
        tasks = list(Path(f"/proc/{number}/task").iterdir())
        children = [child for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return
    for child in children:
        yield from _family(int(child))


def _seconds(number: int) -> float:
    try:
        fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _memory(number: int) -> int:
    try:
        lines = Path(f"/proc/{number}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)


def main() -> None:
    """Measure, and print a line for each build."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1200, 12000], help="numbers of projects")
    parser.add_argument("--cores", type=int, nargs="+", default=[1, 2], help="cores that Spark uses")
    given = parser.parse_args()
    for size in given.sizes:
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder) / "data"
            portfolio.write(data, size)
            runs = {"local": list[str]()}
            for cores in given.cores:
                runs[f"spark, {cores} cores"] = ["--engine", "spark", "--master", f"local[{cores}]"]
            for name, options in runs.items():
                done = measure(data, options)
                line = f"{done.cpu:.1f} CPU s, {done.seconds:.1f} s, driver {done.driver} MB"
                sys.stdout.write(f"{size} projects, {name}: {line}\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
