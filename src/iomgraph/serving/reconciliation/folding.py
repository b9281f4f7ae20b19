"""Keys that names and identifiers are compared by, without what typing varies."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "&": " and "})
"""Letters that Unicode does not take apart, as they are written without a keyboard that has them."""
_QUALIFIED = re.compile(r"(.+?)\s+\([^()]*\)\s*")


def fold(text: str) -> str:
    """The words of a text, without case, accents and punctuation, one space apart.

    Example:
        >>> fold("CÔTE  d’Ivoire"), fold("Cote d'Ivoire")
        ('cote d ivoire', 'cote d ivoire')
    """
    letters = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return " ".join(_WORD.findall("".join(c for c in letters if not unicodedata.combining(c))))


def key(text: str) -> str:
    """Fold an identifier: case and the signs between its parts don't matter.

    Example:
        >>> key(" lm 0024") == key("LM.0024"), key("Q230"), key("https://w3id.org/iomgraph/id/state/GEO")
        (True, 'q230', 'https://w3id.org/iomgraph/id/state/geo')
    """
    plain = text.strip().casefold()
    return plain if ":" in plain else re.sub(r"[\s._-]+", "", plain)


def core(text: str) -> str:
    """The name in front of what tells it from another, folded; empty if nothing does.

    Example:
        >>> core("Congo (Kinshasa)"), core("Georgia")
        ('congo', '')
    """
    found = _QUALIFIED.fullmatch(text)
    return fold(found[1]) if found else ""
