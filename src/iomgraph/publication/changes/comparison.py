"""The comparison of two release folders: their difference, its patch, and its meaning."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from iomgraph.errors import PublicationError
from iomgraph.mapping import context
from iomgraph.publication.changes import lookup
from iomgraph.publication.changes.summary import Summary, summarize
from iomgraph.publication.places import JSON
from iomgraph.release import patch
from iomgraph.release.content import is_inside, statements
from iomgraph.release.difference import difference
from iomgraph.release.manifest import load

_READ = ("ontology/context.jsonld", "ontology/iomgraph.ttl", JSON)


def patch_of(old: Path, new: Path) -> Iterator[str]:
    """Yield the lines of the RDF Patch from the old release to the new one, without holding them in memory.

    Raises:
        PublicationError: if one is not a release, or damaged.
    """
    return patch.rows(difference(statements(old), statements(new)))


def summary_of(old: Path, new: Path, data: Path) -> Summary:
    """Summarise the changes from one release to another.

    Args:
        old: folder of the old release.
        new: folder of the new release.
        data: folder of the tables, which have the words.

    Raises:
        PublicationError: if one is not a release, or damaged.
    """
    between = (load(old).version or old.name, load(new).version or new.name)
    for name in _READ:
        if (new / name).exists() and not is_inside(new, name):
            raise PublicationError(
                "a release may contain only plain files", where=new / name, step="run iomgraph verify"
            )
    known = context.read(new / "ontology")
    names = lookup.names(data, new / "ontology", known, lookup.places_of(new))
    return summarize(lambda: statements(old), lambda: statements(new), known, names, between)
