"""The manifest: every file of a release with its media type, size and SHA-256."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from iomgraph.errors import PublicationError
from iomgraph.formats import media_type

NAME = "manifest.json"
_MARK = "iomgraph release"


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a release.

    Args:
        name: path below the release's folder, with forward slashes.
        mediaType: of the bytes as they lie there.
        bytes: how many.
        sha256: of the bytes, in lower-case hexadecimal digits.
    """

    name: str
    mediaType: str  # noqa: N815 (the key as published)
    bytes: int
    sha256: str


def entry(folder: Path, name: str) -> Entry:
    """Describe one file below a folder."""
    path = folder / name
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return Entry(name, media_type(name), path.stat().st_size, digest)


def entries(folder: Path) -> list[Entry]:
    """Describe every file below a folder but the manifest itself, in order of name.

    Raises:
        PublicationError: if something is there that is no plain file, a symbolic link above all.
    """
    names = []
    for path in folder.rglob("*"):
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise PublicationError(
                "a release holds plain files only", where=path, step="replace the link by a copy of the file"
            )
        if path.is_file() and path != folder / NAME:
            names.append(path.relative_to(folder).as_posix())
    return [entry(folder, name) for name in sorted(names)]


def write(folder: Path) -> list[Entry]:
    """Write the manifest of a folder into it: the last file of a release.

    Returns:
        what it lists, in order of name.

    Raises:
        PublicationError: if something is there that is no plain file.
    """
    listed = entries(folder)
    document = {"type": _MARK, "files": [asdict(item) for item in listed]}
    text = json.dumps(document, indent=2, ensure_ascii=False)
    (folder / NAME).write_text(f"{text}\n", encoding="utf-8", newline="\n")
    return listed


def read(folder: Path) -> list[Entry]:
    """Read what the manifest of a release lists.

    Raises:
        PublicationError: if the folder has no manifest of ours.
    """
    path = folder / NAME
    try:
        document: Any = json.loads(path.read_text(encoding="utf-8"))
        if document["type"] != _MARK:
            raise ValueError(f"its type is not {_MARK!r}")
        return [Entry(**item) for item in document["files"]]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise PublicationError(
            f"this is no manifest of a release ({error})", where=path, step="name the folder of a release"
        ) from error


def is_release(folder: Path) -> bool:
    """Say whether a folder is a release of ours: whether its manifest can be read."""
    try:
        read(folder)
    except PublicationError:
        return False
    return True


def differences(folder: Path) -> list[str]:
    """Name the files that were changed, added or removed since the release was published.

    Raises:
        PublicationError: if the folder has no manifest of ours, or holds a link.
    """
    return sorted({item.name for item in set(read(folder)) ^ set(entries(folder))})
