"""Titles that break off: a whole title does not end in "and the" or leave a bracket open.

The table `data/vocabulary/unfinished_endings.csv` lists the words that can't end a title.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from iomgraph.sources.tables import Tables
from iomgraph.sources.vocabulary import fold

_PAIRS = (("(", ")"), ("[", "]"), ("{", "}"), ("«", "»"), ("“", "”"))
_UNFINISHED = (*",:;([{«“–—-…", "...")
_LAST = re.compile(r"([^\W\d_]+)['’]?$")
_ONE_LETTER = re.compile(r"(.*\S)\s+[^\W\d_]$")


@dataclass(frozen=True, slots=True)
class Endings:
    """Words that need another word after them, by language; built by `read`."""

    words: Mapping[str, frozenset[str]]

    def is_cut(self, title: str, lang: str) -> bool:
        """Tell whether a title breaks off.

        Args:
            title: the title, as printed.
            lang: its language.

        Example:
            >>> from iomgraph.settings import Settings
            >>> endings = read(Tables(Settings().data))
            >>> endings.is_cut("Une radio en Albanie, au Ghana et", "fr"), endings.is_cut("Plan A", "en")
            (True, False)
            >>> endings.is_cut("Roads (Botswana, Lesotho", "en"), endings.is_cut("Roads (phase I)", "en")
            (True, False)
        """
        text = title.strip()
        if text.endswith(_UNFINISHED) or any(text.count(first) > text.count(last) for first, last in _PAIRS):
            return True
        # A single letter after a word that needs another one is the start of a cut word.
        before = _ONE_LETTER.match(text) if text[-2:-1].isspace() else None
        return self._needs_more(text, lang) or bool(
            before and text[-1].islower() and self._needs_more(before[1], lang)
        )

    def _needs_more(self, text: str, lang: str) -> bool:
        # Patterns are slow at looking for the end of a text, so they get the last word alone.
        last = _LAST.search(text.rsplit(None, 1)[-1]) if text else None
        # "Plan A" ends in a name; in a title in capitals, a capital letter is not a clue.
        if not last or not (last[1].islower() or text.isupper()):
            return False
        return fold(last[1]) in self.words.get(lang, ())


def read(tables: Tables) -> Endings:
    """Read the words from the folder of the tables.

    Raises:
        SourceError: if the table can't be read.
    """
    words: dict[str, set[str]] = {}
    for row in tables.read("vocabulary/unfinished_endings.csv", ("lang", "word", "source")):
        words.setdefault(row["lang"], set()).add(fold(row["word"]))
    return Endings({lang: frozenset(some) for lang, some in words.items()})
