"""Dates as people type them: all readings that a text allows.

`01/02/2024` is a day in January or in February: both are readings, and only the source can decide.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from babel import Locale

from iomgraph.claims.values import FIRST_YEAR, LAST_YEAR
from iomgraph.errors import SourceError
from iomgraph.settings import LANGUAGES
from iomgraph.sources.vocabulary import fold

_ISO = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?:[T ]\d{2}:\d{2}.*)?")
_NUMBERS = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})")
_WORDS = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th|er|º|°)?\.?[ -](?:de )?)?([^\W\d]+)\.?[ ,-]+(?:del? )?(\d{4})"
)
_MONTH_FIRST = re.compile(r"([^\W\d]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_TOKENS = re.compile(r"yyyy|yy|mm|dd|m|d|[ /.-]")
_PARTS = {
    "yyyy": r"(?P<y>\d{4})",
    "yy": r"(?P<y>\d{2})",
    "mm": r"(?P<m>\d{2})",
    "dd": r"(?P<d>\d{2})",
    "m": r"(?P<m>\d{1,2})",
    "d": r"(?P<d>\d{1,2})",
}
_LONGEST = 60
"""Most characters of a date."""
_CENTURY = 50
"""Years of two digits up to this one belong to the 21st century."""


def readings(text: str, pattern: str = "") -> tuple[str, ...]:
    """Read a date in every possible way.

    Args:
        text: the date.
        pattern: the form that the source declares, such as `dd/mm/yyyy`; years, ISO 8601 and names of months
            are always read.

    Returns:
        `2024`, `2024-02` or `2024-02-01`, each once; none if it is not a date from 1951 to 2100.

    Example:
        >>> readings("01/02/2024"), readings("01/02/2024", "dd/mm/yyyy"), readings("13/02/2024")
        (('2024-02-01', '2024-01-02'), ('2024-02-01',), ('2024-02-13',))
        >>> readings("1er février 2024"), readings("Mar 2024"), readings("March 5, 2024"), readings("2008")
        (('2024-02-01',), ('2024-03',), ('2024-03-05',), ('2008',))
        >>> readings("31/02/2024"), readings("5 de marzo de 2024"), readings("01/02/24")
        ((), ('2024-03-05',), ())
    """
    return _readings(text, pattern) if len(text) <= _LONGEST else ()


@lru_cache(maxsize=20_000)
def _readings(text: str, pattern: str) -> tuple[str, ...]:
    plain = fold(text)
    if found := _ISO.fullmatch(plain):
        return _one(*found.groups())
    if found := _WORDS.fullmatch(plain):
        return _one(found[3], _months().get(found[2], ""), found[1])
    if found := _MONTH_FIRST.fullmatch(plain):
        return _one(found[3], _months().get(found[1], ""), found[2])
    if pattern:
        declared = expression(pattern).fullmatch(plain)
        return _one(*_named(declared)) if declared else ()
    if found := _NUMBERS.fullmatch(plain):
        year, first, second = found[4], found[1], found[3]
        return tuple(dict.fromkeys((*_one(year, second, first), *_one(year, first, second))))
    return ()


def _named(found: re.Match[str]) -> tuple[str, str | None, str | None]:
    parts = found.groupdict()
    year = parts["y"]
    if len(year) == 2:
        year = f"{20 if int(year) <= _CENTURY else 19}{year}"
    return year, parts.get("m"), parts.get("d")


def _one(year: str, month: str | None = None, day: str | None = None) -> tuple[str, ...]:
    """Return the reading of a date in parts, if that date exists."""
    if not FIRST_YEAR <= int(year) <= LAST_YEAR or month == "":
        return ()
    try:
        known = date(int(year), int(month or 1), int(day or 1)).isoformat()
    except ValueError:
        return ()
    return (known[: 10 if day else 7 if month else 4],)


@lru_cache(maxsize=100)
def expression(pattern: str, where: str = "") -> re.Pattern[str]:
    """Turn the form of a date, such as `dd/mm/yyyy` or `m-d-yy`, into a regular expression.

    Raises:
        SourceError: if it is not a form of a date.

    Example:
        >>> bool(expression("dd.mm.yyyy").fullmatch("01.02.2024"))
        True
    """
    lower = pattern.lower()
    tokens = _TOKENS.findall(lower)
    letters = sorted(token[0] for token in tokens if token in _PARTS)
    if "".join(tokens) != lower or letters not in (["d", "m", "y"], ["m", "y"]):
        raise SourceError(
            f"{pattern!r} is not a date format",
            where=where,
            step="write it with d, m and y, such as dd/mm/yyyy, m/d/yyyy or dd.mm.yy",
        )
    return re.compile("".join(_PARTS.get(token) or re.escape(token) for token in tokens), re.ASCII)


@lru_cache(maxsize=1)
def _months() -> Mapping[str, str]:
    """The long and short names of months in our languages, from Unicode's CLDR."""
    names: dict[str, str] = {}
    for lang in LANGUAGES:
        for context in Locale(lang).months.values():
            for width in ("wide", "abbreviated"):
                for number, name in context[width].items():
                    names[fold(name).rstrip(".")] = str(number)
    return names | {"sept": "9"}
