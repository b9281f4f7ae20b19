"""Statements as lines of N-Quads: put in order without repeats, written and read back.

A line is a `str` in canonical form that ends in a line feed. There are no blank nodes, so the
lines in order of code points are the canonical form of the whole dataset (RDFC-1.0, section 5).
"""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path

from iomgraph.cache import Memo
from iomgraph.errors import PublicationError
from iomgraph.processes import batched
from iomgraph.release.blocks import Gzip, blocks
from iomgraph.release.runs import RUN, merged
from iomgraph.release.runs import of as runs_of

_BATCH = 20_000
"""Lines that are written at a time."""
_READ = 1 << 20
"""Bytes that are read at a time."""


def ordered(lines: Iterable[str], run: int = RUN) -> Iterator[str]:
    r"""Sort lines in code point order and drop repeats, through temporary files where there are many.

    Args:
        lines: in any order; read once.
        run: how many lines to hold in memory at a time.

    Raises:
        PublicationError: if a line can't be written as UTF-8.

    Example:
        >>> list(ordered(["b\n", "c\n", "a\n", "b\n"], run=2))
        ['a\n', 'b\n', 'c\n']
    """
    return map(bytes.decode, chain.from_iterable(merged(runs_of(lines, run))))


def graph_of(line: str) -> str:
    r"""Name the graph that a line belongs to, in angle brackets; empty for the default graph.

    Example:
        >>> graph_of('<urn:s> <urn:p> "a <urn:x> ."@en .\n')
        ''
        >>> graph_of("<urn:s> <urn:p> <urn:o> <urn:g> .\n")
        '<urn:g>'
    """
    head, _, last = line[:-3].rpartition(" ")
    # No IRI has a quote, and the last word of a literal has the one that closes it.
    return last if '"' not in last and head.count(" ") > 1 else ""


def check(line: str) -> str:
    """Give a line back as it is, or stop if a blank node is in it.

    Raises:
        PublicationError: if there is one; every node of ours has an IRI.
    """
    if "_:" in line and (
        line.startswith("_:") or " _:" in line.partition('"')[0] or graph_of(line)[:1] == "_"
    ):
        raise PublicationError(
            "a blank node would be published", where=line.strip(), step="give the record an id"
        )
    return line


def write(lines: Iterable[str], path: Path) -> int:
    """Write lines into a file, compressed if its name ends in `.gz`, and count them."""
    return _write(batched(map(str.encode, lines), _BATCH), path, Memo())


def write_quads(runs: Iterable[bytes], path: Path, memo: Memo | None = None) -> int:
    """Merge statements, write them as `write` does, each once, and count them.

    Args:
        runs: the statements, in sorted runs; read once.
        path: the file.
        memo: keeps what blocks of lines are compressed to.

    Raises:
        PublicationError: if there is a blank node.
    """
    return _write(merged(runs), path, memo or Memo(), _check)


def _check(some: list[bytes], data: bytes) -> None:
    # One look at all of them tells that none needs a closer one, as a rule.
    if b"_:" in data:
        for line in some:
            check(line.decode())


def _write(
    parts: Iterable[list[bytes]],
    path: Path,
    memo: Memo,
    look: Callable[[list[bytes], bytes], None] | None = None,
) -> int:
    count = 0
    with path.open("wb") as raw:
        packed = Gzip(raw, memo) if path.suffix == ".gz" else None
        for some in blocks(parts) if packed else parts:
            data = b"".join(some)
            if look:
                look(some, data)
            (packed or raw).write(data)
            count += len(some)
        if packed:
            packed.close()
    return count


def read(path: Path) -> Iterator[str]:
    """Read lines back from a file that `write` made.

    Only a line feed ends a line: literals may hold U+2028 and U+0085, which `str.splitlines` cuts at.
    """
    return chain.from_iterable(_read(path))


def _read(path: Path) -> Iterator[Iterable[str]]:
    """Yield the lines of a file, some at a time."""
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as raw:
        rest = b""
        while block := raw.read(_READ):
            whole, feed, last = (rest + block).rpartition(b"\n")
            rest = last
            yield io.StringIO((whole + feed).decode(), newline="\n")
        yield [rest.decode()] if rest else []
