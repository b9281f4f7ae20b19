"""The dataset in the making: records by graph, which come out as quads whenever asked for.

Records lie on disk, so that a dataset may be larger than memory. They are kept rather than quads:
they are smaller, they are what JSON-LD, the tables and the site are made from, and making quads of
them again costs less than reading quads back.
"""

from __future__ import annotations

import io
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import chain
from operator import itemgetter
from typing import Any

import pyoxigraph as ox

from iomgraph.mapping.context import Context
from iomgraph.processes import JSON, Spool, batched, cut, is_cut
from iomgraph.records.record import Record

DEFAULT = ""
PROVENANCE = "graphs:provenance"
QUALITY = "graphs:quality"
_BLOCK = 10_000
"""Lines that are made bytes, and records that are written, at a time."""
_DIGEST = 16
_PART = 256
"""Records on average of a part, of those that come from no shelf."""


def claims(key: str) -> str:
    """The CURIE of the graph of what one capture claims."""
    return f"claims:{key}"


def linked(record: Record, links: Mapping[str, Mapping[str, Sequence[str]]]) -> Record:
    """Add to a record what it is linked to.

    Args:
        record: of the default graph.
        links: CURIE of a record to what it is linked to, by term.

    Example:
        >>> linked({"id": "states:KEN"}, {"states:KEN": {"sameAs": ["http://www.wikidata.org/entity/Q114"]}})
        {'id': 'states:KEN', 'sameAs': ['http://www.wikidata.org/entity/Q114']}
    """
    matches = links.get(record["id"])
    if not matches:
        return record
    return {**record, **{term: [*record.get(term, ()), *found] for term, found in matches.items()}}


_SPOOLS = 20
"""Bits of a position that tell the spool, and whether its record may have links."""
_NUMBER = (1 << _SPOOLS) - 1

Links = dict[str, dict[str, list[str]]]
"""CURIE of a record to what it is linked to, by term."""

Places = dict[str, "array[int]"]
"""Graph to the places of its records, in the order in which they were added."""


def record_spool() -> Spool[Record]:
    """Make a spool for the records of shelves; equal records are equal bytes in it.

    Example:
        >>> spool = record_spool()
        >>> spool.at(spool.append({"id": "states:KEN"}))
        {'id': 'states:KEN'}
    """
    return Spool[Record](form=JSON)


class Shelf:
    """Records by graph, on disk: a part of a dataset.

    A copy of this process may fill one; then it gives back its `places`, and what is `cited`.

    Args:
        spool: takes the records; several shelves may share one, and are filled one after the other. Unless
            given, the shelf has one of its own.

    Example:
        >>> shelf = Shelf()
        >>> shelf.add([{"id": "projects:LM.0024", "attribution": ["works:a"]}])
        >>> {graph: len(places) for graph, places in shelf.places.items()}, shelf.cited
        ({'': 1}, {'works:a'})
    """

    def __init__(self, spool: Spool[Record] | None = None) -> None:
        self.spool = record_spool() if spool is None else spool
        self.places: Places = {}
        self.cited: set[str] = set()

    def add(self, records: Iterable[Record], graph: str = DEFAULT) -> None:
        """Add records to a graph, named by CURIE."""
        self.put((graph, record) for record in records)

    def put(self, records: Iterable[tuple[str, Record]]) -> None:
        """Add records, each with its graph."""
        placed = list(records)
        places = self.spool.extend(record for _, record in placed)
        for (graph, record), place in zip(placed, places, strict=True):
            self.places.setdefault(graph, array("q")).append(place)
            self.cited.update(record.get("attribution", ()))

    def written(self, start: int) -> tuple[Any, bytes]:
        """Give the records, the last of their spool, as bytes, after what `add_written` needs besides.

        Args:
            start: the end of the spool before the first of them.
        """
        graphs = {graph: [place - start for place in places] for graph, places in self.places.items()}
        return [graphs, sorted(self.cited)], self.spool.raw(start, self.spool.end)

    def add_written(self, said: Any, records: bytes) -> None:
        """Add what `written` gave."""
        graphs, cited = said
        start = self.spool.append_raw(records)
        for graph, places in graphs.items():
            self.places.setdefault(graph, array("q")).extend(start + place for place in places)
        self.cited.update(cited)

    def digest(self) -> bytes:
        """Digest the records and their graphs: shelves with the same digest hold the same."""
        some = [places for places in self.places.values() if places]
        if not some:
            return b""
        # Only these records lie between the first and the last.
        start, last = min(map(min, some)), max(map(max, some))
        graphs = {graph: [place - start for place in places] for graph, places in self.places.items()}
        said = (JSON.write(graphs), self.spool.raw(start, last), self.spool.raw_reader()(last))
        return blake2b(b"".join(said), digest_size=_DIGEST).digest()


