"""Lines in blocks whose ends depend on the lines: an added or removed line changes only its own block.

Results made from a block, above all its compressed form, can then be reused for the next release.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import BinaryIO
from zlib import crc32

from iomgraph.cache import Memo, digest

COMPRESSION = 6
"""Level of deflate."""
LEAST, MOST = 4_000, 8_000
"""Lines of a block."""
_CUT = 500
"""Average number of lines after which a block that is long enough ends."""

_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
"""Of a gzip file: deflate, neither a name nor a time, so that the same lines are the same bytes (RFC 1952,
section 2.3)."""
_END = b"\x03\x00"
"""The last block of a deflate stream, which is empty (RFC 1951, section 3.2.3)."""


def blocks(parts: Iterable[list[bytes]]) -> Iterator[list[bytes]]:
    """Cut lines into blocks.

    Args:
        parts: the lines in order, many at a time.

    Example:
        >>> sizes = [len(block) for block in blocks([[b"%d" % number for number in range(20_000)]])]
        >>> sum(sizes), all(LEAST <= size <= MOST for size in sizes[:-1])
        (20000, True)
    """
    waiting = list[bytes]()
    for part in parts:
        waiting += part
        start = 0
        while len(waiting) - start >= MOST:
            end = _end(waiting, start)
            yield waiting[start:end]
            start = end
        del waiting[:start]
    while waiting:
        end = min(_end(waiting, 0), len(waiting))
        yield waiting[:end]
        del waiting[:end]


def _end(lines: list[bytes], start: int) -> int:
    most = min(start + MOST, len(lines))
    return next(
        (at + 1 for at in range(start + LEAST - 1, most) if crc32(lines[at]) % _CUT == 0), start + MOST
    )


class Gzip:
    """Writes a gzip file (RFC 1952) whose blocks are compressed each by itself.

    Args:
        out: takes the bytes.
        memo: keeps what blocks are compressed to.

    Example:
        >>> import gzip, io
        >>> out = io.BytesIO()
        >>> file = Gzip(out)
        >>> file.write(b"one")
        >>> file.write(b" two")
        >>> file.close()
        >>> gzip.decompress(out.getvalue())
        b'one two'
    """

    def __init__(self, out: BinaryIO, memo: Memo | None = None) -> None:
        self._out, self._memo = out, memo or Memo()
        self._sum = self._size = 0
        out.write(_HEAD)

    def write(self, block: bytes) -> None:
        """Write a block."""
        self._sum, self._size = crc32(block, self._sum), self._size + len(block)
        self._out.write(self._memo.result("deflate", lambda: digest(block), lambda: _deflated(block)))

    def close(self) -> None:
        """End the file; the stream that it is written to stays open."""
        self._out.write(_END + self._sum.to_bytes(4, "little") + (self._size % 2**32).to_bytes(4, "little"))


def _deflated(block: bytes) -> bytes:
    packer = zlib.compressobj(COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
    # A full flush ends on a byte, and the data after it does not refer to any before it.
    return packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
