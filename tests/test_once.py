"""A folder is made once for all that ask for it, and again after a failure."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from .once import once


def test_many_that_ask_at_once_get_one_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    made: list[Path] = []

    def make(folder: Path) -> None:
        made.append(folder)
        (folder / "file").write_text("whole")

    with ThreadPoolExecutor(8) as pool:
        folders = set(pool.map(lambda _: once(tmp_path_factory, "asked", make), range(16)))
    assert folders == set(made)
    assert len(made) == 1
    assert (made[0] / "file").read_text() == "whole"


def test_a_folder_whose_making_failed_is_made_again(tmp_path_factory: pytest.TempPathFactory) -> None:
    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise ValueError("failed in the middle")

    with pytest.raises(ValueError, match="in the middle"):
        once(tmp_path_factory, "failed", fail)
    folder = once(tmp_path_factory, "failed", lambda folder: (folder / "file").touch())
    assert [path.name for path in folder.iterdir()] == ["file"]
