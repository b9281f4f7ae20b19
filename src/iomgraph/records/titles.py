"""Tidy titles: undoes the damage of typography and of cutting, where that is possible."""

from __future__ import annotations

import re
import unicodedata

from iomgraph.immutable import immutable
from iomgraph.sources import markup

_CUT = re.compile(r"\s*&[a-z]{0,8}$")
"""The start of an entity that the page's width cut: "men&", "&eacut" (but not "R&D")."""
_SLASHES = re.compile(r"\s*/{2,}\s*$")
_REPEATED, _JOINED = 3, 5
"""Words that a repeated title has at the least (Bora Bora is not repeated), or one run into another."""
_SEAM = re.compile(r"\w{3}[a-zà-öø-ÿ](?=[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ])")
_BETWEEN_LETTERS = re.compile(r"(?<=\w)[`´](?=\w)")


@immutable
class Title:
    """A title made tidy.

    Args:
        text: the title; empty if it is nothing but typography.
        changes: the changes made, in short words.
        cut: the title breaks off, and ends in an ellipsis.
    """

    text: str
    changes: tuple[str, ...]
    cut: bool


def tidy(raw: str) -> Title:
    """Make a title tidy: correct spaces, entities, apostrophes, quotes and stray full stops.

    Example:
        >>> tidy('Study of migrants"').text, tidy("Études de cas men&").text
        ('Study of migrants', 'Études de cas men…')
        >>> tidy("Roads of Fiji.Roads of Fiji.").text
        'Roads of Fiji'
    """
    changes: list[str] = []
    text = raw
    for name, step in STEPS.items():
        done = step(text)
        if done != text:
            changes.append(name)
            text = done
    cut = "cut" in changes
    return Title(text, tuple(name for name in changes if name != "cut"), cut)


def _spaces(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _entities(text: str) -> str:
    return markup.unescape(text)


def _cut(text: str) -> str:
    return _CUT.sub("…", text)


def _slashes(text: str) -> str:
    return _SLASHES.sub("", text)


def _quotes(text: str) -> str:
    """Remove an unpaired quotation mark at either end."""
    if text.count('"') % 2:
        return text[:-1].rstrip() if text.endswith('"') else text.removeprefix('"').lstrip()
    return text


def _apostrophes(text: str) -> str:
    return _BETWEEN_LETTERS.sub("’", text)


def _stop(text: str) -> str:
    return text[:-1] if text.endswith(".") and not text.endswith("..") and text.count(". ") == 0 else text


def _doubled(text: str) -> str:
    """A single copy of a title that is printed twice, with or without a space between."""
    half = len(text) // 2
    first, second = text[:half].strip(), text[half:].strip()
    return first if first == second and len(first.split()) >= _REPEATED else text


def _run_together(text: str) -> str:
    """The first of two joined titles: a capital follows a small letter between long parts."""
    for found in _SEAM.finditer(text):
        first, second = text[: found.end()], text[found.end() :]
        if min(len(first.split()), len(second.split())) >= _JOINED:
            return first
    return text


STEPS = {
    "spaces": _spaces,
    "entities": _entities,
    "doubled": _doubled,
    "run-together": _run_together,
    "cut": _cut,
    "slashes": _slashes,
    "quotes": _quotes,
    "apostrophes": _apostrophes,
    "stop": _stop,
}
"""The corrections of a title, in their order; `vocabulary/remarks.csv` says each in words."""
