"""Datatypes of XML Schema: their well-formed lexical forms, and the order of their values."""

from __future__ import annotations

import calendar
import operator
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from iomgraph.validation.shacl.regular_expressions import NAME_REST, NAME_START

XSD = "http://www.w3.org/2001/XMLSchema#"

_ZONE = r"(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))"
_YEAR = r"(-?(?:[1-9]\d{3,}|0\d{3}))"
_MONTH, _DAY = r"(0[1-9]|1[0-2])", r"(0[1-9]|[12]\d|3[01])"
_TIME = r"(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
_FLOAT = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[Ee][+-]?\d+)?|[+-]?INF|NaN"
_HOURS = r"T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?"
_B64 = "[A-Za-z0-9+/] ?"
_BASE64 = f"(?:(?:{_B64}){{4}})*(?:(?:{_B64}){{2}}[AEIMQUYcgkosw048] ?=|{_B64}[AQgw] ?= ?=|(?<! ))"

_FORMS: dict[str, str] = {
    "boolean": "true|false|1|0",
    "decimal": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)",
    "float": _FLOAT,
    "double": _FLOAT,
    "date": f"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}?",
    "dateTime": f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}?",
    "dateTimeStamp": f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}",
    "time": f"{_TIME}{_ZONE}?",
    "gYear": f"{_YEAR}{_ZONE}?",
    "gYearMonth": f"{_YEAR}-{_MONTH}{_ZONE}?",
    "gMonth": f"--{_MONTH}{_ZONE}?",
    "gDay": f"---{_DAY}{_ZONE}?",
    "gMonthDay": rf"--(?:(?:0[13578]|1[02])-{_DAY}|(?:0[469]|11)-(?!31){_DAY}|02-(?!3){_DAY}){_ZONE}?",
    "duration": rf"-?P(?=[\dT])(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:{_HOURS})?",
    "yearMonthDuration": r"-?P(?=\d)(?:\d+Y)?(?:\d+M)?",
    "dayTimeDuration": rf"-?P(?=[\dT])(?:\d+D)?(?:{_HOURS})?",
    "hexBinary": r"(?:[0-9A-Fa-f]{2})*",
    "base64Binary": _BASE64,
    "normalizedString": r"[^\t\n\r]*",
    "token": r"(?:[^\s]+(?: [^\s]+)*)?",
    "language": r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*",
    "NMTOKEN": f"[{NAME_REST}]+",
    "Name": f"[{NAME_START}][{NAME_REST}]*",
    "NCName": f"(?!:)[{NAME_START}](?:(?!:)[{NAME_REST}])*",
}

INTEGERS: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-(2**7), 2**7 - 1),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 2**8 - 1),
}
"""Local name to least and greatest value, of each type of XML Schema 1.1 that derives from xsd:integer."""

_DATED = frozenset({"date", "dateTime", "dateTimeStamp"})
_ORDERED = frozenset(
    {"string", "boolean", "decimal", "float", "double", "date", "dateTime", "dateTimeStamp", "time"}
    | {"gYear", "gYearMonth", "gMonth", "gDay", "gMonthDay"}
    | {"duration", "yearMonthDuration", "dayTimeDuration"}
    | set(INTEGERS)
)


_COMPLEMENT = str.maketrans("0123456789", "9876543210")
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@lru_cache(maxsize=65536)
def is_well_formed(lexical: str, datatype: str) -> bool:
    """Tell whether a lexical form stands for a value; in an unknown datatype, any form does.

    Example:
        >>> is_well_formed("300", XSD + "byte"), is_well_formed("2023-02-29", XSD + "date")
        (False, False)
    """
    name = datatype.removeprefix(XSD) if datatype.startswith(XSD) else ""
    if name in INTEGERS:
        return _is_integer(lexical, *INTEGERS[name])
    form = _FORMS.get(name)
    if form is None:
        return True
    match = re.fullmatch(form, lexical, 0 if name == "token" else re.ASCII)
    return match is not None and (name not in _DATED or _is_day(match))


def _is_integer(lexical: str, least: int | None, greatest: int | None) -> bool:
    if re.fullmatch(r"[+-]?[0-9]+", lexical) is None:
        return False
    value = _magnitude(lexical)
    return (least is None or value >= _magnitude(str(least))) and (
        greatest is None or value <= _magnitude(str(greatest))
    )


def _magnitude(lexical: str) -> tuple[int, int, str, str]:
    """A key that sorts decimals of any length by value, without parsing them as numbers.

    Digits of a negative number are replaced by their complements to nine, so that the larger one is first;
    the shorter of two fractions ends in a sign that sorts like a zero.
    """
    whole, _, places = lexical.lstrip("+-").partition(".")
    whole, places = whole.lstrip("0"), places.rstrip("0")
    if not lexical.startswith("-") or not whole + places:
        return (1, len(whole), whole, places)
    return (-1, -len(whole), whole.translate(_COMPLEMENT), f"{places.translate(_COMPLEMENT)}~")


def _is_day(match: re.Match[str]) -> bool:
    year, month, day = (int(group) for group in match.groups()[:3])
    return day <= calendar.monthrange(2000 + year % 400, month)[1]


def is_ordered(lexical: str, datatype: str) -> bool:
    """Tell whether a literal without language equals itself in value, so that it is `<=` itself.

    It does not for an ill-typed literal, a datatype without order, or not-a-number.

    Example:
        >>> is_ordered("2010", XSD + "gYear"), is_ordered("NaN", XSD + "double"), is_ordered("x", "urn:my")
        (True, False, False)
    """
    name = datatype.removeprefix(XSD) if datatype.startswith(XSD) else ""
    return name in _ORDERED and lexical != "NaN" and is_well_formed(lexical, datatype)


def is_in_order(left: tuple[str, str], comparison: str, right: tuple[str, str]) -> bool:
    """Compare two numbers of any size, or two booleans, as XPath does (SPARQL 1.1, section 17.3).

    Args:
        left: lexical form and datatype.
        comparison: `<`, `<=`, `>` or `>=`.
        right: lexical form and datatype.

    Returns:
        True if the comparison holds; False for ill-typed literals, other types, or a number and a boolean.

    Example:
        >>> is_in_order(("9" * 30, XSD + "integer"), "<", ("9" * 30 + ".5", XSD + "decimal"))
        True
        >>> is_in_order(("true", XSD + "boolean"), ">", ("0", XSD + "boolean"))
        True
    """
    kinds = {_kind(datatype) for _, datatype in (left, right)}
    if None in kinds or not all(is_well_formed(*literal) for literal in (left, right)):
        return False
    compare = _OPERATORS[comparison]
    if kinds == {"boolean"}:
        return compare(*(lexical in ("true", "1") for lexical, _ in (left, right)))
    if "boolean" in kinds:
        return False
    if kinds == {"decimal"}:
        return compare(_magnitude(left[0]), _magnitude(right[0]))
    return compare(float(left[0]), float(right[0]))


def _kind(datatype: str) -> str | None:
    name = datatype.removeprefix(XSD) if datatype.startswith(XSD) else ""
    if name in INTEGERS or name == "decimal":
        return "decimal"
    return name if name in ("boolean", "float", "double") else None
