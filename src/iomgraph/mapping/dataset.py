"""The dataset in the making: records by graph, which come out as quads whenever asked for.

Records are kept rather than quads: they take less memory, they are what JSON-LD is written from,
and making quads of them again costs less than keeping them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import pyoxigraph as ox

from iomgraph.mapping.context import Context, Record

DEFAULT = ""
PROVENANCE = "graphs:provenance"
QUALITY = "graphs:quality"


def claims(key: str) -> str:
    """The CURIE of the graph of what one capture claims."""
    return f"claims:{key}"


class Dataset:
    """Records by graph.

    Args:
        context: says what records mean.

    Example:
        >>> from iomgraph.mapping import context
        >>> from iomgraph.settings import Settings
        >>> dataset = Dataset(context.read(Settings().ontology))
        >>> dataset.add([{"id": "projects:LM.0024", "startYear": 2008}])
        >>> len(list(dataset.lines()))
        1
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.records: dict[str, list[Record]] = {DEFAULT: []}

    def add(self, records: Iterable[Record], graph: str = DEFAULT) -> None:
        """Add records to a graph, named by CURIE."""
        self.records.setdefault(graph, []).extend(records)

    def link(self, matches: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        """Add links to records of the default graph, beside those that they have.

        Args:
            matches: CURIE of a record to what it is linked to, by term.
        """
        self.records[DEFAULT] = [
            {**record, **{term: [*record.get(term, ()), *found] for term, found in matches[name].items()}}
            if (name := record["id"]) in matches
            else record
            for record in self.records[DEFAULT]
        ]

    def named(self) -> Iterator[tuple[str, list[Record]]]:
        """The named graphs with their records, in order of name."""
        for graph in sorted(self.records):
            if graph:
                yield graph, self.records[graph]

    def lines(self) -> Iterator[str]:
        """Every quad as a line of canonical N-Quads, graph by graph.

        Raises:
            OntologyError: if the context does not know what a record says.
        """
        quads = self.context.quads
        for graph, records in self.records.items():
            for record in records:
                yield from quads(record, graph)

    def store(self, *graphs: str) -> ox.Store:
        """The quads of some graphs in a store, all of them in its default graph.

        Raises:
            OntologyError: if the context does not know what a record says.
        """
        store, quads = ox.Store(), self.context.quads
        lines = (line for graph in graphs for record in self.records.get(graph, ()) for line in quads(record))
        store.bulk_load(_Bytes(lines), format=ox.RdfFormat.N_TRIPLES)  # type: ignore[arg-type]
        return store


class _Bytes:
    """Lines as a stream of bytes, so that they are never all in memory."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        """As `io.RawIOBase.read`: up to so many bytes; none at the end."""
        parts, length = [self._rest], len(self._rest)
        while size < 0 or length < size:
            line = next(self._lines, None)
            if line is None:
                break
            parts.append(line.encode())
            length += len(parts[-1])
        data = b"".join(parts)
        if size < 0:
            self._rest = b""
            return data
        self._rest = data[size:]
        return data[:size]
