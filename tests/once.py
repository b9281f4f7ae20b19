"""Folders that are made once in a run of the tests, whichever process needs them first."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return a folder that all tests read, and none changes.

    Args:
        factory: knows the folder of this run.
        name: of the folder.
        make: fills the folder; called by the first process, while the others wait.
    """
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder, done = base / "once" / name, base / "once" / f"{name}.done"
    folder.parent.mkdir(exist_ok=True)
    with (folder.parent / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)  # of a process that failed in the middle
            folder.mkdir()
            make(folder)
            done.touch()
    return folder


def linked(release: Path, place: Path) -> Path:
    """Copy a release in no time: its files have a second name each, and none may be written into."""
    return Path(shutil.copytree(release, place, copy_function=os.link))
