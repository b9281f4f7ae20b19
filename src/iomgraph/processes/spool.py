"""A list on disk: what is too much for memory is written down, and read back in order or one by one.

It lies where temporary files lie (`TMPDIR`), in a file without a name, which is gone with the last
process that has it, however that ends. A copy of this process can read it; one process at a time
writes into it.
"""

from __future__ import annotations

import errno
import io
import os
import pickle
import tempfile
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, Generic, Self, TypeVar

from iomgraph.errors import SpoolError

T = TypeVar("T")

_BUFFER = 1 << 18
_NEAR = 1 << 13
_SIZE = 4
"""Bytes that tell how many bytes an item has."""


class Spool(Generic[T]):
    """Items in the order in which they were added.

    Args:
        items: the first ones; whatever can be pickled.

    Raises:
        SpoolError: if the disk refuses, as may every method that adds.

    Example:
        >>> spool = Spool(["a", "b"])
        >>> at = spool.append("c")
        >>> list(spool), spool.at(at)
        (['a', 'b', 'c'], 'c')
    """

    def __init__(self, items: Iterable[T] = ()) -> None:
        try:
            # Nothing is held back: a copy of this process would write it a second time.
            self._out = tempfile.TemporaryFile(prefix="iomgraph-", buffering=0)  # noqa: SIM115
        except OSError as error:
            raise _refused(error) from error
        self._reader = self._opened(_NEAR)
        self += items

    def append(self, item: T) -> int:
        """Add an item, and tell where it is."""
        data = pickle.dumps(item, pickle.HIGHEST_PROTOCOL)
        whole = len(data).to_bytes(_SIZE, "little") + data
        at = self._out.tell()
        try:
            if self._out.write(whole) < len(whole):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            raise _refused(error) from error
        return at

    def __iadd__(self, items: Iterable[T]) -> Self:
        for item in items:
            self.append(item)
        return self

    def __iter__(self) -> Iterator[T]:
        """Everything that has been added until now."""
        left = os.fstat(self._out.fileno()).st_size
        file = self._opened(_BUFFER)
        while left:
            size = int.from_bytes(file.read(_SIZE), "little")
            yield pickle.loads(file.read(size))  # noqa: S301 - we wrote it
            left -= _SIZE + size

    def at(self, position: int) -> T:
        """The item at a position that `append` told."""
        item: T = next(_items(self._reader, (position,)))
        return item

    def at_each(self, positions: Iterable[int]) -> Iterator[T]:
        """The items at some positions, in the order in which these are given."""
        # Not read far ahead: the next one may be elsewhere.
        return _items(self._opened(_NEAR), positions)

    def _opened(self, ahead: int) -> BinaryIO:
        return io.BufferedReader(_Reading(self._out.fileno()), ahead)


class _Reading(io.RawIOBase):
    """A file read at a place of its own: copies of a process share the place that the system keeps."""

    def __init__(self, file: int) -> None:
        self._file, self._place = file, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        self._place = offset + (self._place if whence == io.SEEK_CUR else 0)
        return self._place

    def tell(self) -> int:
        return self._place

    def readinto(self, buffer: Any, /) -> int:
        data = os.pread(self._file, len(buffer), self._place)
        buffer[: len(data)] = data
        self._place += len(data)
        return len(data)


def _items(file: BinaryIO, positions: Iterable[int]) -> Iterator[Any]:
    for position in positions:
        file.seek(position)
        size = int.from_bytes(file.read(_SIZE), "little")
        yield pickle.loads(file.read(size))  # noqa: S301 - we wrote it


def _refused(error: OSError) -> SpoolError:
    return SpoolError(
        f"data that exceeds memory can't be written ({error.strerror})",
        where=tempfile.gettempdir(),
        step="free space on the disk, or name another folder in TMPDIR",
    )
