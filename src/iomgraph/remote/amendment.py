"""A release into a store by what has changed alone: one update, which readers see done or not done.

Every quad that is there already is left alone, and each new one is written once. Done twice it does
no harm, and it can be taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from iomgraph.publication import lines
from iomgraph.publication.changes.difference import ADDED, difference
from iomgraph.publication.dumps import NQUADS
from iomgraph.remote.batches import Content, block, by_graph, triple_of
from iomgraph.remote.endpoint import Endpoint
from iomgraph.remote.store import Standing, Store
from iomgraph.remote.transport import RefusedError

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

    def send(self, endpoint: Endpoint) -> None:
        """Make the change by one request: where quads only come, by the Graph Store Protocol if it is there.

        Raises:
            RemoteError: if it is refused, or there is no answer.
        """
        if endpoint.addresses.graph_store and not self.removed:
            place = self.standing.place
            quads = [
                f"{line[:-2]}<{name}> .\n" if (name := place(graph)) else line
                for graph, triples in self.added.items()
                for line in triples
            ]
            # Not every store takes quads there.
            with suppress(RefusedError):
                endpoint.load(quads, "nquads")
                return
        endpoint.update(self.update())


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
    if not standing.counts:
        if found.size > most:
            return None
        return Amendment(standing, added=by_graph(lines.read(release / NQUADS)))
    kept = standing.kept(found, store.names)
    old = store.lines([graph for graph in standing.counts if graph not in kept], standing)
    new = (line for line in lines.read(release / NQUADS) if lines.graph_of(line) not in kept)
    result, size = Amendment(standing), 0
    for sign, line in difference(old, new):
        size += len(line)
        if size > most:
            return None
        graph = lines.graph_of(line)
        side = result.added if sign == ADDED else result.removed
        side.setdefault(graph, []).append(triple_of(line, graph))
    return result
