"""The check of a release's files: none is missing, extra or altered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from iomgraph.errors import PublicationError
from iomgraph.findings import Finding, Place
from iomgraph.release import content, manifest
from iomgraph.release.manifest import NAME, SUMS, Entry, Manifest
from iomgraph.sources.rules import Rules

_CHUNK = 1 << 20


def check(folder: Path, listed: Manifest, rules: Rules, keep: Sequence[str] = ()) -> Iterator[Finding]:
    """Compare the files in a folder with the manifest, without following links.

    Args:
        folder: the release.
        listed: its manifest.
        rules: make findings.
        keep: names in the folder that do not belong to the release, besides `manifest.KEPT`.
    """
    known = {item.name for item in listed.entries}
    for path in sorted(manifest.below(folder, (*manifest.KEPT, *keep))):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            yield rules.finding("no-plain-file", Place(name))
        elif path.is_file() and name not in known and name not in manifest.OWN:
            yield rules.finding("unlisted-file", Place(name))
    for item in listed.entries:
        yield from _file(folder, item, rules)
    yield from _sums(folder, listed, rules)


def _file(folder: Path, item: Entry, rules: Rules) -> Iterator[Finding]:
    path, place = folder / item.name, Place(item.name)
    if not content.is_inside(folder, item.name):
        if not path.exists() and not path.is_symlink():
            yield rules.finding("missing-file", place)
        elif not path.is_symlink():
            yield rules.finding("no-plain-file", place)
        return
    size = path.stat().st_size
    if size != item.bytes:
        yield rules.finding("other-size", place, found=size, listed=item.bytes)
    elif manifest.digest(path) != item.sha256:
        yield rules.finding("other-digest", place)
    elif item.contentBytes is not None:
        yield from _content(folder, item, rules)


def _content(folder: Path, item: Entry, rules: Rules) -> Iterator[Finding]:
    try:
        with content.opened(folder, item) as stream:
            size = sum(map(len, iter(lambda: stream.read(_CHUNK), b"")))
    except PublicationError as error:
        yield rules.finding("other-content-size", Place(item.name), value=error.what)
        return
    if size != item.contentBytes:
        yield rules.finding("other-content-size", Place(item.name), value=f"{size} ≠ {item.contentBytes}")


def _sums(folder: Path, listed: Manifest, rules: Rules) -> Iterator[Finding]:
    path = folder / SUMS
    if not listed.version and not path.exists():
        return  # Releases from before versions have none.
    if not content.is_inside(folder, SUMS):
        yield rules.finding("missing-file", Place(SUMS))
        return
    known = {**{item.name: item for item in listed.entries}, NAME: manifest.entry(folder, NAME)}
    expected = "".join(manifest.sum_line(known[name]) for name in sorted(known)).encode()
    with path.open("rb") as stream:
        if stream.read(len(expected) + 1) != expected:
            yield rules.finding("other-checksums", Place(SUMS))
