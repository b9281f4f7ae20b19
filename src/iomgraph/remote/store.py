"""The graphs of a release in a store: counted, compared, and read if they differ."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from iomgraph.errors import RemoteError
from iomgraph.processes import batched
from iomgraph.release import lines
from iomgraph.remote.batches import Content, Names, block, by_graph
from iomgraph.remote.endpoint import Endpoint
from iomgraph.remote.push_log import PushLog

_CHECKED = 40
_LISTED = 1_000
_DROPPED = 50
_SORTED = 50_000
_PIECEMEAL = ("virtuoso",)
"""Stores that carry out the parts of an update one after another, visibly to readers."""


@dataclass(frozen=True, slots=True)
class StoreState:
    """The state of a store before a push.

    Graphs are named as in the release: in angle brackets, or empty for the default graph.

    Args:
        facts: IRI of the graph for the facts; empty if they go into the default graph.
        digest: digest of the release that a push has put there.
        digests: noted digests of its graphs, by IRI.
        counts: graph to number of quads, without empty graphs.
    """

    facts: str
    digest: str
    digests: Mapping[str, str]
    counts: Mapping[str, int]

    def place(self, graph: str) -> str:
        """Return the IRI of a graph in the store; empty for its default graph."""
        return graph[1:-1] or self.facts

    def gone(self, found: Content) -> list[str]:
        """Return the named graphs that the release no longer has."""
        return [graph for graph in self.counts if graph and graph not in found.counts]

    def kept(self, found: Content, names: Names) -> set[str]:
        """Return the graphs that are the same in the release, judging by digest and number of quads."""
        return {
            graph
            for graph, count in found.counts.items()
            if self.digests.get(names.iri(graph)) == found.digests[graph] and self.counts.get(graph) == count
        }


class Store:
    """The store, as a push sees it.

    Args:
        endpoint: its endpoint.
        names: names of its graphs.
    """

    def __init__(self, endpoint: Endpoint, names: Names) -> None:
        self.endpoint, self.names, self.log = endpoint, names, PushLog(endpoint, names)

    @property
    def is_piecemeal(self) -> bool:
        """True if the store carries out the parts of an update one after another."""
        return self.endpoint.server.lower().startswith(_PIECEMEAL)

    def look(self, *, replace: bool) -> StoreState:
        """Note the push, and read the state of the store.

        Args:
            replace: the default graph may be replaced even if our pushes did not fill it.

        Raises:
            RemoteError: if it may not, and is not empty.
        """
        digest, loaded = self.log.release()[0], self.log.loaded()
        self.endpoint.update(self.log.progress_update(loaded))
        facts = self.names.facts if self.log.in_default_graph() else ""
        place = StoreState(facts, "", {}, {}).place
        sizes = self.endpoint.sizes(self.names.graphs)
        listed = filter(self.names.is_content, sizes)
        ours = ["", *(f"<{name}>" for name in listed if name != facts)]
        counts = self._counts({graph: place(graph) for graph in ours}, sizes)
        if counts.get("") and not (digest or loaded or facts or replace):
            self.log.forget()
            raise RemoteError(
                "the store's default graph holds something that no push has put there, and would be lost",
                where=self.endpoint.addresses.query,
                step="name an empty store, or allow it with --replace",
            )
        return StoreState(facts, digest, self.log.digests() if digest else {}, counts)

    def _counts(self, places: Mapping[str, str], sizes: Mapping[str, int]) -> dict[str, int]:
        """Count the quads of some graphs, and leave out the empty ones.

        Args:
            places: graph to its IRI in the store, empty for the default graph.
            sizes: sizes of the graphs below the release's own.
        """
        counts: dict[str, int] = {}
        for graph, iri in places.items():
            if iri.startswith(self.names.graphs):
                number = sizes.get(iri, 0)
            else:
                number = self.endpoint.count(f"GRAPH <{iri}> {{ ?s ?p ?o }}" if iri else "?s ?p ?o")
            if number:
                counts[graph] = number
        return counts

    def holds(self, found: Content, places: Mapping[str, str]) -> bool:
        """Tell whether graphs have as many quads in the store as in the release, including the samples.

        Args:
            found: the release.
            places: graph to its IRI in the store, empty for the default graph.
        """
        sizes = self.endpoint.sizes(self.names.graphs)
        if self._counts(places, sizes) != {graph: found.counts[graph] for graph in places}:
            return False
        sample = [line for line in found.sample if lines.graph_of(line) in places]
        return all(
            self.endpoint.count(block(by_graph(some), places.__getitem__)) == 1
            for some in batched(sample, _CHECKED)
        )

    def clear(self, gone: Sequence[str], *, tidy: bool) -> None:
        """Drop graphs that are no longer needed.

        Args:
            gone: empty graphs, which some stores still list.
            tidy: neither this push nor an abandoned one has loaded quads beside the release.
        """
        left = [] if tidy else [f"<{name}>" for name in self.endpoint.sizes(self.names.loading)]
        for some in batched([*gone, *left], _DROPPED):
            self.endpoint.update(" ;\n".join(f"DROP SILENT GRAPH {graph}" for graph in some))
        self.endpoint.update(self.log.cleanup_update())

    def empty(self, places: Iterable[str], size: int) -> None:
        """Remove the quads that a push has put into empty graphs, by one update.

        Args:
            places: IRIs of the graphs, empty for the default graph.
            size: size of their quads, in bytes.
        """
        graphs = [f"GRAPH <{iri}>" if iri else "DEFAULT" for iri in (*places, self.names.log)]
        self.endpoint.update(" ;\n".join(f"DROP SILENT {graph}" for graph in graphs), work=size)

    def lines(self, graphs: Collection[str], state: StoreState) -> Iterator[str]:
        """Read graphs from the store, as sorted lines of N-Quads under the names of the release."""
        return lines.ordered(self._rows(graphs, state), _SORTED)

    def _rows(self, graphs: Collection[str], state: StoreState) -> Iterator[str]:
        named = {state.place(graph): graph for graph in graphs}
        for some in batched([iri for iri in named if iri], _LISTED):
            query = f"SELECT ?s ?p ?o ?g {{ VALUES ?g {{ {_listed(some)} }} GRAPH ?g {{ ?s ?p ?o }} }}"
            for s, p, o, g in self.endpoint.stream(query):
                graph = named[g.value]
                yield f"{s} {p} {o} {graph} .\n" if graph else f"{s} {p} {o} .\n"
        if "" in named:
            for s, p, o in self.endpoint.stream("SELECT ?s ?p ?o { ?s ?p ?o }"):
                yield f"{s} {p} {o} .\n"


def _listed(names: Sequence[str]) -> str:
    return " ".join(f"<{name}>" for name in names)
