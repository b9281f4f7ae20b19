"""The N-Quads of a release: one file, or the parts written by a cluster, in order."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from iomgraph.errors import PublicationError
from iomgraph.release import lines, manifest
from iomgraph.release.dumps import NQUADS
from iomgraph.release.manifest import Entry

PARTS = "nquads/part-{:05}.nq.gz"
_PART = re.compile(r"nquads/part-(\d{5,})\.nq\.gz")


def of(entries: Iterable[Entry]) -> list[Entry]:
    """Choose the files of a release that hold its statements, in order; empty if it has none.

    Args:
        entries: the entries of its manifest.

    Example:
        >>> one, other = (Entry(PARTS.format(number), "application/gzip", 1, "00") for number in (10, 9))
        >>> [entry.name for entry in of([one, other])]
        ['nquads/part-00009.nq.gz', 'nquads/part-00010.nq.gz']
    """
    known = {entry.name: entry for entry in entries}
    if NQUADS in known:
        return [known[NQUADS]]
    parts = {int(found[1]): entry for name, entry in known.items() if (found := _PART.fullmatch(name))}
    return [parts[number] for number in sorted(parts)]


def holds(name: str) -> bool:
    """Tell whether a file of a release holds its statements or a part of them.

    Example:
        >>> holds(PARTS.format(0)), holds("iomgraph.ttl")
        (True, False)
    """
    return name == NQUADS or bool(_PART.fullmatch(name))


def paths(folder: Path) -> list[Path]:
    """Find the files that hold the statements of a release, in order; empty without a release.

    Args:
        folder: of the release.

    Raises:
        PublicationError: if it is in parts, and its manifest is damaged or a part is missing.
    """
    if (folder / NQUADS).is_file():
        return [folder / NQUADS]
    if not (folder / PARTS).parent.is_dir():
        return []
    found = [folder / entry.name for entry in of(manifest.read(folder))]
    for path in found:
        if not path.is_file():
            raise PublicationError(
                "a part of the release is missing", where=path, step="fetch the release again"
            )
    return found


def read(folder: Path) -> Iterator[str]:
    """Read the statements of a release as lines of N-Quads, in order; only for files known to be intact.

    Args:
        folder: of the release.

    Raises:
        PublicationError: if there are none, or a part is missing.
    """
    found = paths(folder)
    if not found:
        raise PublicationError("the release has no quads", where=folder, step="build it again")
    return chain.from_iterable(map(lines.read, found))


def digest(entries: Iterable[Entry]) -> str:
    """Return a digest that identifies the statements of a release; empty if it has none.

    It is the SHA-256 of its N-Quads, or of the concatenated digests of their parts.

    Args:
        entries: the entries of its manifest.

    Example:
        >>> digest([Entry(NQUADS, "application/gzip", 1, "00ff")])
        '00ff'
    """
    found = [entry.sha256 for entry in of(entries)]
    if len(found) < 2:
        return "".join(found)
    return hashlib.sha256("".join(found).encode()).hexdigest()
