"""Order of the files of tests: the longest first, so that no process ends long after the others."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

TABLE = Path(__file__).with_name("longest.csv")


def seconds() -> dict[str, int]:
    """Read how long the longest files take: path below the repository to seconds."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {row["file"]: int(row["seconds"]) for row in csv.DictReader(file)}


def longest_first(items: list[pytest.Item]) -> None:
    """Sort tests by the time of their file; those of a file keep their order, and so do other files."""
    known = seconds()
    items.sort(key=lambda item: -known.get(item.nodeid.partition("::")[0], 0))
