"""Work is done once each, wherever; what goes wrong in a copy of the process is told here."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from iomgraph.errors import PublicationError
from iomgraph.publication.site import shares


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processors, whatever the machine has."""
    monkeypatch.setattr(shares, "_processors", lambda: 2)


def noting(folder: Path) -> Callable[[int], None]:
    """Work that leaves a file with the number of its process."""

    def work(number: int) -> None:
        (folder / str(number)).write_text(str(os.getpid()))

    return work


@pytest.mark.usefixtures("two")
def test_every_part_is_worked_on_once_by_two_processes(tmp_path: Path) -> None:
    shares.share(range(2000), noting(tmp_path))
    assert {int(path.name) for path in tmp_path.iterdir()} == set(range(2000))
    assert len({path.read_text() for path in tmp_path.iterdir()}) == 2


@pytest.mark.usefixtures("two")
def test_a_few_parts_take_no_other_process(tmp_path: Path) -> None:
    shares.share(range(20), noting(tmp_path))
    assert {path.read_text() for path in tmp_path.iterdir()} == {str(os.getpid())}


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("number", [0, 1], ids=["here", "in the copy"])
def test_what_goes_wrong_is_raised_here(number: int) -> None:
    def work(part: int) -> None:
        if part == number:
            raise PublicationError("the disk is full", step="free some of it")

    with pytest.raises(PublicationError, match="the disk is full"):
        shares.share(range(2000), work)


@pytest.mark.usefixtures("two")
def test_a_process_that_is_ended_from_outside_is_no_success() -> None:
    here = os.getpid()

    def work(part: int) -> None:
        if os.getpid() != here:
            os._exit(9)

    with pytest.raises(PublicationError, match="exit code 9"):
        shares.share(range(2000), work)
