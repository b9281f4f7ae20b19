"""Sorted runs of lines, merged as they are read, so that more can be sorted than fits into memory.

Lines are UTF-8, whose order is that of code points. Only a line feed ends one.
"""

from __future__ import annotations

import heapq
import io
import os
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, groupby, islice, pairwise
from operator import eq
from tempfile import TemporaryFile

from iomgraph.errors import PublicationError

RUN = 200_000
"""Lines that are sorted in memory at a time; they take some 100 MB."""

HELD = 1 << 26
"""Bytes of all runs together that are in memory at a time."""
LEAST, MOST = 1 << 13, 1 << 18
"""Bytes of one run that are in memory at a time."""


def of(lines: Iterable[str], size: int = RUN) -> Iterator[bytes]:
    r"""Cut lines into runs, each of them sorted and without repeats.

    Args:
        lines: in any order; read once.
        size: lines of a run at most.

    Raises:
        PublicationError: if a line can't be written as UTF-8.

    Example:
        >>> list(of(["b\n", "c\n", "a\n"], size=2))
        [b'b\nc\n', b'a\n']
    """
    source = iter(lines)
    while run := run_of(islice(source, size)):
        yield run


def run_of(lines: Iterable[str]) -> bytes:
    r"""Make one run of lines: sorted, without repeats; raises as `of`.

    Example:
        >>> run_of(["b\n", "a\n", "b\n"])
        b'a\nb\n'
    """
    try:
        return b"".join(_unique(list(map(str.encode, lines))))
    except UnicodeEncodeError as error:
        raise PublicationError(
            "a text contains half a surrogate pair",
            where=ascii(error.object),
            step="decode its source as UTF-8",
        ) from error


def merged(runs: Iterable[bytes]) -> Iterator[list[bytes]]:
    r"""Merge runs, and yield their lines in order without repeats, many at a time.

    All but a limited part of them is in a file without a name, which disappears with the process.

    Args:
        runs: as `of` makes them; all are read before the first line is given.

    Example:
        >>> list(merged([b"a\nc\n", b"b\nc\n"]))
        [[b'a\n', b'b\n', b'c\n']]
    """
    source = filter(None, runs)
    first = [*islice(source, 2)]
    if len(first) < 2:
        yield from map(_lines, first)
        return
    with TemporaryFile(prefix="iomgraph-") as file:
        ends = [0]
        for run in chain(first, source):
            file.write(run)
            ends.append(ends[-1] + len(run))
        file.flush()
        size = min(max(HELD // len(ends), LEAST), MOST)
        waiting = [_Run(file.fileno(), start, end, size) for start, end in pairwise(ends)]
        yield from _merged([run for run in waiting if run.read()])


@dataclass(slots=True)
class _Run:
    """The reading of a run: a block of its lines, and the position of the next one."""

    file: int
    start: int
    end: int
    size: int
    lines: list[bytes] = field(default_factory=list)
    next: int = 0

    def __lt__(self, other: _Run) -> bool:
        return self.lines[self.next] < other.lines[other.next]

    def read(self) -> bool:
        """Read the next block, which has at least one whole line; return False at the end."""
        size, self.lines, self.next = self.size, [], 0
        while self.start < self.end and not self.lines:
            data = os.pread(self.file, min(size, self.end - self.start), self.start)
            self.lines = _lines(data[: data.rfind(b"\n") + 1])
            self.start += sum(map(len, self.lines))
            size *= 2
        return bool(self.lines)

    def until(self, bound: bytes) -> list[bytes]:
        """Take the lines up to a bound."""
        start, self.next = self.next, bisect_right(self.lines, bound, self.next)
        return self.lines[start : self.next]


def _merged(waiting: list[_Run]) -> Iterator[list[bytes]]:
    heapq.heapify(waiting)
    while waiting:
        due = [heapq.heappop(waiting)]
        # What a run has beyond its block comes after the last line of the block.
        bound = due[0].lines[-1]
        while waiting and waiting[0].lines[waiting[0].next] <= bound:
            due.append(heapq.heappop(waiting))
            bound = min(bound, due[-1].lines[-1])
        parts = [run.until(bound) for run in due]
        yield parts[0] if len(parts) == 1 else _unique([*chain.from_iterable(parts)])
        for run in due:
            if run.next < len(run.lines) or run.read():
                heapq.heappush(waiting, run)


def _lines(data: bytes) -> list[bytes]:
    return io.BytesIO(data).readlines()


def _unique(lines: list[bytes]) -> list[bytes]:
    lines.sort()
    # As a rule, there are no repeats.
    return [line for line, _ in groupby(lines)] if any(map(eq, lines, islice(lines, 1, None))) else lines
