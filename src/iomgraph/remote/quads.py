"""Lines of N-Quads that are read more than once, and are too many for memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from tempfile import TemporaryFile


@dataclass(frozen=True, slots=True)
class Quads:
    r"""Lines that can be read again and again.

    Args:
        read: gives them, from the first on.
        count: how many there are.
        size: how long they are together.

    Example:
        >>> quads = Quads().with_more(["<urn:s> <urn:p> <urn:o> .\n"])
        >>> quads.count, quads.size, list(quads.read())
        (1, 26, ['<urn:s> <urn:p> <urn:o> .\n'])
    """

    read: Callable[[], Iterable[str]] = tuple
    count: int = 0
    size: int = 0

    def with_more(self, more: Sequence[str]) -> Quads:
        """Return these lines, and a few after them."""
        size = self.size + sum(map(len, more))
        return Quads(lambda: chain(self.read(), more), self.count + len(more), size)


class Lines:
    r"""Lines as they come, kept in a file without a name.

    Example:
        >>> lines = Lines()
        >>> lines.add("<urn:s> <urn:p> <urn:o> .\n")
        >>> lines.quads.count, list(lines.quads.read()), list(lines.quads.read())
        (1, ['<urn:s> <urn:p> <urn:o> .\n'], ['<urn:s> <urn:p> <urn:o> .\n'])
    """

    def __init__(self) -> None:
        # Its name is gone already, and the file when nobody holds it any more.
        self._file = TemporaryFile("w+", encoding="utf-8", newline="\n")  # noqa: SIM115
        self._count = self._size = 0

    def add(self, line: str) -> None:
        """Put a line after the others; not while they are read."""
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
