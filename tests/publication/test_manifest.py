"""The manifest lists every other file, and tells when one was changed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from iomgraph.errors import PublicationError
from iomgraph.publication import manifest


def test_every_file_but_the_manifest_is_listed_in_order_of_name(release: Path) -> None:
    listed = json.loads((release / "manifest.json").read_text())["files"]
    found = sorted(path.relative_to(release).as_posix() for path in release.rglob("*") if path.is_file())
    assert [item["name"] for item in listed] == [name for name in found if name != "manifest.json"]
    assert "shapes/must/project.ttl" in found


def test_sizes_and_digests_are_those_of_the_bytes(release: Path) -> None:
    for item in manifest.read(release):
        content = (release / item.name).read_bytes()
        assert (item.bytes, item.sha256) == (len(content), hashlib.sha256(content).hexdigest())


def test_a_changed_an_added_and_a_removed_file_are_named(release: Path) -> None:
    assert manifest.differences(release) == []
    (release / "void.ttl").write_text("")
    (release / "added.txt").write_text("")
    (release / "dcat.ttl").unlink()
    assert manifest.differences(release) == ["added.txt", "dcat.ttl", "void.ttl"]


def test_a_link_is_no_file_of_a_release(tmp_path: Path) -> None:
    (tmp_path / "passwords").symlink_to("/etc/passwd")
    with pytest.raises(PublicationError, match="plain files only"):
        manifest.write(tmp_path)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"type": "iomgraph release", "files": [{"x": 1}]}'])
def test_a_manifest_of_something_else_is_told_as_a_stop(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    assert not manifest.is_release(tmp_path)
    with pytest.raises(PublicationError, match="no manifest of a release"):
        manifest.read(tmp_path)
