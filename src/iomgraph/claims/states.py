"""The splitting of lists of states, which pages print without separators."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from iomgraph.errors import SourceError
from iomgraph.sources.tables import Tables

_SEPARATORS = frozenset(" ,;/\n")
_REMEMBERED = 10_000
"""Lists that are not taken apart again: the same ones come often."""
_HEAD = 3
"""First letters by which names are looked up: three leave few candidates at each position."""


@dataclass(frozen=True, slots=True)
class Split:
    """The contents of a list of states.

    Args:
        states: ISO 3166-1 alpha-3 codes, in the order printed, each once.
        twice: codes that the list names more than once.
        rest: the pieces that no name matches.
    """

    states: tuple[str, ...]
    twice: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StateNames:
    """Every spelling of every state, by language; built by `read`."""

    names: Mapping[str, Mapping[str, str]]
    heads: Mapping[str, tuple[str, ...]]
    _splits: dict[tuple[str, str], Split] = field(default_factory=dict, compare=False)

    def split(self, text: str, lang: str = "") -> Split:
        """Split a list of states by the cover of names that leaves the least text over.

        Names may stand side by side without a space where a capital letter starts the next one.

        Args:
            text: the list as printed, on one line or several.
            lang: the page's language, which decides if a spelling means two states.

        Example:
            >>> from iomgraph.settings import Settings
            >>> read(Tables(Settings().data)).split("ChiliUruguay", "fr").states
            ('CHL', 'URY')
        """
        if (text, lang) not in self._splits:
            if len(self._splits) >= _REMEMBERED:
                self._splits.clear()
            self._splits[text, lang] = self._split(_plain(text), lang)
        return self._splits[text, lang]

    def _split(self, text: str, lang: str) -> Split:
        found, rest = _cover(text, self)
        codes = [self._code(name, lang) for name in found]
        twice = tuple(dict.fromkeys(code for code in codes if codes.count(code) > 1))
        return Split(tuple(dict.fromkeys(codes)), twice, rest)

    def _code(self, name: str, lang: str) -> str:
        codes = self.names[name]
        return codes.get(lang) or codes.get("en") or next(iter(codes.values()))


def read(tables: Tables) -> StateNames:
    """Read the names of states from `vocabulary/state_names.csv`.

    Raises:
        SourceError: if the table can't be read, or one language gives a name to two states.
    """
    names: dict[str, dict[str, str]] = {}
    for row in tables.read("vocabulary/state_names.csv", ("iso3", "lang", "name", "source")):
        langs = names.setdefault(_folded(_plain(row["name"])), {})
        if langs.setdefault(row["lang"], row["iso3"]) != row["iso3"]:
            raise SourceError(
                f"the name {row['name']!r} stands for two states in one language",
                where=row.place("name"),
                step="keep the row that is right",
            )
    heads: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda name: (-len(name), name)):
        heads.setdefault(name[:_HEAD], []).append(name)
    return StateNames(names, {head: tuple(found) for head, found in heads.items()})


def _plain(text: str) -> str:
    lines = (
        " ".join(line.split()) for line in unicodedata.normalize("NFC", text).replace("’", "'").split("\n")
    )
    return "\n".join(lines).strip()


@lru_cache(maxsize=1024)
def _folded_letter(letter: str) -> str:
    folded = letter.casefold()
    return folded if len(folded) == 1 else letter


def _folded(text: str) -> str:
    """Casefold letter by letter, so that positions in the folded and the printed text agree."""
    return "".join(map(_folded_letter, text))


def _cover(text: str, names: StateNames) -> tuple[list[str], tuple[str, ...]]:
    """Cover a text by names, with the least text left over, then the fewest names; work from the end."""
    folded = _folded(text)
    lines = folded.split("\n")
    if all(line in names.names for line in lines):
        # Most lists have a name to a line: that leaves nothing over, and fewer names could not do it.
        return lines, ()
    best: list[tuple[int, int, int, str]] = [(0, 0, 0, "")] * (len(text) + 1)
    for at in range(len(text) - 1, -1, -1):
        left, count, *_ = best[at + 1]
        skip = 0 if text[at] in _SEPARATORS else 1
        choice = (left + skip, count, at + 1, "")
        for name in names.heads.get(folded[at : at + _HEAD], ()):
            end = at + len(name)
            if folded.startswith(name, at) and _stands(text, at, end):
                left, count, *_ = best[end]
                choice = min(choice, (left, count + 1, end, name), key=lambda c: c[:2])
        best[at] = choice
    return _walk(text, best)


def _stands(text: str, start: int, end: int) -> bool:
    """Tell whether a name in a text is a whole word; it may touch another word that starts with a capital."""
    return _parted(text, start) and _parted(text, end)


def _parted(text: str, at: int) -> bool:
    if at in {0, len(text)} or not (text[at - 1].isalpha() and text[at].isalpha()):
        return True
    return text[at].isupper() and text[at - 1].islower()


def _walk(text: str, best: list[tuple[int, int, int, str]]) -> tuple[list[str], tuple[str, ...]]:
    found: list[str] = []
    rest: list[str] = []
    at, piece = 0, ""
    while at < len(text):
        _, _, end, name = best[at]
        if name:
            rest.append(piece.strip(" ,;/\n"))
            piece = ""
            found.append(name)
        else:
            piece += text[at]
        at = end
    rest.append(piece.strip(" ,;/\n"))
    return found, tuple(part for part in rest if part)
