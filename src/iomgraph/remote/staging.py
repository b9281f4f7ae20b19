"""A release loaded beside the one in the store, in bounded requests, then swapped in.

The store itself holds a note of the loaded amount, sent in the same request if possible, so that an
interrupted push continues from there. Every step can be repeated without harm.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from iomgraph.processes import batched
from iomgraph.remote.batches import Content, batches, block
from iomgraph.remote.store import Store, StoreState
from iomgraph.remote.transport import RefusedError

Say = Callable[[str, int, int], None]
"""Takes each step with the amount done and the total."""

_TOGETHER = 50
_ALL = "?s ?p ?o"


class Staging:
    """The graphs loaded beside those of the store.

    Args:
        release: folder of the release.
        found: its content.
        store: the store.
        state: the store before the push.
    """

    def __init__(self, release: Path, found: Content, store: Store, state: StoreState) -> None:
        self._release, self._found, self._store, self._state = release, found, store, state
        self._kept = state.kept(found, store.names)
        self._staged = {graph: store.names.staged(graph) for graph in found.counts if graph not in self._kept}
        self._most = sys.maxsize
        self._takes_quads = True

    @property
    def quads(self) -> int:
        """Number of quads to load."""
        return sum(self._found.counts[graph] for graph in self._staged)

    def load(self, skip: int, batch: int, say: Say) -> bool:
        """Load the quads that are not loaded yet.

        Args:
            skip: number of quads of the release that an earlier push has passed.
            batch: quads per request.
            say: takes the progress.

        Returns:
            True if all quads are in the store.
        """
        say("load", skip, self._found.total)
        for done, graphs in batches(self._release, batch, skip, self._kept):
            if graphs:
                self._add(graphs, self._store.log.progress_update(done))
            say("load", done, self._found.total)
        say("compare", 0, 0)
        return self._store.holds(self._found, self._staged)

    def _add(self, graphs: Mapping[str, Sequence[str]], note: str) -> None:
        """Add quads, halving the batch if the store refuses so many at once."""
        size = sum(map(len, graphs.values()))
        try:
            if size <= self._most:
                self._send(graphs, note)
                return
        except RefusedError:
            if size == 1:
                raise
            self._most = size // 2
        first, second = _halves(graphs)
        # The note comes with the second half, which completes the batch.
        self._add(first, "")
        self._add(second, note)

    def _send(self, graphs: Mapping[str, Sequence[str]], note: str) -> None:
        endpoint = self._store.endpoint
        if endpoint.graph_store:
            self._post(graphs)
            if note:
                endpoint.update(note)
        else:
            data = block(graphs, self._staged.__getitem__)
            endpoint.update(f"INSERT DATA {{\n{data}}}" + (f" ;\n{note}" if note else ""))

    def _post(self, graphs: Mapping[str, Sequence[str]]) -> None:
        """Add quads by the Graph Store Protocol, at once if the store takes N-Quads, else graph by graph."""
        endpoint = self._store.endpoint
        if self._takes_quads:
            quads = (f"{line[:-2]}<{self._staged[graph]}> .\n" for graph in graphs for line in graphs[graph])
            with suppress(RefusedError):
                endpoint.load(quads, "nquads")
                return
        for graph, triples in graphs.items():
            endpoint.load(triples, "ntriples", self._staged[graph])
        self._takes_quads = False

    def swap(self) -> int:
        """Put the release in its place, by one update if the store accepts it.

        Returns:
            the number of updates.
        """
        steps = [step for graph in self._staged for step in self._changes(graph)]
        steps += [f"DROP SILENT GRAPH {graph}" for graph in self._state.gone(self._found)]
        names, found = self._store.names, self._found
        digests = {names.iri(graph): digest for graph, digest in found.digests.items()}
        steps.append(self._store.log.release_update(found.digest, digests))
        before = self._store.log.forget_release_update()
        if self._store.is_piecemeal:
            # Readers may see a part of the change; the missing note shows that.
            self._store.endpoint.update(before)
        try:
            self._store.endpoint.update(" ;\n".join(steps), work=2 * self._found.size)
        except RefusedError:
            self._store.endpoint.update(before)
            parts = list(batched(steps, _TOGETHER))
            for part in parts:
                self._store.endpoint.update(" ;\n".join(part))
            return len(parts)
        return 1

    def _changes(self, graph: str) -> list[str]:
        """Write the updates that make a graph equal to the loaded one, without touching quads that stay."""
        name = self._state.place(graph)
        there = f"GRAPH <{name}> {{ {_ALL} }}" if name else _ALL
        loaded = f"GRAPH <{self._staged[graph]}> {{ {_ALL} }}"
        if graph not in self._state.counts:
            return [f"INSERT {{ {there} }} WHERE {{ {loaded} }}"]
        return [
            f"DELETE {{ {there} }} WHERE {{ {there} FILTER NOT EXISTS {{ {loaded} }} }}",
            f"INSERT {{ {there} }} WHERE {{ {loaded} FILTER NOT EXISTS {{ {there} }} }}",
        ]


def _halves(
    graphs: Mapping[str, Sequence[str]],
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    half, first, second = sum(map(len, graphs.values())) // 2, dict[str, list[str]](), dict[str, list[str]]()
    for graph, triples in graphs.items():
        for triple in triples:
            side = first if half > 0 else second
            side.setdefault(graph, []).append(triple)
            half -= 1
    return first, second
