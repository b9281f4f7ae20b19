"""The benchmarks run, at a size that says nothing of speed, so that they can't rot."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.parametrize(
    ("name", "arguments", "says"),
    [
        ("bench_mapping.py", ["--projects", "20"], "triples/s"),
        ("bench_build.py", ["--sizes", "12"], "12 projects"),
        ("bench_shacl.py", ["--projects", "20"], "iomgraph"),
        ("bench_push.py", ["--sizes", "30"], "push --graph-store"),
        ("bench_releases.py", ["--sizes", "30"], "diff --format patch"),
        (
            "bench_reconciliation.py",
            ["--projects", "12", "--rows", "20", "--with", "difflib,rapidfuzz"],
            "rows/s",
        ),
    ],
)
def test_a_benchmark_runs(name: str, arguments: list[str], says: str) -> None:
    done = subprocess.run(
        [sys.executable, str(HERE / name), *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert says in done.stdout
