"""The pieces of files: what each part of the data gives to each of them, made side by side.

The records of a part are read once, for all files. Pieces that an earlier build made of the same records
are taken from the cache instead. Files are then put together from pieces, in the order of the parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import chain, repeat
from pathlib import Path
from typing import Protocol

from iomgraph.cache import Memo, digest, packed, unpacked
from iomgraph.mapping.dataset import Dataset
from iomgraph.processes import Say, SpoolSet, Task, batched, processors, run_parallel, silent, timed
from iomgraph.processes.spool_set import Span
from iomgraph.records.record import Record

_GROUP = 8
"""Parts that a process takes at a time: their pieces are in memory together."""

BETWEEN = b",\n"
"""The text between the items of a list."""

Graphs = Mapping[str, Sequence[Record]]
"""CURIE of a graph to its records in a part."""

Made = Mapping[str, bytes]
"""Name to piece."""


class Maker(Protocol):
    """Makes pieces of one or more files from the records of a part."""

    @property
    def kind(self) -> str:
        """Its name in the cache."""

    @property
    def keys(self) -> Sequence[bytes]:
        """Digests of what it reads beside the records of each part and the context; needed by a cache."""

    def __call__(self, graphs: Graphs) -> Made:
        """Make the pieces."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of all parts, on disk.

    Args:
        spools: have the pieces.
        groups: of some parts each, in order: name to the place of its pieces.
    """

    spools: SpoolSet[bytes]
    groups: Sequence[Mapping[str, Span]]

    def of(self, name: str) -> Iterator[bytes]:
        """Yield the pieces with a name, in the order of the parts."""
        spans = (group[name] for group in self.groups if name in group)
        return chain.from_iterable(map(self.spools.at, spans))


def make(
    name: str, parts: Iterable[Dataset], makers: Sequence[Maker], memo: Memo, say: Say = silent
) -> Pieces:
    """Make the pieces of all parts.

    Args:
        name: of the work, for timings.
        parts: of the data.
        makers: make the pieces.
        memo: keeps pieces for the next build.
        say: takes the number of groups of parts done; also called in other processes.
    """
    spools = SpoolSet[bytes](processors())
    groups = batched(enumerate(parts), _GROUP)
    tasks = [Task("making pieces", partial(_group, some, makers, memo, spools)) for some in groups]
    with timed(name):
        return Pieces(spools, run_parallel(tasks, say=say, step="write"))


def _group(
    parts: Sequence[tuple[int, Dataset]], makers: Sequence[Maker], memo: Memo, spools: SpoolSet[bytes]
) -> Mapping[str, Span]:
    found: dict[str, list[bytes]] = {}
    for number, part in parts:
        opened = _Opened(number, part)
        for maker in makers:
            for name, piece in _made(opened, maker, memo).items():
                if piece:
                    found.setdefault(name, []).append(piece)
    memo.flush()
    return {name: spools.add(pieces) for name, pieces in found.items()}


@dataclass(frozen=True)
class _Opened:
    """A part that is read once, if a maker needs it."""

    number: int
    part: Dataset

    @cached_property
    def digest(self) -> bytes:
        return self.part.digest()

    @cached_property
    def graphs(self) -> Graphs:
        return _Read(self.part)


class _Read(Mapping[str, Sequence[Record]]):
    """The records of a part by graph, each read when it is first asked for."""

    def __init__(self, part: Dataset) -> None:
        self._part, self._read = part, dict[str, list[Record]]()
        self._names = [*part.graphs]

    def __getitem__(self, graph: str) -> Sequence[Record]:
        if graph not in self._names:
            raise KeyError(graph)
        if graph not in self._read:
            self._read[graph] = list(self._part.records(graph))
        return self._read[graph]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _made(opened: _Opened, maker: Maker, memo: Memo) -> Made:
    if memo.store is None:
        return maker(opened.graphs)
    found = memo.result(
        maker.kind,
        lambda: digest(opened.digest, maker.keys[opened.number]),
        lambda: packed(maker(opened.graphs)),
    )
    return unpacked(found)


def write(path: Path, texts: Iterable[bytes]) -> None:
    """Write texts one after the other."""
    with path.open("wb") as out:
        out.writelines(texts)


def write_list(path: Path, head: bytes, texts: Iterable[bytes]) -> None:
    r"""Write a list in JSON, with an item on each line.

    Args:
        path: the file.
        head: the text up to the list and its bracket.
        texts: of some items each, with `BETWEEN` between them; empty ones are left out.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp(), "a.json")
        >>> write_list(path, b'{"a": [', [b"1,\n2", b"3"])
        >>> path.read_text()
        '{"a": [\n1,\n2,\n3\n]}\n'
    """
    separators = chain([b"\n"], repeat(BETWEEN))
    separated = chain.from_iterable(zip(separators, filter(None, texts), strict=False))
    write(path, chain([head], separated, [b"\n]}\n"]))
