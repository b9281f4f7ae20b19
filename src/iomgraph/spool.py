"""A list on disk: what is too much for memory is written down, and read back in order or one by one.

It lies where temporary files lie (`TMPDIR`), and is gone with the object. A copy of this process can
read it; one process writes into it at a time.
"""

from __future__ import annotations

import errno
import os
import pickle
import tempfile
import weakref
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Generic, Self, TypeVar

from iomgraph.errors import SpoolError

T = TypeVar("T")

_BUFFER = 1 << 18
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
            number, name = tempfile.mkstemp(prefix="iomgraph-")
        except OSError as error:
            raise _refused(error, Path(tempfile.gettempdir())) from error
        # Nothing is held back: a copy of this process would write it a second time.
        self._path, self._out = Path(name), os.fdopen(number, "wb", buffering=0)
        self._end = 0
        self._reader: tuple[int, BinaryIO] | None = None
        # Whoever made it removes it: a copy of the process has this object, too.
        self._finalizer = weakref.finalize(self, _remove, self._out, self._path, os.getpid())
        self += items

    def append(self, item: T) -> int:
        """Add an item, and tell where it is."""
        data = pickle.dumps(item, pickle.HIGHEST_PROTOCOL)
        whole = len(data).to_bytes(_SIZE, "little") + data
        at = self._end
        try:
            if self._out.write(whole) < len(whole):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            raise _refused(error, self._path) from error
        self._end += len(whole)
        return at

    def __iadd__(self, items: Iterable[T]) -> Self:
        for item in items:
            self.append(item)
        return self

    def __iter__(self) -> Iterator[T]:
        """Everything that has been added until now."""
        with self._path.open("rb", buffering=_BUFFER) as file:
            left = os.fstat(file.fileno()).st_size
            while left:
                size = int.from_bytes(file.read(_SIZE), "little")
                yield pickle.loads(file.read(size))  # noqa: S301 - we wrote it
                left -= _SIZE + size

    def at(self, position: int) -> T:
        """The item at a position that `append` told."""
        # One that is open stays open; but a copy of this process would move its place in the file.
        if self._reader is None or self._reader[0] != os.getpid():
            self._reader = os.getpid(), self._path.open("rb")
        item: T = next(_items(self._reader[1], (position,)))
        return item

    def several(self, positions: Iterable[int]) -> Iterator[T]:
        """The items at some positions, in the order in which these are given."""
        # Not read far ahead: the next one may be elsewhere.
        with self._path.open("rb") as file:
            yield from _items(file, positions)


def _items(file: BinaryIO, positions: Iterable[int]) -> Iterator[Any]:
    for position in positions:
        file.seek(position)
        size = int.from_bytes(file.read(_SIZE), "little")
        yield pickle.loads(file.read(size))  # noqa: S301 - we wrote it


def _refused(error: OSError, path: Path) -> SpoolError:
    return SpoolError(
        f"what is too much for memory can't be written ({error.strerror})",
        where=path,
        step="free space on the disk, or name another folder in TMPDIR",
    )


def _remove(out: BinaryIO, path: Path, owner: int) -> None:
    if os.getpid() == owner:
        out.close()
        path.unlink(missing_ok=True)
