"""Keys for comparing names and identifiers, free of variations in typing."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
_SIGNS = re.compile(r"[\s._-]+")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s._-]+(?=\d)")
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "&": " and "})
"""Letters that Unicode does not decompose, with their usual spelling on keyboards that lack them."""
_QUALIFIED = re.compile(r"(.+?)\s+\([^()]*\)\s*")


def fold(text: str) -> str:
    """The words of a text in lower case, without accents or punctuation, separated by single spaces.

    Example:
        >>> fold("CÔTE  d’Ivoire"), fold("Cote d'Ivoire")
        ('cote d ivoire', 'cote d ivoire')
    """
    letters = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return " ".join(_WORD.findall("".join(c for c in letters if not unicodedata.combining(c))))


def key(text: str) -> str:
    """Fold an identifier: ignore case, and the signs between its parts except those between two numbers.

    Example:
        >>> key(" lm 0024") == key("LM.0024"), key("Q230"), key("https://w3id.org/iomgraph/id/state/GEO")
        (True, 'q230', 'https://w3id.org/iomgraph/id/state/geo')
        >>> key("1.1") == key("11"), key("10-7") == key("10.7")
        (False, True)
    """
    plain = text.strip().casefold()
    return plain if ":" in plain else _SIGNS.sub("", _BETWEEN_DIGITS.sub("\0", plain)).replace("\0", ".")


def core(text: str) -> str:
    """The name without the qualifier that tells it from another, folded; empty without a qualifier.

    Example:
        >>> core("Congo (Kinshasa)"), core("Georgia")
        ('congo', '')
    """
    found = _QUALIFIED.fullmatch(text)
    return fold(found[1]) if found else ""


def order(folded: str) -> str:
    """Sort the words of a folded text alphabetically, and leave its numbers in their order.

    Example:
        >>> order("republic of tanzania united") == order("united republic of tanzania")
        True
        >>> order("5 2"), order("phase 2 of 3")
        ('5 2', 'of phase 2 3')
    """
    words = folded.split()
    return " ".join(sorted(word for word in words if not word.isdigit()) + [w for w in words if w.isdigit()])
