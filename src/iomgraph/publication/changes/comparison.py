"""Two release folders compared: their difference, its patch, and what it means."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from iomgraph.mapping import context
from iomgraph.publication.changes import lookup, patch
from iomgraph.publication.changes.difference import difference
from iomgraph.publication.changes.summary import Summary, summarize
from iomgraph.publication.content import statements
from iomgraph.publication.manifest import load


def patch_of(old: Path, new: Path) -> Iterator[str]:
    """Give the lines of the RDF Patch that makes the old release the new one; nothing is held in memory.

    Raises:
        PublicationError: if one is no release, or damaged.
    """
    return patch.rows(difference(statements(old), statements(new)))


def summary_of(old: Path, new: Path, data: Path) -> Summary:
    """Tell what changed from one release to another.

    Args:
        old: folder of the release before.
        new: folder of the release after.
        data: folder of the tables, which have the words.

    Raises:
        PublicationError: if one is no release, or damaged.
    """
    between = (load(old).version or old.name, load(new).version or new.name)
    known = context.read(new / "ontology")
    names = lookup.names(data, new / "ontology", known, lookup.places_of(new))
    return summarize(lambda: statements(old), lambda: statements(new), known, names, between)
