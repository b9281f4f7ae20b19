"""A list on disk, for data too large for memory, that is read back in order or by position.

It is a nameless temporary file (in `TMPDIR`), which vanishes with the last process that holds it, however
that ends. A copy of this process can read it; one process at a time writes into it.
"""

from __future__ import annotations

import errno
import json
import os
import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from typing import Any, Generic, Self, TypeVar

import msgspec

from iomgraph.errors import SpoolError

T = TypeVar("T")

_BUFFER = 1 << 18
_NEAR = 1 << 13
_SIZE = 4
"""Bytes for the length of an item."""


@dataclass(frozen=True, slots=True)
class Form:
    """The form of items on disk.

    Args:
        write: makes bytes of an item.
        read: makes the item of its bytes.

    Example:
        >>> JSON.write({"id": "states:KEN"}), JSON.read(b'{"id":"states:KEN"}')
        (b'{"id":"states:KEN"}', {'id': 'states:KEN'})
    """

    write: Callable[[Any], bytes]
    read: Callable[[bytes], Any]


def _written(item: Any) -> bytes:
    try:
        return msgspec.json.encode(item)
    except UnicodeEncodeError:
        # Half a surrogate pair is reported later, where it is known what it belongs to.
        text = json.dumps(item, ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-8", "surrogatepass")


def _read(data: bytes) -> Any:
    try:
        return _DECODE(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return json.loads(data.decode("utf-8", "surrogatepass"))


_DECODE = msgspec.json.Decoder().decode
PICKLED = Form(partial(pickle.dumps, protocol=pickle.HIGHEST_PROTOCOL), pickle.loads)
JSON = Form(_written, _read)
"""The form of plain data: equal items are equal bytes, whoever made them."""


class Spool(Generic[T]):
    """Items in the order in which they were added.

    Args:
        items: the first ones.
        form: the form in which they are written; by default, they must be picklable.

    Raises:
        SpoolError: if the disk refuses; every method that adds may raise it, too.

    Example:
        >>> spool = Spool(["a", "b"])
        >>> at = spool.append("c")
        >>> list(spool), spool.at(at)
        (['a', 'b', 'c'], 'c')
    """

    def __init__(self, items: Iterable[T] = (), form: Form = PICKLED) -> None:
        self.form = form
        try:
            # Unbuffered, because a copy of this process would write a buffer a second time.
            self._out = tempfile.TemporaryFile(prefix="iomgraph-", buffering=0)  # noqa: SIM115
        except OSError as error:
            raise _refused(error) from error
        self._reader = self.raw_reader()
        self += items

    def append(self, item: T) -> int:
        """Add an item, and return its position."""
        return self.append_written(self.form.write(item))

    def append_written(self, data: bytes) -> int:
        """Add an item in the form of this spool, and return its position."""
        return self.append_raw(len(data).to_bytes(_SIZE, "little") + data)

    def extend(self, items: Iterable[T]) -> list[int]:
        """Add items, all of which are in memory once, and return their positions."""
        return self.extend_written(map(self.form.write, items))

    def extend_written(self, items: Iterable[bytes]) -> list[int]:
        """Add items in the form of this spool, as `extend` does."""
        written = list(items)
        start = self.append_raw(b"".join([len(data).to_bytes(_SIZE, "little") + data for data in written]))
        return list(accumulate((_SIZE + len(data) for data in written), initial=start))[:-1]

    def append_raw(self, items: bytes) -> int:
        """Add items that `raw` gave, and return the position of the first."""
        at = self._out.tell()
        try:
            if self._out.write(items) < len(items):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            raise _refused(error) from error
        return at

    def __iadd__(self, items: Iterable[T]) -> Self:
        for item in items:
            self.append(item)
        return self

    def __iter__(self) -> Iterator[T]:
        """Yield every item added so far."""
        return self.between(0, self.end)

    @property
    def end(self) -> int:
        """The position that the next item will have."""
        return os.fstat(self._out.fileno()).st_size

    def between(self, start: int, end: int) -> Iterator[T]:
        """Yield the items from a position up to another one, each of which `append` or `end` told."""
        return map(self.form.read, self._written(start, end))

    def written(self) -> Iterator[bytes]:
        """Yield every item added so far as it lies on disk."""
        return self._written(0, self.end)

    def _written(self, start: int, end: int) -> Iterator[bytes]:
        read = _Window(self._out.fileno(), _BUFFER)
        while start < end:
            data = read(start)
            yield data
            start += _SIZE + len(data)

    def raw(self, start: int, end: int) -> bytes:
        """Return the items from a position up to another one as they lie on disk."""
        return os.pread(self._out.fileno(), end - start, start)

    def at(self, position: int) -> T:
        """The item at a position that `append` returned."""
        item: T = self.form.read(self._reader(position))
        return item

    def reader(self) -> Callable[[int], T]:
        """Give what reads the items at positions one after the other, which is faster than `at`."""
        decode, read = self.form.read, self.raw_reader()
        return lambda position: decode(read(position))

    def raw_reader(self) -> Callable[[int], bytes]:
        """Give what reads items as they lie on disk: equal bytes are equal items."""
        # Do not read far ahead, because the next item may be elsewhere.
        return _Window(self._out.fileno(), _NEAR)

    def fileno(self) -> int:
        """Give the number of its file, for locks."""
        return self._out.fileno()


class _Window:
    """Reads items by position, each with what lies behind it, so that the next is at hand.

    It has its own position, because copies of a process share the system's.
    """

    __slots__ = ("_ahead", "_data", "_file", "_start")

    def __init__(self, file: int, ahead: int) -> None:
        self._file, self._ahead = file, ahead
        self._start, self._data = 0, b""

    def __call__(self, position: int) -> bytes:
        data, at = self._data, position - self._start + _SIZE
        if _SIZE <= at <= len(data):
            end = at + int.from_bytes(data[at - _SIZE : at], "little")
            if end <= len(data):
                return data[at:end]
        return self._filled(position)

    def _filled(self, position: int) -> bytes:
        data = os.pread(self._file, self._ahead, position)
        end = _SIZE + int.from_bytes(data[:_SIZE], "little")
        if end > len(data):
            data = os.pread(self._file, end, position)
        self._start, self._data = position, data
        return data[_SIZE:end]


def _refused(error: OSError) -> SpoolError:
    step = "free space on the disk, or name another folder in TMPDIR"
    if error.errno in (errno.EMFILE, errno.ENFILE):
        step = "allow more open files (ulimit -n)"
    return SpoolError(
        f"data that exceeds memory can't be written ({error.strerror})",
        where=tempfile.gettempdir(),
        step=step,
    )
