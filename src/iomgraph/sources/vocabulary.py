"""The words that pages print: field labels, and the words of each scheme, in every language.

They are tables in `data/vocabulary/`; to teach a word, add a row there.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from iomgraph.errors import SourceError
from iomgraph.sources.tables import Row, Tables

FIELDS = (
    "start_year",
    "end_year",
    "status",
    "theme",
    "budget",
    "coverage",
    "funding_year",
    "region",
    "other_states",
    "prima_id",
    "project_id",
    "states",
)
"""The fields of a project page, in their order on a page."""

_LONGEST = 200
"""Most characters of a word that is compared with others."""
_LIKE = 75
"""Least similarity, out of 100, of a word to one suggested for it."""
_FOLDED = 1024
"""Texts that are remembered folded, because a title is compared several times."""
_APOSTROPHES = str.maketrans("’‘ʼ`´", "'''''")


@lru_cache(_FOLDED)
def fold(text: str) -> str:
    r"""Remove variations of typography from a text: kinds of apostrophe and space, case, Unicode form.

    Example:
        >>> fold(" Migration de\u00a0main-d’œuvre ") == fold("migration de main-d'œuvre")
        True
    """
    if text.isascii():
        return " ".join(text.replace("`", "'").split()).lower()
    plain = unicodedata.normalize("NFC", text).translate(_APOSTROPHES)
    return " ".join(plain.split()).casefold()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Labels and words, folded.

    Args:
        labels: folded label to its fields and the language of each; a label that one language
            uses for two fields names both, in the order in which the page prints them.
        words: scheme to folded word to concept id.
        languages: folded label to the languages that print it.
    """

    labels: Mapping[str, tuple[str, ...]]
    languages: Mapping[str, frozenset[str]]
    words: Mapping[str, Mapping[str, str]]

    def fields(self, label: str) -> tuple[str, ...]:
        """The fields that a label may stand for; empty if it is unknown."""
        return self.labels.get(fold(label).rstrip(" :"), ())

    def concept(self, scheme: str, word: str) -> str | None:
        """The id of the concept that a word names in a scheme, in any language.

        Example:
            >>> from iomgraph.settings import Settings
            >>> read(Tables(Settings().data)).concept("status", "Achevé")
            'completed'
        """
        return self.words[scheme].get(fold(word))

    def likely(self, scheme: str, word: str) -> str:
        """The id of the concept with the word most similar in spelling; empty if none is similar.

        Example:
            >>> from iomgraph.settings import Settings
            >>> read(Tables(Settings().data)).likely("theme", "Labor Migration")
            'labour-migration'
        """
        known = self.words.get(scheme, {})
        near = process.extractOne(
            fold(word)[:_LONGEST], known.keys(), scorer=fuzz.token_sort_ratio, score_cutoff=_LIKE
        )
        return known[near[0]] if near else ""


def read(tables: Tables) -> Vocabulary:
    """Read the labels and words from `vocabulary/fields.csv` and `vocabulary/words.csv`.

    Raises:
        SourceError: if a table can't be read, names an unknown field, or gives one word two meanings.
    """
    labels: dict[str, list[str]] = {}
    languages: dict[str, set[str]] = {}
    for row in tables.read("vocabulary/fields.csv", ("field", "lang", "label", "source", "note")):
        if row["field"] not in FIELDS:
            raise SourceError(
                f"unknown field {row['field']!r}",
                where=row.place("field"),
                step=f"the fields are: {', '.join(FIELDS)}",
            )
        known = labels.setdefault(fold(row["label"]), [])
        if row["field"] not in known:
            known.append(row["field"])
        languages.setdefault(fold(row["label"]), set()).add(row["lang"])
    rows = tables.read("vocabulary/words.csv", ("scheme", "id", "lang", "word", "source"))
    return Vocabulary(
        {label: tuple(sorted(fields, key=FIELDS.index)) for label, fields in labels.items()},
        {label: frozenset(langs) for label, langs in languages.items()},
        _words(rows),
    )


def _words(rows: Iterable[Row]) -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = {}
    for row in rows:
        scheme = words.setdefault(row["scheme"], {})
        if scheme.setdefault(fold(row["word"]), row["id"]) != row["id"]:
            raise SourceError(
                f"the word {row['word']!r} stands for two concepts of the scheme {row['scheme']}",
                where=row.place("word"),
                step="keep the row that is right",
            )
    return words
