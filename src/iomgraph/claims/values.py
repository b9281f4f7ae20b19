"""The reading of raw cells as years, amounts and identifiers; unreadable cells give None, never a guess."""

from __future__ import annotations

import re
from decimal import Decimal

FIRST_YEAR, LAST_YEAR = 1951, 2100
"""The years of projects: IOM was founded in 1951, and a year after 2100 is a slip."""

_PLAIN = re.compile(r"\d{1,12}(\.\d{1,2})?")
_GROUPED = re.compile(r"\d{1,3}(,\d{3}){1,4}(\.\d{1,2})?")
_SPACED = re.compile("[0-9]{1,3}([\u00a0\u2009\u202f][0-9]{3}){1,4}(\\.[0-9]{1,2})?")
_SPACE = re.compile("[\u00a0\u2009\u202f]")
_IDENTIFIER = re.compile(r"[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*")
_LONGEST_IDENTIFIER = 40


def year(text: str) -> int | None:
    """A year in four digits, from 1951 to 2100.

    Example:
        >>> year("2008"), year("20244"), year("2008.0")
        (2008, None, None)
    """
    if len(text) != 4 or not (text.isascii() and text.isdigit()):
        return None
    return int(text) if FIRST_YEAR <= int(text) <= LAST_YEAR else None


def amount(text: str) -> str | None:
    r"""A positive amount in the canonical form of xsd:decimal; thousands may have commas or fixed spaces.

    The canonical form is that of XML Schema 1.1, part 2, section 3.3.3.2: to which stores normalise.

    Example:
        >>> amount("64240.00"), amount("150,000"), amount("150\u00a0000"), amount("1,50,000"), amount("abc")
        ('64240', '150000', '150000', None, None)
    """
    if _SPACED.fullmatch(text):
        text = _SPACE.sub("", text)
    if not text.isascii() or not (_PLAIN.fullmatch(text) or _GROUPED.fullmatch(text)):
        return None
    number = Decimal(text.replace(",", ""))
    return f"{number.normalize():f}" if number > 0 else None


def identifier(text: str) -> str | None:
    """An identifier of letters, digits, dots and hyphens, safe to end an IRI.

    Example:
        >>> identifier("LM.0024"), identifier("T97-805"), identifier("LM.0024> <x"), identifier("../x")
        ('LM.0024', 'T97-805', None, None)
    """
    return (
        text if len(text) <= _LONGEST_IDENTIFIER and text.isascii() and _IDENTIFIER.fullmatch(text) else None
    )
