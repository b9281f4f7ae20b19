"""A release with all inputs of its answers, so that its files need not be opened again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from iomgraph.mapping import context
from iomgraph.mapping.context import Context
from iomgraph.publication.site import translations
from iomgraph.publication.site.translations import Term, Words
from iomgraph.queries import execution, library
from iomgraph.queries.graphs import Graphs
from iomgraph.queries.library import Query
from iomgraph.release import manifest, quads
from iomgraph.serving.statements import Things
from iomgraph.settings import resources


@dataclass(frozen=True, slots=True)
class Release:
    """A release in memory, or one whose graphs are in a store elsewhere.

    Args:
        store: all its graphs.
        context: gives the meaning of terms, under the base IRI of the release.
        queries: name to query, under that base IRI.
        said: language to words and labels.
        terms: name to term of our ontology.
        version: version of the release.
        digest: SHA-256 of its dump, which distinguishes two builds of one day; empty if unknown.
        named: the types and names of the things that queries take; without it, the store itself.
        things: gives the things for reconciliation; None for those in the store.
        expect: takes the things that are needed next, to fetch them from a store elsewhere at once.
    """

    store: Graphs
    context: Context
    queries: Mapping[str, Query]
    said: Mapping[str, Words]
    terms: Mapping[str, Term]
    version: str
    digest: str = ""
    named: Graphs | None = None
    things: Things | None = None
    expect: Callable[[Iterable[str]], object] = lambda _: None

    @property
    def names(self) -> Graphs:
        """The graphs in which to look up the things that queries take."""
        return self.store if self.named is None else self.named

    @property
    def base_iri(self) -> str:
        """The base of our IRIs, including those of the release's graphs."""
        return self.context.prefixes["graphs"].removesuffix("graph/")

    @classmethod
    def open(cls, folder: Path) -> Release:
        """Open a release folder, and read the queries that come with the program.

        Raises:
            IomgraphError: if it is not a release, or damaged.
        """
        known = context.read(folder / "ontology")
        base = known.prefixes["graphs"].removesuffix("graph/")
        asked = library.read_all(resources() / "queries")
        listed = manifest.load(folder)
        return cls(
            execution.open_release(folder),
            known,
            {name: replace(one, text=library.moved(one.text, base)) for name, one in asked.items()},
            translations.read(resources() / "data", folder / "ontology"),
            {term.name: term for term in translations.terms(folder / "ontology")},
            listed.version,
            quads.digest(listed.entries),
        )
