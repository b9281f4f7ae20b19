"""A spool gives back its items in any process, and holds none of them in memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tracemalloc
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomgraph.errors import SpoolError
from iomgraph.findings import Finding, Findings, Place, Severity
from iomgraph.processes import JSON, Spool, Task, run_isolated

ITEMS = st.lists(st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=5))


@given(ITEMS)
def test_items_come_back_in_their_order_as_often_as_they_are_asked_for(items: list[object]) -> None:
    spool = Spool(items)
    assert list(spool) == list(spool) == items


@given(ITEMS)
def test_items_are_found_at_the_positions_that_were_returned(items: list[object]) -> None:
    spool = Spool[object]()
    positions = [spool.append(item) for item in items]
    order = list(reversed(range(len(items))))
    read = spool.reader()
    assert [read(positions[number]) for number in order] == [items[number] for number in order]
    assert [spool.at(position) for position in positions] == items


@given(ITEMS, ITEMS)
def test_items_added_together_have_the_positions_of_items_added_one_by_one(
    items: list[object], more: list[object]
) -> None:
    together, alone = Spool[object](), Spool[object]()
    for some in (items, more):
        assert together.extend(some) == [alone.append(item) for item in some]
    assert list(together) == list(alone)


def test_items_added_during_a_reading_are_in_the_next_one() -> None:
    spool = Spool("ab")
    read = []
    for item in spool:
        read.append(item)
        spool.append("c")
    assert read == ["a", "b"]
    assert list(spool) == ["a", "b", "c", "c"]


def test_a_copy_of_the_process_reads_what_was_added_and_adds_what_is_read_here() -> None:
    told, here = Spool[tuple[int, list[str], str]](), Spool("ab")
    at = here.append("last")
    assert here.at(at) == "last"
    run_isolated(Task("reading", lambda: told.append((os.getpid(), list(here), here.at(at)))))
    ((process, seen, last),) = list(told)
    assert process != os.getpid()
    assert (seen, last) == (["a", "b", "last"], "last")
    assert list(here) == ["a", "b", "last"]


def test_many_items_take_no_memory() -> None:
    spool = Spool[str]()
    tracemalloc.start()
    spool += (f"{number:0100}" for number in range(50_000))
    assert sum(map(len, spool)) == 5_000_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000


def test_there_is_no_file_that_could_be_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    spool = Spool("a")
    assert list(tmp_path.iterdir()) == []
    run_isolated(Task("reading", lambda: list(spool)))
    assert list(spool) == ["a"], "a copy of the process takes nothing with it"


def test_a_disk_that_refuses_is_a_stop_with_the_next_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/nowhere")
    with pytest.raises(SpoolError, match="No such file") as stop:
        Spool[int]()
    assert "TMPDIR" in stop.value.step


FULL = """
import resource
from iomgraph.errors import SpoolError
from iomgraph.processes import JSON, Spool, Task, run_isolated
spool = Spool(["kept"])
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    spool += ["x" * 700] * 2
except SpoolError as error:
    print(error.what)
"""


def test_a_disk_that_is_full_is_a_stop() -> None:
    done = subprocess.run([sys.executable, "-c", FULL], capture_output=True, text=True, check=True)
    assert "can't be written (" in done.stdout


def test_findings_are_counted_as_they_come_and_come_back_equal() -> None:
    one = Finding("a", Severity.MUST, {"en": "wrong"}, "projects:x", "v", Place("t.csv", row=3, column="c"))
    two = Finding("b", Severity.MAY, {"en": "odd", "fr": "étrange"}, source=Place("page.html", line=9))
    found = Findings([one])
    found += [two, two]
    assert list(found) == [one, two, two]
    assert [finding.message for finding in found] == [one.message, two.message, two.message]
    assert found.rules == {"a": 1, "b": 2}
    assert found.severities == {Severity.MUST: 1, Severity.MAY: 2}


def test_too_many_open_files_are_stops_that_says_so() -> None:
    def open_many() -> None:
        held = [Spool[int]() for _ in range(40)]
        assert not held

    with pytest.raises(SpoolError, match="ulimit -n"):
        run_isolated(Task("opening many", open_many), files=30)


PLAIN = st.recursive(
    st.none() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(PLAIN)
def test_equal_items_are_equal_bytes_in_json(item: object) -> None:
    spool = Spool[object](form=JSON)
    read = spool.raw_reader()
    first, second = spool.append(item), spool.append(deepcopy(item))
    assert (spool.at(first), read(first)) == (item, read(second))
