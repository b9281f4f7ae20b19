"""Titles as a reader expects them: what typography and cutting did to them, undone where it can be."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass

_CUT = re.compile(r"\s*&[a-z]{0,8}$")
"""The start of an entity that the page's width cut: "men&", "&eacut" (but not "R&D")."""
_SLASHES = re.compile(r"\s*/{2,}\s*$")
_BETWEEN_LETTERS = re.compile(r"(?<=\w)[`´](?=\w)")


@dataclass(frozen=True, slots=True)
class Title:
    """A title made tidy.

    Args:
        text: the title.
        changes: what was done to it, as short words.
        cut: whether it breaks off; it then ends in an ellipsis.
    """

    text: str
    changes: tuple[str, ...]
    cut: bool


def tidy(raw: str) -> Title:
    """Make a title tidy: spaces, entities, apostrophes, quotes and stops that don't belong.

    Example:
        >>> tidy('Study of migrants"').text, tidy("Études de cas men&").text, tidy("Roads.Roads.").text
        ('Study of migrants', 'Études de cas men…', 'Roads')
    """
    changes: list[str] = []
    text = raw
    for name, step in _STEPS.items():
        done = step(text)
        if done != text:
            changes.append(name)
            text = done
    cut = "cut" in changes
    return Title(text, tuple(name for name in changes if name != "cut"), cut)


def _spaces(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _entities(text: str) -> str:
    return html.unescape(text)


def _cut(text: str) -> str:
    return _CUT.sub("…", text)


def _slashes(text: str) -> str:
    return _SLASHES.sub("", text)


def _quotes(text: str) -> str:
    """Take off a quotation mark at either end that no other one closes."""
    if text.count('"') % 2:
        return text[:-1].rstrip() if text.endswith('"') else text.removeprefix('"').lstrip()
    return text


def _apostrophes(text: str) -> str:
    return _BETWEEN_LETTERS.sub("’", text)


def _stop(text: str) -> str:
    return text[:-1] if text.endswith(".") and not text.endswith("..") and text.count(". ") == 0 else text


def _doubled(text: str) -> str:
    """One of two copies that were run together, with or without a space between them."""
    half = len(text) // 2
    first, second = text[:half].strip(), text[half:].strip()
    return first if first and first == second else text


_STEPS = {
    "spaces": _spaces,
    "entities": _entities,
    "doubled": _doubled,
    "cut": _cut,
    "slashes": _slashes,
    "quotes": _quotes,
    "apostrophes": _apostrophes,
    "stop": _stop,
}
