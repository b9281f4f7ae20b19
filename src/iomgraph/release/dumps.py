"""The dumps: every RDF file of the release but the JSON-LD.

Lines are made of the records again for each: that costs less than to read them back and to tell their
graphs. No more than a bounded part of them is in memory at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from iomgraph.cache import Memo, digest
from iomgraph.release import lines, turtle
from iomgraph.release.runs import merged

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
    folder: Path, prefixes: Mapping[str, str], runs: Iterable[bytes], memo: Memo | None = None
) -> None:
    """Write the default graph as Turtle, and all graphs as TriG.

    Args:
        folder: where to.
        prefixes: prefix to IRI.
        runs: every statement as a line that `turtle.marked` made, in sorted runs; read once.
        memo: keeps the texts of pieces.

    Raises:
        PublicationError: if a line is not N-Quads.
    """
    kept = memo or Memo()
    with (folder / TURTLE).open("wb") as ttl, (folder / TRIG).open("wb") as trig:
        facts, everything = turtle.Writer(prefixes, ttl), turtle.Writer(prefixes, trig)
        for piece in turtle.pieces(merged(runs)):
            text = kept.result(
                "turtle", partial(digest, b"".join(piece.lines)), partial(everything.text, piece)
            )
            if not piece.last:
                facts.append(piece, text)
            everything.append(piece, text)
        everything.close()


def default_graph(folder: Path) -> Iterator[str]:
    """Read the statements of the default graph of a release, in order."""
    return lines.read(folder / NTRIPLES)
