"""Lines of N-Quads that are read repeatedly and are too many for memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from tempfile import TemporaryFile


@dataclass(frozen=True, slots=True)
class Quads:
    r"""Lines that can be read again and again.

    Args:
        read: yields the lines from the first one on.
        count: number of lines.
        size: their total length.

    Example:
        >>> quads = Quads().with_more(["<urn:s> <urn:p> <urn:o> .\n"])
        >>> quads.count, quads.size, list(quads.read())
        (1, 26, ['<urn:s> <urn:p> <urn:o> .\n'])
    """

    read: Callable[[], Iterable[str]] = tuple
    count: int = 0
    size: int = 0

    def with_more(self, more: Sequence[str]) -> Quads:
        """Return these lines with a few more after them."""
        size = self.size + sum(map(len, more))
        return Quads(lambda: chain(self.read(), more), self.count + len(more), size)


class Lines:
    r"""Incoming lines, stored in a nameless file.

    Example:
        >>> lines = Lines()
        >>> lines.add("<urn:s> <urn:p> <urn:o> .\n")
        >>> lines.quads.count, list(lines.quads.read()), list(lines.quads.read())
        (1, ['<urn:s> <urn:p> <urn:o> .\n'], ['<urn:s> <urn:p> <urn:o> .\n'])
    """

    def __init__(self) -> None:
        # Its name is already gone; the file goes when nothing refers to it any more.
        self._file = TemporaryFile("w+", encoding="utf-8", newline="\n")  # noqa: SIM115
        self._count = self._size = 0

    def add(self, line: str) -> None:
        """Append a line; not allowed while lines are being read."""
        self._file.write(line)
        self._count += 1
        self._size += len(line)

    @property
    def quads(self) -> Quads:
        """The lines so far."""
        return Quads(self._read, self._count, self._size)

    def _read(self) -> Iterator[str]:
        self._file.seek(0)
        yield from self._file
