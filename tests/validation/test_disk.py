"""A store on disk is filled by another process, whatever this one has done before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from iomgraph.errors import SpoolError
from iomgraph.processes import Task, run_isolated, run_parallel
from iomgraph.validation import disk

LINES = [f'<urn:s{number}> <urn:p> "{number} é" .\n' for number in range(25_000)]


def test_everything_that_is_put_there_can_be_read(tmp_path: Path) -> None:
    disk.fill(tmp_path, iter(LINES))
    assert {f"{quad} .\n" for quad in ox.Store.read_only(str(tmp_path))} == set(LINES)


def test_a_copy_of_a_process_that_has_had_a_store_on_disk_fills_one_and_reads_it(tmp_path: Path) -> None:
    ox.Store(str(tmp_path / "before")).flush()

    def part() -> None:
        disk.fill(tmp_path / "store", iter(LINES))
        run_parallel([Task("reading", read)] * 2, jobs=2)

    def read() -> None:
        assert len(ox.Store.read_only(str(tmp_path / "store"))) == len(LINES)

    run_isolated(Task("filling and reading", part))


def test_a_folder_that_can_not_be_written_is_a_stop_with_its_reason(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("in the way")
    with pytest.raises(SpoolError, match=r"can't be written to disk .*file") as stop:
        disk.fill(place, iter(LINES * 100))
    assert "TMPDIR" in stop.value.step


def test_an_error_of_the_statements_is_raised_unchanged(tmp_path: Path) -> None:
    def broken() -> Iterator[str]:
        yield LINES[0]
        raise KeyError("a term")

    with pytest.raises(KeyError, match="a term"):
        disk.fill(tmp_path, broken())
