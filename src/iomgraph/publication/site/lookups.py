"""The lookups that a page is made from: noted while it is made, and compared when it is to be made again.

Nothing says by hand what a page depends on. The mappings that pages read note every name that is asked
for; a page whose lookups all give what they gave then would come out as it is (a verifying trace, as build
systems call it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TypeVar

from iomgraph.cache import digest

T = TypeVar("T")

Lookup = tuple[str, str]
"""The mapping that was read, and the name that was asked for."""

ALL = "*"
"""The name that stands for a whole mapping."""

_REMEMBERED = 1 << 15
"""Digests that are known: pages share most of what they look up."""


class Watch:
    """Notes lookups, and tells digests of what they give.

    Example:
        >>> watch = Watch()
        >>> names = Watched("names", {"a": "A", "b": "B"}, watch)
        >>> with watch.noting() as seen:
        ...     _ = names["a"], names.get("c")
        >>> sorted(seen)
        [('names', 'a'), ('names', 'c')]
    """

    def __init__(self) -> None:
        self.seen: set[Lookup] | None = None
        self._tellers: dict[str, Callable[[str], object]] = {}
        self._one = lru_cache(_REMEMBERED)(self._told)

    def tell(self, kind: str, teller: Callable[[str], object]) -> None:
        """Say what lookups of a kind give: bytes, or what has a `repr` of all its content."""
        self._tellers[kind] = teller

    def note(self, kind: str, name: str) -> None:
        """Note a lookup, if a page is being made."""
        if self.seen is not None:
            self.seen.add((kind, name))

    @contextmanager
    def noting(self) -> Iterator[set[Lookup]]:
        """Yield the set that takes the lookups of a page, until it is made."""
        self.seen = set()
        try:
            yield self.seen
        finally:
            self.seen = None

    def digest(self, lookups: Mapping[str, Iterable[str]]) -> bytes | None:
        """Digest what some lookups give now.

        Args:
            lookups: kind to names, in the order in which they count.

        Returns:
            the digest; None if there is no such kind.
        """
        if not lookups.keys() <= self._tellers.keys():
            return None
        one = self._one
        return digest(b"".join([one(kind, name) for kind, names in lookups.items() for name in names]))

    def _told(self, kind: str, name: str) -> bytes:
        found = self._tellers[kind](name)
        return digest(found if isinstance(found, bytes) else repr(found))


class Watched(Mapping[str, T]):
    """A mapping whose lookups are noted; to go through it is a lookup of all of it.

    Args:
        kind: names the mapping.
        items: name to what is kept of it.
        watch: notes the lookups.
        read: makes what is looked up of what is kept; they are the same unless given.
        tell: digests what a name gives in place of what is kept.
    """

    def __init__(
        self,
        kind: str,
        items: Mapping[str, Any],
        watch: Watch,
        read: Callable[[Any], T] | None = None,
        tell: Callable[[str], object] | None = None,
    ) -> None:
        self._kind, self._items, self._watch, self._read = kind, items, watch, read
        self._tell = tell or items.get
        watch.tell(kind, self._told)

    def _told(self, name: str) -> object:
        if name != ALL:
            return self._tell(name)
        return [(one, self._tell(one)) for one in self._items]

    def __getitem__(self, name: str) -> T:
        self._watch.note(self._kind, name)
        found = self._items[name]
        return self._read(found) if self._read else found

    def __contains__(self, name: object) -> bool:
        self._watch.note(self._kind, str(name))
        return name in self._items

    def get(self, name: str, default: Any = None, /) -> Any:
        """As `dict.get`."""
        self._watch.note(self._kind, name)
        found = self._items.get(name)
        if found is None:
            return default
        return self._read(found) if self._read else found

    def __iter__(self) -> Iterator[str]:
        self._watch.note(self._kind, ALL)
        return iter(self._items)

    def __len__(self) -> int:
        self._watch.note(self._kind, ALL)
        return len(self._items)
