"""Every command, given a path that it can't use: a stop with a next step, never an internal error."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

from iomgraph.cli import commands
from iomgraph.errors import IomgraphError

HERE = "HERE"
"""Stands for the bad path in the arguments of a command."""

FILES = {
    "init": ["init", "new", "--from", HERE],
    "reconcile": ["reconcile", HERE, "--column", "Country"],
    "query": ["query", "--file", HERE],
    "baseline": ["check", "people.ttl", "--shapes", "people.ttl", "--baseline", HERE],
    "shapes": ["check", "people.ttl", "--shapes", HERE],
}
"""Commands that take a file."""

FOLDERS = {
    "build": ["build", "--data", HERE],
    "check": ["check", "--data", HERE],
    "words": ["words", "--data", HERE],
    "links": ["links", "check", "--data", HERE],
    "verify": ["verify", HERE],
    "diff": ["diff", HERE, HERE],
    "serve": ["serve", HERE, "--port", "0"],
    "mcp": ["mcp", HERE],
    "push": ["push", "http://127.0.0.1:9/", "--release", HERE],
    "query": ["query", "budget-by-year", "--release", HERE],
    "reconcile": ["reconcile", "people.csv", "--column", "Country", "--release", HERE],
}
"""Commands that take the folder of a portfolio or of a release."""


def _folder(path: Path) -> None:
    path.mkdir()


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


def _broken(path: Path) -> None:
    path.mkdir()
    for name in ("manifest.json", "portfolio.toml", "iomgraph.nq.gz"):
        (path / name).write_bytes(b"\x00\xff{ not")


def _missing(path: Path) -> None:
    assert not path.exists()


BAD_FILES: dict[str, Callable[[Path], object]] = {
    "missing": _missing,
    "folder": _folder,
    "loop": _loop,
    "empty": lambda path: path.write_bytes(b""),
    "binary": lambda path: path.write_bytes(Random(7).randbytes(3000)),
    "with NUL": lambda path: path.write_bytes(b"a,b\x00c\n1,2\n"),
}
BAD_FOLDERS: dict[str, Callable[[Path], object]] = {
    "missing": _missing,
    "file": lambda path: path.write_bytes(b"x"),
    "loop": _loop,
    "empty": _folder,
    "broken": _broken,
}


def _run(arguments: list[str], bad: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    Path("people.ttl").write_text("<a:b> <a:c> 1 .\n", encoding="utf-8")
    Path("people.csv").write_text("Country\nKenya\n", encoding="utf-8")
    done = CliRunner().invoke(commands, [str(bad) if one == HERE else one for one in arguments])
    if isinstance(done.exception, IomgraphError):
        assert done.exception.step
    else:
        assert isinstance(done.exception, SystemExit), done.exception
        assert done.exit_code == 2


@pytest.mark.parametrize("bad", BAD_FILES)
@pytest.mark.parametrize("command", FILES)
def test_a_bad_file_is_a_stop_with_a_next_step(
    command: str, bad: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / {"query": "bad.rq", "baseline": "bad.json", "shapes": "bad.ttl"}.get(command, "bad.csv")
    BAD_FILES[bad](path)
    _run(FILES[command], path, tmp_path, monkeypatch)


@pytest.mark.parametrize("bad", BAD_FOLDERS)
@pytest.mark.parametrize("command", FOLDERS)
def test_a_bad_folder_is_a_stop_with_a_next_step(
    command: str, bad: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bad"
    BAD_FOLDERS[bad](path)
    _run(FOLDERS[command], path, tmp_path, monkeypatch)
