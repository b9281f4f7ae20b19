"""`iomgraph verify` and `iomgraph diff` as users meet them: exit codes and output."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command line."""
    return subprocess.run(
        [sys.executable, "-m", "iomgraph", *map(str, arguments)],
        env={**os.environ, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def test_verify_of_a_sound_release_ends_with_0_and_a_table(releases: tuple[Path, Path]) -> None:
    done = run("verify", releases[1])
    assert done.returncode == 0
    assert done.stdout == ""
    assert "Sound:" in done.stderr
    assert "2026.2.0" in done.stderr
    assert run("verify", "--quick", "--quiet", releases[1]).stderr == ""


def test_verify_of_an_altered_release_ends_with_1_and_the_place(
    releases: tuple[Path, Path], tmp_path: Path
) -> None:
    copy = shutil.copytree(releases[1], tmp_path / "copy")
    (copy / "void.ttl").write_text("")
    done = run("verify", copy)
    assert done.returncode == 1
    assert "Blocking void.ttl: it has 0 bytes" in done.stderr


@pytest.mark.parametrize("command", [("verify",), ("diff", ".")])
@pytest.mark.parametrize("name", ["nowhere", "file.txt"])
def test_what_is_not_a_release_ends_with_2(tmp_path: Path, command: tuple[str, ...], name: str) -> None:
    (tmp_path / "file.txt").write_text("x")
    done = run(*command, tmp_path / name)
    assert done.returncode == 2
    assert "the folder is not a release" in done.stderr or "no such folder" in done.stderr
    assert "Next:" in done.stderr
    assert "Traceback" not in done.stderr


def test_diff_of_a_truncated_release_ends_with_2_and_leaves_the_output_as_it_was(
    releases: tuple[Path, Path], tmp_path: Path
) -> None:
    copy = shutil.copytree(releases[1], tmp_path / "copy")
    path = copy / "iomgraph.nq.gz"
    path.write_bytes(path.read_bytes()[:-30])
    target = tmp_path / "out.rdfp"
    target.write_text("mine")
    done = run("diff", releases[0], copy, "--format", "patch", "--output", target)
    assert done.returncode == 2
    assert "the release is damaged" in done.stderr
    assert "Traceback" not in done.stderr
    assert target.read_text() == "mine"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["copy", "out.rdfp"]


def test_diff_follows_no_link_out_of_a_release(releases: tuple[Path, Path], tmp_path: Path) -> None:
    copy = shutil.copytree(releases[1], tmp_path / "copy")
    (copy / "places.json").rename(tmp_path / "places.json")
    (copy / "places.json").symlink_to(tmp_path / "places.json")
    done = run("diff", releases[0], copy)
    assert done.returncode == 2
    assert "only plain files" in done.stderr


@pytest.mark.parametrize(
    ("form", "start"),
    [
        ("text", "What changed: from 2026.1.0 to 2026.2.0"),
        ("markdown", "# What changed"),
        ("html", "<!DOCTYPE html>"),
        ("json", "{"),
        ("patch", "TX .\n"),
    ],
)
def test_diff_writes_each_form_to_standard_output_and_to_a_file(
    releases: tuple[Path, Path], tmp_path: Path, form: str, start: str
) -> None:
    done = run("diff", *releases, "--format", form)
    assert done.returncode == 0
    assert done.stdout.lstrip().startswith(start)
    assert run("diff", *releases, "--format", form, "--output", tmp_path / "out").stdout == ""
    assert (tmp_path / "out").read_text(encoding="utf-8") == done.stdout


def test_the_json_is_what_the_feed_has(releases: tuple[Path, Path]) -> None:
    told = json.loads(run("diff", *releases, "--format", "json").stdout)
    assert told == json.loads((releases[1] / "changes/2026.2.0.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(("--version", "../x"), "not a version"), (("--previous", "nowhere"), "no such folder")],
)
def test_build_refuses_a_wrong_version_and_a_wrong_predecessor(
    tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    done = run("build", "--out", tmp_path / "dist", *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert not (tmp_path / "dist").exists()
