"""Files that users name for output."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Thread

import pytest

from iomgraph.outputs import replacing


def _write(path: Path, text: str) -> None:
    with replacing(path) as part:
        part.write_text(text, encoding="utf-8")


def test_a_file_is_replaced_when_the_new_one_is_complete(tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    file.write_text("old", encoding="utf-8")
    with replacing(file) as part:
        part.write_text("new", encoding="utf-8")
        assert file.read_text(encoding="utf-8") == "old"
    assert file.read_text(encoding="utf-8") == "new"
    assert list(tmp_path.iterdir()) == [file]


def test_the_previous_file_stays_if_anything_fails(tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    file.write_text("old", encoding="utf-8")

    def fail() -> None:
        with replacing(file) as part:
            part.write_text("ne", encoding="utf-8")
            raise ValueError("cut off")

    with pytest.raises(ValueError, match="cut off"):
        fail()
    assert file.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_the_file_that_a_link_leads_to_is_replaced_and_the_link_stays(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    file, link = tmp_path / "elsewhere/report.txt", tmp_path / "latest.txt"
    file.write_text("old", encoding="utf-8")
    link.symlink_to(file)
    _write(link, "new")
    assert link.is_symlink()
    assert file.read_text(encoding="utf-8") == "new"


def test_a_pipe_is_written_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe, found = tmp_path / "pipe", list[str]()
    os.mkfifo(pipe)
    reader = Thread(target=lambda: found.append(pipe.read_text(encoding="utf-8")))
    reader.start()
    _write(pipe, "new")
    reader.join()
    assert found == ["new"]
    assert pipe.is_fifo()


def test_a_folder_is_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        _write(tmp_path, "new")
