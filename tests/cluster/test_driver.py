"""The driver of a build on a cluster: its memory does not grow with the data."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from iomgraph.settings import Settings

from .comparison import assert_same
from .conftest import QUICK

pytestmark = pytest.mark.slow
MEGABYTE = 1024
MOST = 24
"""Megabytes that the driver may take more for the portfolio than for a tenth of it: its statements alone,
as a list of texts, take 38."""


def peak(data: Path, out: Path) -> float:
    """Build on Spark in a process of its own, and measure that: Java and the workers are others.

    Returns:
        its peak memory, in megabytes.
    """
    settings = [f"--conf={name}={value}" for name, value in QUICK.items()]
    options = ["--master", "local[2]", "--partitions", "4", "--quiet", *settings]
    command = [sys.executable, "-m", "iomgraph", "build", "--engine", "spark", *options]
    most, said = 0, out.with_suffix(".log")
    with said.open("wb") as log:
        process = subprocess.Popen([*command, "--data", str(data), "--out", str(out)], stderr=log)
    while process.poll() is None:
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
        most = max(
            most, *(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0
        )
        time.sleep(0.1)
    assert process.returncode == 0, said.read_text(encoding="utf-8")
    return most / MEGABYTE


@pytest.mark.skipif(not shutil.which("java"), reason="there is no Java")
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell memory this way")
def test_the_real_portfolio_is_that_of_one_machine_and_the_driver_no_larger_than_for_a_small_one(
    some: Path, portfolio_release: Path, tmp_path: Path
) -> None:
    small = peak(some, tmp_path / "some")
    large = peak(Settings().data, tmp_path / "portfolio")
    assert_same(tmp_path / "portfolio", portfolio_release)
    assert large - small < MOST
