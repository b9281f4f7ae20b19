"""The manifest lists every other file, and detects changed ones."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path

import pytest

from iomgraph.errors import PublicationError
from iomgraph.release import manifest


def test_every_file_but_the_manifest_is_listed_in_order_of_name(release: Path) -> None:
    listed = json.loads((release / "manifest.json").read_text())["files"]
    found = sorted(path.relative_to(release).as_posix() for path in release.rglob("*") if path.is_file())
    assert [item["name"] for item in listed] == [
        name for name in found if name not in ("manifest.json", "SHA256SUMS")
    ]
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


def test_known_checksums_are_not_computed_again(release: Path) -> None:
    known = manifest.Entry("void.ttl", "text/turtle", 1, "known")
    gone = manifest.Entry("gone.ttl", "text/turtle", 1, "gone")
    found = {item.name: item for item in manifest.entries(release, [known, gone])}
    assert found["void.ttl"] == known
    assert list(found) == [item.name for item in manifest.read(release)]


def test_coreutils_find_the_checksums_true(release: Path) -> None:
    check = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    assert subprocess.run(check, cwd=release, check=False).returncode == 0
    (release / "void.ttl").write_text("")
    assert subprocess.run(check, cwd=release, check=False, capture_output=True).returncode == 1


def test_coreutils_read_an_odd_name_back(tmp_path: Path) -> None:
    (tmp_path / "a\\b\nc.txt").write_text("odd")
    manifest.write(tmp_path)
    check = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    assert subprocess.run(check, cwd=tmp_path, check=False).returncode == 0


def test_a_newer_format_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"type": "iomgraph release", "format": 3, "files": []}')
    assert not manifest.is_release(tmp_path)
    with pytest.raises(PublicationError, match="format 3, newer than the 2"):
        manifest.load(tmp_path)


@pytest.mark.parametrize(
    "name",
    ["../x", "/etc/passwd", "a/../../x", "a//b", "./a", "", "a\\b", "manifest.json", "a/", "a\x00"],
)
def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    item = {"name": name, "mediaType": "text/plain", "bytes": 1, "sha256": "0"}
    document = {"type": "iomgraph release", "format": 2, "files": [item]}
    (tmp_path / "manifest.json").write_text(json.dumps(document))
    with pytest.raises(PublicationError, match="not a path below the folder"):
        manifest.load(tmp_path)


def test_a_link_is_not_a_file_of_a_release(tmp_path: Path) -> None:
    (tmp_path / "passwords").symlink_to("/etc/passwd")
    with pytest.raises(PublicationError, match="only plain files"):
        manifest.write(tmp_path)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"type": "iomgraph release", "files": [{"x": 1}]}'])
def test_a_manifest_of_something_else_is_a_stop(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    assert not manifest.is_release(tmp_path)
    with pytest.raises(PublicationError, match="not a manifest of a release"):
        manifest.read(tmp_path)
