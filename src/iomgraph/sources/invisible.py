"""Invisible characters, which make a word differ from the word that it looks like."""

from __future__ import annotations

import re

_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
)
"""Soft hyphens, zero-width spaces, and direction marks; joiners and non-joiners of letters (ZWJ) stay."""

_CHARACTER = re.compile(f"[{_INVISIBLE}]")
_BETWEEN_SPACES = re.compile(f"(?<= )[{_INVISIBLE}]+ ")


def clean(text: str) -> tuple[str, str]:
    r"""Return a text without its invisible characters, and the removed ones, each once, in order.

    Example:
        >>> clean("Com\u00adpleted\u200b \u2060 now\u200b")
        ('Completed now', '\xad\u200b\u2060')
    """
    found = "".join(dict.fromkeys(_CHARACTER.findall(text)))
    return (_CHARACTER.sub("", _BETWEEN_SPACES.sub("", text)), found) if found else (text, "")


def names(characters: str) -> str:
    r"""Name characters by their code points.

    Example:
        >>> names("\xad\u200b")
        'U+00AD, U+200B'
    """
    return ", ".join(f"U+{ord(character):04X}" for character in characters)
