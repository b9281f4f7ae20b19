"""Statements as lines of N-Quads: put in order without repeats, written and read back.

A line is a `str` in canonical form that ends in a line feed. There are no blank nodes, so the
lines in order of code points are the canonical form of the whole dataset (RDFC-1.0, section 5).
"""

from __future__ import annotations

import gzip
import io
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import chain, groupby, islice
from operator import eq
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from iomgraph.errors import PublicationError
from iomgraph.processes import batched

RUN = 200_000
"""Lines that are sorted in memory at a time; more go through sorted files. So many need some 100 MB."""

COMPRESSION = 6
_BATCH = 20_000
BLOCK = 1 << 18
"""Bytes of a sorted file that are in memory at a time."""
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
    return map(bytes.decode, chain.from_iterable(ordered_parts(lines, run)))


def ordered_parts(lines: Iterable[str], run: int = RUN) -> Iterator[list[bytes]]:
    r"""Sort lines as `ordered` does, and yield them in UTF-8, many at a time.

    The order of UTF-8 is that of code points, and bytes are the faster to sort and to write.

    Example:
        >>> list(ordered_parts(["b\n", "c\n", "a\n", "b\n"], run=2))
        [[b'a\n', b'b\n'], [b'c\n']]
    """
    source = iter(lines)
    first, rest = _run(source, run), _run(source, run)
    if not rest:
        yield first
        return
    with ExitStack() as stack:
        files = []
        while first:
            # Without a name, a file is gone with the process, however that ends.
            files.append(stack.enter_context(TemporaryFile()))
            for some in batched(first, _BATCH):
                files[-1].write(b"".join(some))
            files[-1].seek(0)
            first, rest = rest, _run(source, run)
        yield from _merged(files)


def _run(lines: Iterator[str], size: int) -> list[bytes]:
    """Take so many lines, and sort them."""
    try:
        run = list(map(str.encode, islice(lines, size)))
    except UnicodeEncodeError as error:
        raise PublicationError(
            "a text contains half a surrogate pair",
            where=ascii(error.object),
            step="decode its source as UTF-8",
        ) from error
    return _sorted(run)


def _sorted(lines: list[bytes]) -> list[bytes]:
    lines.sort()
    # As a rule, there are no repeats.
    return [line for line, _ in groupby(lines)] if any(map(eq, lines, islice(lines, 1, None))) else lines


def _merged(files: Sequence[BinaryIO]) -> Iterator[list[bytes]]:
    """Merge sorted files, a block of each at a time: a list of runs in order is sorted in one go."""
    blocks = [(file, block, 0) for file in files if (block := file.readlines(BLOCK))]
    while blocks:
        # Whatever follows in a file comes after the last line of its block.
        bound = min(block[-1] for _, block, _ in blocks)
        due, left = list[bytes](), list[tuple[BinaryIO, list[bytes], int]]()
        for file, block, at in blocks:
            end = bisect_right(block, bound, at)
            due += block[at:end]
            rest = (block, end) if end < len(block) else (file.readlines(BLOCK), 0)
            left += [(file, *rest)] if rest[0] else []
        blocks = left
        yield _sorted(due)


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
    return _write(map(str.encode, lines), path)


def write_quads(lines: Iterable[str], path: Path, run: int = RUN) -> int:
    """Sort statements, write them as `write` does, each once, and count them.

    Args:
        lines: in any order; read once.
        path: the file.
        run: how many lines to sort in memory at a time.

    Raises:
        PublicationError: if there is a blank node.
    """
    return _write(chain.from_iterable(ordered_parts(lines, run)), path, _check)


def _check(some: list[bytes], data: bytes) -> None:
    # One look at all of them tells that none needs a closer one, as a rule.
    if b"_:" in data:
        for line in some:
            check(line.decode())


def _write(
    lines: Iterable[bytes], path: Path, look: Callable[[list[bytes], bytes], None] | None = None
) -> int:
    count = 0
    with path.open("wb") as raw, _compressed(raw, path) as stream:
        for some in batched(lines, _BATCH):
            data = b"".join(some)
            if look:
                look(some, data)
            stream.write(data)
            count += len(some)
    return count


@contextmanager
def _compressed(raw: BinaryIO, path: Path) -> Iterator[BinaryIO | gzip.GzipFile]:
    if path.suffix != ".gz":
        yield raw
        return
    # Neither a name nor a time goes into the header (RFC 1952, section 2.3): same lines, same bytes.
    with gzip.GzipFile(filename="", mode="wb", compresslevel=COMPRESSION, fileobj=raw, mtime=0) as stream:
        yield stream


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
