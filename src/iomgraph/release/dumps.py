"""The dumps: every RDF file of the release but the JSON-LD.

Lines are made of the records again for each: that costs less than to read them back and to tell their
graphs. No more than a bounded part of them is in memory at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path

from iomgraph.release import lines as quads
from iomgraph.release import turtle

NQUADS = "iomgraph.nq.gz"
NTRIPLES = "iomgraph.nt.gz"
TURTLE = "iomgraph.ttl"
TRIG = "iomgraph.trig"


def write_nquads(folder: Path, lines: Iterable[str], run: int = quads.RUN) -> int:
    """Write every statement as N-Quads: the canonical form of the release.

    Args:
        folder: where to; usually the one that `iomgraph.release.exchange.staged` gives.
        lines: every statement as a line of N-Quads in canonical form, in any order; read once.
        run: how many lines to sort in memory at a time.

    Returns:
        how many statements there are, repeats not counted.

    Raises:
        PublicationError: if a blank node is among them.
    """
    return quads.write_quads(lines, folder / NQUADS, run)


def write_ntriples(folder: Path, lines: Iterable[str]) -> None:
    """Write the statements of the default graph as N-Triples; arguments as for `write_nquads`."""
    quads.write_quads(lines, folder / NTRIPLES)


def write_readable(
    folder: Path,
    prefixes: Mapping[str, str],
    properties: Iterable[str],
    graphs: Iterable[Iterable[str]],
    run: int = quads.RUN,
) -> None:
    """Write the default graph as Turtle, and all graphs as TriG.

    Args:
        folder: where to.
        prefixes: prefix to IRI.
        properties: IRIs of properties in the order that a reader should meet them; those that
            are not among them come last.
        graphs: the lines of each graph: of the default graph first, then of the named ones in order of
            their IRIs. Each is read before the next.
        run: how many lines to sort in memory at a time.

    Raises:
        PublicationError: if a line is not N-Quads.
    """
    known = turtle.ranks(properties)
    in_order = (turtle.in_reading_order(lines, known, run) for lines in graphs)
    parts = next(in_order, iter(())), chain.from_iterable(in_order)
    with (folder / TURTLE).open("wb") as ttl, (folder / TRIG).open("wb") as trig:
        writers = turtle.Writer(prefixes, ttl), turtle.Writer(prefixes, trig)
        for is_named, lines in enumerate(parts):
            for some in turtle.chunks(lines):
                text = writers[is_named].text(some)
                for writer in writers[is_named:]:
                    writer.append(text)


def default_graph(folder: Path) -> Iterator[str]:
    """Read the statements of the default graph of a release, in order."""
    return quads.read(folder / NTRIPLES)
