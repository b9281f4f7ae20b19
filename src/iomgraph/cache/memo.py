"""Results that are kept under a digest of everything that they are made from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from iomgraph.cache.keys import digest
from iomgraph.cache.store import Store


@dataclass(frozen=True, slots=True)
class Memo:
    """Makes results, or returns those of earlier builds.

    Args:
        store: keeps results; without one, everything is made anew.
        common: digest of all that every result is made from, the program among it.

    Example:
        >>> Memo().result("sums", lambda: b"1 2", lambda: b"3")
        b'3'
    """

    store: Store | None = None
    common: bytes = b""

    def result(self, kind: str, key: Callable[[], bytes], make: Callable[[], bytes]) -> bytes:
        """Return a result.

        Args:
            kind: names the function that makes it.
            key: gives a digest of what it is made from beside `common`; not called without a store.
            make: makes it.
        """
        if self.store is None:
            return make()
        known = key()
        found = self.found(kind, known)
        if found is None:
            found = make()
            self.keep(kind, known, found)
        return found

    def found(self, kind: str, key: bytes) -> bytes | None:
        """Return a result of an earlier build; None if there is none. Arguments as for `result`."""
        return None if self.store is None else self.store.get(digest(self.common, kind, key))

    def keep(self, kind: str, key: bytes, result: bytes) -> None:
        """Keep a result. Arguments as for `result`."""
        if self.store is not None:
            self.store.put(digest(self.common, kind, key), result)

    def under(self, more: bytes) -> Memo:
        """Return a memo whose results also depend on something else, given as a digest."""
        return Memo(self.store, digest(self.common, more))

    def flush(self) -> None:
        """Write the results of this process; every process that made some has to call it."""
        if self.store is not None:
            self.store.flush()
