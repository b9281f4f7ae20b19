"""The supply chain: everything that is installed or run is named by a digest, a commit or a hash."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from iomgraph import errors
from iomgraph.publication.site import write

ROOT = Path(__file__).parents[1]
DOCKERFILE = ROOT / "src/iomgraph/serving/deployment/Dockerfile"
ACTION = ROOT / ".github/actions/check/action.yml"
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
LOCKS = sorted((ROOT / ".ci").glob("*.txt"))


def _values(document: Any, key: str) -> Iterator[str]:
    """All values of a key, however deep."""
    if isinstance(document, dict):
        for name, value in document.items():
            if name == key:
                yield value
            yield from _values(value, key)
    elif isinstance(document, list):
        for member in document:
            yield from _values(member, key)


def _installs(text: str) -> list[str]:
    """The commands of pip that install something, continued lines joined."""
    joined = text.replace("\\\n", " ")
    return re.findall(r"pip install [^\n&;]*", joined)


def _is_locked(command: str) -> bool:
    """Tell whether it installs by hashes, or only from a folder."""
    named = re.search(r"--requirement \S*\.ci/\w+\.txt|--requirement /\w+\.txt", command)
    return bool("--require-hashes" in command and named) or "--no-deps" in command


@pytest.mark.parametrize("file", [ACTION, *WORKFLOWS], ids=lambda file: file.stem)
def test_actions_are_pinned_by_commit(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    used = list(_values(yaml.safe_load(text), "uses"))
    assert used
    assert [one for one in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", one)] == []
    # The version is beside the commit, for people and for Dependabot.
    assert len(
        re.findall(r"uses: \S+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", file.read_text(), re.MULTILINE)
    ) == len(used)


def test_the_base_of_the_image_is_named_by_its_digest() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(bases) == 2
    assert len(set(bases)) == 1
    assert re.fullmatch(r"python:3\.\d+-slim@sha256:[0-9a-f]{64}", bases[0])


@pytest.mark.parametrize("file", [DOCKERFILE, ACTION, ROOT / "Makefile"], ids=lambda file: file.name)
def test_packages_are_installed_by_hashes(file: Path) -> None:
    commands = _installs(file.read_text(encoding="utf-8"))
    # `make lock` and `make lowest` resolve anew; nothing that is published comes of what they install.
    commands = [one for one in commands if "pip-tools" not in one and ".venv-lowest" not in one]
    assert [one for one in commands if not _is_locked(one)] == []
    assert sum("--require-hashes" in one for one in commands) >= 1


def test_nobody_is_sent_to_an_index_that_does_not_have_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    said = re.compile(r"""(?:pipx?|uv)\s+install\s+["'`]?iomgraph(?!\S* @ git\+)""")
    names = [name for name in listed.stdout.split() if (ROOT / name).is_file()]
    texts = {name: (ROOT / name).read_bytes().decode("utf-8", "replace") for name in names}
    assert len(texts) > 500
    assert [name for name, text in texts.items() if said.search(text)] == []
    assert said.search("run pip install " + "'iomgraph[serve]'")
    assert not said.search(errors.installation("serve"))
    monkeypatch.setattr(errors, "REPOSITORY", "https://example.org/iomgraph.git")
    assert errors.installation("xlsx") == (
        "run pip install 'iomgraph[xlsx] @ git+https://example.org/iomgraph.git'"
    )


def test_the_image_is_built_of_what_is_in_the_repository_and_no_more() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").split("\n")
    ignored = {line.removeprefix("**/") for line in lines if line and not line.startswith("#")}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {"pyproject.toml", ".ci", "src", *wheel["force-include"]}
    needed |= {name.removesuffix("/*") for name in wheel["artifacts"]}
    # What git does not hold is not a source: the image has no use for it, and it may hold what is private.
    unversioned = {name.rstrip("/") for name in (ROOT / ".gitignore").read_text(encoding="utf-8").split()}
    assert len(unversioned) > 10
    assert {name for name in unversioned - needed if not _is_ignored(name, ignored)} == set()
    assert _is_ignored(".git", ignored)
    parts = {part for path in needed for part in (path, *Path(path).parts)}
    assert {part for part in parts if _is_ignored(part, ignored)} == set()
    assert "COPY . /source" in DOCKERFILE.read_text(encoding="utf-8")


def _is_ignored(name: str, patterns: set[str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)


def test_the_action_installs_from_its_own_checkout() -> None:
    text = ACTION.read_text(encoding="utf-8")
    assert '"$GITHUB_ACTION_PATH/../../.."' in text
    assert (ACTION.parent / "../../../.ci/runtime.txt").resolve() in LOCKS


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_package_of_a_lock_has_its_version_and_hashes(lock: Path) -> None:
    packages = lock.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    packages = [line for line in packages if line.strip() and not line.startswith("#")]
    pinned = re.compile(r"[\w.-]+==\S+(?: ;[^-]+)?(?: +--hash=sha256:[0-9a-f]{64})+\s*")
    assert len(packages) > 10
    assert [line for line in packages if not pinned.fullmatch(line)] == []


def test_an_unlocked_install_would_be_found() -> None:
    assert not _is_locked('pip install --quiet "$INSTALL"')
    assert not _is_locked("pip install --constraint /wheels/constraints.txt /wheels/x.whl")


def test_make_stops_at_a_python_that_is_too_old_before_anything_is_installed(tmp_path: Path) -> None:
    for name in ("Makefile", "pyproject.toml", ".ci/runtime.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    old = tmp_path / "python3.10"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.10.13 || exit 1\n', encoding="utf-8")
    old.chmod(0o755)
    command = ["make", f"PYTHON={old}", "build"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Python 3.10.13; iomgraph needs Python 3.11 or newer" in done.stderr
    assert "Next: name one, as in: make PYTHON=python3.12 build" in done.stderr
    assert not (tmp_path / ".venv").exists()


@pytest.mark.skipif(not shutil.which("npm"), reason="npm is not there")
def test_the_bill_of_materials_names_what_is_bundled_with_its_version() -> None:
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")
    (options,) = re.findall(r"npm sbom (.*?) +>", recipe)
    browser = ROOT / "src/iomgraph/publication/site/browser"
    command = ["npm", "sbom", *options.split()]
    done = subprocess.run(command, cwd=browser, capture_output=True, text=True, check=True)
    bill = json.loads(done.stdout)
    locked = json.loads((browser / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    versions = {one["name"]: one["version"] for one in bill["components"]}
    assert bill["bomFormat"] == "CycloneDX"
    assert {"oxigraph", "@codemirror/view", "@codemirror/state"} <= versions.keys()
    assert versions == {
        path.removeprefix("node_modules/"): package["version"]
        for path, package in locked.items()
        if path and not package.get("dev")
    }
    assert all(one["licenses"] for one in bill["components"])


def test_the_bill_of_materials_is_for_the_wheel_and_not_for_the_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "browser/built").mkdir(parents=True)
    for name in ("ask.js", "bom.cdx.json", "oxigraph.wasm"):
        (tmp_path / "browser/built" / name).touch()
    monkeypatch.setattr(write, "__file__", str(tmp_path / "write.py"))
    assert [path.name for path in write.scripts()] == ["ask.js", "oxigraph.wasm"]
