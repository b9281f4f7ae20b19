"""The release before: the one that is named, or else the one that stands where the new one will."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from iomgraph.errors import PublicationError, SettingsError
from iomgraph.release import content, history, manifest, patch, quads
from iomgraph.release.difference import undone
from iomgraph.release.history import FOLDER, INDEX, History
from iomgraph.release.manifest import Entry


@dataclass(frozen=True, slots=True)
class Predecessor:
    """The release that a new one follows.

    Args:
        version: of the release before.
        folder: where the history is carried forward from.
        history: up to and with that release.
        statements: gives that release's statements, in order.
    """

    version: str
    folder: Path
    history: History
    statements: Callable[[], Iterator[str]]


def find(given: Path | None, out: Path, version: str) -> Predecessor | None:
    """Find the release before.

    Where a release of the same version stands in the place of the new one, it is built again: then
    the one before is the one before that, whose statements are had by undoing the last patch.

    Args:
        given: folder of the release before; None to take the one that stands in the place.
        out: the place of the new release.
        version: of the new release.

    Returns:
        it, or None if the new release is the first.

    Raises:
        PublicationError: if it is damaged.
        SettingsError: if the version is taken by an earlier release, or the one named is not one
            that can be gone on from.
    """
    folder = given or out
    if given is None and not manifest.is_release(out):
        return None
    known = manifest.load(folder)
    index = folder / FOLDER / f"{INDEX}.json"
    if not known.version or not content.is_inside(folder, f"{FOLDER}/{INDEX}.json"):
        if given is None:
            return None
        step = "build it again, then this one" if not known.version else "compare them with iomgraph diff"
        lacks = "version" if not known.version else "history: those built on a cluster have none"
        raise SettingsError(f"that release has no {lacks}", where=folder, step=step)
    _check(folder, known)
    past = history.read(index)
    again = given is None and known.version == version
    if again:
        past = history.without_last(folder / FOLDER, past)
    _refuse_taken(version, folder, past)
    if not again:
        return Predecessor(known.version, folder, past, lambda: content.statements(folder))
    return Predecessor(known.previous, folder, past, lambda: _before(folder, known)) if past.entries else None


def _check(folder: Path, known: manifest.Manifest) -> None:
    """Refuse to go on from what was altered: the statements, and all that is carried forward."""
    statements = quads.of(known.entries)
    for item in known.entries:
        needed = item in statements or item.name.startswith(f"{FOLDER}/")
        if needed and not _is_sound(folder, item):
            raise PublicationError(
                "the release before is damaged",
                where=folder / item.name,
                step="run iomgraph verify; then name a sound one with --previous, or remove it",
            )


def _is_sound(folder: Path, item: Entry) -> bool:
    path = folder / item.name
    inside = content.is_inside(folder, item.name)
    return inside and path.stat().st_size == item.bytes and manifest.digest(path) == item.sha256


def _refuse_taken(version: str, folder: Path, past: History) -> None:
    if any(entry.version == version for entry in history.all_versions(folder / FOLDER, past)):
        raise SettingsError(
            "an earlier release already has this version",
            where=version,
            step="give another one with --version",
        )


def _before(folder: Path, known: manifest.Manifest) -> Iterator[str]:
    name = f"{FOLDER}/{known.version}{patch.EXTENSION}.gz"
    item = next((entry for entry in known.entries if entry.name == name), None)
    if item is None:
        raise PublicationError("the last patch is missing", where=folder / name, step="run iomgraph verify")
    with content.opened(folder, item) as stream:
        lines = io.TextIOWrapper(stream, encoding="utf-8", newline="\n")
        yield from undone(content.statements(folder), patch.changes(lines))
