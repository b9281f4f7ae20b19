"""Patterns of many words that are found as whole words."""

from __future__ import annotations

import re
from collections.abc import Iterable

_STAR = re.escape("*")


def pattern(words: Iterable[str], *, stars: bool = False) -> re.Pattern[str]:
    """Compile a pattern that finds any of some words where it is not a part of a longer one.

    Args:
        words: of several that begin alike at one place, the first one is found.
        stars: a `*` in a word stands for the rest of a word.

    Example:
        >>> pattern(["Guinea-Bissau", "Guinea"]).findall("Guineans of Guinea and Guinea-Bissau")
        ['Guinea', 'Guinea-Bissau']
        >>> pattern(["diaspora*"], stars=True).findall("the diasporas")
        ['diasporas']
    """
    # With the first letter in front of the look-behind, Python passes over all other letters at once.
    starts: dict[str, list[str]] = {}
    for word in filter(None, words):
        first = "" if stars and word[0] == "*" else word[0]
        starts.setdefault(re.escape(first), []).append(re.escape(word[len(first) :]))
    choices = (rf"{first}(?<!\w{first})(?:{'|'.join(rest)})" for first, rest in starts.items())
    found = rf"(?:{'|'.join(choices)})(?!\w)" if starts else "(?!)"
    return re.compile(found.replace(_STAR, r"\w*") if stars else found)
