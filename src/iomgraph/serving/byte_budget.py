"""One bound for the bytes of large answers that wait in memory for their readers."""

from __future__ import annotations

import mmap
import weakref
from collections import Counter


class ByteBudget:
    """The bytes that all large answers of a process may use together.

    One client may hold at most half of them. An answer above its limit is allowed if no other bytes are held.

    Args:
        most: number of bytes.

    Example:
        >>> budget = ByteBudget(100)
        >>> first, second = budget.reserve("a", 40), budget.reserve("a", 40)
        >>> (budget.used, second is None)
        (40, True)
        >>> del first
        >>> budget.used
        0
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: Counter[str] = Counter()
        self.used = 0

    def reserve(self, client: str, size: int) -> LargeBody | None:
        """Reserve room for an answer.

        Args:
            client: key of the client that asked.
            size: number of bytes.

        Returns:
            the empty body, whose bytes become free when nothing refers to it any more; None if there is no
            room.
        """
        held = self._held[client]
        if (self.used and self.used + size > self._most) or (held and held + size > self._most // 2):
            return None
        body = LargeBody(size)
        self.used += size
        self._held[client] = held + size
        weakref.finalize(body, self._release, client, size)
        return body

    def _release(self, client: str, size: int) -> None:
        self.used -= size
        self._held[client] -= size
        if not self._held[client]:
            del self._held[client]


class LargeBody:
    """The content of a large answer, which is sent piece by piece.

    Args:
        size: number of bytes.

    Attributes:
        memory: the bytes, which go back to the system when nothing refers to them.
    """

    __slots__ = ("__weakref__", "memory")

    def __init__(self, size: int) -> None:
        self.memory = mmap.mmap(-1, size)

    def __len__(self) -> int:
        return len(self.memory)

    def read(self, start: int, most: int) -> bytes:
        """Read some of it.

        Args:
            start: the position to begin at, from the start of the content.
            most: most bytes to read.
        """
        return self.memory[start : start + most]
