"""The index of names: finds the names that are similar to a text, and tells how similar.

The index looks up names by their words, and by words that are spelt similarly. It compares the names that it
finds as a whole: by their letters, by their letters with the words sorted, and by the share of rare words in
common. A name equals a text if both have the same words in any order and the same numbers in the same order.
A text of numbers alone is a code: only names that contain it are similar.
"""

from __future__ import annotations

import heapq
import math
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from rapidfuzz import fuzz, process

from iomgraph.matching import folding

LEAST = 0.5
"""The least similarity at which somebody may have meant a name."""

_CLOSEST = 40
"""The number of names to compare as a whole."""
_SHORT = 4
"""Shorter words are not taken for misspelt ones, because too many are similar."""
_CLOSE = 70
_COMMON = 500
"""A word that is in more names than this does not find names by itself if other words do."""
_UNKNOWN = 8.0
"""Weight of a word that no name has: that of a rare word."""
_CORE = 0.95
"""The score of a name that differs from the text in its qualifier alone."""
_FEW = 2
_JOINED = 24
"""Names up to this length are also found without their spaces."""

Close = tuple[tuple[str, float], ...]
"""Words of names, each with its similarity to a word of the text."""


class Index:
    """Names with their owners.

    Args:
        names: the texts, each with the number of its owner.

    Example:
        >>> index = Index([("United Republic of Tanzania", 0), ("Congo", 1), ("Côte d’Ivoire", 2)])
        >>> index.same("COTE D'IVOIRE"), index.same("Republic of Tanzania, United"), index.same("Kongo")
        ({2}, {0}, set())
        >>> [(owner, round(score, 2)) for owner, score in index.similar("Kongo").items()]
        [(1, 0.8)]
    """

    def __init__(self, names: Iterable[tuple[str, int]]) -> None:
        self._names: list[str] = []
        self._owners = array("I")
        self._same: dict[str, set[int]] = {}
        self._cores: dict[str, set[int]] = {}
        self._places: dict[str, array[int]] = {}
        for text, owner in names:
            self._add(text, owner)
        total = len(self._names) + 1
        self._rarity = {word: math.log(1 + total / len(places)) for word, places in self._places.items()}
        self._mass = array("f", (sum(map(self._rarity.__getitem__, set(n.split()))) for n in self._names))
        self._common = {word: frozenset(at) for word, at in self._places.items() if len(at) > _COMMON}
        self._vocabulary = list(self._places)
        self._close = lru_cache(maxsize=20_000)(self._look)

    def _add(self, text: str, owner: int) -> None:
        folded = folding.fold(text)
        if not folded:
            return
        self._same.setdefault(folding.order(folded), set()).add(owner)
        if core := folding.core(text):
            self._cores.setdefault(folding.order(core), set()).add(owner)
        for word in {*folded.split(), _joined(folded)} - {""}:
            self._places.setdefault(word, array("I")).append(len(self._names))
        self._names.append(folded)
        self._owners.append(owner)

    def same(self, text: str) -> set[int]:
        """The owners of names that have exactly the words of a text."""
        return self._same.get(folding.order(folding.fold(text)), set())

    def cores(self, text: str) -> set[int]:
        """The owners of names that are a text and a qualifier, such as Congo (Kinshasa)."""
        return self._cores.get(folding.order(folding.fold(text)), set())

    def similar(self, text: str) -> dict[int, float]:
        """The owners of names similar to a text, with the similarity: from `LEAST` to 1, the same."""
        folded = folding.fold(text)
        asked = [self._close(word) for word in dict.fromkeys(folded.split())]
        mass = sum(max((self._rarity[word] for word, _ in close), default=_UNKNOWN) for close in asked)
        found: dict[int, float] = {}
        for place, weight in self._nearest([*asked, self._close(_joined(folded))]):
            score = self._compare(folded, place, weight, mass)
            if score >= LEAST:
                owner = self._owners[place]
                found[owner] = max(score, found.get(owner, 0.0))
        for owner in self.cores(text):
            found[owner] = max(_CORE, found.get(owner, 0.0))
        return found

    def beginning(self, prefix: str) -> Iterator[tuple[int, str, int]]:
        """The names that begin with a text (0), and those with a word that does (1), each with its owner."""
        folded = folding.fold(prefix)
        for name, owner in zip(self._names, self._owners, strict=True):
            if name.startswith(folded):
                yield 0, name, owner
            elif f" {folded}" in name:
                yield 1, name, owner

    def _nearest(self, asked: Sequence[Close]) -> list[tuple[int, float]]:
        """The positions of the names that share most with the words asked for, with the shared weight."""
        shared: dict[int, float] = {}
        for close in sorted(asked, key=lambda close: sum(len(self._places[word]) for word, _ in close)):
            best: dict[int, float] = {}
            for word, likeness in close:
                # Common words do not add names to those that rarer words have found.
                found = (
                    shared.keys() & self._common[word]
                    if shared and word in self._common
                    else self._places[word]
                )
                weight = self._rarity[word] * likeness
                best |= dict.fromkeys(
                    found if not best else (at for at in found if best.get(at, 0.0) < weight), weight
                )
            for place, weight in best.items():
                shared[place] = shared.get(place, 0.0) + weight
        mass = self._mass
        return heapq.nlargest(_CLOSEST, shared.items(), key=lambda one: one[1] / (mass[one[0]] + _UNKNOWN))

    def _compare(self, folded: str, place: int, weight: float, mass: float) -> float:
        name = self._names[place]
        if folding.order(folded) == folding.order(name):
            return 1.0
        if folded.replace(" ", "").isdigit() and f" {folded} " not in f" {name} ":
            return 0.0
        had, wanted = min(1.0, weight / mass), min(1.0, weight / self._mass[place])
        # It counts for more that a name has all the words than that it has no others.
        words: float = 0.9 * had**0.7 * wanted**0.3
        letters = max(fuzz.ratio(folded, name), 0.98 * fuzz.token_sort_ratio(folded, name)) / 100
        if folded.count(" ") >= _FEW:
            # Long texts have many letters in common by chance.
            letters *= 0.7 + 0.3 * had
        return min(0.99, max(words, letters))

    def _look(self, word: str) -> Close:
        """The words of names that a word may stand for, with their similarity; itself, if a name has it."""
        if not word:
            return ()
        if word in self._places:
            return ((word, 1.0),)
        if len(word) < _SHORT:
            return ()
        found = process.extract(word, self._vocabulary, scorer=fuzz.ratio, score_cutoff=_CLOSE, limit=5)
        return tuple((known, score / 100) for known, score, _ in found)


def _joined(folded: str) -> str:
    joined = folded.replace(" ", "")
    return joined if joined != folded and len(joined) <= _JOINED else ""
