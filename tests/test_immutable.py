"""Dataclasses of which millions are made: equal by value, small, and the same after pickling."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from iomgraph import immutable
from iomgraph.claims.claim import Claim, Part
from iomgraph.findings import Finding, Place, Severity
from iomgraph.sources.sheets.cell import Cell

PLACE = Place("pages.csv", row=2, column="status", line=3)
MADE = (
    PLACE,
    Part.of(PLACE, value="5", currency="USD"),
    Claim("budget", (Part.of(value="5"),), PLACE, Place("a.html", line=9)),
    Finding("bad-year", Severity.MUST, {"en": "not a year"}, value="20244", place=PLACE),
    Cell("Roads"),
)


@pytest.mark.parametrize("made", MADE, ids=lambda made: type(made).__name__)
def test_an_instance_is_equal_by_value_has_slots_alone_and_comes_through_pickling(made: object) -> None:
    again = pickle.loads(pickle.dumps(made))
    assert (again, hash(again)) == (made, hash(made))
    assert not hasattr(made, "__dict__")


def test_the_type_checker_refuses_what_would_change_an_instance(tmp_path: Path) -> None:
    (tmp_path / "immutable.py").write_text(Path(immutable.__file__).read_text())
    (tmp_path / "changes.py").write_text(
        "from immutable import immutable\n@immutable\nclass Point:\n    x: int\n"
        "Point(1).x = 3\nPoint(1, y=3)\n"
    )
    command = [sys.executable, "-m", "mypy", "--config-file=", "--cache-dir=.mypy", "changes.py"]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout
    assert 'changes.py:5: error: Property "x" defined in "Point" is read-only' in told
    assert 'changes.py:6: error: Unexpected keyword argument "y"' in told
