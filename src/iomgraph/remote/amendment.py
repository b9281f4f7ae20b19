"""A release into a store by what has changed alone: one update, which readers see done or not done.

Every quad that is there already is left alone, and each new one is written once. Done twice it does
no harm, and it can be taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from iomgraph.publication import lines
from iomgraph.publication.changes.difference import ADDED, difference
from iomgraph.publication.dumps import NQUADS
from iomgraph.remote.batches import Content, block, triple_of
from iomgraph.remote.store import Standing, Store

Graphs = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Amendment:
    """What is to change in a store.

    Args:
        standing: what stands in the store.
        removed: graph to triples that go, as lines of N-Triples.
        added: graph to triples that come.
    """

    standing: Standing
    removed: Graphs = field(default_factory=dict)
    added: Graphs = field(default_factory=dict)

    @property
    def inverse(self) -> Amendment:
        """What takes it back."""
        return Amendment(self.standing, self.added, self.removed)

    @property
    def quads(self) -> int:
        """How many quads it removes and adds."""
        return sum(len(triples) for graphs in (self.removed, self.added) for triples in graphs.values())

    def noted(self, record: str, old: Sequence[str], new: Sequence[str]) -> Amendment:
        """The same with what is noted of it.

        Args:
            record: the graph of notes.
            old: what is noted before, as lines of N-Triples.
            new: what is noted then.
        """
        removed, added = dict(self.removed), dict(self.added)
        if less := sorted({*old} - {*new}):
            removed[record] = less
        if more := sorted({*new} - {*old}):
            added[record] = more
        return Amendment(self.standing, removed, added)

    def update(self) -> str:
        """Write it as one SPARQL Update.

        It has data alone, nothing to be searched for: Oxigraph takes that in half the time.
        """
        steps = [
            f"{form} DATA {{\n{block(graphs, self.standing.place)}}}"
            for form, graphs in (("DELETE", self.removed), ("INSERT", self.added))
            if graphs
        ]
        return " ;\n".join(steps)


def amendment(release: Path, found: Content, store: Store, standing: Standing, most: int) -> Amendment | None:
    """Find what has to change so that the store holds the release.

    Args:
        release: its folder.
        found: what it holds.
        store: the store; the graphs that may differ are read out of it.
        standing: what stands there.
        most: of how many bytes, as lines of N-Quads, the changes may be.

    Returns:
        what has to change; None if it is more than that.
    """
    kept = standing.kept(found, store.names)
    old = store.lines([graph for graph in standing.counts if graph not in kept], standing)
    new = (line for line in lines.read(release / NQUADS) if not kept or lines.graph_of(line) not in kept)
    result, size = Amendment(standing), 0
    if not standing.counts and found.size > most:
        return None
    for sign, line in difference(old, new):
        size += len(line)
        if size > most:
            return None
        graph = lines.graph_of(line)
        side = result.added if sign == ADDED else result.removed
        side.setdefault(graph, []).append(triple_of(line, graph))
    return result
