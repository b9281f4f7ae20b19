"""Layouts that were certainly recognised, with a real title and values that fit their labels.

Text from a PDF has labels in columns; read line by line, it would assign values to the wrong labels, and take
identifiers for a title.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from iomgraph.sources import fitting
from iomgraph.sources.html import Line
from iomgraph.sources.pages import Fields
from iomgraph.sources.vocabulary import Vocabulary, fold

ENOUGH = 3
"""Fields with values of their kind: fewer may be chance, as when prose has a year below a word."""

_TYPED = frozenset({"start_year", "end_year", "funding_year", "budget", "project_id", "prima_id"})
_WORDED = ("status", "theme", "coverage", "region")
_WORD = re.compile(r"[^\W\d_]{2}")
_LONGEST = 300
"""Most characters of a line that may consist of labels only."""


def fitting_fields(fields: Fields, vocabulary: Vocabulary) -> list[str]:
    r"""Return the fields whose values are of their kind.

    Args:
        fields: what a page prints.
        vocabulary: labels and words.

    Example:
        >>> from iomgraph.settings import Settings
        >>> from iomgraph.sources import vocabulary
        >>> from iomgraph.sources.tables import Tables
        >>> page = Fields("Roads", {"end_year": "2009", "status": "2008", "states": "Fiji\\nTonga"})
        >>> fitting_fields(page, vocabulary.read(Tables(Settings().data)))
        ['end_year', 'states']
    """
    values = {name: text.replace("\n", ", ") for name, text in fields.values.items()}
    return [name for name, text in values.items() if fitting.fits(name, text, vocabulary)]


def is_certain(fields: Fields, vocabulary: Vocabulary) -> bool:
    """Tell whether enough values fit, and more than do not fit; new words do not count.

    Args:
        fields: what a page prints.
        vocabulary: labels and words.
    """
    fit = set(fitting_fields(fields, vocabulary))
    others = {name: text for name, text in fields.values.items() if name not in fit}
    misfits = [name for name, text in others.items() if _is_misfit(name, text, vocabulary)]
    return len(fit) >= ENOUGH and len(fit) > len(misfits)


def is_title(text: str, vocabulary: Vocabulary, *, confirmed: bool = False) -> bool:
    """Tell whether a text may be a title: not a label, a value of a field, or bare identifiers.

    Args:
        text: the text in the place of a title.
        vocabulary: labels and words.
        confirmed: the page's element `title` says the same, so that a theme's name may be a title.

    Example:
        >>> from iomgraph.settings import Settings
        >>> from iomgraph.sources import vocabulary
        >>> from iomgraph.sources.tables import Tables
        >>> words = vocabulary.read(Tables(Settings().data))
        >>> is_title("Roads of the Region", words), is_title("KE10P0099 LM.9911", words)
        (True, False)
    """
    is_word = any(vocabulary.concept(scheme, text) for scheme in _WORDED)
    if vocabulary.fields(text) or (is_word and not confirmed):
        return False
    return any(_WORD.search(word) and not any(char.isdigit() for char in word) for word in _plain_words(text))


def columns(lines: Sequence[Line], vocabulary: Vocabulary) -> Line | None:
    """Return the first line that consists of several labels side by side; None if there is none.

    Args:
        lines: the lines of a page.
        vocabulary: labels.
    """
    return next((line for line in lines if _is_columns(line.text, vocabulary)), None)


def _is_misfit(field: str, text: str, vocabulary: Vocabulary) -> bool:
    if field in _TYPED:
        return True
    kinds = [*_TYPED, *_WORDED]
    return any(fitting.fits(kind, part, vocabulary) for part in text.split("\n") for kind in kinds)


def _plain_words(text: str) -> list[str]:
    """Return the words of a text without the identifiers in it."""
    codes = fitting.identifiers(text)
    return [word for word in text.split() if word.strip(",;") not in codes and not fitting.is_prima_id(word)]


def _is_columns(text: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a text can be split into two or more labels with nothing between them."""
    if len(text) > _LONGEST:
        return False
    rest, count = fold(text.replace(":", " ")), 0
    while rest:
        # Take the longest label that fits, because some labels begin with another one.
        starts = [label for label in vocabulary.labels if f"{rest} ".startswith(f"{label} ")]
        if not starts:
            return False
        rest, count = rest[len(max(starts, key=len)) :].strip(), count + 1
    return count > 1
