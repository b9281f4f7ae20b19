"""`iomgraph init` makes a portfolio and says what to look at next."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "iomgraph", "init", *arguments],
        cwd=cwd, check=False, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def test_it_says_what_was_made_and_what_comes_next(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("Project ID,Title,Mood\nA.1,Roads,fine\n", encoding="utf-8")
    done = run("ours", "--from", "p.csv", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Not known, and not read: Mood." in done.stdout
    assert "Next: iomgraph build --data ours --out ours/dist" in done.stdout


def test_a_folder_with_files_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("Project ID,Title\nA.1,Roads\n", encoding="utf-8")
    done = run(".", "--from", "p.csv", cwd=tmp_path)
    assert done.returncode == 2
    assert "the folder is not empty" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["p.csv"]
