"""Notes of a push in the store: the version in place, and the loaded amount of another one."""

from __future__ import annotations

from collections.abc import Mapping

from iomgraph.remote.batches import Names
from iomgraph.remote.endpoint import Endpoint

_STANDS = "<http://purl.org/dc/terms/identifier>"
_LOADED = "<http://purl.org/dc/terms/extent>"
_DIGEST = "<http://spdx.org/rdf/terms#checksumValue>"
_LISTED = 1_000


class PushLog:
    """The graph of notes.

    Args:
        endpoint: the store.
        names: of its graphs.
    """

    def __init__(self, endpoint: Endpoint, names: Names) -> None:
        self._endpoint, self._names = endpoint, names
        self._graph, self._mark = f"<{names.log}>", f"<{names.mark}>"

    def release(self) -> tuple[str, bool]:
        """Return the digest of the release in the store, empty if there is none, and whether all is tidy.

        It is not tidy as long as a push has left loaded quads, its own or those of an earlier one. If two
        pushes at the same time both noted a release, neither note is reliable, and there is no digest.
        """
        rows = self._endpoint.rows(
            f"SELECT ?p ?x {{ GRAPH {self._graph} {{ ?s ?p ?x FILTER(?p IN ({_STANDS}, {_LOADED})) }} }}"
        )
        found = [str(row[1].value) for row in rows if f"<{row[0].value}>" == _STANDS]
        return found[0] if len(found) == 1 else "", len(found) == len(rows)

    def loaded(self) -> int:
        """Return the number of quads of this release that an earlier push loaded."""
        rows = self._endpoint.rows(f"SELECT ?n {{ GRAPH {self._graph} {{ {self._mark} {_LOADED} ?n }} }}")
        return max((int(row[0].value) for row in rows), default=0)

    def digests(self) -> dict[str, str]:
        """Return the digest noted of each graph in the store, by its IRI."""
        noted: dict[str, str] = {}
        last = ""
        while True:
            rows = self._endpoint.rows(
                f"SELECT ?g ?d {{ GRAPH {self._graph} {{ ?g {_DIGEST} ?d }} "
                f'FILTER(STR(?g) > "{last}") }} ORDER BY ?g LIMIT {_LISTED}'
            )
            noted |= {row[0].value: row[1].value for row in rows}
            if len(rows) < _LISTED:
                return noted
            last = rows[-1][0].value

    def in_default_graph(self) -> bool:
        """Tell whether the store's default graph is the union of its named graphs, including the notes."""
        return bool(self._endpoint.count(f"{self._mark} {_LOADED} ?n"))

    def forget(self) -> None:
        """Remove every note."""
        self._endpoint.update(f"DROP SILENT GRAPH {self._graph}")

    def progress_update(self, done: int) -> str:
        """Write the update that notes the number of loaded quads."""
        return f"{self._without(self._mark, _LOADED)} ;\n{self._with(f'{self._mark} {_LOADED} {done}')}"

    def notes(self, digest: str, digests: Mapping[str, str]) -> list[str]:
        """Return the notes of a release that is in the store, as lines of N-Triples.

        Args:
            digest: digest of the release; if empty, there are no notes.
            digests: of its graphs, by IRI.
        """
        if not digest:
            return []
        noted = [f'<{graph}> {_DIGEST} "{value}" .\n' for graph, value in sorted(digests.items())]
        return [*noted, f'{self._graph} {_STANDS} "{digest}" .\n']

    def release_update(self, digest: str, digests: Mapping[str, str]) -> str:
        """Write the update that replaces the notes by those of a release; arguments as for `notes`."""
        taken = f"{self._without(self._graph, _STANDS)} ;\n{self._without('?g', _DIGEST)}"
        return f"{taken} ;\n{self._with(''.join(self.notes(digest, digests)))}"

    def forget_release_update(self) -> str:
        """Write the update that removes the note of the release, because none is reliable now."""
        return self._without(self._graph, _STANDS)

    def cleanup_update(self) -> str:
        """Write the update that notes that no loaded quads are left."""
        return self._without("?mark", _LOADED)

    def _with(self, triples: str) -> str:
        return f"INSERT DATA {{ GRAPH {self._graph} {{ {triples} }} }}"

    def _without(self, subject: str, predicate: str) -> str:
        return f"DELETE WHERE {{ GRAPH {self._graph} {{ {subject} {predicate} ?x }} }}"
