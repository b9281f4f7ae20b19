"""The longest files of tests begin first."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from .order import longest_first, seconds

ROOT = Path(__file__).parents[1]


def test_every_file_of_the_table_is_there_and_the_longest_comes_first() -> None:
    known = seconds()
    assert [name for name in known if not (ROOT / name).is_file()] == []
    assert list(known.values()) == sorted(known.values(), reverse=True)


def test_the_longest_file_begins_and_the_tests_of_a_file_keep_their_order() -> None:
    longest, second = list(seconds())[:2]
    others = ["tests/test_iris.py::b", "tests/test_iris.py::a"]
    given = [*others, f"{second}::x", f"{longest}::d", f"{longest}::c"]
    items: Any = [SimpleNamespace(nodeid=name) for name in given]
    longest_first(items)
    assert [item.nodeid for item in items] == [*given[3:], given[2], *others]
