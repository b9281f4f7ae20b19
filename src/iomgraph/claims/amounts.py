"""Amounts of money as people type them: all readings that a text allows, and the currency.

`1.500` is one and a half or fifteen hundred: both are readings, and only the source can decide.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from babel.core import get_global

from iomgraph.immutable import immutable
from iomgraph.sources.tables import Tables
from iomgraph.sources.vocabulary import fold

DECIMALS = (".", ",")
_PARTS = re.compile(r"(\D*?)\s*([-+]?[.,]?\d[\d.,' ]*)(.*)", re.DOTALL)
_SPACES = str.maketrans("\u00a0\u202f\u2009\u2007’", "    '")
_LONGEST = 40


@immutable
class Typed:
    """An amount as typed.

    Args:
        readings: the numbers that it can be read as, in the canonical form of xsd:decimal; none if it is not
            a number, several if it is ambiguous.
        unit: the text before or after the number.
    """

    readings: tuple[str, ...]
    unit: str = ""


def readings(text: str, decimal: str = "") -> tuple[str, ...]:
    """Read a number in every possible way.

    Args:
        text: the number, without a currency.
        decimal: the decimal mark that the source declares, `.` or `,`.

    Returns:
        the numbers in the canonical form of xsd:decimal, the smallest first.

    Example:
        >>> readings("1.500"), readings("1.500", ","), readings("1.500,00"), readings("1,234,567")
        (('1.5', '1500'), ('1500',), ('1500',), ('1234567',))
        >>> readings("1 500,5"), readings("12.5"), readings("1.50.00"), readings("")
        (('1500.5',), ('12.5',), (), ())
    """
    return _readings(text, decimal) if len(text) <= _LONGEST else ()


@lru_cache(maxsize=10_000)
def _readings(text: str, decimal: str) -> tuple[str, ...]:
    plain = text.translate(_SPACES).strip()
    marks = (decimal,) if decimal else DECIMALS
    found = {value for mark in marks if (value := _reading(plain, mark)) is not None}
    return tuple(sorted(found, key=Decimal))


def _reading(text: str, decimal: str) -> str | None:
    other = "," if decimal == "." else "."
    for thousands in (other, " ", "'"):
        pattern = (
            rf"([-+]?(?:[1-9]\d{{0,2}}(?:{re.escape(thousands)}\d{{3}})+|\d+))(?:{re.escape(decimal)}(\d+))?"
        )
        if found := re.fullmatch(pattern, text, re.ASCII):
            number = Decimal(f"{found[1].replace(thousands, '')}.{found[2] or 0}")
            return f"{number.normalize():f}" if number else "0"
    return None


def typed(text: str, decimal: str = "") -> Typed:
    """Split an amount into its number and the text around it.

    Example:
        >>> typed("€ 1.500,00"), typed("USD 1,200.50"), typed("1 200 EUR")
        (Typed(readings=('1500',), unit='€'), Typed(readings=('1200.5',), unit='USD'), \
Typed(readings=('1200',), unit='EUR'))
        >>> typed("about 5 million"), typed("5-6")
        (Typed(readings=('5',), unit='about million'), Typed(readings=('5',), unit='-6'))
    """
    parts = _PARTS.fullmatch(text.translate(_SPACES).strip()) if len(text) <= 2 * _LONGEST else None
    if not parts:
        return Typed(())
    unit = " ".join(part for part in (parts[1].strip(), parts[3].strip()) if part)
    return Typed(readings(parts[2].strip(), decimal), unit)


@dataclass(frozen=True, slots=True)
class Currencies:
    """Codes of ISO 4217 and symbols of currencies; built by `read`."""

    symbols: Mapping[str, tuple[str, ...]]

    def of(self, unit: str) -> tuple[str, ...]:
        """Return the currencies that a code or a symbol may mean; none if it is unknown.

        Example:
            >>> from iomgraph.settings import Settings
            >>> currencies = read(Tables(Settings().data))
            >>> currencies.of("eur"), currencies.of("€"), currencies.of("million"), len(currencies.of("$"))
            (('EUR',), ('EUR',), (), 10)
        """
        code = unit.strip(" ()").upper()
        return (code,) if code in _codes() else self.symbols.get(fold(unit), ())


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    return frozenset(get_global("all_currencies"))


def read(tables: Tables) -> Currencies:
    """Read the symbols from `vocabulary/currency_symbols.csv`.

    Raises:
        SourceError: if the table can't be read.
    """
    symbols: dict[str, tuple[str, ...]] = {}
    for row in tables.read("vocabulary/currency_symbols.csv", ("symbol", "currency", "source")):
        symbol = fold(row["symbol"])
        symbols[symbol] = (*symbols.get(symbol, ()), row["currency"])
    return Currencies(symbols)
