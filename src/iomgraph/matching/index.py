"""The index of names: which come close to a text, and how close.

Words lead to names, and words that come close to those lead to more. What was found so is compared as a
whole: by its letters, by its letters with the words in order of the alphabet, and by the share of rare
words that both have. A name is the same as a text where both have the same words, in any order, and the
same numbers in the same order. A text of numbers alone is a code: only names that have it come near.
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
"""Similarity below which nobody can have meant a name."""

_CLOSEST = 40
"""Names that are compared as a whole."""
_SHORT = 4
"""Words of fewer letters are not taken for misspelt: too many come close."""
_CLOSE = 70
_COMMON = 500
"""A word in more names than this finds none by itself, where others do."""
_UNKNOWN = 8.0
"""Weight of a word that is in no name, as that of a rare one."""
_CORE = 0.95
"""The score of a name that is the one asked for, except what tells it from another."""
_FEW = 2
_JOINED = 24
"""Names up to this length are found without the spaces in them, too."""

Close = tuple[tuple[str, float], ...]
"""Words of names, each with how close it comes to a word that was asked for."""


class Index:
    """Names, and whose they are.

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
        """The owners of names that have the words of a text, and no others."""
        return self._same.get(folding.order(folding.fold(text)), set())

    def cores(self, text: str) -> set[int]:
        """The owners of names that say which of several of that name they mean, as in Congo (Kinshasa)."""
        return self._cores.get(folding.order(folding.fold(text)), set())

    def similar(self, text: str) -> dict[int, float]:
        """The owners of names that come close to a text, with how close: from `LEAST` to 1, the same."""
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
        """The names that begin so (0), and those with a word that does (1), each with its owner."""
        folded = folding.fold(prefix)
        for name, owner in zip(self._names, self._owners, strict=True):
            if name.startswith(folded):
                yield 0, name, owner
            elif f" {folded}" in name:
                yield 1, name, owner

    def _nearest(self, asked: Sequence[Close]) -> list[tuple[int, float]]:
        """The places of the names that share most with the words asked for, with the weight shared."""
        shared: dict[int, float] = {}
        for close in sorted(asked, key=lambda close: sum(len(self._places[word]) for word, _ in close)):
            best: dict[int, float] = {}
            for word, likeness in close:
                # A common word finds no name that the rarer ones have not found.
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
        # That a name has all that was asked for says more than that it has nothing else.
        words: float = 0.9 * had**0.7 * wanted**0.3
        letters = max(fuzz.ratio(folded, name), 0.98 * fuzz.token_sort_ratio(folded, name)) / 100
        if folded.count(" ") >= _FEW:
            # Texts of many words have many letters in common that say nothing.
            letters *= 0.7 + 0.3 * had
        return min(0.99, max(words, letters))

    def _look(self, word: str) -> Close:
        """The words of names that a word stands for, with how close they come; itself, if it is one."""
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
