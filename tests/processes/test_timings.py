"""Costs of pieces of work are written down where somebody records them, from every process."""

from __future__ import annotations

import os
from pathlib import Path

from iomgraph.processes import Task, run_isolated, run_parallel, timed, timings


def burnt() -> int:
    """Take some time of a processor, and tell the process."""
    sum(range(3_000_000))
    return os.getpid()


def test_the_work_of_every_process_is_recorded_with_its_name(tmp_path: Path) -> None:
    tasks = [Task(f"burning {number}", burnt) for number in range(4)]
    with timings.recorded(tmp_path / "timings"), timed("all"):
        workers = run_parallel(tasks, jobs=2)
    *parts, whole = timings.read(tmp_path / "timings")
    assert whole.name == "all"
    assert sorted(one.name for one in parts) == [task.name for task in tasks]
    assert {one.process for one in parts} == set(workers)
    assert whole.process == os.getpid()
    assert all(whole.begun <= one.begun <= one.ended <= whole.ended for one in parts)
    # The processor time of workers counts for the stage that awaited them, in hundredths of seconds.
    assert whole.processor >= sum(one.processor for one in parts) - 0.05
    assert sum(one.processor for one in parts) > 0


def test_work_done_in_this_process_is_recorded_too(tmp_path: Path) -> None:
    with timings.recorded(tmp_path / "timings"):
        run_parallel([Task("one", burnt), Task("two", burnt)], jobs=1)
        run_isolated(Task("apart", burnt))
    assert [one.name for one in timings.read(tmp_path / "timings")] == ["one", "two", "apart"]


def test_nothing_is_recorded_once_the_block_has_ended(tmp_path: Path) -> None:
    with timings.recorded(tmp_path / "timings"):
        pass
    with timed("late"):
        burnt()
    assert timings.read(tmp_path / "timings") == []
