"""The actual language of a title, told by its function words.

The language that a page states is only a claim: French pages print English titles. The table
`data/vocabulary/function_words.csv` lists the words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from iomgraph.settings import LANGUAGES
from iomgraph.sources.tables import Tables
from iomgraph.sources.vocabulary import fold

_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class FunctionWords:
    """Function words and their languages; built by `read`."""

    languages: Mapping[str, frozenset[str]]

    def leaders(self, text: str) -> tuple[str, ...]:
        """The languages of most of a text's function words; if there is only one, it is the text's language.

        Example:
            >>> from iomgraph.settings import Settings
            >>> words = read(Tables(Settings().data))
            >>> words.leaders("Mapping of the Mauritanian Diaspora"), words.leaders("Open South America")
            (('en',), ())
            >>> words.leaders("Cartografía de la diáspora de Mauritania")
            ('fr', 'es')
        """
        counts: dict[str, int] = {}
        for langs in filter(None, map(self.languages.get, _WORD.findall(fold(text)))):
            for lang in langs:
                counts[lang] = counts.get(lang, 0) + 1
        most = max(counts.values(), default=0)
        return tuple(lang for lang in LANGUAGES if most and counts.get(lang) == most)


def read(tables: Tables) -> FunctionWords:
    """Read the function words from the folder of the tables.

    Raises:
        SourceError: if the table can't be read.
    """
    languages: dict[str, set[str]] = {}
    for row in tables.read("vocabulary/function_words.csv", ("lang", "word", "source")):
        languages.setdefault(fold(row["word"]), set()).add(row["lang"])
    return FunctionWords({word: frozenset(langs) for word, langs in languages.items()})
