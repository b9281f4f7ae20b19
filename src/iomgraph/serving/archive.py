"""The documents of a release in one private file, as they were when the release was checked.

A release is replaced by renaming, and the folder of the old one is removed. A process that still answers from
the old release needs its documents until the end, so each is copied into a nameless file while its checksum
is compared. The server thus serves exactly the checked bytes, and paths in requests never reach the disk.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from iomgraph.errors import PublicationError
from iomgraph.formats import media_type
from iomgraph.publication.site.reuse import FOLDER
from iomgraph.release import manifest
from iomgraph.release.manifest import Entry

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Document:
    """A file of the site.

    Args:
        media_type: media type of its bytes.
        sha256: SHA-256 of its bytes.
        start: their position in the archive.
        length: their number.
        changed: time at which the file was written, in seconds since 1970.
    """

    media_type: str
    sha256: str
    start: int
    length: int
    changed: int


def pack(folder: Path) -> tuple[int, Mapping[str, Document]]:
    """Check every file of a release, and copy those of its site.

    Returns:
        the descriptor of the archive, and path below the site to document.

    Raises:
        PublicationError: if a file is missing or differs from the manifest, or the disk is full.
    """
    found: dict[str, Document] = {}
    starts: dict[str, int] = {}
    with tempfile.TemporaryFile(buffering=0) as archive:
        end = 0
        for entry in manifest.load(folder).entries:
            path = folder / entry.name
            kept = entry.name.removeprefix(f"{FOLDER}/")
            wanted = kept != entry.name and entry.sha256 not in starts
            changed = _copy(path, entry, archive.fileno() if wanted else -1, end)
            if wanted:
                starts[entry.sha256], end = end, end + entry.bytes
            if kept != entry.name:
                place = starts[entry.sha256]
                found[kept] = Document(media_type(kept), entry.sha256, place, entry.bytes, changed)
        return os.dup(archive.fileno()), found


def _copy(path: Path, entry: Entry, to: int, end: int) -> int:
    """Compare a file with the manifest, and copy it; return the time at which it was written."""
    digest = hashlib.sha256()
    try:
        with path.open("rb", buffering=0) as stream:
            changed = int(os.fstat(stream.fileno()).st_mtime)
            while piece := stream.read(_CHUNK):
                digest.update(piece)
                if to >= 0:
                    os.pwrite(to, piece, end)
                    end += len(piece)
    except OSError as error:
        raise PublicationError(
            f"a file of the release can't be read ({error.strerror})", where=entry.name, step="build it again"
        ) from None
    if digest.hexdigest() != entry.sha256:
        raise PublicationError("a file of the release was altered", where=entry.name, step="build it again")
    return changed
