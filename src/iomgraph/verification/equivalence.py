"""The check that all dumps of a release agree: each is compared with the canonical N-Quads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from iomgraph.errors import PublicationError
from iomgraph.findings import Finding, Place
from iomgraph.release import content
from iomgraph.release.difference import ADDED, difference
from iomgraph.release.dumps import NTRIPLES, TRIG, TURTLE
from iomgraph.release.lines import graph_of, ordered
from iomgraph.sources.rules import Rules

JSONLD = "iomgraph.jsonld"
DUMPS = {TURTLE: False, NTRIPLES: False, TRIG: True, JSONLD: True}
"""Each dump except the N-Quads, with True if it also holds the named graphs."""

_RUN = 50_000
"""Lines sorted in memory at a time; they need some 25 MB."""
_SHOWN = 200


def canonical(name: str, quads: Iterable[ox.Quad], raw: Iterable[str], rules: Rules) -> Iterator[Finding]:
    """Check that N-Quads have the form that pyoxigraph writes (RDFC-1.0, section 5).

    Args:
        name: name of the file.
        quads: the parsed quads.
        raw: the lines of the file.
        rules: make findings.
    """
    try:
        for quad, line in zip(quads, raw, strict=True):
            if line_of(quad) != line or isinstance(quad.subject, ox.BlankNode):
                yield rules.finding("not-canonical", Place(name), value=line.strip()[:_SHOWN])
                return
    except (PublicationError, ValueError) as error:
        yield rules.finding("not-canonical", Place(name), value=str(getattr(error, "what", error)))


def in_order(folder: Path, name: str, rules: Rules) -> Iterator[Finding]:
    """Check that the statements of a release in parts are in order across parts.

    Args:
        folder: the release.
        name: name of the first part.
        rules: make findings.
    """
    try:
        for _ in content.statements(folder):
            pass
    except PublicationError as error:
        yield rules.finding("not-canonical", Place(name), value=error.what)


def line_of(quad: ox.Quad) -> str:
    r"""A statement as a line of canonical N-Quads.

    Example:
        >>> line_of(ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal("a\n")))
        '<urn:s> <urn:p> "a\\n" .\n'
    """
    return f"{quad} .\n"


def compare(folder: Path, name: str, quads: Iterable[ox.Quad], rules: Rules) -> Iterator[Finding]:
    """Compare a dump with the canonical N-Quads, by a merge of sorted lines.

    Args:
        folder: the release.
        name: name of the dump, one of `DUMPS`.
        quads: its quads, in any order; read once.
        rules: make findings.

    Raises:
        SyntaxError: if the dump can't be read.
        PublicationError: if the N-Quads can't be read.
    """
    facts = content.statements(folder)
    expected = facts if DUMPS[name] else (line for line in facts if not graph_of(line))
    counts, first = {True: 0, False: 0}, ""
    for sign, line in difference(expected, ordered(map(line_of, quads), _RUN)):
        counts[sign == ADDED] += 1
        first = first or line.strip()[:_SHOWN]
    if first:
        yield rules.finding("other-graph", Place(name), value=first, missing=counts[False], more=counts[True])
