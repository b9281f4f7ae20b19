"""The data graph, made from a graph of rdflib, a store, or files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import pyoxigraph as ox
from rdflib import Dataset, Graph

from iomgraph.errors import SettingsError
from iomgraph.findings import Finding, Place, Severity
from iomgraph.processes import Say
from iomgraph.validation.documents import Documents, File, Reading, read
from iomgraph.validation.documents.places import Wanted
from iomgraph.validation.documents.reading import BACKGROUND, IMPORTS
from iomgraph.validation.shacl import exact_quads
from iomgraph.validation.shacl.terms import Term, to_oxigraph

_NO_TRIPLES = {
    "en": "the file has no triple: there was nothing in it to check",
    "es": "el archivo no tiene ningún triple: no había nada que comprobar",
    "fr": "le fichier ne contient aucun triplet\u00a0: il n’y avait rien à vérifier",
}

Paths = str | Path | Sequence[str | Path | File]
"""A file, a folder or a pattern, or several."""

Data = Graph | Dataset | ox.Store | Paths


class Options(TypedDict, total=False):
    """Options of `validate`, all of which are optional.

    Args:
        timeout: seconds for each constraint; one that takes longer is noted as undecided.
        without: beginning of the names of graphs in files to leave out; none by default.
        data_format: the format of all files of data whose extensions do not tell it.
        shapes_format: the format of all files of shapes whose extensions do not tell it.
        background: data that shapes can use but that is not checked.
        imports_root: folder in which to read local files that `owl:imports` names; without it, they are not
            read, and the report notes them.
        tolerant: note files of data that can't be read or are not well-formed, and check the others.
        say: takes the name of each step as it begins, and the amount done.
    """

    timeout: float | None
    without: str
    data_format: str
    shapes_format: str
    background: Paths
    imports_root: Path | None
    tolerant: bool
    say: Say


@dataclass(frozen=True, slots=True)
class DataGraph:
    """The data to validate.

    Args:
        store: the store that holds it.
        graphs: names of the graphs to merge.
        documents: the files that it came from, if any.
        exact: the store keeps literals as they were written.
    """

    store: ox.Store
    graphs: Sequence[ox.NamedNode | ox.DefaultGraph]
    documents: Documents | None
    exact: bool

    @property
    def files(self) -> list[File]:
        """The files of data, except the background."""
        return [file for file in self.documents.files if not file.background] if self.documents else []

    def is_reported(self, node: Term) -> bool:
        """Tell whether findings on a node belong to the data and not to the background."""
        return len(self.graphs) == 1 or is_described(self.store, node)


def is_described(store: ox.Store, node: Term) -> bool:
    """Tell whether a node is described in the data or nowhere, and not only in the background."""
    if isinstance(node, ox.Literal):
        return True
    in_data, behind = (
        next(store.quads_for_pattern(node, None, None, graph), None)
        for graph in (ox.DefaultGraph(), BACKGROUND)
    )
    return in_data is not None or behind is None


def open_data(data: Data, options: Options) -> DataGraph:
    """Open data.

    Args:
        data: a graph, a store, whose default graph is used directly, or files.
        options: options of `validate`.

    Raises:
        SourceError: if a file can't be read or has a syntax error, with its line and column.
        SettingsError: if there is a background for a store, which we must not fill.
    """
    background = options.get("background", ())
    reading = Reading(
        data_format=options.get("data_format", ""),
        without=options.get("without", ""),
        background=[background] if isinstance(background, str | Path) else background,
        root=options.get("imports_root"),
        tolerant=options.get("tolerant", False),
    )
    if isinstance(data, ox.Store):
        if background:
            raise SettingsError("a store has no background", step="load the background into the store")
        return DataGraph(data, [ox.DefaultGraph()], None, exact=False)
    if isinstance(data, Graph):
        documents = read([], reading)
        documents.store.bulk_extend(exact_quads(_quads(data)))
        return DataGraph(documents.store, documents.graphs, None, exact=True)
    documents = read([data] if isinstance(data, str | Path) else data, reading)
    return DataGraph(documents.store, documents.graphs, documents, exact=True)


def _quads(graph: Graph) -> Iterator[ox.Quad]:
    triples = (
        ((s, p, o) for s, p, o, _ in graph.quads())
        if isinstance(graph, Dataset)
        else graph.triples((None,) * 3)
    )
    for subject, predicate, target in triples:
        yield ox.Quad(to_oxigraph(subject), ox.NamedNode(str(predicate)), to_oxigraph(target))  # type: ignore[arg-type]


def reading_notes(documents: Documents | None) -> Iterator[Finding]:
    """Yield a finding for each file that was not read."""
    if documents is None:
        return
    for error in documents.failed:
        # Messages of the parser are in English.
        yield Finding(error.rule, Severity.MUST, dict(error.texts), place=error.place)
    for name in documents.empty:
        yield Finding("no-triples", Severity.MUST, _NO_TRIPLES, place=Place(name))
    importing = {Wanted(who, IMPORTS.value, ox.NamedNode(iri)): iri for iri, who in documents.local.items()}
    places = documents.places(importing)
    for wanted, iri in sorted(importing.items(), key=lambda item: item[1]):
        yield Finding(
            "import-not-followed",
            Severity.MUST,
            {
                "en": f"the local file that owl:imports names was not read: {iri}",
                "es": f"el archivo local que nombra owl:imports no se leyó: {iri}",
                "fr": f"le fichier local que nomme owl:imports n’a pas été lu\u00a0: {iri}",
            },
            about=iri,
            place=places.get(wanted),
        )
