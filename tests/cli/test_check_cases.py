"""The small inputs of the reference material that are read, or not evaluated, as they should be."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

REPOSITORY = Path(__file__).parents[2]


def check(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "iomgraph", "check", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "LANG": "C"},
        check=False,
    )


SYNTAX = {
    "bom.nt": 2, "bom.ttl": 1, "cp1252.rdf": 2, "data.json": 2, "data.n3": 1, "data.owl": 2, "data.xml": 2,
    "doctype.rdf": 2, "latin1.rdf": 2, "utf16.rdf": 2,
}  # fmt: skip


@pytest.mark.parametrize("shapes", ["shapes.ttl", "bom-shapes.ttl"])
@pytest.mark.parametrize("name", SYNTAX)
def test_every_encoding_and_extension_is_read(shared: Path, name: str, shapes: str) -> None:
    done = check(shared / "cases/syntax", name, "--shapes", shapes, "-f", "json")
    assert done.returncode == 1
    findings = json.loads(done.stdout)["findings"]
    assert len(findings) == SYNTAX[name]
    assert {found["place"]["file"] for found in findings} == {name}


def test_a_long_literal_beside_a_finding_does_no_harm(shared: Path) -> None:
    done = check(shared / "cases/shacl/long-literal", "data.ttl", "--shapes", "shapes.ttl", "-f", "json")
    assert (done.returncode, len(json.loads(done.stdout)["findings"])) == (1, 1)


def test_a_hook_that_sees_one_file_looks_at_the_others(shared: Path) -> None:
    folder = shared / "cases/precommit"
    (hook,) = yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    command, name, *options = hook["entry"].split()
    assert (command, name) == ("iomgraph", "check")
    assert re.search(hook["files"], "projects.ttl")
    # pre-commit puts the arguments of its user behind the entry, and the staged files last.
    alone = check(folder, *options, "--shapes", "shapes.ttl", "projects.ttl")
    assert alone.returncode == 1
    assert "sh:class ex:State is not met" in alone.stdout
    beside = check(folder, *options, "--shapes", "shapes.ttl", "--with", "states.ttl", "projects.ttl")
    assert (beside.returncode, beside.stderr) == (0, "")


@pytest.mark.parametrize(
    "case",
    [
        *(
            f"no-target/{name}"
            for name in ("shapes", "notpath", "empty", "typo", "typo2", "untargeted", "data")
        ),
        "https-sh/shapes",
    ],
)
def test_where_nothing_was_evaluated_it_does_not_print_that_nothing_was_found(
    shared: Path, case: str
) -> None:
    folder, _, name = case.partition("/")
    done = check(shared / "cases/shacl" / folder, "data.ttl", "--shapes", f"{name}.ttl")
    assert done.returncode == 2
    assert "Nothing found" not in done.stdout
    assert done.stderr
