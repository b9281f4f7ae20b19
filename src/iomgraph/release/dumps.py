"""The dumps: every RDF file of the release but the JSON-LD.

They are made part by part, see `iomgraph.publication.pieces`; no more than a bounded part is in memory
at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from iomgraph.cache import Memo
from iomgraph.release import lines, turtle

NQUADS = "iomgraph.nq.gz"
NTRIPLES = "iomgraph.nt.gz"
TURTLE = "iomgraph.ttl"
TRIG = "iomgraph.trig"


def write_nquads(folder: Path, runs: Iterable[bytes], memo: Memo | None = None) -> int:
    """Write every statement as N-Quads: the canonical form of the release.

    Args:
        folder: where to; usually the one that `iomgraph.release.exchange.staged` gives.
        runs: every statement as a line of N-Quads in canonical form, in sorted runs; read once.
        memo: keeps what blocks of lines are compressed to.

    Returns:
        how many statements there are, repeats not counted.

    Raises:
        PublicationError: if a blank node is among them.
    """
    return lines.write_quads(runs, folder / NQUADS, memo)


def write_ntriples(folder: Path, runs: Iterable[bytes], memo: Memo | None = None) -> None:
    """Write the statements of the default graph as N-Triples; arguments as for `write_nquads`."""
    lines.write_quads(runs, folder / NTRIPLES, memo)


def write_readable(
    folder: Path,
    prefixes: Mapping[str, str],
    facts: Iterable[bytes],
    graphs: Iterable[tuple[str, Iterable[bytes]]],
) -> None:
    """Write the default graph as Turtle, and all graphs as TriG.

    Args:
        folder: where to.
        prefixes: prefix to IRI.
        facts: texts of the default graph, as `turtle.Serializer` makes them; read once.
        graphs: the IRI of each other graph and texts of it, to be read before the next. Instead of an IRI,
            an empty text stands before texts of whole graphs.
    """
    with (folder / TURTLE).open("wb") as ttl, (folder / TRIG).open("wb") as trig:
        plain, every = turtle.Writer(prefixes, ttl), turtle.Writer(prefixes, trig)
        for text in facts:
            plain.append(text)
            every.append(text)
        for name, texts in graphs:
            for text in texts:
                every.append(text, name, name)
        every.close()


def default_graph(folder: Path) -> Iterator[str]:
    """Read the statements of the default graph of a release, in order."""
    return lines.read(folder / NTRIPLES)
