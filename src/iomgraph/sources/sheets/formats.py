"""Number formats of workbooks: the kind of value of a number, and the text around it.

See ECMA-376, part 1, sections 18.8.30 (numFmt) and 18.8.31.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from iomgraph.sources.sheets.cell import Cell, Kind

_BUILT_IN = {
    9: "0%",
    10: "0.00%",
    14: "yyyy-mm-dd",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm",
    19: "h:mm",
    20: "h:mm",
    21: "h:mm",
    22: "yyyy-mm-dd h:mm",
    45: "h:mm",
    46: "h:mm",
    47: "h:mm",
    **dict.fromkeys((*range(27, 32), 36, *range(50, 59)), "yyyy-mm-dd"),
    **dict.fromkeys(range(32, 36), "h:mm"),
}
"""Built-in formats that workbooks need not define, without those of plain numbers."""

_UNIT = re.compile(r"\[\$([^\]-]*)(?:-[^\]]*)?\]|\"([^\"]*)\"|\\(.)|([$€£¥])")
_ASIDE = re.compile(r"\[[^\]]*\]|\"[^\"]*\"|\\.|_.|\*.")
_EPOCH_1900, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
_LAST_SERIAL = 2_958_465
"""The number of 9999-12-31."""


@dataclass(frozen=True, slots=True)
class Format:
    """The meaning that a number format gives a number.

    Args:
        kind: the kind of cell.
        unit: the text around the number.
        precision: characters of a date that the format shows: 10 with the day, 7 without, 4 for years.

        digits: the least number of printed digits, for formats such as `00000`.
    """

    kind: Kind = Kind.NUMBER
    unit: str = ""
    precision: int = 10
    digits: int = 0

    def cell(self, text: str, *, epoch_1904: bool = False) -> Cell:
        """Make a cell from the number's text in the file.

        Example:
            >>> read_format("0%").cell("0.6"), read_format("mmm-yy").cell("45323")
            (Cell(text='60', kind=<Kind.PERCENT: 'percent'>, unit='', formula=False), \
Cell(text='2024-02', kind=<Kind.DATE: 'date'>, unit='', formula=False))
            >>> read_format('[$€-407] #,##0').cell("1234.5")
            Cell(text='1234.5', kind=<Kind.NUMBER: 'number'>, unit='€', formula=False)
        """
        number = plain(text)
        if number is None:
            return Cell(text, Kind.ERROR)
        if self.kind is Kind.PERCENT:
            return Cell(f"{(Decimal(number) * 100).normalize():f}", Kind.PERCENT)
        if self.kind is Kind.DATE:
            day = serial_date(number, epoch_1904=epoch_1904)
            return Cell(day[: self.precision], Kind.DATE) if day else Cell(number, Kind.NUMBER)
        if self.digits and number.isdigit():
            return Cell(number.zfill(self.digits), Kind.TEXT)
        return Cell(number, self.kind, self.unit)


def plain(text: str) -> str | None:
    """Write a number of a workbook in plain digits, to the fifteen digits that spreadsheets keep.

    Example:
        >>> plain("0.30000000000000004"), plain("1E5"), plain("12"), plain("nan")
        ('0.3', '100000', '12', None)
    """
    if text.isdecimal() and text.isascii() and len(text) < 16:
        return text.lstrip("0") or "0"
    try:
        number = Decimal(f"{float(text):.15g}")
    except ValueError:
        return None
    return f"{number.normalize():f}" if number.is_finite() else None


@lru_cache(maxsize=10_000)
def serial_date(number: str, *, epoch_1904: bool) -> str:
    """Turn the number of a day into the day; empty if it is not a day.

    Example:
        >>> serial_date("45323", epoch_1904=False), serial_date("43861", epoch_1904=True)
        ('2024-02-01', '2024-02-01')
    """
    days = int(Decimal(number))
    if not 0 < days <= _LAST_SERIAL - (1462 if epoch_1904 else 0):
        return ""
    # Spreadsheets count a 29 February 1900 that never existed, so earlier days are off by one.
    epoch = _EPOCH_1904 if epoch_1904 else _EPOCH_1900 + timedelta(days=days < 60)
    return (epoch + timedelta(days=days)).isoformat()


def read_format(code: str) -> Format:
    """Read a number format's code.

    Example:
        >>> read_format("dd/mm/yyyy").kind.value, read_format('#,##0 "months"').unit
        ('date', 'months')
        >>> read_format("General").kind.value, read_format("00000").digits
        ('number', 5)
    """
    section = code.partition(";")[0]
    bare = _ASIDE.sub("", section).lower()
    if "%" in bare:
        return Format(Kind.PERCENT)
    # "General" has letters of its own; the era "e" and "g" stand for years.
    letters = set(re.sub(r"general|am/pm|a/p", "", bare)) & set("ymdhse")
    if "0" not in bare and "#" not in bare and letters:
        if letters & set("yed") or ("m" in letters and not letters & set("hs")):
            return Format(Kind.DATE, precision=10 if "d" in letters else 7 if "m" in letters else 4)
        return Format(Kind.TIME)
    found = ("".join(groups).strip() for groups in _UNIT.findall(section))
    unit = next((text for text in found if text and not text.isspace() and text not in "()-+"), "")
    return Format(unit=unit, digits=len(bare) if re.fullmatch("0{2,}", bare) else 0)


class Styles:
    """The formats of a workbook's cells, by the number of their style; a handler of `styles.xml`."""

    def __init__(self) -> None:
        self._codes: dict[int, str] = dict(_BUILT_IN)
        self._cells = False
        self.formats: list[Format] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Handle a format, or a cell style that uses one."""
        if name == "numFmt":
            self._codes[_number(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._cells = True
        elif name == "xf" and self._cells:
            self.formats.append(read_format(self._codes.get(_number(attributes.get("numFmtId")), "")))

    def end(self, name: str) -> None:
        """Handle the end of the cell styles."""
        if name == "cellXfs":
            self._cells = False

    def text(self, text: str) -> None:
        """Ignore text."""

    def of(self, style: str | None) -> Format:
        """Return the format of a style; if the workbook does not have it, that of plain numbers."""
        number = _number(style)
        return self.formats[number] if 0 <= number < len(self.formats) else _PLAIN


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


_PLAIN = Format()
