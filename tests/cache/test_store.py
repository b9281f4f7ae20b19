"""The store of the cache gives back the values that were put into it, or nothing."""

from __future__ import annotations

import os
import resource
import sqlite3
from functools import partial
from pathlib import Path

import pytest

from iomgraph.cache import Store, digest
from iomgraph.cache.store import FILE
from iomgraph.errors import SettingsError
from iomgraph.processes import Task, run_isolated, run_parallel
from iomgraph.settings import Settings

KEY = digest("key")


def damage(folder: Path, value: bytes) -> None:
    """Change a value behind the back of the store, as a disk might."""
    connection = sqlite3.connect(folder / FILE)
    with connection:
        connection.execute("UPDATE entry SET value = ?", (value,))
    connection.close()


def kept(folder: Path, key: bytes = KEY) -> bytes | None:
    with Store(folder) as store:
        return store.get(key)


def filled(folder: Path, value: bytes = b"value") -> Path:
    with Store(folder) as store:
        store.put(KEY, value)
    return folder


def test_a_value_is_there_for_the_next_build(tmp_path: Path) -> None:
    assert kept(filled(tmp_path)) == b"value"
    assert kept(tmp_path, digest("other")) is None


def test_a_value_that_was_changed_is_not_taken(tmp_path: Path) -> None:
    damage(filled(tmp_path), b"Value")
    with Store(tmp_path) as store:
        assert store.get(KEY) is None
        assert store.trouble == "an entry is damaged"
        store.put(KEY, b"value")
    assert kept(tmp_path) == b"value"


def test_trouble_of_a_copy_of_the_process_is_known_here(tmp_path: Path) -> None:
    damage(filled(tmp_path), b"Value")
    with Store(tmp_path) as store:
        assert run_isolated(Task("reading", partial(store.get, KEY))) is None
        assert store.trouble == "an entry is damaged"


def test_a_full_disk_is_trouble_and_not_a_stop(tmp_path: Path) -> None:
    def fill(store: Store) -> bytes | None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
        store.put(KEY, os.urandom(1_000_000))
        store.flush()
        return store.get(KEY)

    with Store(tmp_path) as store:
        assert run_isolated(Task("filling", partial(fill, store))) is None
        assert store.trouble
    assert kept(filled(tmp_path)) == b"value"


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + bytes(4000)])
def test_a_damaged_file_is_made_anew(tmp_path: Path, content: bytes) -> None:
    path = filled(tmp_path) / FILE
    path.write_bytes(content)
    assert kept(tmp_path) is None
    assert kept(filled(tmp_path)) == b"value"


def test_a_file_whose_middle_was_overwritten_gives_nothing_false(tmp_path: Path) -> None:
    keys = [digest(number) for number in range(2000)]
    with Store(tmp_path) as store:
        for key in keys:
            store.put(key, key * 20)
    path = tmp_path / FILE
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 20_000] = bytes(20_000)
    path.write_bytes(content)
    with Store(tmp_path) as store:
        assert {store.get(key) for key in keys} - {key * 20 for key in keys} <= {None}


def test_a_folder_that_is_gone_takes_nothing_with_it(tmp_path: Path) -> None:
    with Store(filled(tmp_path / "cache")) as store:
        for path in (tmp_path / "cache").iterdir():
            path.unlink()
        store.put(digest("other"), b"other")
    assert kept(tmp_path / "cache") is None


def test_values_unused_for_longest_are_removed_if_the_file_is_too_large(tmp_path: Path) -> None:
    keys = [digest(number) for number in range(100)]
    with Store(tmp_path) as store:
        for key in keys:
            store.put(key, os.urandom(10_000))
    connection = sqlite3.connect(tmp_path / FILE)
    with connection:
        connection.execute("UPDATE entry SET used = used - 30")
    connection.close()
    with Store(tmp_path, limit=500_000) as store:
        assert store.get(keys[0])
    left = [kept(tmp_path, key) is not None for key in keys]
    assert left[0]
    assert 20 <= sum(left) <= 50
    assert (tmp_path / FILE).stat().st_size < 600_000


def test_several_processes_use_it_at_once(tmp_path: Path) -> None:
    with Store(tmp_path) as store:

        def fill(worker: int) -> int:
            for number in range(200):
                store.put(digest(worker, number), f"{worker} {number}".encode())
            store.flush()
            return sum(store.get(digest(worker, number)) is not None for number in range(200))

        tasks = [Task(f"filling {worker}", partial(fill, worker)) for worker in range(4)]
        assert run_parallel(tasks, jobs=2) == [200] * 4
        assert store.get(digest(3, 199)) == b"3 199"


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="no rights as POSIX has them")
def test_a_folder_that_others_can_write_into_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.raises(SettingsError, match="others can write"):
        Store(folder)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="can't be used"):
        Store(tmp_path / "file/cache")


def test_a_cache_in_the_release_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="would lie in the release"):
        Settings(out=tmp_path, cache=tmp_path / "cache")
