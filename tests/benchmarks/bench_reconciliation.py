"""Rows reconciled per second, and the cost of the index.

`python tests/benchmarks/bench_reconciliation.py` makes a portfolio, and the release of it.
Rows are names out of the release itself, in equal parts as they stand, with a letter too few, with two
words changed over, in capitals without accents, and cut in half: five ways in which tables spell.
Beside it, where it is asked for, the plain way: every name compared with every row, by difflib of the
standard library or by rapidfuzz.
"""

from __future__ import annotations

import argparse
import difflib
import random
import resource
import tempfile
import time
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path

import portfolio
from rapidfuzz import fuzz, process

from iomgraph.build import build
from iomgraph.serving.reconciliation import scoring
from iomgraph.serving.reconciliation.catalogue import Catalogue
from iomgraph.serving.reconciliation.query import By, Condition, Query
from iomgraph.serving.release import Release
from iomgraph.settings import Settings

BATCH = 1_000


def spellings(names: Sequence[str], rows: int, seed: int = 0) -> list[str]:
    """Names as tables spell them."""
    chance = random.Random(seed)
    ways: list[Callable[[str], str]] = [
        lambda name: name,
        lambda name: name[: len(name) // 3] + name[len(name) // 3 + 1 :],
        lambda name: " ".join(reversed(name.split(" ", 1))),
        lambda name: unicodedata.normalize("NFD", name.upper()).encode("ascii", "ignore").decode(),
        lambda name: name[: len(name) // 2],
    ]
    return [ways[number % len(ways)](chance.choice(names)) for number in range(rows)]


def measure(folder: Path, rows: int, peers: Sequence[str]) -> None:
    """Measure one release, and print."""
    release = Release.open(folder)
    before, start = _memory(), time.process_time()
    catalogue = Catalogue(release)
    took = time.process_time() - start
    print(f"{len(catalogue.entities):,} entities: indexed in {took:.1f} s of CPU, {_memory() - before:,} MB")  # noqa: T201
    for kind in ("Project", "State", ""):
        listed = [one for one in catalogue.entities.values() if not kind or kind in one.types]
        names = [name for one in listed for name in one.names.values()]
        asked = spellings(names, rows)
        types = (kind,) if kind else ()
        start = time.process_time()
        found = [
            scoring.candidates(catalogue, Query((Condition(By.NAME, (text,)),), types)) for text in asked
        ]
        took = time.process_time() - start
        matched = sum(any(one.match for one in each) for each in found)
        print(  # noqa: T201
            f"{kind or 'any type':<9} {rows:,} rows in {took:.2f} s of CPU, {rows / took:,.0f} rows/s; "
            f"{sum(map(bool, found)):,} with candidates, {matched:,} matched"
        )
        for peer in peers:
            print(f"{'':<9} {peer}: {_peer(peer, names, asked[:20]) * rows / 20:.1f} s for as many rows")  # noqa: T201


def _peer(name: str, names: Sequence[str], asked: Sequence[str]) -> float:
    start = time.process_time()
    for text in asked:
        if name == "difflib":
            difflib.get_close_matches(text, names, n=10, cutoff=0.5)
        else:
            process.extract(text, names, scorer=fuzz.WRatio, limit=10)
    return time.process_time() - start


def _memory() -> int:
    """Megabytes that the process holds now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() // 1_000_000


def main() -> None:
    """Measure a release, or one of a generated portfolio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--projects", type=int, default=12_000)
    parser.add_argument("--release", type=Path, help="measure this one instead")
    parser.add_argument("--rows", type=int, default=BATCH)
    parser.add_argument("--with", dest="peers", default="", help="difflib,rapidfuzz")
    asked = parser.parse_args()
    peers = [name for name in asked.peers.split(",") if name]
    if asked.release:
        measure(asked.release, asked.rows, peers)
        return
    with tempfile.TemporaryDirectory() as folder:
        data, out = Path(folder) / "data", Path(folder) / "dist"
        portfolio.write(data, asked.projects)
        build(Settings(data=data, out=out, site=False))
        measure(out, asked.rows, peers)


if __name__ == "__main__":
    main()
