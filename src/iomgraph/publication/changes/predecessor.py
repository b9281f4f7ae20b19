"""The previous release: the one that the user names, or else the one that the new release replaces."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from iomgraph.errors import PublicationError, SettingsError
from iomgraph.release import content, history, manifest, patch, quads
from iomgraph.release.difference import undone
from iomgraph.release.history import FOLDER, INDEX, History
from iomgraph.release.manifest import Entry, Manifest


@dataclass(frozen=True, slots=True)
class Predecessor:
    """The release that a new one follows.

    Args:
        version: version of the previous release.
        folder: the folder from which the history is copied.
        history: history up to and including that release.
        statements: yields that release's statements, in order.
    """

    version: str
    folder: Path
    history: History
    statements: Callable[[], Iterator[str]]


def find(given: Path | None, out: Path, version: str) -> Predecessor | None:
    """Find the previous release.

    If a release of the same version is in the place of the new one, it is being built again: the previous
    release is then the one before that, whose statements result from undoing the last patch. A release in
    parts has no patches, so the history of its successor begins with the change from it.

    Args:
        given: folder of the previous release; None to take the one in the place of the new release.
        out: the place of the new release.
        version: version of the new release.

    Returns:
        the previous release, or None if the new one is the first.

    Raises:
        PublicationError: if it is damaged.
        SettingsError: if an earlier release has this version already, or the named release does not have one.
    """
    folder = given or out
    if given is None and not manifest.is_release(out):
        return None
    known = manifest.load(folder)
    if not known.version:
        if given is None:
            return None
        raise SettingsError("that release has no version", where=folder, step="build it again, then this one")
    _check(folder, known)
    past = _history(folder)
    again = given is None and known.version == version
    if again and past.entries:
        past = history.without_last(folder / FOLDER, past)
    taken = {entry.version for entry in history.all_versions(folder / FOLDER, past)}
    _refuse_taken(version, taken if again else {known.version, *taken})
    if not again:
        return Predecessor(known.version, folder, past, lambda: content.statements(folder))
    if not known.previous or not has_history(known):
        return None
    return Predecessor(known.previous, folder, past, lambda: _before(folder, known))


def is_lost(standing: Manifest, new: Manifest) -> bool:
    """Tell whether a release lacks a predecessor although it is not the first in its place.

    This is so if the one in its place has no version, or is in parts and has the same version, so that its
    changes are unknown.

    Args:
        standing: the manifest of the release in its place.
        new: the manifest of the new one.
    """
    return not new.previous and (bool(standing.previous) or standing.version != new.version)


def has_history(known: Manifest) -> bool:
    """Tell whether a release has a history of changes; a release built on a cluster does not."""
    return any(item.name == f"{FOLDER}/{INDEX}.json" for item in known.entries)


def _history(folder: Path) -> History:
    """Read the history of a release; for one built on a cluster, it is empty."""
    name = f"{FOLDER}/{INDEX}.json"
    return history.read(folder / name) if content.is_inside(folder, name) else History()


def _check(folder: Path, known: Manifest) -> None:
    """Refuse a predecessor whose statements or history were altered."""
    statements = quads.of(known.entries)
    for item in known.entries:
        needed = item in statements or item.name.startswith(f"{FOLDER}/")
        if needed and not _is_sound(folder, item):
            raise PublicationError(
                "the previous release is damaged",
                where=folder / item.name,
                step="run iomgraph verify; then name a sound one with --previous, or remove it",
            )


def _is_sound(folder: Path, item: Entry) -> bool:
    path = folder / item.name
    inside = content.is_inside(folder, item.name)
    return inside and path.stat().st_size == item.bytes and manifest.digest(path) == item.sha256


def _refuse_taken(version: str, known: set[str]) -> None:
    if version in known:
        raise SettingsError(
            "an earlier release already has this version",
            where=version,
            step="give another one with --version",
        )


def _before(folder: Path, known: Manifest) -> Iterator[str]:
    name = f"{FOLDER}/{known.version}{patch.EXTENSION}.gz"
    item = next((entry for entry in known.entries if entry.name == name), None)
    if item is None:
        raise PublicationError("the last patch is missing", where=folder / name, step="run iomgraph verify")
    with content.opened(folder, item) as stream:
        lines = io.TextIOWrapper(stream, encoding="utf-8", newline="\n")
        yield from undone(content.statements(folder), patch.changes(lines))
