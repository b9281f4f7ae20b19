"""The benchmarks run, at a size that says nothing of speed, so that they can't rot."""

from __future__ import annotations

import shutil
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
        ("bench_stages.py", ["--sizes", "12"], "yardstick: load"),
        ("bench_incremental.py", ["--sizes", "8", "--rows", "1", "--no-site"], "as a part of that"),
        ("bench_shacl.py", ["--projects", "20"], "iomgraph"),
        ("bench_reports.py", ["--findings", "20"], "sarif"),
        ("bench_push.py", ["--sizes", "12"], "push --graph-store"),
        ("bench_spark.py", ["--sizes", "12", "--cores", "1"], "spark, 1 cores"),
        ("bench_tables.py", ["--rows", "20", "--against", "openpyxl"], "rows/s"),
        ("bench_iati.py", ["--megabytes", "0.01"], "claims"),
        ("bench_releases.py", ["--sizes", "12"], "diff --format patch"),
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


@pytest.mark.skipif(not shutil.which("wrk"), reason="wrk is not there")
def test_the_benchmark_of_the_server_runs(site_release: Path) -> None:
    arguments = ["--release", str(site_release), "--seconds", "1", "--rounds", "1", "--minutes", "0.05"]
    done = subprocess.run(
        [sys.executable, str(HERE / "bench_serving.py"), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "small queries, distinct    oxigraph" in done.stdout
    answered = [line.split()[1:3] for line in done.stdout.splitlines() if line.startswith("soak: ")]
    assert ["small", "200"] in answered
    assert ["page", "200"] in answered
    # A request for too much gets an answer with a status; no connection is cut.
    assert {status for kind, status in answered if kind in ("small", "page")} == {"200"}
    assert {status for kind, status in answered if kind == "death"} <= {"413", "504"}


def test_the_benchmark_of_fairness_runs(site_release: Path) -> None:
    arguments = ["--release", str(site_release), "--seconds", "2", "--heavy", "2", "--addresses"]
    done = subprocess.run(
        [sys.executable, str(HERE / "bench_fairness.py"), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "small queries: p50" in done.stdout