class Dataset:
    """Records by graph, in parts: a change of some records leaves most parts as they were.

    Args:
        context: says what records mean.
        shelves: the first parts.
        links: what records are linked to.

    Example:
        >>> from iomgraph.mapping import context
        >>> from iomgraph.settings import Settings
        >>> dataset = Dataset(context.read(Settings().ontology))
        >>> dataset.add([{"id": "projects:LM.0024", "startYear": 2008}])
        >>> len(list(dataset.lines()))
        1
    """

    def __init__(self, context: Context, shelves: Iterable[Shelf] = (), links: Links | None = None) -> None:
        self.context = context
        self.links: Links = {} if links is None else links
        self._taken = list(shelves)
        self._own = list[Shelf]()

    def __len__(self) -> int:
        """Count the records of all graphs."""
        return sum(len(places) for shelf in self._shelves for places in shelf.places.values())

    @property
    def cited(self) -> set[str]:
        """The CURIEs of works that records cite."""
        return set[str]().union(*(shelf.cited for shelf in self._shelves))

    @property
    def _shelves(self) -> list[Shelf]:
        return [*self._taken, *self._own]

    @property
    def parts(self) -> list[Dataset]:
        """The parts, each as a dataset: those of projects in order of key, then all others."""
        return [*self.taken, *self.own]

    @property
    def taken(self) -> list[Dataset]:
        """The parts that were taken, those of projects, each as a dataset."""
        return [Dataset(self.context, (shelf,), self.links) for shelf in self._taken]

    @property
    def own(self) -> list[Dataset]:
        """The parts of what was added, each as a dataset."""
        return [Dataset(self.context, (shelf,), self.links) for shelf in self._own]

    def digest(self) -> bytes:
        """Digest the records: datasets with the same digest, context and links say the same."""
        return b"".join(shelf.digest() for shelf in self._shelves)

    def positions(self) -> Positions:
        """Give what finds single records again, of those that are there by now."""
        return Positions(self._shelves, self.links)

    @property
    def names(self) -> list[str]:
        """The CURIEs of the named graphs, in order of IRI."""
        return sorted(set(self.graphs) - {DEFAULT}, key=self.context.expand)

    @property
    def graphs(self) -> list[str]:
        """The CURIEs of all graphs, in the order in which they were added."""
        return list(dict.fromkeys(graph for shelf in self._shelves for graph in shelf.places))

    def add(self, records: Iterable[Record], graph: str = DEFAULT) -> None:
        """Add records to a graph, named by CURIE."""
        for some in cut(records, itemgetter("id"), _PART):
            self._last.add(some, graph)
            self._cut(some[-1]["id"])

    def add_written(self, records: Iterable[tuple[str, bytes]], graph: str = DEFAULT) -> None:
        """Add records that cite no works to a graph, each given by its CURIE and as a spool has it."""
        for some in cut(records, itemgetter(0), _PART):
            shelf = self._last
            places = shelf.spool.extend_written(record for _, record in some)
            shelf.places.setdefault(graph, array("q")).extend(places)
            self._cut(some[-1][0])

    def _cut(self, name: str) -> None:
        """Begin a shelf, if one ends with the record of that name."""
        if is_cut(name, _PART):
            self._own.append(Shelf(self._own[-1].spool))

    @property
    def _last(self) -> Shelf:
        """The shelf that takes what is added."""
        if not self._own:
            self._own.append(Shelf())
        return self._own[-1]

    def take(self, shelves: Iterable[Shelf]) -> None:
        """Take the records of shelves: they come before those that were added, after other shelves."""
        self._taken += shelves

    def cite(self, works: Iterable[str]) -> None:
        """Note works, by CURIE, that records elsewhere cite."""
        self._last.cited.update(works)

    def link(self, matches: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        """Add links to records of the default graph, beside those that they have.

        Args:
            matches: CURIE of a record to what it is linked to, by term.
        """
        for name, found in matches.items():
            links = self.links.setdefault(name, {})
            for term, things in found.items():
                links.setdefault(term, []).extend(things)

    def records(self, graph: str = DEFAULT) -> Iterator[Record]:
        """The records of a graph in the order in which they were added; none where there is no such graph."""
        return (record for _, record in self._all([graph]))

    def lines(self) -> Iterator[str]:
        """Every quad as a line of canonical N-Quads, graph by graph.

        Raises:
            OntologyError: if the context does not know what a record says.
        """
        quads = self.context.quads
        return chain.from_iterable(quads(record, graph) for graph, record in self._all(self.graphs))

    def triples(self, *graphs: str) -> Iterator[str]:
        """Yield the triples of some graphs as lines of N-Triples; raises as `lines`."""
        quads = self.context.quads
        return chain.from_iterable(quads(record) for _, record in self._all(graphs))

    def store(self, *graphs: str) -> ox.Store:
        """Load some graphs into the default graph of a store in memory; raises as `lines`."""
        return store_of(self.triples(*graphs))

    def _all(self, graphs: Sequence[str]) -> Iterator[tuple[str, Record]]:
        """The records of some graphs, each with the name of its graph; each file is opened once."""
        holders, readers = defaultdict[str, list[Shelf]](list), dict[int, Callable[[int], Record]]()
        for shelf in self._shelves:
            readers.setdefault(id(shelf.spool), shelf.spool.reader())
            for graph in shelf.places:
                holders[graph].append(shelf)
        for graph in graphs:
            for shelf in holders.get(graph, ()):
                for record in map(readers[id(shelf.spool)], shelf.places[graph]):
                    yield graph, record if graph else self._linked(record)

    def _linked(self, record: Record) -> Record:
        return linked(record, self.links)


class Positions:
    """The positions of records: a number for each, by which it is read again.

    Args:
        shelves: with the records.
        links: what records of the default graph are linked to.

    Example:
        >>> shelf = Shelf()
        >>> shelf.add([{"id": "states:KEN"}, {"id": "states:GEO"}])
        >>> positions = Positions([shelf], {"states:GEO": {"sameAs": ["http://www.wikidata.org/entity/Q230"]}})
        >>> [positions.at(position)["id"] for _, position, _ in positions.of(DEFAULT)]
        ['states:KEN', 'states:GEO']
    """

    def __init__(self, shelves: Sequence[Shelf], links: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        self._links, self._holders = links, defaultdict[str, list[Shelf]](list)
        for shelf in shelves:
            for graph in shelf.places:
                self._holders[graph].append(shelf)
        spools = list({id(shelf.spool): shelf.spool for shelf in shelves}.values())
        self._numbers = {id(spool): number for number, spool in enumerate(spools)}
        self._read = [spool.reader() for spool in spools]
        self._raw = [spool.raw_reader() for spool in spools]

    def of(self, *graphs: str) -> Iterator[tuple[str, int, Record]]:
        """Yield the records of some graphs in order, each with its graph and its position."""
        for graph in graphs:
            for shelf in self._holders.get(graph, ()):
                number = 2 * self._numbers[id(shelf.spool)] + (graph == DEFAULT)
                for place in shelf.places[graph]:
                    position = (place << _SPOOLS) + number
                    yield graph, position, self.at(position)

    def at(self, position: int) -> Record:
        """Read the record at a position, with its links."""
        record = self._read[(position & _NUMBER) >> 1](position >> _SPOOLS)
        return linked(record, self._links) if position & 1 else record

    def raw(self, position: int) -> bytes:
        """Read the record at a position as bytes, without its links: equal bytes are equal records."""
        return self._raw[(position & _NUMBER) >> 1](position >> _SPOOLS)


def store_of(lines: Iterable[str]) -> ox.Store:
    r"""Load lines of N-Triples that the context made into a store in memory.

    Example:
        >>> len(store_of(["<urn:a> <urn:b> <urn:c> .\n"]))
        1
    """
    store = ox.Store()
    # IRIs and language tags are checked where lines are made, so that the loader need not do it again.
    store.bulk_load(_Bytes(lines), format=ox.RdfFormat.N_TRIPLES, lenient=True)  # type: ignore[arg-type]
    return store


class _Bytes:
    """Lines as a stream of bytes, so that they are never all in memory."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._blocks = ("".join(some).encode() for some in batched(lines, _BLOCK))
        self._block = io.BytesIO()

    def read(self, size: int = -1) -> bytes:
        """As `io.RawIOBase.read`: up to so many bytes; none at the end."""
        if size < 0:
            return b"".join((self._block.read(), *self._blocks))
        data = self._block.read(size)
        while not data and (block := next(self._blocks, None)) is not None:
            self._block = io.BytesIO(block)
            data = self._block.read(size)
        return data
