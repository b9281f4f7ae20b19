"""Places in documents, and requests for them."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from iomgraph.validation.shacl.terms import Term


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request for a place.

    Args:
        subject: of the triple.
        predicate: its IRI; empty for wherever the subject is first described.
        object: of the triple; None for the first one with subject and predicate.
    """

    subject: Term
    predicate: str = ""
    object: Term | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """A place within a file.

    Args:
        line: from 1.
        offset: number of the character in its line, from 1.
        label: a pointer, for formats that have them.
    """

    line: int
    offset: int
    label: str = ""


def left_out(quad: ox.Quad, without: str) -> bool:
    """Tell whether a quad is in a graph to be left out, judging by the beginning of its name."""
    graph = quad.graph_name
    return bool(without) and isinstance(graph, ox.NamedNode) and graph.value.startswith(without)
