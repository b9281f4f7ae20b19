"""Files of a release, fetched from the workers part by part and block by block."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from iomgraph.cluster.gathering import on_disk
from iomgraph.release.blocks import COMPRESSION

BLOCK = 4_000_000
"""Most characters or bytes in memory at a time."""


def fetch(folder: Path, blocks: Iterable[tuple[str, int, bytes]]) -> None:
    """Write blocks into files, one for each part and pattern of names.

    Args:
        folder: the staged release.
        blocks: tuples of pattern, part and bytes; those of a file follow one another.
    """
    numbers = Counter[str]()
    for (pattern, _), some in groupby(blocks, key=itemgetter(0, 1)):
        path = folder / pattern.format(numbers[pattern])
        numbers[pattern] += 1
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as out:
            out.writelines(content for _, _, content in some)


def made(blocks: Any) -> Iterator[tuple[str, int, bytes]]:
    """Make blocks of all parts on the workers at once, then yield them part by part.

    Args:
        blocks: tuples of pattern, part and bytes, in Spark.
    """
    blocks = blocks.persist(on_disk())
    # If the parts were requested one by one, they would be made one by one, too.
    blocks.foreachPartition(_drain)
    yield from blocks.toLocalIterator()
    blocks.unpersist()


def _drain(blocks: Iterable[object]) -> None:
    for _ in blocks:
        pass


def compressed(pattern: str, part: int, lines: Iterable[str]) -> Iterator[tuple[str, int, bytes]]:
    r"""Compress the lines of a part, in blocks; files of gzip may be joined.

    Example:
        >>> [(pattern, part, gzip.decompress(block)) for pattern, part, block in compressed("p", 1, ["a\n"])]
        [('p', 1, b'a\n')]
    """
    for text in texts(lines):
        yield pattern, part, gzip.compress(text.encode(), COMPRESSION, mtime=0)


def texts(lines: Iterable[str]) -> Iterator[str]:
    """Join lines, some at a time.

    Example:
        >>> list(texts(["a", "b"]))
        ['ab']
    """
    batch, size = list[str](), 0
    for line in lines:
        batch.append(line)
        size += len(line)
        if size >= BLOCK:
            yield "".join(batch)
            batch, size = [], 0
    if batch:
        yield "".join(batch)


def pieces(read: Callable[[int], bytes]) -> Iterator[bytes]:
    """Read to the end, and yield block by block.

    Args:
        read: returns up to a given number of bytes.

    Example:
        >>> from io import BytesIO
        >>> list(pieces(BytesIO(b"abc").read))
        [b'abc']
    """
    while block := read(BLOCK):
        yield block
