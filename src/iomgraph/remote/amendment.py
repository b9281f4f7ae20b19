"""A release into a store by what has changed alone: one request, which readers see done or not done.

Every quad that is there already is left alone, and each new one is written once. Done twice it does
no harm, and it can be taken back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from iomgraph.release import lines
from iomgraph.release.difference import ADDED, difference
from iomgraph.release.dumps import NQUADS
from iomgraph.remote.batches import Content, block, by_graph, several
from iomgraph.remote.body import Tell
from iomgraph.remote.endpoint import Endpoint
from iomgraph.remote.quads import Lines, Quads
from iomgraph.remote.store import Standing, Store
from iomgraph.remote.transport import RefusedError

_WRITTEN = 20_000


@dataclass(frozen=True, slots=True)
class Limits:
    """How many bytes of changes, as lines of N-Quads, may be one request.

    Args:
        update: of an update, which the store holds whole before it begins.
        load: of a load by the Graph Store Protocol, which it reads as it comes.
    """

    update: int
    load: int


@dataclass(frozen=True, slots=True)
class Amendment:
    """What is to change in a store.

    Args:
        standing: what stands in the store.
        removed: quads that go.
        added: quads that come.
    """

    standing: Standing
    removed: Quads
    added: Quads

    @property
    def inverse(self) -> Amendment:
        """What takes it back."""
        return Amendment(self.standing, self.added, self.removed)

    @property
    def count(self) -> int:
        """How many quads it removes and adds."""
        return self.removed.count + self.added.count

    @property
    def size(self) -> int:
        """How long they are together, as lines of N-Quads."""
        return self.removed.size + self.added.size

    def noted(self, record: str, old: Sequence[str], new: Sequence[str]) -> Amendment:
        """The same with what is noted of it.

        Args:
            record: the graph of notes.
            old: what is noted before, as lines of N-Triples.
            new: what is noted then.
        """
        less, more = (
            [f"{line[:-2]}{record} .\n" for line in sorted({*some} - {*others})]
            for some, others in ((old, new), (new, old))
        )
        return Amendment(self.standing, self.removed.with_more(less), self.added.with_more(more))

    def fits(self, endpoint: Endpoint, limits: Limits) -> bool:
        """Whether it may be one request."""
        return self.size <= (limits.load if self._is_load(endpoint) else limits.update)

    def send(self, endpoint: Endpoint, limits: Limits, tell: Tell = lambda *_: None) -> None:
        """Make the change by one request: where quads only come, by the Graph Store Protocol if it is there.

        Raises:
            RefusedError: if the store refuses it.
            RemoteError: if there is no answer.
        """
        if self._is_load(endpoint):
            try:
                endpoint.load(self._loaded(), "nquads", tell=tell)
                return
            except RefusedError:
                # Not every store takes quads there.
                if self.size > limits.update:
                    raise
        endpoint.update(self.update(), tell=tell)

    def update(self) -> Iterator[str]:
        """Write it as one SPARQL Update, in parts.

        It has data alone, nothing to be searched for: Oxigraph takes that in half the time.
        """
        between = ""
        for form, quads in (("DELETE", self.removed), ("INSERT", self.added)):
            if quads.count:
                yield f"{between}{form} DATA {{\n"
                for some in several(quads.read(), _WRITTEN):
                    yield block(by_graph(some), self.standing.place)
                yield "}"
                between = " ;\n"

    def _is_load(self, endpoint: Endpoint) -> bool:
        return bool(endpoint.graph_store) and not self.removed.count

    def _loaded(self) -> Iterator[str]:
        facts = self.standing.facts
        for some in several(self.added.read(), _WRITTEN):
            placed = [_placed(line, facts) for line in some] if facts else some
            yield "".join(placed)


def _placed(line: str, facts: str) -> str:
    return line if lines.graph_of(line) else f"{line[:-2]}<{facts}> .\n"


def amendment(
    release: Path, found: Content, store: Store, standing: Standing, limits: Limits
) -> Amendment | None:
    """Find what has to change so that the store holds the release.

    Args:
        release: its folder.
        found: what it holds.
        store: the store; the graphs that may differ are read out of it.
        standing: what stands there.
        limits: how large one request may be.

    Returns:
        what has to change; None if it is too much for one.
    """
    if not standing.counts:
        added = Quads(partial(lines.read, release / NQUADS), found.total, found.size)
        change = Amendment(standing, Quads(), added)
        return change if change.fits(store.endpoint, limits) else None
    kept = standing.kept(found, store.names)
    old = store.lines([graph for graph in standing.counts if graph not in kept], standing)
    new = (line for line in lines.read(release / NQUADS) if lines.graph_of(line) not in kept)
    less, more = Lines(), Lines()
    for sign, line in difference(old, new):
        (more if sign == ADDED else less).add(line)
        if sign != ADDED and less.quads.size > limits.update:
            return None
    change = Amendment(standing, less.quads, more.quads)
    return change if change.fits(store.endpoint, limits) else None
