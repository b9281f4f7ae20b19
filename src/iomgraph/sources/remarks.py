"""Translations of notes and doubts, which tables have in English."""

from __future__ import annotations

import re
from collections.abc import Mapping

from iomgraph.settings import LANGUAGES
from iomgraph.sources.tables import Row, Tables

COLUMNS = ("remark", *LANGUAGES)
_SENTENCE = re.compile(r"(?<=[a-z0-9)]\.) (?=[A-Z])")
_BLANK = re.compile(r"\\\{([a-z])\\\}")


class Remarks:
    """The sentences of the table of remarks, each a pattern in which letters stand for numbers.

    Args:
        rows: the table `vocabulary/remarks.csv`.

    Example:
        >>> from iomgraph.settings import Settings
        >>> remarks = read(Tables(Settings().data))
        >>> remarks.translated("In Geneva. Merged into the Regional Office for the Americas in 2024.")["es"]
        'En Ginebra. Fusionada en 2024 en la Oficina Regional para las Américas.'
        >>> remarks.translated("Something else.")
        {'en': 'Something else.'}
    """

    def __init__(self, rows: list[Row]) -> None:
        self._known = [(_pattern(row["remark"]), {lang: row[lang] for lang in LANGUAGES}) for row in rows]

    def translated(self, text: str) -> Mapping[str, str]:
        """Translate a text into each language; one with an unknown sentence stays in English.

        Args:
            text: one or more sentences.
        """
        found = [self._sentence(sentence) for sentence in _SENTENCE.split(text)]
        known = [one for one in found if one]
        if len(known) < len(found):
            return {"en": text}
        return {lang: " ".join(one[lang] for one in known) for lang in LANGUAGES}

    def _sentence(self, sentence: str) -> Mapping[str, str] | None:
        for pattern, texts in self._known:
            if match := pattern.fullmatch(sentence):
                return {lang: text.format(**match.groupdict()) for lang, text in texts.items()}
        return None


def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile(_BLANK.sub(r"(?P<\1>\\d+)", re.escape(sentence)))


def read(tables: Tables) -> Remarks:
    """Read the table of remarks.

    Raises:
        SourceError: if the table can't be read.
    """
    return Remarks(tables.read("vocabulary/remarks.csv", COLUMNS))
