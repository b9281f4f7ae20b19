"""The language that a title is really in, told by its little words.

A page's language is a claim too: French pages print English titles. The words are a table,
`data/vocabulary/function_words.csv`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from iomgraph.sources import tables
from iomgraph.sources.vocabulary import fold

_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class FunctionWords:
    """Little words, and the languages that have them; built by `read`."""

    languages: Mapping[str, frozenset[str]]

    def language(self, text: str) -> str:
        """The language that more of a text's little words belong to than to any other; empty if none leads.

        Example:
            >>> from iomgraph.settings import Settings
            >>> words = read(Settings().data)
            >>> words.language("Mapping of the Mauritanian Diaspora"), words.language("Open South America")
            ('en', '')
        """
        counts: Counter[str] = Counter()
        for word in _WORD.findall(fold(text)):
            for lang in self.languages.get(word, ()):
                counts[lang] += 1
        leaders = counts.most_common(2)
        if not leaders or (len(leaders) == 2 and leaders[0][1] == leaders[1][1]):
            return ""
        return leaders[0][0]


def read(data: Path) -> FunctionWords:
    """Read the little words from the folder of the tables.

    Raises:
        SourceError: if the table can't be read.
    """
    languages: dict[str, set[str]] = {}
    for row in tables.read(data / "vocabulary/function_words.csv", ("lang", "word", "source")):
        languages.setdefault(fold(row["word"]), set()).add(row["lang"])
    return FunctionWords({word: frozenset(langs) for word, langs in languages.items()})
