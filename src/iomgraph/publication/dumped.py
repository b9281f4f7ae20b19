"""The pieces of the dumps: runs of N-Quads, and texts of Turtle, TriG and JSON-LD, of one part of the data.

A graph whose records lie in one part alone, as those of the claims of most pages do, is written whole with
that part. A graph that several parts share is opened once, and takes a piece of each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from iomgraph.cache import digest
from iomgraph.mapping.context import Context
from iomgraph.mapping.dataset import DEFAULT, Dataset
from iomgraph.publication import jsonld
from iomgraph.publication.pieces import BETWEEN, Graphs, Made, Maker, Pieces
from iomgraph.release import dumps, turtle
from iomgraph.release.runs import run_of

QUADS, FACTS = "quads", "facts"
"""Names of pieces: sorted runs of all statements, and of those of the default graph."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names of the pieces of a file with all graphs.

    Args:
        kind: of the file.
        shared: CURIEs of the graphs that several parts share, in order.
    """

    kind: str
    shared: Sequence[str]

    @property
    def default(self) -> str:
        """The piece of the default graph."""
        return self.kind

    @property
    def own(self) -> str:
        """The piece of the graphs that one part has."""
        return f"{self.kind} of graphs"

    def of(self, graph: str) -> str:
        """The piece of a shared graph."""
        return f"{self.kind} of {graph}"


def shared(parts: Iterable[Dataset], context: Context) -> list[str]:
    """List the CURIEs of the named graphs that several parts share, in order of IRI."""
    counts = Counter(chain.from_iterable(part.names for part in parts))
    return sorted((name for name, count in counts.items() if count > 1), key=context.expand)


def makers(parts: Sequence[Dataset], context: Context, shared: Sequence[str]) -> Sequence[Maker]:
    """List the makers of the pieces of all dumps.

    Args:
        parts: of the data.
        context: the meaning of records.
        shared: CURIEs of the graphs that several parts share, in order.
    """
    keys = [digest(*(graph for graph in shared if graph in part.graphs)) for part in parts]
    return Statements(keys, context, shared), Objects(keys, shared)


class Statements:
    """Makes the pieces of N-Quads, N-Triples, Turtle and TriG.

    Args:
        keys: as of every maker.
        context: the meaning of records.
        shared: CURIEs of the graphs that several parts share, in order.
    """

    kind = "statements"

    def __init__(self, keys: Sequence[bytes], context: Context, shared: Sequence[str]) -> None:
        self.keys = keys
        self._context, self._names = context, Names("turtle", shared)
        properties = turtle.properties_of(context.document["@context"], context.prefixes)
        self._ranks = turtle.ranks(properties)
        self._serializer = turtle.Serializer(context.prefixes)

    def __call__(self, graphs: Graphs) -> Made:
        """As `pieces.Maker`."""
        quads, names = self._context.quads, self._names
        lines = {
            graph: [line for record in graphs[graph] for line in quads(record, graph)]
            for graph in sorted(graphs, key=lambda graph: self._context.expand(graph) if graph else "")
        }
        facts = lines.get(DEFAULT, [])
        own = (lines[graph] for graph in lines if graph and graph not in names.shared)
        return {
            QUADS: run_of(chain.from_iterable(lines.values())),
            FACTS: run_of(facts),
            names.default: self._text([facts]),
            names.own: self._text(own),
            **{names.of(graph): self._text([lines[graph]]) for graph in names.shared if graph in lines},
        }

    def _text(self, graphs: Iterable[Iterable[str]]) -> bytes:
        arranged = chain.from_iterable(turtle.arranged(lines, self._ranks) for lines in graphs)
        statements = "".join(arranged).encode()
        return self._serializer.text(statements) if statements else b""


class Objects:
    """Makes the pieces of JSON-LD.

    Args:
        keys: as of every maker.
        shared: CURIEs of the graphs that several parts share, in order.
    """

    kind = "objects"

    def __init__(self, keys: Sequence[bytes], shared: Sequence[str]) -> None:
        self.keys = keys
        self._names = Names("jsonld", shared)

    def __call__(self, graphs: Graphs) -> Made:
        """As `pieces.Maker`."""
        names = self._names
        own = (graph for graph in graphs if graph and graph not in names.shared)
        whole = (piece for graph in own for piece in jsonld.graph(graph, [jsonld.joined(graphs[graph])]))
        return {
            names.default: jsonld.joined(graphs.get(DEFAULT, ())),
            names.own: BETWEEN.join(whole),
            **{names.of(graph): jsonld.joined(graphs[graph]) for graph in names.shared if graph in graphs},
        }


def write_readable(folder: Path, context: Context, pieces: Pieces, shared: Sequence[str]) -> None:
    """Write Turtle and TriG; arguments as for `write_jsonld`."""
    names = Names("turtle", shared)
    graphs = ((context.expand(graph), pieces.of(names.of(graph))) for graph in shared)
    whole = ("", pieces.of(names.own))
    dumps.write_readable(folder, context.prefixes, pieces.of(names.default), chain([whole], graphs))


def write_jsonld(path: Path, context: Context, pieces: Pieces, shared: Sequence[str]) -> None:
    """Write JSON-LD.

    Args:
        path: the file; for several files the folder.
        context: the meaning of records.
        pieces: of all parts.
        shared: CURIEs of the graphs that several parts share, in order.
    """
    names = Names("jsonld", shared)
    parted = (jsonld.graph(graph, pieces.of(names.of(graph))) for graph in shared)
    texts = chain(pieces.of(names.default), pieces.of(names.own), chain.from_iterable(parted))
    jsonld.write(path, context.document["@context"], texts)
