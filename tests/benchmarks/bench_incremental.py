"""Builds after a change: all of it, and with a cache, where a few rows of a portfolio were edited.

    python tests/benchmarks/bench_incremental.py [--sizes 1200 12000] [--rows 10] [--no-site]

Each portfolio is generated, see `portfolio`, and built with an empty cache. Then titles and years of some
rows are changed, and the release is built again twice: with the cache, and without. Both have the same
bytes, or the benchmark stops. Seconds of the processor are those of all processes of a build, and things
those whose pages were taken over.
"""

from __future__ import annotations

import argparse
import filecmp
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import portfolio

from iomgraph.sources import page_table, tables


@dataclass(frozen=True, slots=True)
class Measured:
    """The time of one build on the clock and on all processors, and the things that it did not make again."""

    seconds: float
    processor: float
    reused: int = 0


def edit(data: Path, count: int) -> None:
    """Change some rows: a title and a year in each."""
    path = data / "idf/pages.csv"
    rows = [dict(row.cells) for row in tables.read(path, page_table.COLUMNS)]
    for row in random.Random(1).sample(rows, min(count, len(rows))):
        row["title"] += " once more"
        row["end_year"] = "2031"
    tables.write(path, page_table.COLUMNS, rows)


def build(data: Path, out: Path, arguments: Sequence[str]) -> Measured:
    """Build a release as the command does, and measure it."""
    command = [sys.executable, "-m", "iomgraph", "build", "--data", str(data), "--out", str(out)]
    start, before = time.perf_counter(), _processor()
    printed = subprocess.run([*command, *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout
    reused = re.search(r"with reused pages\W+([\d,]+)", printed)
    count = int(reused[1].replace(",", "")) if reused else 0
    return Measured(time.perf_counter() - start, _processor() - before, count)


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _same(one: Path, other: Path) -> bool:
    names = {path.relative_to(one) for path in one.rglob("*") if path.is_file()}
    others = {path.relative_to(other) for path in other.rglob("*") if path.is_file()}
    return names == others and all(filecmp.cmp(one / name, other / name, shallow=False) for name in names)


def measure(size: int, rows: int, arguments: Sequence[str]) -> Iterator[tuple[str, Measured]]:
    """Measure the builds of one portfolio."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        portfolio.write(place / "data", size)
        kept = ["--cache", str(place / "cache"), *arguments]
        yield "first, into an empty cache", build(place / "data", place / "one", kept)
        shutil.copytree(place / "one", place / "other", copy_function=os.link)
        edit(place / "data", rows)
        made = build(place / "data", place / "one", kept)
        full = build(place / "data", place / "other", arguments)
        if not _same(place / "one", place / "other"):
            raise SystemExit("the build with a cache has other bytes than the one without")
        yield f"{rows} rows changed, without a cache", full
        yield f"{rows} rows changed, with the cache", made
        yield "as a part of that", Measured(made.seconds / full.seconds, made.processor / full.processor)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="*", default=[300])
    parser.add_argument("--rows", type=int, default=10)
    parser.add_argument("--no-site", action="store_true")
    asked = parser.parse_args()
    head = ("projects", "build", "seconds", "CPU s", "things")
    print("{:<12} {:<40} {:>9} {:>9} {:>9}".format(*head))  # noqa: T201
    for size in asked.sizes:
        for name, one in measure(size, asked.rows, ["--no-site"] if asked.no_site else []):
            figures = f"{one.seconds:>9.2f} {one.processor:>9.2f} {one.reused:>9,}"
            print(f"{size:<12,} {name:<40} {figures}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
