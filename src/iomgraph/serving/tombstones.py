"""Things of earlier versions that this release no longer has, from the feed of changes."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from iomgraph.errors import PublicationError
from iomgraph.release import content, history, patch
from iomgraph.release.difference import ADDED
from iomgraph.release.history import FOLDER, INDEX, Version
from iomgraph.terms import RDF_TYPE

_NAMES = ("http://purl.org/dc/terms/title", "http://www.w3.org/2004/02/skos/core#prefLabel")


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A removed thing.

    Args:
        what: its class, by the last part of its IRI.
        name: its name; empty if it had none.
        version: the first release without it.
        day: day of that release, as YYYY-MM-DD.
        patch: name of the patch that removed it, below `changes/`.
    """

    what: str
    name: str
    version: str
    day: str
    patch: str


def read(release: Path, base_iri: str) -> Mapping[str, Tombstone]:
    """Read the removed things, by path below the base IRI.

    Args:
        release: its folder.
        base_iri: the beginning of our IRIs.

    Raises:
        PublicationError: if the feed of changes can't be read.
    """
    folder = release / FOLDER
    found: dict[str, Tombstone] = {}
    if not (folder / f"{INDEX}.json").is_file():
        return found
    for version in history.all_versions(folder, history.read(folder / f"{INDEX}.json")):
        name = version.files.get("patch")
        if name:
            try:
                _apply(found, version, folder / name, base_iri)
            except (OSError, EOFError, zlib.error, ValueError, SyntaxError) as error:
                raise PublicationError(
                    f"a patch can't be read ({error})", where=name, step="build the release again"
                ) from None
    return _without_present(found, release, base_iri) if found else found


def _without_present(found: dict[str, Tombstone], release: Path, base_iri: str) -> dict[str, Tombstone]:
    """Leave out things that any graph still describes, since a thing may lose one page and stay."""
    start = f"<{base_iri}"
    present = {
        line[len(start) : line.index(">")] for line in content.statements(release) if line.startswith(start)
    }
    return {path: one for path, one in found.items() if path not in present}


def _apply(found: dict[str, Tombstone], version: Version, path: Path, base_iri: str) -> None:
    """Add the things that a version removed, and drop those that it brought back."""
    classes: dict[str, str] = {}
    names: dict[str, str] = {}
    for sign, line in _told(path, base_iri):
        quad = next(iter(ox.parse(line, format=ox.RdfFormat.N_QUADS)))
        key = str(quad.subject.value).removeprefix(base_iri)
        if quad.predicate.value == RDF_TYPE:
            if sign == ADDED:
                classes.pop(key, None)
                found.pop(key, None)
            else:
                classes[key] = str(getattr(quad.object, "value", "")).replace("#", "/").rpartition("/")[2]
        elif sign != ADDED:
            names.setdefault(key, str(getattr(quad.object, "value", "")))
    for key, what in classes.items():
        name = names.get(key, "")
        found[key] = Tombstone(what, name, version.version, version.created[:10], path.name)


def _told(path: Path, base_iri: str) -> Iterator[tuple[str, str]]:
    """The rows of a patch that name or type a thing of ours; only these need parsing."""
    start = f"<{base_iri}"
    with gzip.open(path) as stream:
        for sign, line in patch.changes(io.TextIOWrapper(stream, encoding="utf-8")):
            if line.startswith(start) and line.partition("> <")[2].startswith((RDF_TYPE, *_NAMES)):
                yield sign, line
