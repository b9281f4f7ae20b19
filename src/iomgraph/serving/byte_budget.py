"""One bound for the bytes of large answers that wait in memory for their readers."""

from __future__ import annotations

import mmap
import weakref
from collections import Counter


class ByteBudget:
    """The bytes that all large answers of a process may take together.

    One client holds at most half of them. An answer that is larger than its bound is let through where
    nothing else is held.

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
            the body, yet to be filled; its bytes are free again when nothing refers to it any more. None if
            there is no room.
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
        memory: the bytes; the system has them back as soon as nothing refers to them.
    """

    __slots__ = ("__weakref__", "memory")

    def __init__(self, size: int) -> None:
        self.memory = mmap.mmap(-1, size)

    def __len__(self) -> int:
        return len(self.memory)

    def read(self, start: int, most: int) -> bytes:
        """Read some of it.

        Args:
            start: where to begin, counted from the start of the content.
            most: number of bytes, at most.
        """
        return self.memory[start : start + most]
