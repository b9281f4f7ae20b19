"""The topics of titles, found by the terms of a table; they never become themes, which pages state."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from iomgraph import iris
from iomgraph.sources import whole_words
from iomgraph.sources.tables import Tables
from iomgraph.sources.vocabulary import fold

COLUMNS = ("topic", "lang", "term", "source")
RULE = "title-terms"
"""The rule of reconciliation that facts of this kind name."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms that tell topics.

    Args:
        by_language: language to its topics in order, each with the pattern of its terms.

    Example:
        >>> terms = Terms.of([("diaspora", "en", "diaspora*"), ("smuggling", "fr", "trafic de migrants")])
        >>> terms.told({"en": "Mapping of the Mauritanian Diasporas"})
        {'topics:diaspora': ('en',)}
        >>> terms.told({"fr": "Trafic de migrants", "en": "Trafic de migrants"})
        {'topics:smuggling': ('fr',)}
    """

    by_language: Mapping[str, Sequence[tuple[str, re.Pattern[str]]]]

    @classmethod
    def of(cls, rows: Sequence[tuple[str, str, str]]) -> Terms:
        """Make terms from rows of topic, language and term; `*` in a term stands for the rest of a word."""
        words: dict[str, dict[str, list[str]]] = {}
        for topic, lang, term in rows:
            words.setdefault(lang, {}).setdefault(topic, []).append(fold(term))
        return cls(
            {
                lang: [
                    (iris.curie("topics", topic), whole_words.pattern(some, stars=True))
                    for topic, some in topics.items()
                ]
                for lang, topics in words.items()
            }
        )

    def told(self, titles: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
        """Map each topic of the titles, a CURIE, in order, to the languages whose titles tell it.

        Args:
            titles: language to title. Titles in a language without terms are ignored.
        """
        found: dict[str, tuple[str, ...]] = {}
        for lang, title in titles.items():
            text = fold(title)
            for topic, pattern in self.by_language.get(lang, ()):
                if pattern.search(text):
                    found[topic] = (*found.get(topic, ()), lang)
        return dict(sorted(found.items()))


def read(tables: Tables) -> Terms:
    """Read the terms that tell topics.

    Raises:
        SourceError: if the table can't be read.
    """
    rows = tables.read("agenda/topic_terms.csv", COLUMNS)
    return Terms.of([(row["topic"], row["lang"], row["term"]) for row in rows])
