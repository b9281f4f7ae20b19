"""The end of a run counts the tests of foreign suites, however many processes ran them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .suites import PROPERTY, suite_lines

HERE = Path(__file__).parent


def test_a_run_in_two_processes_ends_with_the_counts_of_suites(shared: Path) -> None:
    tests = HERE / "validation/shacl/test_shacl12_sample.py"
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", str(tests)]
    environment = {**os.environ, "IOMGRAPH_SHARED": str(shared)}
    run = subprocess.run(
        command, cwd=HERE.parent, env=environment, capture_output=True, text=True, check=False
    )
    assert "SHACL 1.2 sample: 34 of 34" in run.stdout.splitlines(), run.stdout + run.stderr


def test_cases_that_fail_or_do_not_run_do_not_count() -> None:
    def report(when: str, outcome: str) -> pytest.TestReport:
        given = {"when": when, "outcome": outcome, "user_properties": [(PROPERTY, ["S", 5])]}
        return pytest.TestReport("t", ("t", 0, "t"), {}, longrepr=None, **given)  # type: ignore[arg-type]

    reports = {
        "passed": [report("call", "passed")],
        "": [report("setup", "passed"), report("teardown", "passed")],
        "failed": [report("call", "failed")],
        "skipped": [report("setup", "skipped")],
    }
    assert suite_lines(reports) == ["S: 1 of 5"]
