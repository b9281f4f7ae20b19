"""A release takes the place of the one before as a whole, or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from iomgraph.errors import PublicationError
from iomgraph.release import manifest
from iomgraph.release.exchange import staged


def _publish(target: Path, text: str) -> None:
    with staged(target) as folder:
        (folder / "a.txt").write_text(text)
        manifest.write(folder)


def _stopped(target: Path, stop: BaseException) -> None:
    with staged(target) as folder:
        (folder / "a.txt").write_text("half")
        raise stop


def _fill_the_disk(target: Path) -> None:
    with staged(target) as folder, Path("/dev/full").open("wb", buffering=0) as full:
        (folder / "a.txt").write_text("half")
        # The kernel's own file that takes no byte answers as a full disk does.
        full.write(b"x")


def _meddle(target: Path) -> None:
    with staged(target):
        target.mkdir()
        (target / "mine.txt").write_text("mine")


def _only(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_release_is_not_to_be_seen_before_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "dist"
    with staged(target) as folder:
        (folder / "a.txt").write_text("new")
        assert not target.exists()
    assert (target / "a.txt").read_text() == "new"
    assert _only(target.parent) == ["dist"]


def test_a_new_release_leaves_nothing_of_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "dist"
    _publish(target, "old")
    with staged(target) as folder:
        (folder / "b.txt").write_text("new")
    assert _only(target) == ["b.txt"]
    assert _only(tmp_path) == ["dist"]


def test_a_release_has_the_usual_permissions(tmp_path: Path) -> None:
    _publish(tmp_path / "dist", "new")
    (tmp_path / "plain").mkdir()
    assert (tmp_path / "dist").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_an_empty_folder_may_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    _publish(tmp_path / "dist", "new")
    assert (tmp_path / "dist" / "a.txt").read_text() == "new"


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), ValueError("x"), PublicationError("x"), SystemExit(1)])
def test_whatever_is_raised_leaves_the_old_release_and_no_other_trace(
    tmp_path: Path, stop: BaseException
) -> None:
    target = tmp_path / "dist"
    _publish(target, "old")
    with pytest.raises(type(stop)) as caught:
        _stopped(target, stop)
    assert caught.value is stop
    assert (target / "a.txt").read_text() == "old"
    assert manifest.differences(target) == []
    assert _only(tmp_path) == ["dist"]


def test_a_full_disk_is_told_as_a_stop_with_the_next_step(tmp_path: Path) -> None:
    target = tmp_path / "dist"
    _publish(target, "old")
    with pytest.raises(PublicationError, match=r"No space left on device\): .*/dist\n  Next: free space"):
        _fill_the_disk(target)
    assert (target / "a.txt").read_text() == "old"
    assert _only(tmp_path) == ["dist"]


def test_a_parent_that_is_a_file_is_told_as_a_stop(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(PublicationError, match="the release can't be written"),
        staged(tmp_path / "file" / "dist"),
    ):
        pass


def test_a_target_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dist").write_text("mine")
    with pytest.raises(PublicationError, match="the target is a file"), staged(tmp_path / "dist"):
        pass
    assert (tmp_path / "dist").read_text() == "mine"


def test_a_target_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "dist").symlink_to(tmp_path / "home")
    with pytest.raises(PublicationError, match="a symbolic link"), staged(tmp_path / "dist"):
        pass
    assert _only(tmp_path) == ["dist", "home"]


def test_a_link_that_leads_nowhere_is_refused_too(tmp_path: Path) -> None:
    (tmp_path / "dist").symlink_to(tmp_path / "nowhere")
    with pytest.raises(PublicationError, match="a symbolic link"), staged(tmp_path / "dist"):
        pass


@pytest.mark.parametrize("name", ["thesis.txt", "manifest.json"])
def test_a_folder_that_is_no_release_is_refused(tmp_path: Path, name: str) -> None:
    target = tmp_path / "dist"
    target.mkdir()
    (target / name).write_text('{"name": "a web application"}')
    with pytest.raises(PublicationError, match="is no release"), staged(target):
        pass
    assert _only(target) == [name]


def test_what_appears_in_the_target_meanwhile_is_not_lost(tmp_path: Path) -> None:
    target = tmp_path / "dist"
    with pytest.raises(PublicationError, match="is no release"):
        _meddle(target)
    assert _only(target) == ["mine.txt"]
    assert _only(tmp_path) == ["dist"]


def test_two_builds_at_a_time_do_not_mix(tmp_path: Path) -> None:
    target = tmp_path / "dist"
    with staged(target) as folder:
        with pytest.raises(PublicationError, match="another build is writing there"), staged(target):
            pass
        (folder / "a.txt").write_text("first")
    assert (target / "a.txt").read_text() == "first"


def test_a_build_that_was_killed_between_the_renames_is_mended(tmp_path: Path) -> None:
    target = tmp_path / "dist"
    _publish(target, "old")
    target.rename(tmp_path / ".dist.old")
    with pytest.raises(ValueError, match="stop"), staged(target):
        raise ValueError("stop")
    assert (target / "a.txt").read_text() == "old"
    assert _only(tmp_path) == ["dist"]


def test_a_build_that_was_killed_after_the_renames_leaves_nothing_for_good(tmp_path: Path) -> None:
    target = tmp_path / "dist"
    _publish(target, "old")
    shutil.copytree(target, tmp_path / ".dist.old")
    _publish(target, "new")
    assert _only(tmp_path) == ["dist"]


def test_the_old_release_comes_back_if_the_new_one_can_not_be_put_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "dist"
    _publish(target, "old")
    rename: Callable[[Path, Path], Path] = Path.rename

    def refuse(self: Path, goal: Path) -> Path:
        if self.name == ".dist.staging":
            raise OSError(28, os.strerror(28), str(self))
        return rename(self, goal)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(PublicationError, match="No space left"):
        _publish(target, "new")
    assert (target / "a.txt").read_text() == "old"
    assert _only(tmp_path) == ["dist"]


def test_the_working_folder_may_be_named_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    _publish(Path("dist"), "new")
    assert _only(tmp_path) == ["dist"]
