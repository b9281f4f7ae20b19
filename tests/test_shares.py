"""Work is done once each, wherever; what goes wrong in a copy of the process is told here."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from iomgraph import shares
from iomgraph.errors import PublicationError


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processors, whatever the machine has."""
    monkeypatch.setattr(shares, "_processors", lambda: 2)


def noting(folder: Path, count: int) -> list[Callable[[], None]]:
    """Parts that each leave a file with the number of their process, and take a moment."""

    def work(number: int) -> None:
        time.sleep(0.001)
        with (folder / str(number)).open("a") as out:
            print(os.getpid(), file=out)

    return [partial(work, number) for number in range(count)]


@pytest.mark.usefixtures("two")
def test_every_part_is_worked_on_once_by_two_processes(tmp_path: Path) -> None:
    shares.share(noting(tmp_path, 200))
    told = {int(path.name): path.read_text().split() for path in tmp_path.iterdir()}
    assert told.keys() == set(range(200))
    assert all(len(processes) == 1 for processes in told.values())
    assert len({process for (process,) in told.values()}) == 2


@pytest.mark.usefixtures("two")
def test_a_few_parts_take_no_other_process(tmp_path: Path) -> None:
    shares.share(noting(tmp_path, 20))
    assert {path.read_text().strip() for path in tmp_path.iterdir()} == {str(os.getpid())}


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("is_here", [True, False], ids=["here", "in the copy"])
def test_what_goes_wrong_is_raised_here(is_here: bool) -> None:
    process = os.getpid()

    def work() -> None:
        time.sleep(0.001)
        if (os.getpid() == process) is is_here:
            raise PublicationError("the disk is full", step="free some of it")

    with pytest.raises(PublicationError, match="the disk is full"):
        shares.share([work] * 200)


@pytest.mark.usefixtures("two")
def test_a_process_that_is_ended_from_outside_is_no_success() -> None:
    here = os.getpid()

    def work() -> None:
        time.sleep(0.001)
        if os.getpid() != here:
            os._exit(9)

    with pytest.raises(PublicationError, match="exit code 9"):
        shares.share([work] * 200)


def test_what_is_done_apart_is_done_in_another_process(tmp_path: Path) -> None:
    shares.apart(noting(tmp_path, 1)[0])
    (told,) = tmp_path.iterdir()
    assert told.read_text().strip() != str(os.getpid())


def test_what_goes_wrong_apart_is_raised_here() -> None:
    def work() -> None:
        raise PublicationError("the disk is full", step="free some of it")

    with pytest.raises(PublicationError, match="the disk is full"):
        shares.apart(work)
    with pytest.raises(PublicationError, match="exit code 9"):
        shares.apart(lambda: os._exit(9))
