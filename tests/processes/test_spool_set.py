"""A few spools take what any number of tasks give, in whichever process, and give each its own back."""

from __future__ import annotations

from functools import partial

import pytest

from iomgraph.processes import SpoolSet, Task, run_isolated, run_parallel


@pytest.mark.parametrize("count", [1, 2, 5])
def test_each_task_finds_its_own_items_however_many_processes_share_the_spools(count: int) -> None:
    spools = SpoolSet[str](count)
    given = [[f"{number} {item}" for item in range(number * 37 % 400)] for number in range(60)]
    tasks = [Task(f"adding {number}", partial(spools.add, items)) for number, items in enumerate(given)]
    spans = run_parallel(tasks, jobs=3)
    assert [list(spools.at(span)) for span in spans] == given


def test_a_task_that_fails_leaves_its_spool_to_the_next() -> None:
    spools = SpoolSet[int](1)
    with pytest.raises(ZeroDivisionError):
        run_isolated(Task("failing", lambda: spools.add(1 // (number - 2) for number in range(4))))
    with pytest.raises(ZeroDivisionError):
        spools.add(1 // (number - 2) for number in range(4))
    assert list(spools.at(spools.add([7, 8]))) == [7, 8]
