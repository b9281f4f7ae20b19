"""`iomgraph push` and `iomgraph query --endpoint`, as a user types them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ..remote.conftest import Oxigraph, oxigraph

__all__ = ["oxigraph"]


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "iomgraph", *words]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, **environment}
    )


@pytest.mark.slow
def test_a_release_is_pushed_and_asked(oxigraph: Oxigraph, releases: tuple[Path, Path]) -> None:
    url = f"{oxigraph.base}/query"
    looked = run("push", url, "--release", str(releases[0]), "--dry-run")
    assert (looked.returncode, looked.stdout) == (0, "")
    assert "nothing was changed" in looked.stderr
    done = run("push", url, "--release", str(releases[0]))
    assert done.returncode == 0, done.stderr
    assert "updates that put it there" in done.stderr
    again = run("push", url, "--release", str(releases[0]))
    assert "stands there already" in again.stderr
    here = run("query", "budget-by-year", "--release", str(releases[0]), "--format", "csv")
    there = run("query", "budget-by-year", "--endpoint", url, "--format", "csv")
    assert there.returncode == 0, there.stderr
    assert there.stdout == here.stdout
    assert len(there.stdout.splitlines()) > 1


def test_nobody_there_is_told_and_ends_with_2(oxigraph: Oxigraph, releases: tuple[Path, Path]) -> None:
    oxigraph.kill()
    done = run("query", "budget-by-year", "--endpoint", f"{oxigraph.base}/query", "--timeout", "5")
    assert done.returncode == 2
    assert "can't be reached" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_release_that_is_damaged_is_not_sent(
    oxigraph: Oxigraph, releases: tuple[Path, Path], tmp_path: Path
) -> None:
    broken = tmp_path / "release"
    shutil.copytree(releases[0], broken)
    (broken / "void.ttl").unlink()
    done = run("push", f"{oxigraph.base}/query", "--release", str(broken))
    assert done.returncode == 2
    assert "void.ttl" in done.stderr
    assert oxigraph.quads() == set()


def test_a_password_is_never_shown(releases: tuple[Path, Path]) -> None:
    done = run("push", "http://ada:s3cret@localhost:1/q", "--release", str(releases[0]))
    assert done.returncode == 2
    assert "--auth-env" in done.stderr
    assert "s3cret" not in done.stderr
    unset = run("push", "http://localhost:1/q", "--auth-env", "NO_SUCH_STORE")
    assert unset.returncode == 2
    assert "NO_SUCH_STORE" in unset.stderr
