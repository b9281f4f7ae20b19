"""The descriptions of a release by itself: its catalogue record, statistics, service and changes, by IRI.

They are in documents of their own, and not in a graph of the release. Their IRIs (`dataset/period`,
`contact`, `changes/stream`) lead to documents that are made on request.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from iomgraph import iris, terms
from iomgraph.errors import PublicationError
from iomgraph.publication import dcat, service, void
from iomgraph.release.history import FOLDER

_ONTOLOGY = "ontology"


@dataclass(frozen=True, slots=True)
class Described:
    """The paths of things that a release describes besides its data.

    Args:
        paths: paths of the described things.
        versions: path of the IRI of an ontology's version to that of the ontology.
    """

    paths: frozenset[str] = frozenset()
    versions: Mapping[str, str] = field(default_factory=dict)


NOTHING = Described()


def read(release: Path) -> ox.Store:
    """Read the documents in which a release describes itself.

    Args:
        release: its folder.

    Raises:
        PublicationError: if one is missing, or can't be read.
    """
    store = ox.Store()
    for path in _files(release):
        try:
            store.extend(
                ox.Quad(one.subject, one.predicate, one.object)
                for one in ox.parse(path=path, format=ox.RdfFormat.TURTLE)
            )
        except (OSError, SyntaxError) as error:
            raise PublicationError(
                f"a description of the release can't be read ({error})",
                where=path.relative_to(release),
                step="build it again",
            ) from None
    return store


def _files(release: Path) -> Iterator[Path]:
    yield from (release / name for name in (dcat.TURTLE, void.FILE, service.FILE))
    for folder in (FOLDER, _ONTOLOGY):
        yield from sorted((release / folder).glob("*.ttl"))


def paths(store: ox.Store, base_iri: str) -> Described:
    """List the described things by path.

    Args:
        store: the descriptions, from `read`.
        base_iri: the beginning of our IRIs.
    """
    found = {
        path
        for quad in store
        if isinstance(quad.subject, ox.NamedNode)
        and "#" not in quad.subject.value
        and quad.subject.value.startswith(base_iri)
        and (path := quad.subject.value.removeprefix(base_iri))
    }
    versions = {
        _path(quad.object): _path(quad.subject)
        for quad in store.quads_for_pattern(None, ox.NamedNode(terms.OWL_VERSION_IRI), None)
    }
    return Described(frozenset(found), versions)


def _path(term: object) -> str:
    """The path of an ontology, or of a version of one, which have the same base in every portfolio."""
    return str(getattr(term, "value", "")).removeprefix(iris.BASE_IRI)
