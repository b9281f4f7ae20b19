"""Builds by stage: seconds, processor seconds, memory and speed, beside two yardsticks in the same run.

    python tests/benchmarks/bench_stages.py [--sizes 1200 12000 120000] [--write docs/speed.md]

Each portfolio is generated, see `portfolio`, and built without its site. Then the yardsticks take the
N-Quads of its release: `load` is pyoxigraph's bulk loader, into a store in memory; `sort and gzip` is
`sort -u | gzip`, by bytes. The build itself writes down what a stage takes (`iomgraph.processes.timings`).
Memory is that of a stage's process and all that it started (`Pss` in `/proc`, so Linux only), a few times a
second. Bytes and quads per second are those of the N-Quads, unpacked, whatever the stage reads or writes:
so the rows can be compared. The ratio compares the whole build with the sum of the yardsticks.
"""

from __future__ import annotations

import argparse
import gzip
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import portfolio
from bench_build import family, memory

from iomgraph.build import build
from iomgraph.processes import timings
from iomgraph.processes.timings import Timing
from iomgraph.release.dumps import NQUADS
from iomgraph.settings import Settings

PAUSE = 0.2
SIZES = (1200, 12000)
STAGES = ("gather", "check", "publish")
WRITING = "writing "
BEGIN, END = "<!-- stages -->\n", "<!-- end of stages -->\n"
LOAD = "import pyoxigraph as ox, sys; ox.Store().bulk_load(path=sys.argv[1], format=ox.RdfFormat.N_QUADS)"
SORT = "set -o pipefail; LC_ALL=C sort -u -- $0 | gzip -n > $1"


class Memory:
    """The memory of this process and of all below it, over time; sampled while the block lasts."""

    def __init__(self) -> None:
        self._samples: list[tuple[float, dict[int, int], dict[int, int]]] = []
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._sample)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._is_over.wait(PAUSE):
            parents = dict(family(os.getpid()))
            self._samples.append((time.monotonic(), parents, {one: memory(one) for one in parents}))

    def peak(self, timing: Timing) -> int:
        """The most megabytes that a process had with those below it, while it was at some work."""
        during = [one for one in self._samples if timing.begun <= one[0] <= timing.ended]
        return max((_below(timing.process, *one[1:]) for one in during), default=0) // 1024


def _below(process: int, parents: dict[int, int], taken: dict[int, int]) -> int:
    """The kilobytes of a process and of all below it."""
    children = (child for child, parent in parents.items() if parent == process)
    return taken.get(process, 0) + sum(_below(child, parents, taken) for child in children)


@dataclass(frozen=True, slots=True)
class Row:
    """The cost of a stage or a yardstick.

    Args:
        name: of it.
        timing: what it took.
        megabytes: peak memory of its processes.
    """

    name: str
    timing: Timing
    megabytes: int


@dataclass(frozen=True, slots=True)
class Measured:
    """A build and its yardsticks.

    Args:
        projects: of the portfolio.
        quads: of the release.
        bytes: of its N-Quads, unpacked.
        stages: of the build, the whole of it last.
        yardsticks: beside it.
    """

    projects: int
    quads: int
    bytes: int
    stages: Sequence[Row]
    yardsticks: Sequence[Row]

    def ratio(self, of: str) -> float:
        """Divide the build by the sum of the yardsticks, in `seconds` or `processor`."""
        whole = getattr(self.stages[-1].timing, of)
        return float(whole / sum(getattr(one.timing, of) for one in self.yardsticks))


def measure(projects: int) -> Measured:
    """Build a portfolio of a size, and let the yardsticks work on its release."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        portfolio.write(folder / "data", projects)
        done, stages = _built(folder)
        plain = folder / "plain.nq"
        with gzip.open(folder / "dist" / NQUADS) as packed, plain.open("wb") as out:
            shutil.copyfileobj(packed, out)
        yardsticks = [
            _run("load", [sys.executable, "-c", LOAD, str(plain)]),
            _run("sort and gzip", ["bash", "-c", SORT, str(plain), str(folder / "sorted.gz")]),
        ]
        return Measured(projects, done, plain.stat().st_size, stages, yardsticks)


def _built(folder: Path) -> tuple[int, list[Row]]:
    """Build in a process of its own; return the number of quads, and what each stage took."""
    command = [sys.executable, __file__, "--build", str(folder)]
    with Memory() as sampled:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"the build ended with {done.returncode}\n{done.stderr[-2000:]}")
    found = timings.read(folder / "timings")
    told = [one for one in found if one.name in (*STAGES, "build") or one.name.startswith(WRITING)]
    return int(done.stdout), [Row(one.name, one, sampled.peak(one)) for one in _in_order(told)]


def _in_order(found: Sequence[Timing]) -> list[Timing]:
    """The stages as they begin, the writers below the stage that they belong to, the whole last."""
    return sorted(found, key=lambda one: (one.name == "build", one.begun))


def _run(name: str, command: Sequence[str]) -> Row:
    """Run a yardstick."""
    before, begun = os.times(), time.monotonic()
    with Memory() as sampled, subprocess.Popen(command) as process:
        pass
    if process.returncode:
        raise SystemExit(f"{name} ended with {process.returncode}")
    after = os.times()
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    timing = Timing(name, process.pid, begun, time.monotonic(), processor)
    return Row(name, timing, sampled.peak(timing))


def _build(folder: Path) -> None:
    """Build, and write down what it takes: the process that is measured."""
    with timings.recorded(folder / "timings"), timings.timed("build"):
        result = build(Settings(data=folder / "data", out=folder / "dist", site=False))
    if not result.published:
        raise SystemExit("a rule that must be kept is broken")
    print(result.counts["quads"])  # noqa: T201


def lines(found: Sequence[Measured]) -> Iterator[str]:
    """The lines of the page: a table for each size."""
    for one in found:
        yield f"**{one.projects:,} projects: {one.quads:,} quads, {one.bytes / 1e6:,.0f} MB of N-Quads**\n"
        yield "| Stage | Seconds | Processor seconds | Peak MB | MB/s | Quads/s |"
        yield "|---|---:|---:|---:|---:|---:|"
        yardsticks = [replace(row, name=f"*yardstick: {row.name}*") for row in one.yardsticks]
        for row in (*one.stages, *yardsticks):
            taken = row.timing
            name = f"**{row.name}**" if row.name in (*STAGES, "build") else row.name
            yield (
                f"| {name} | {taken.seconds:,.1f} | {taken.processor:,.1f} | {row.megabytes:,} "
                f"| {one.bytes / 1e6 / taken.seconds:,.1f} | {one.quads / taken.seconds:,.0f} |"
            )
        yield (
            f"\nThe build took {one.ratio('seconds'):.1f} times the seconds of the yardsticks together, and "
            f"{one.ratio('processor'):.1f} times their processor seconds.\n"
        )


def main() -> None:
    """Measure, print the tables, and write them into a page where one is named."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    parser.add_argument("--write", type=Path, help=f"a page with {BEGIN.strip()} and {END.strip()}")
    parser.add_argument("--build", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.build:
        _build(asked.build)
        return
    text = "\n".join(lines([measure(size) for size in asked.sizes]))
    print(text)  # noqa: T201
    if asked.write:
        page = asked.write.read_text(encoding="utf-8")
        head, tail = page.partition(BEGIN)[0], page.partition(END)[2]
        asked.write.write_text(f"{head}{BEGIN}\n{text}\n{END}{tail}", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
