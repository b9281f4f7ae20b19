"""`iomgraph init` makes a portfolio and says what to look at next."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path


def run(*arguments: str, cwd: Path, command: str = "init") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "iomgraph", command, *arguments],
        cwd=cwd, check=False, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def test_it_says_what_was_made_and_what_comes_next(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("Project ID,Title,Mood\nA.1,Roads,fine\n", encoding="utf-8")
    done = run("ours", "--from", "p.csv", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Not known, and not read: Mood." in done.stdout
    assert "Next: iomgraph build --data ours --out ours/dist" in done.stdout


def test_the_build_that_comes_next_says_how_its_findings_are_listed(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("Project ID,Title,Mood\nA.1,Roads,fine\n", encoding="utf-8")
    run("ours", "--from", "p.csv", cwd=tmp_path)
    built = run("--data", "ours", "--out", "ours/dist", "--no-site", cwd=tmp_path, command="build")
    assert "Next: iomgraph check --data ours lists the findings" in built.stderr
    listed = run("--data", "ours", cwd=tmp_path, command="check")
    assert "the column 'Mood' is not in [sources.columns]" in listed.stdout
    assert listed.stdout.startswith("ours/p.csv\n")
    coded = run("--data", "ours", "--format", "github", cwd=tmp_path, command="check").stdout
    files = set(re.findall(r"file=([^,]*p\.csv),", coded))
    assert {(tmp_path / file).is_file() for file in files} == {True}
    assert 'map it to a term (closest: –) or to "ignore"' in listed.stdout


def test_a_folder_with_files_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("Project ID,Title\nA.1,Roads\n", encoding="utf-8")
    done = run(".", "--from", "p.csv", cwd=tmp_path)
    assert done.returncode == 2
    assert "the folder is not empty" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["p.csv"]
