"""A release takes the place of the one before as a whole, or not at all."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from iomgraph.errors import PublicationError
from iomgraph.release import exchange, manifest
from iomgraph.release.exchange import check, staged


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
        manifest.write(folder)
    assert _only(target) == ["SHA256SUMS", "b.txt", "manifest.json"]
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


def test_a_full_disk_is_a_stop_with_the_next_step(tmp_path: Path) -> None:
    target = tmp_path / "dist"
    _publish(target, "old")
    with pytest.raises(PublicationError, match=r"No space left on device\): .*/dist\n  Next: free space"):
        _fill_the_disk(target)
    assert (target / "a.txt").read_text() == "old"
    assert _only(tmp_path) == ["dist"]


def test_a_parent_that_is_a_file_is_a_stop(tmp_path: Path) -> None:
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
def test_a_folder_that_is_not_a_release_is_refused(tmp_path: Path, name: str) -> None:
    target = tmp_path / "dist"
    target.mkdir()
    (target / name).write_text('{"name": "a web application"}')
    with pytest.raises(PublicationError, match="is not a release"), staged(target):
        pass
    assert _only(target) == [name]


def test_what_appears_in_the_target_meanwhile_is_not_lost(tmp_path: Path) -> None:
    target = tmp_path / "dist"
    with pytest.raises(PublicationError, match="is not a release"):
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


KILLED = """
import os, signal, sys
from pathlib import Path
from iomgraph.release import exchange, manifest

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

target, moment = Path(sys.argv[1]), sys.argv[2]
if moment == "after the exchange":
    exchange._Place._clear = die
elif moment == "between two renames":
    exchange._exchange = lambda one, other: False
    rename = Path.rename
    Path.rename = lambda self, goal: die() if self.name == "release" else rename(self, goal)
elif moment == "among the files":
    os.path.ismount = lambda path: Path(path) == target
    replace = Path.replace
    Path.replace = lambda self, goal: die() if self.name == "b.txt" else replace(self, goal)
with exchange.staged(target) as folder:
    for name in "ab":
        (folder / f"{name}.txt").write_text("new!")
    if moment == "in the middle of the work":
        die()
    manifest.write(folder)
