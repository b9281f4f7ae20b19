"""`iomgraph doctor` as users meet it: exit codes, reports and output."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from ..doctor.faults import FAULTS
from ..doctor.publisher import Publisher, published

_CASES = {
    "sound": (Publisher(), [], 0, "Nothing found."),
    "findings that fail": (Publisher(FAULTS["update-open"][1]), [], 1, "update-open"),
    "findings that do not fail": (Publisher(FAULTS["no-freshness"][1]), [], 0, "no-freshness"),
    "not all checked": (Publisher(), ["--requests", "30"], 2, "Not everything was evaluated"),
    "not even surveyed": (Publisher(), ["--requests", "2"], 2, ""),
    "a format that it has not": (Publisher(), ["--format", "ttl"], 2, ""),
    "in French": (Publisher(FAULTS["no-void"][1]), ["--lang", "fr"], 0, "publiez-en une en VoID"),
    "quiet": (Publisher(FAULTS["no-freshness"][1]), ["--quiet"], 0, "0 Blocking"),
}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "iomgraph", "doctor", *arguments, "--rate", "10000", "--samples", "1"]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False)


@pytest.mark.parametrize("name", _CASES)
def test_the_exit_code_tells_how_an_examination_ended(name: str) -> None:
    publisher, options, code, said = _CASES[name]
    with published(publisher) as base:
        done = run(base, *options)
    assert (done.returncode, said in done.stdout) == (code, True), done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert ("Examined:" in done.stderr) == ((code < 2 and name != "quiet") or name == "not all checked")


def test_a_report_for_programs_is_all_of_standard_output() -> None:
    with published(Publisher(FAULTS["wrong-triples"][1])) as base:
        done = run(base, "--format", "json")
    report = json.loads(done.stdout)
    assert [one["rule"] for one in report["findings"]] == ["wrong-triples"]
    assert report["evaluated"]["description_checks"] == 8
    assert {one["rule"] for one in report["notes"]} >= {"own-shapes", "not-heavy"}


def test_an_address_where_nothing_answers_is_a_stop_with_a_next_step() -> None:
    done = run("http://127.0.0.1:9/")
    assert done.returncode == 2
    assert done.stderr.startswith("iomgraph: nothing answers here")
    assert "Next: check the address" in done.stderr
