"""The dumps: every RDF file of the release but the JSON-LD.

The canonical N-Quads come first; everything else is read off that file, so that no more than a
bounded part of the statements is in memory at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path

from iomgraph.release import lines as quads
from iomgraph.release import turtle

NQUADS = "iomgraph.nq.gz"
NTRIPLES = "iomgraph.nt.gz"
TURTLE = "iomgraph.ttl"
TRIG = "iomgraph.trig"


def write_nquads(folder: Path, lines: Iterable[str], run: int = quads.RUN) -> int:
    """Write every statement as N-Quads: the dump that the others are made from.

    Args:
        folder: where to; usually the one that `iomgraph.release.exchange.staged` gives.
        lines: every statement as a line of N-Quads in canonical form, in any order; read once.
        run: how many lines to sort in memory at a time.

    Returns:
        how many statements there are, repeats not counted.

    Raises:
        PublicationError: if a blank node is among them.
    """
    return quads.write(quads.ordered(quads.checked(lines), run=run), folder / NQUADS)


def write_ntriples(folder: Path) -> None:
    """Write the default graph as N-Triples, once the N-Quads are written."""
    quads.write(default_graph(folder), folder / NTRIPLES)


def write_readable(
    folder: Path, prefixes: Mapping[str, str], properties: Iterable[str], run: int = quads.RUN
) -> None:
    """Write the default graph as Turtle, and all graphs as TriG, once the N-Quads are written.

    Args:
        folder: of the N-Quads.
        prefixes: prefix to IRI.
        properties: IRIs of properties in the order that a reader should meet them; those that
            are not among them come last.
        run: how many lines to sort in memory at a time.

    Raises:
        PublicationError: if a line is not N-Quads.
    """
    readable = turtle.in_reading_order(quads.read(folder / NQUADS), properties, run)
    with (folder / TURTLE).open("wb") as ttl, (folder / TRIG).open("wb") as trig:
        writers = turtle.Writer(prefixes, ttl), turtle.Writer(prefixes, trig)
        for is_named, part in groupby(readable, _is_named):
            for some in turtle.chunks(part):
                text = writers[is_named].text(some)
                for writer in writers[is_named:]:
                    writer.append(text)


def default_graph(folder: Path) -> Iterator[str]:
    """Read the statements of the default graph of a release, in order."""
    return (line for line in quads.read(folder / NQUADS) if not _is_named(line))


def _is_named(line: str) -> bool:
    return bool(quads.graph_of(line))