"""
"""A build that is killed at a given moment."""


def _kill(target: Path, moment: str) -> None:
    command = [sys.executable, "-c", KILLED, str(target), moment]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("moment", "stands"),
    [
        ("in the middle of the work", "old"),
        ("between two renames", None),
        ("after the exchange", "new!"),
    ],
)
def test_the_next_build_puts_right_what_a_killed_one_left(
    tmp_path: Path, moment: str, stands: str | None
) -> None:
    target = tmp_path / "dist"
    _publish(target, "old")
    (target / "CNAME").write_text("data.example.org")
    _kill(target, moment)
    assert ((target / "a.txt").read_text() if target.exists() else None) == stands
    with pytest.raises(ValueError, match="stop"):
        _stopped(target, ValueError("stop"))
    assert (target / "a.txt").read_text() == (stands or "old")
    assert (target / "CNAME").read_text() == "data.example.org"
    assert manifest.differences(target) == []
    _publish(target, "newest")
    assert (target / "a.txt").read_text() == "newest"
    assert _only(tmp_path) == ["dist"]


def test_files_that_a_killed_build_had_begun_to_replace_are_replaced_to_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "volume"
    _publish(target, "old")
    _kill(target, "among the files")
    assert (target / "a.txt").read_text() == "new!"
    assert not (target / "b.txt").exists()
    monkeypatch.setattr(os.path, "ismount", lambda path: Path(path) == target)
    with pytest.raises(ValueError, match="stop"):
        _stopped(target, ValueError("stop"))
    assert [(target / name).read_text() for name in ("a.txt", "b.txt")] == ["new!", "new!"]
    assert manifest.differences(target) == []
    assert _only(target) == ["SHA256SUMS", "a.txt", "b.txt", "manifest.json"]


def test_a_volume_is_filled_in_place_and_keeps_what_is_the_users(tmp_path: Path) -> None:
    target = tmp_path / "volume"
    target.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(target)], check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip(f"nothing can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        check(target)
        for text in ("first", "second"):
            with staged(target) as folder:
                (folder / text).mkdir()
                (folder / text / "a.txt").write_text(text)
                manifest.write(folder)
            (target / "CNAME").write_text("data.example.org")
            assert (target / text / "a.txt").read_text() == text
            assert manifest.differences(target) == []
        assert _only(target) == ["CNAME", "SHA256SUMS", "manifest.json", "second"]
    finally:
        subprocess.run(["umount", str(target)], check=True)


def test_readers_find_a_whole_release_at_every_moment(tmp_path: Path) -> None:
    target = tmp_path / "dist"
    _publish(target, "0")
    stop = threading.Event()
    missed: list[Exception] = []

    def look() -> None:
        while not stop.is_set():
            try:
                # The folder that is open is one release or the other, and never none.
                os.close(os.open(target, os.O_RDONLY))
            except OSError as error:
                missed.append(error)

    reader = threading.Thread(target=look)
    reader.start()
    try:
        for number in range(200):
            _publish(target, str(number))
    finally:
        stop.set()
        reader.join()
    assert missed == []


@pytest.mark.parametrize("name", ["notes.txt", "site/mine.html", ".hidden", "a.txt"])
def test_files_of_the_users_in_the_folder_stop_the_release_and_are_named(tmp_path: Path, name: str) -> None:
    target = tmp_path / "dist"
    _publish(target, "old")
    (target / name).parent.mkdir(exist_ok=True)
    (target / name).write_text("written by hand")
    with pytest.raises(
        PublicationError, match=rf"not belong to the release: {re.escape(name)}.*\n  Next: .*--keep"
    ):
        check(target)
    with pytest.raises(PublicationError, match="not belong to the release"):
        _publish(target, "new")
    assert (target / name).read_text() == "written by hand"


def test_a_manifest_that_lists_nothing_makes_no_folder_replaceable(tmp_path: Path) -> None:
    target = tmp_path / "home"
    target.mkdir()
    manifest.write(target)
    (target / "thesis.txt").write_text("mine")
    with pytest.raises(PublicationError, match=r"thesis\.txt"):
        _publish(target, "new")
    assert (target / "thesis.txt").read_text() == "mine"


def test_what_hosts_and_the_user_keep_in_the_folder_stays(tmp_path: Path) -> None:
    target = tmp_path / "dist"
    _publish(target, "old")
    (target / ".git").mkdir()
    for name in (".git/HEAD", "CNAME", "mine.txt"):
        (target / name).write_text(name)
    with staged(target, keep=("mine.txt",)) as folder:
        (folder / "b.txt").write_text("new")
        manifest.write(folder)
    assert _only(target) == [".git", "CNAME", "SHA256SUMS", "b.txt", "manifest.json", "mine.txt"]
    assert [(target / name).read_text() for name in (".git/HEAD", "CNAME")] == [".git/HEAD", "CNAME"]
    assert _only(tmp_path) == ["dist"]


@pytest.mark.parametrize("name", [".dist.old", ".dist.staging"])
def test_folders_of_the_users_beside_the_release_are_not_touched(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "thesis.txt").write_text("mine")
    with suppress(PublicationError):
        _publish(tmp_path / "dist", "new")
    assert (tmp_path / name / "thesis.txt").read_text() == "mine"


def test_the_root_and_a_folder_that_can_not_be_written_are_reported_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(PublicationError, match="root of the file system"):
        check(Path("/"))
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(PublicationError, match="permission denied"):
        check(tmp_path / "deep" / "dist")


def test_where_folders_can_not_be_exchanged_the_old_release_comes_back_if_the_new_one_can_not_be_placed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "dist"
    _publish(target, "old")
    monkeypatch.setattr(exchange, "_exchange", lambda *_: False)
    _publish(target, "two renames")
    rename: Callable[[Path, Path], Path] = Path.rename

    def refuse(self: Path, goal: Path) -> Path:
        if self.name == "release":
            raise OSError(28, os.strerror(28), str(self))
        return rename(self, goal)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(PublicationError, match="No space left"):
        _publish(target, "new")
    assert (target / "a.txt").read_text() == "two renames"
    assert _only(tmp_path) == ["dist"]


def test_the_working_folder_may_be_named_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    _publish(Path("dist"), "new")
    assert _only(tmp_path) == ["dist"]
