"""Statements as lines of N-Quads: put in order without repeats, written and read back.

A line is a `str` in canonical form that ends in a line feed. There are no blank nodes, so the
lines in order of code points are the canonical form of the whole dataset (RDFC-1.0, section 5).
"""

from __future__ import annotations

import gzip
import heapq
import io
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from iomgraph.errors import PublicationError
from iomgraph.processes import batched

RUN = 200_000
"""Lines that are sorted in memory at a time; more go through sorted files. So many need some 200 MB."""

COMPRESSION = 6
_BATCH = 20_000


def ordered(lines: Iterable[str], run: int = RUN) -> Iterator[str]:
    r"""Sort lines in code point order and drop repeats, through temporary files where there are many.

    Args:
        lines: in any order; read once.
        run: how many lines to hold in memory at a time.

    Example:
        >>> list(ordered(["b\n", "c\n", "a\n", "b\n"], run=2))
        ['a\n', 'b\n', 'c\n']
    """
    source = iter(lines)
    first = sorted(set(islice(source, run)))
    rest = list(islice(source, run))
    if not rest:
        yield from first
        return
    with ExitStack() as stack:
        files = []
        while first:
            # Without a name, a file is gone with the process, however that ends.
            nameless = TemporaryFile("w+", encoding="utf-8", newline="\n")  # noqa: SIM115
            files.append(stack.enter_context(nameless))
            files[-1].writelines(first)
            files[-1].seek(0)
            first, rest = sorted(set(rest)), list(islice(source, run))
        last = ""
        for line in heapq.merge(*files):
            if line != last:
                yield line
            last = line


def graph_of(line: str) -> str:
    r"""Name the graph that a line belongs to, in angle brackets; empty for the default graph.

    Example:
        >>> graph_of('<urn:s> <urn:p> "a <urn:x> ."@en .\n')
        ''
        >>> graph_of("<urn:s> <urn:p> <urn:o> <urn:g> .\n")
        '<urn:g>'
    """
    # A quote inside a literal is escaped, and no IRI has one: the last quote closes the object.
    _, quote, after = line.rpartition('"')
    parts = after.split(" ")
    return parts[-2] if len(parts) == (3 if quote else 5) else ""


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
    count = 0
    with path.open("wb") as raw, _compressed(raw, path) as stream:
        for batch in batched(lines, _BATCH):
            stream.write("".join(batch).encode())
            count += len(batch)
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
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as raw:
        yield from io.TextIOWrapper(raw, encoding="utf-8", newline="\n")
