"""Two releases of a generated portfolio, verified and compared: seconds and peak memory of each command.

    python tests/benchmarks/bench_releases.py [--sizes 1200 12000]

The second release lacks the last hundredth of the rows of the first.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def measure(*arguments: str | Path) -> str:
    """Run a command of the command line in a process of its own; give seconds and megabytes."""
    command = [sys.executable, "-m", "iomgraph", *map(str, arguments)]
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return f"{time.perf_counter() - start:>9.1f} {usage.ru_maxrss // 1024:>9,}"


def run(size: int, folder: Path) -> None:
    """Build two releases of a size in a folder, and measure what is done with them."""
    data, old, new = (folder / name for name in ("data", "old", "new"))
    # In a process of its own: what this one holds would be counted as its children's memory.
    maker = Path(__file__).with_name("portfolio.py")
    subprocess.run([sys.executable, str(maker), "--projects", str(size), str(data)], check=True)
    measure("build", "--no-site", "--data", data, "--out", old, "--version", "1", "-q")
    pages = data / "idf/pages.csv"
    lines = pages.read_text(encoding="utf-8").splitlines(keepends=True)
    pages.write_text("".join(lines[: -max(1, len(lines) // 100)]), encoding="utf-8")
    build = ("build", "--no-site", "--data", data, "--out", new, "--version", "2", "--previous", old, "-q")
    for name, arguments in (
        ("build with a predecessor", build),
        ("verify", ("verify", new)),
        ("verify --quick", ("verify", "--quick", new)),
        ("diff --format patch", ("diff", old, new, "--format", "patch")),
        ("diff", ("diff", old, new)),
    ):
        print(f"{f'{size:,} projects':<18} {name:<26} {measure(*arguments)}", flush=True)  # noqa: T201


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1200])
    print(f"{'portfolio':<18} {'command':<26} {'seconds':>9} {'peak MB':>9}")  # noqa: T201
    for size in parser.parse_args().sizes:
        with tempfile.TemporaryDirectory() as folder:
            run(size, Path(folder))


if __name__ == "__main__":
    main()
