"""`iomgraph push` and `iomgraph query --endpoint`, as a user types them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ..remote.conftest import Oxigraph, Proxy, oxigraph, proxy

__all__ = ["oxigraph", "proxy"]


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
    assert "holds this release already" in again.stderr
    here = run("query", "budget-by-year", "--release", str(releases[0]), "--format", "csv")
    there = run("query", "budget-by-year", "--endpoint", url, "--format", "csv")
    assert there.returncode == 0, there.stderr
    assert there.stdout == here.stdout
    assert len(there.stdout.splitlines()) > 1


def test_a_store_that_does_not_answer_is_reported_and_ends_with_2(
    oxigraph: Oxigraph, releases: tuple[Path, Path]
) -> None:
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


COMMANDS: dict[str, Callable[[str, str], tuple[str, ...]]] = {
    "push": lambda url, release: ("push", url, "--release", release),
    "query": lambda url, _: ("query", "--text", "ASK {}", "--endpoint", url),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_token_that_a_store_echoes_is_never_shown(
    proxy: Callable[..., Proxy], releases: tuple[Path, Path], command: str
) -> None:
    store = proxy()
    store.trick = lambda number: (400, "", f"bad head: {store.requests[number][2]}")
    words = COMMANDS[command](f"{store.url}/query", str(releases[0]))
    done = run(*words, "--auth-env", "STORE", STORE="Bearer s3cret-t0ken")
    assert (done.returncode, done.stdout) == (2, "")
    assert store.requests[0][2]["Authorization"] == "Bearer s3cret-t0ken"
    assert "bad head" in done.stderr
    assert "s3cret" not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [*COMMANDS, "serve"])
def test_a_token_is_not_sent_over_plain_http(releases: tuple[Path, Path], command: str) -> None:
    serve = ("serve", str(releases[0]), "--endpoint", "http://192.0.2.1/query")
    words = COMMANDS[command]("http://192.0.2.1/query", str(releases[0])) if command in COMMANDS else serve
    done = run(*words, "--auth-env", "STORE", STORE="Bearer s3cret-t0ken")
    assert done.returncode == 2
    assert "192.0.2.1" in done.stderr
    assert "--insecure-auth" in done.stderr
    assert "s3cret" not in done.stderr
