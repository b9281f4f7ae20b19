"""Pages of the previous release, which are reused if everything that they were made from is unchanged."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from iomgraph.cache import Store, digest
from iomgraph.formats import media_type
from iomgraph.publication.site.lookups import Lookup, Watch
from iomgraph.release.manifest import Entry

FOLDER = "site"
"""The folder of the site in a release."""

Sum = tuple[int, str]
"""Bytes of a file, and their SHA-256 in hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class Before:
    """The present site, whose files are kept if they are the same.

    Args:
        release: the folder of the release, which need not exist.
        store: the cache; without it, each file is made and then compared.
    """

    release: Path
    store: Store | None = None

    @property
    def site(self) -> Path:
        """The folder of the site."""
        return self.release / FOLDER


@dataclass(frozen=True, slots=True)
class Written:
    """The files of a release whose checksums are known after its site was written.

    Args:
        entries: what the manifest says of them.
        reused: things whose pages were taken over.
    """

    entries: Sequence[Entry] = ()
    reused: int = 0

    @classmethod
    def of(cls, sums: Mapping[str, Sum], reused: int) -> Written:
        """Make entries of sums; files are named by their paths in the site."""
        return cls([Entry(f"{FOLDER}/{name}", media_type(name), *one) for name, one in sums.items()], reused)

    @classmethod
    def joined(cls, parts: Iterable[Written]) -> Written:
        """Join the checksums of the parts of a site."""
        known = list(parts)
        return cls([one for part in known for one in part.entries], sum(part.reused for part in known))


@dataclass(slots=True)
class Reuse:
    """The files of a site that need not be made again.

    What was looked up for the files of a thing is in the store, with their checksums; the files are
    those of the site before, whose bytes are compared.

    Args:
        store: the cache.
        watch: knows what is looked up, and what lookups give.
        place: of the site, which has the files of the one before if there is one.
        common: digest of all that every page is made from.
        sums: file to its checksum, for all that was taken over or made.
        count: things whose files were taken over.
    """

    store: Store
    watch: Watch
    place: Path
    common: bytes
    sums: dict[str, Sum] = field(default_factory=dict)
    count: int = 0

    def begin(self) -> None:
        """Start counting again, because one process takes over the pages of several parts."""
        self.sums, self.count = {}, 0

    def files(self, path: str) -> list[str]:
        """Name the present files of a thing; none if one has to be made again."""
        trace = _read(self.store.get(self._key(path)))
        if trace is None or self.watch.digest(trace["lookups"]) != bytes.fromhex(trace["sum"]):
            return []
        sums: dict[str, Sum] = {name: (size, sha) for name, (size, sha) in trace["files"].items()}
        if any(self._sum(name, size) != (size, sha) for name, (size, sha) in sums.items()):
            return []
        self.count += 1
        self.sums.update(sums)
        return list(sums)

    def _sum(self, name: str, size: int) -> Sum | None:
        path = f"{self.place}/{name}"
        try:
            there = os.lstat(path)
            if there.st_size != size or not stat.S_ISREG(there.st_mode):
                return None
            with open(path, "rb") as file:  # noqa: PTH123 (a path that is not taken apart)
                return size, sha256(file.read()).hexdigest()
        except OSError:
            return None

    @contextmanager
    def noting(self, path: str) -> Iterator[dict[str, Sum]]:
        """Note what is looked up while the files of a thing are made.

        Yields:
            what takes the checksum of each file.
        """
        made: dict[str, Sum] = {}
        with self.watch.noting() as seen:
            yield made
        lookups = _ordered(seen)
        trace = {"lookups": lookups, "sum": (self.watch.digest(lookups) or b"").hex(), "files": made}
        self.store.put(
            self._key(path), json.dumps(trace, ensure_ascii=False).encode("utf-8", "surrogatepass")
        )
        self.sums.update(made)

    def _key(self, path: str) -> bytes:
        # A site elsewhere has traces of its own.
        return digest("site", self.common, self.place.absolute(), path)


def _ordered(seen: set[Lookup]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for kind, name in sorted(seen):
        found.setdefault(kind, []).append(name)
    return found


def _read(value: bytes | None) -> Any:
    return None if value is None else json.loads(value.decode("utf-8", "surrogatepass"))
