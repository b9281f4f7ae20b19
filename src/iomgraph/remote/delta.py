"""The difference between a release and a store, sent as one request that readers see whole or not at all.

Quads that the store has already are left alone, and each new one is written once. The change can be repeated
without harm, and can be undone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from iomgraph.processes import batched
from iomgraph.release import lines, quads
from iomgraph.release.difference import ADDED, difference
from iomgraph.remote.batches import Content, block, by_graph
from iomgraph.remote.body import Tell
from iomgraph.remote.endpoint import Endpoint
from iomgraph.remote.quads import Lines, Quads
from iomgraph.remote.store import Store, StoreState
from iomgraph.remote.transport import RefusedError

_WRITTEN = 20_000


@dataclass(frozen=True, slots=True)
class Limits:
    """The most bytes of changes, as lines of N-Quads, in one request.

    Args:
        update: limit for an update, which the store holds in memory before it begins.
        load: limit for a load by the Graph Store Protocol, which the store reads as a stream.
    """

    update: int
    load: int


@dataclass(frozen=True, slots=True)
class Delta:
    """The quads to remove from a store and to add to it.

    Args:
        state: the store before the push.
        removed: quads to remove.
        added: quads to add.
    """

    state: StoreState
    removed: Quads
    added: Quads

    @property
    def inverse(self) -> Delta:
        """The delta that undoes this one."""
        return Delta(self.state, self.added, self.removed)

    @property
    def count(self) -> int:
        """Number of quads that it removes and adds."""
        return self.removed.count + self.added.count

    @property
    def size(self) -> int:
        """Number of bytes of these quads, as lines of N-Quads."""
        return self.removed.size + self.added.size

    def noted(self, log: str, old: Sequence[str], new: Sequence[str]) -> Delta:
        """Return this delta with the notes of the push added.

        Args:
            log: the graph of notes.
            old: the notes before, as lines of N-Triples.
            new: the notes after.
        """
        less, more = (
            [f"{line[:-2]}{log} .\n" for line in sorted({*some} - {*others})]
            for some, others in ((old, new), (new, old))
        )
        return Delta(self.state, self.removed.with_more(less), self.added.with_more(more))

    def fits(self, endpoint: Endpoint, limits: Limits) -> bool:
        """Tell whether one request may carry it."""
        return self.size <= (limits.load if self._is_load(endpoint) else limits.update)

    def send(self, endpoint: Endpoint, limits: Limits, tell: Tell = lambda *_: None) -> None:
        """Make the change by one request; if it only adds, by the Graph Store Protocol if available.

        Raises:
            RefusedError: if the store refuses it.
            RemoteError: if there is no answer.
        """
        if self._is_load(endpoint):
            try:
                endpoint.load(self._loaded(), "nquads", tell=tell)
                return
            except RefusedError:
                # Not every store accepts quads there.
                if self.size > limits.update:
                    raise
        endpoint.update(self.update(), tell=tell)

    def update(self) -> Iterator[str]:
        """Write it as one SPARQL Update, in parts.

        It contains only data and no patterns, which Oxigraph processes in half the time.
        """
        between = ""
        for form, change in (("DELETE", self.removed), ("INSERT", self.added)):
            if change.count:
                yield f"{between}{form} DATA {{\n"
                for some in batched(change.read(), _WRITTEN):
                    yield block(by_graph(some), self.state.place)
                yield "}"
                between = " ;\n"

    def _is_load(self, endpoint: Endpoint) -> bool:
        return bool(endpoint.graph_store) and not self.removed.count

    def _loaded(self) -> Iterator[str]:
        facts = self.state.facts
        for some in batched(self.added.read(), _WRITTEN):
            placed = [_placed(line, facts) for line in some] if facts else some
            yield "".join(placed)


def _placed(line: str, facts: str) -> str:
    return line if lines.graph_of(line) else f"{line[:-2]}<{facts}> .\n"


def find_delta(
    release: Path, found: Content, store: Store, state: StoreState, limits: Limits
) -> Delta | None:
    """Compare a release with a store.

    Args:
        release: its folder.
        found: the content of the release.
        store: the store, from which graphs that may differ are read.
        state: the store before the push.
        limits: limits of one request.

    Returns:
        the delta; None if it is too large for one request.
    """
    if not state.counts:
        added = Quads(partial(quads.read, release), found.total, found.size)
        change = Delta(state, Quads(), added)
        return change if change.fits(store.endpoint, limits) else None
    kept = state.kept(found, store.names)
    old = store.lines([graph for graph in state.counts if graph not in kept], state)
    new = (line for line in quads.read(release) if lines.graph_of(line) not in kept)
    less, more = Lines(), Lines()
    for sign, line in difference(old, new):
        (more if sign == ADDED else less).add(line)
        if sign != ADDED and less.quads.size > limits.update:
            return None
    change = Delta(state, less.quads, more.quads)
    return change if change.fits(store.endpoint, limits) else None
