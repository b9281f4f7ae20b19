"""Pages of the previous release, which are reused if everything that they were made from is unchanged."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
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
        sums: file of the site to its checksum.
        released: the other files of the release, which are in its site, too.
        reused: things whose pages were taken over.
    """

    sums: Mapping[str, Sum] = field(default_factory=dict)
    released: Sequence[Entry] = ()
    reused: int = 0

    @classmethod
    def joined(cls, parts: Iterable[Written]) -> Written:
        """Join the files of the parts of a site."""
        known = list(parts)
        return cls(
            {name: one for part in known for name, one in part.sums.items()},
            [one for part in known for one in part.released],
            sum(part.reused for part in known),
        )

    @property
    def entries(self) -> list[Entry]:
        """Describe the files for the manifest."""
        inside = (replace(one, name=f"{FOLDER}/{one.name}") for one in self.released)
        made = (Entry(f"{FOLDER}/{name}", media_type(name), *one) for name, one in self.sums.items())
        return [*self.released, *inside, *made]


@dataclass(frozen=True, slots=True)
class Reuse:
    """The files of a site that need not be made again.

    What was looked up for the files of a thing is in the store, with their checksums; the files are
    those of the site before, whose bytes are compared.

    Args:
        store: the cache.
        watch: knows what is looked up, and what lookups give.
        place: of the site, which has the files of the one before if there is one.
        common: digest of all that every page is made from.
    """

    store: Store
    watch: Watch
    place: Path
    common: bytes

    def files(self, path: str) -> dict[str, Sum]:
        """Find the present files of a thing with their checksums; none if one has to be made again."""
        trace = _read(self.store.get(self._key(path)))
        if trace is None or self.watch.digest(trace["lookups"]) != bytes.fromhex(trace["sum"]):
            return {}
        sums: dict[str, Sum] = {name: (size, sha) for name, (size, sha) in trace["files"].items()}
        if any(self._sum(name, size) != (size, sha) for name, (size, sha) in sums.items()):
            return {}
        return sums

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
    def noting(self, path: str, made: Mapping[str, Sum]) -> Iterator[None]:
        """Note what is looked up while the files of a thing are made.

        Args:
            path: of the thing.
            made: takes the checksum of each file.
        """
        with self.watch.noting() as seen:
            yield
        lookups = _ordered(seen)
        trace = {"lookups": lookups, "sum": (self.watch.digest(lookups) or b"").hex(), "files": made}
        self.store.put(
            self._key(path), json.dumps(trace, ensure_ascii=False).encode("utf-8", "surrogatepass")
        )

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
