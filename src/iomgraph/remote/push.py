"""A release into a store: loaded beside the old one, compared, put in its place by one update.

Readers see the old release until that update, and the new one after it. How much has been loaded is
noted in the store itself, in the same request where that is one: a push that was interrupted goes on
from there. No step but the swap does harm when it is done twice, and the swap never is.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from iomgraph.errors import RemoteError
from iomgraph.mapping import context
from iomgraph.publication import lines
from iomgraph.remote.batches import Content, Names, batches, content, insertion, triple_of
from iomgraph.remote.endpoint import Endpoint
from iomgraph.remote.transport import RefusedError

BATCH = 5_000
"""Quads in a request; where the store refuses so many, half of them."""

_STANDS = "<http://purl.org/dc/terms/identifier>"
_LOADED = "<http://purl.org/dc/terms/extent>"
_DIGEST = "<http://spdx.org/rdf/terms#checksumValue>"
_CHECKED = 40
_LISTED = 1_000
_MOVED = 50
_PIECEMEAL = ("virtuoso",)
"""Stores that carry out the parts of an update one after the other, before the eyes of readers."""

Say = Callable[[str, int, int], None]
"""Told each step with how much of it is done, of how much."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push did.

    Args:
        quads: how many the release has.
        graphs: how many graphs they are in.
        stood: whether this very release stood there already, so that nothing was done.
        resumed: how many quads an earlier push had left there.
        kept: how many graphs stood there as they are in the release, and were left alone.
        facts: IRI of the graph of the facts, where the store's default graph is the sum of all others.
        updates: how many updates put the release in place; 0 if it was not put there.
        whole: whether readers saw the old release or the new one, and never a mixture.
    """

    quads: int
    graphs: int
    stood: bool = False
    resumed: int = 0
    kept: int = 0
    facts: str = ""
    updates: int = 0
    whole: bool = True


def push(
    release: Path,
    endpoint: Endpoint,
    *,
    batch: int = BATCH,
    replace: bool = False,
    dry_run: bool = False,
    say: Say = lambda *_: None,
) -> Pushed:
    """Put a release into a store, in the place of the one that stands there.

    Args:
        release: its folder.
        endpoint: the store.
        batch: quads in a request.
        replace: whether the default graph may be replaced although no push of ours has filled it.
        dry_run: only look: at the release, at what stands in the store.
        say: told each step.

    Raises:
        PublicationError: if the release is none, or not as it was published; nothing was sent.
        RemoteError: if the store can't be reached or refuses, holds something else, or does not hold
            what it was given. The old release stands as it did; a rerun goes on.
    """
    say("read", 0, 0)
    found = content(release)
    names = Names(context.read(release / "ontology").prefixes["graphs"], found.digest)
    store = _Store(endpoint, names)
    known = Pushed(found.total, len(found.counts))
    if store.stands() == found.digest:
        return Pushed(found.total, len(found.counts), stood=True)
    if dry_run:
        return known
    resumed = store.loaded()
    facts = store.begin(resumed, replace=replace)
    kept = store.kept(found, facts)
    if not _load(release, found, kept, store, resumed, batch, say):
        # An earlier push has left something else than it noted, so that all is loaded once more.
        resumed = 0
        if not _load(release, found, kept, store, 0, batch, say):
            raise RemoteError(
                "the store does not hold what it was given",
                where=endpoint.addresses.query,
                step="see the store's log and its limits; the release that stood there still does",
            )
    say("swap", 0, 0)
    updates = store.swap(found, kept, facts)
    whole = updates == 1 and not endpoint.server.lower().startswith(_PIECEMEAL)
    return Pushed(found.total, len(found.counts), False, resumed, len(kept), facts, updates, whole)


def _load(
    release: Path, found: Content, kept: Collection[str], store: _Store, skip: int, batch: int, say: Say
) -> bool:
    """Load what is not loaded yet, and say whether all is there."""
    say("load", skip, found.total)
    for done, graphs in batches(release, batch, skip, kept):
        if graphs:
            store.insert(graphs, done)
        say("load", done, found.total)
    say("compare", 0, 0)
    return store.holds(found, kept)


class _Store:
    """The store, in the words of a push."""

    def __init__(self, endpoint: Endpoint, names: Names) -> None:
        self._endpoint, self._names, self._most = endpoint, names, sys.maxsize
        self._takes_quads = True
        self._record, self._mark = f"<{names.record}>", f"<{names.of(names.digest)}>"

    def stands(self) -> str:
        """The digest of the release that a push has put there; empty if there is none."""
        rows = self._endpoint.rows(f"SELECT ?x {{ GRAPH {self._record} {{ {self._record} {_STANDS} ?x }} }}")
        return str(rows[0][0].value) if rows else ""

    def loaded(self) -> int:
        """How many quads of this release an earlier push has loaded."""
        rows = self._endpoint.rows(f"SELECT ?n {{ GRAPH {self._record} {{ {self._mark} {_LOADED} ?n }} }}")
        return max((int(row[0].value) for row in rows), default=0)

    def begin(self, loaded: int, *, replace: bool) -> str:
        """Note the push, and find out what the default graph is.

        Returns:
            IRI of the graph for the facts; empty if they go into the default graph.
        """
        fresh = not self.stands() and not loaded
        before = self._endpoint.count("?s ?p ?o") if fresh and not replace else 0
        self._endpoint.update(self._noting(loaded))
        if self._endpoint.count(f"{self._mark} {_LOADED} ?n"):
            return self._names.facts
        if before:
            self._endpoint.update(f"DROP SILENT GRAPH {self._record}")
            raise RemoteError(
                "the store's default graph holds something that no push has put there, and would be lost",
                where=self._endpoint.addresses.query,
                step="name an empty store, or allow it with --replace",
            )
        return ""

    def insert(self, graphs: Mapping[str, Sequence[str]], done: int) -> None:
        """Add quads, and note how many there are now."""
        if self._endpoint.addresses.graph_store:
            self._post(graphs)
            self._endpoint.update(self._noting(done))
        else:
            self._insert(graphs, f" ;\n{self._noting(done)}")

    def _post(self, graphs: Mapping[str, Sequence[str]]) -> None:
        """Add quads by the Graph Store Protocol: all at once where the store takes N-Quads, else by graph."""
        staged = {self._names.staged(graph): triples for graph, triples in graphs.items()}
        if self._takes_quads:
            quads = [f"{line[:-2]}<{graph}> .\n" for graph, triples in staged.items() for line in triples]
            try:
                self._endpoint.load(quads, "nquads")
                return
            except RefusedError:
                self._takes_quads = False
        for graph, triples in staged.items():
            self._endpoint.load(triples, "ntriples", graph)

    def _insert(self, graphs: Mapping[str, Sequence[str]], note: str) -> None:
        """Add quads by an update, in halves where the store takes no more at once."""
        size = sum(map(len, graphs.values()))
        try:
            if size <= self._most:
                self._endpoint.update(insertion(graphs, self._names.staged) + note)
                return
        except RefusedError:
            if size == 1:
                raise
            self._most = size // 2
        first, second = _halves(graphs)
        # The note comes with the second half: only then all of the batch is there.
        self._insert(first, "")
        self._insert(second, note)

    def _noting(self, done: int) -> str:
        record, loaded = self._record, f"{self._mark} {_LOADED}"
        return (
            f"DELETE {{ GRAPH {record} {{ {loaded} ?n }} }} WHERE {{ GRAPH {record} {{ {loaded} ?n }} }} ;\n"
            f"INSERT DATA {{ GRAPH {record} {{ {loaded} {done} }} }}"
        )

    def kept(self, found: Content, facts: str) -> set[str]:
        """The graphs that stand there as they are in the release: by their digest, and as many quads."""
        noted: dict[str, str] = {}
        last = ""
        while True:
            rows = self._endpoint.rows(
                f"SELECT ?g ?d {{ GRAPH {self._record} {{ ?g {_DIGEST} ?d }} "
                f'FILTER(STR(?g) > "{last}") }} ORDER BY ?g LIMIT {_LISTED}'
            )
            noted |= {row[0].value: row[1].value for row in rows}
            if len(rows) < _LISTED:
                break
            last = rows[-1][0].value
        same = [graph for graph in found.counts if noted.get(self._named(graph)) == found.digests[graph]]
        counts = self._counts([self._named(graph) for graph in same])
        if "" in same and not facts:
            counts[self._names.facts] = self._endpoint.count("?s ?p ?o")
        return {graph for graph in same if counts.get(self._named(graph)) == found.counts[graph]}

    def _counts(self, names: Sequence[str]) -> dict[str, int]:
        """How many quads each of these graphs has; what is empty is left out."""
        counts: dict[str, int] = {}
        for some in _several(names, _LISTED):
            values = " ".join(f"<{name}>" for name in some)
            rows = self._endpoint.rows(
                "SELECT ?g (COUNT(*) AS ?n) "
                f"{{ VALUES ?g {{ {values} }} GRAPH ?g {{ ?s ?p ?o }} }} GROUP BY ?g"
            )
            counts |= {row[0].value: int(row[1].value) for row in rows}
        return counts

    def _named(self, graph: str) -> str:
        return graph[1:-1] or self._names.facts

    def holds(self, found: Content, kept: Collection[str]) -> bool:
        """Whether every graph has as many quads as in the release, and the samples are there."""
        wanted = {self._names.staged(graph): n for graph, n in found.counts.items() if graph not in kept}
        if self._counts(list(wanted)) != wanted:
            return False
        sample = [line for line in found.sample if lines.graph_of(line) not in kept]
        return all(map(self._has, _several(sample, _CHECKED)))

    def _has(self, some: Sequence[str]) -> bool:
        graphs = (
            insertion(_by_graph(some), self._names.staged).removeprefix("INSERT DATA {").removesuffix("}")
        )
        return self._endpoint.count(graphs) == 1

    def swap(self, found: Content, kept: Collection[str], facts: str) -> int:
        """Put the release in its place, and drop what stood there, by one update if the store takes it.

        Returns:
            how many updates it took.
        """
        ours = {self._place(graph, facts) for graph in found.counts}
        staged = [
            f"MOVE GRAPH <{self._names.staged(graph)}> TO {self._place(graph, facts)}"
            for graph in found.counts
            if graph not in kept
        ]
        new = {self._names.staged(graph) for graph in found.counts}
        # The record is dropped, too, and begun anew: what it notes of unfinished pushes goes with them.
        old = [
            name
            for name in self._endpoint.graphs(self._names.graphs)
            if f"GRAPH <{name}>" not in ours and name not in new
        ]
        gone = [f"DROP SILENT GRAPH <{name}>" for name in old]
        stands = f'{self._record} {_STANDS} "{self._names.digest}"'
        digests = " ".join(
            f'<{self._named(graph)}> {_DIGEST} "{digest}" .'
            for graph, digest in sorted(found.digests.items())
        )
        note = f"INSERT DATA {{ GRAPH {self._record} {{ {digests} {stands} }} }}"
        steps = [*staged, *gone, note]
        try:
            self._swap(" ;\n".join(steps), found, kept)
        except RefusedError:
            parts = list(_several(steps, _MOVED))
            for part in parts:
                self._endpoint.update(" ;\n".join(part), once=True)
            return len(parts)
        return 1

    def _swap(self, text: str, found: Content, kept: Collection[str]) -> None:
        """Swap once: a second time there would be nothing to move, and what stands there would be lost."""
        patience = self._endpoint.patience
        for attempt in range(patience.attempts):
            try:
                self._endpoint.update(text, once=True)
                return
            except RefusedError:
                raise
            except RemoteError:
                # It may have been done all the same.
                if self.stands() == found.digest:
                    return
                if attempt == patience.attempts - 1 or not self.holds(found, kept):
                    raise
                time.sleep(min(patience.first * 2**attempt, patience.longest))

    def _place(self, graph: str, facts: str) -> str:
        if graph:
            return f"GRAPH {graph}"
        return f"GRAPH <{facts}>" if facts else "DEFAULT"


def _several(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for at in range(0, len(items), size):
        yield items[at : at + size]


def _by_graph(some: Sequence[str]) -> dict[str, list[str]]:
    graphs: dict[str, list[str]] = {}
    for line in some:
        graph = lines.graph_of(line)
        graphs.setdefault(graph, []).append(triple_of(line, graph))
    return graphs


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
