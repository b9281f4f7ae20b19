"""The content of a release's files, read with care because a release may come from anybody.

Files outside the folder are never opened, and no file is read beyond the size in the manifest.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from iomgraph.errors import PublicationError
from iomgraph.release import quads
from iomgraph.release.dumps import NQUADS
from iomgraph.release.manifest import Entry, load

_DEFLATE = 1032
"""The most bytes that a byte of deflate can expand to (https://zlib.net/zlib_tech.html)."""
_BUFFER = 1 << 18


def is_inside(folder: Path, name: str) -> bool:
    """Tell whether a name leads to a plain file below a folder, without a link on the way."""
    path = folder / name
    return path.is_file() and path.resolve() == folder.resolve() / name


@contextmanager
def opened(folder: Path, item: Entry) -> Iterator[BinaryIO]:
    """Open a file of a release, and decompress it if it is compressed.

    Args:
        folder: the release.
        item: its entry in the manifest, whose size reading may not exceed.

    Raises:
        PublicationError: if it is missing, reached through a link, damaged, or larger than its entry says.
    """
    path = folder / item.name
    if not is_inside(folder, item.name):
        raise _damaged(path, "it is missing, or a link")
    packed = path.suffix == ".gz"
    unpacked = item.bytes * _DEFLATE if item.contentBytes is None else item.contentBytes
    most = unpacked if packed else item.bytes
    try:
        with gzip.open(path) if packed else path.open("rb") as stream:
            yield cast(BinaryIO, io.BufferedReader(_Bounded(stream, most), _BUFFER))
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise _damaged(path, str(error)) from error


class _Bounded(io.RawIOBase):
    """A stream that stops beyond a limit of bytes."""

    def __init__(self, stream: BinaryIO | gzip.GzipFile, most: int) -> None:
        self._stream = stream
        self._left = most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        target = memoryview(buffer).cast("B")
        data = self._stream.read(len(target))
        self._left -= len(data)
        if self._left < 0:
            raise OSError("there is more in it than the manifest says")
        target[: len(data)] = data
        return len(data)


def statements(folder: Path) -> Iterator[str]:
    """Read every statement of a release as lines of N-Quads, in order.

    Raises:
        PublicationError: if there is no release, or its N-Quads are damaged or out of order.
    """
    items = quads.of(load(folder).entries)
    if not items:
        raise _damaged(folder / NQUADS, "the manifest does not list it")
    last = ""
    for item in items:
        with opened(folder, item) as stream:
            for line in io.TextIOWrapper(stream, encoding="utf-8", newline="\n"):
                if line <= last or not line.endswith(" .\n"):
                    why = f"a line is out of order, or no statement: {line[:80]!r}"
                    raise _damaged(folder / item.name, why)
                yield line
                last = line


def _damaged(path: Path, why: str) -> PublicationError:
    return PublicationError(
        f"the release is damaged ({why})", where=path, step="run iomgraph verify, and fetch the release again"
    )
