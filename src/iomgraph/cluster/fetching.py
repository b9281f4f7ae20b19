"""Files of a release, fetched from the workers part by part, and each part block by block."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from iomgraph.cluster.gathering import on_disk

BLOCK = 4_000_000
"""Characters, or bytes, that are in memory at a time."""


def fetch(folder: Path, blocks: Any) -> None:
    """Write blocks into files: those of a part into one, and into one for each pattern of names.

    Args:
        folder: the staged release.
        blocks: tuples of pattern, part and bytes; those of a file lie one behind the other.
    """
    blocks = blocks.persist(on_disk())
    # Asked for one after the other, the parts would be made one after the other, too.
    blocks.foreachPartition(_drain)
    numbers = Counter[str]()
    for (pattern, _), some in groupby(blocks.toLocalIterator(), key=itemgetter(0, 1)):
        path = folder / pattern.format(numbers[pattern])
        numbers[pattern] += 1
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as out:
            out.writelines(content for _, _, content in some)
    blocks.unpersist()


def _drain(blocks: Iterator[object]) -> None:
    for _ in blocks:
        pass


def pieces(read: Callable[[int], bytes]) -> Iterator[bytes]:
    """Yield what there is to read, a block at a time.

    Args:
        read: gives up to so many bytes.

    Example:
        >>> from io import BytesIO
        >>> list(pieces(BytesIO(b"abc").read))
        [b'abc']
    """
    while block := read(BLOCK):
        yield block
