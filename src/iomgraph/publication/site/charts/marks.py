"""Marks of drawings: fills that are distinct even without colour, texts, the legend, the sheet.

A drawing has its colours as attributes, so that it works alone; the style sheet of the site overrides them by
classes, in light and dark mode.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from xml.sax.saxutils import escape, quoteattr

WIDTH = 420
"""Units of the width: about as many pixels as a phone has, and most of what a card has on a desktop."""

SIZE = 14
"""Size of texts, in the same units."""

INK, QUIET, LINE, PAPER = "#14202b", "#4a5865", "#ccd6df", "#ffffff"
COLOURS = ("#0b4f8a", "#c2570c", "#00795a", "#a8488a", "#806600", "#5b6770", "#1b86b8", "#14202b")
"""Fills of series, with a contrast of at least three to one to the page, and distinct not only by hue."""

_PATTERNS = (
    "",
    "M0 6L6 0",
    "M0 3H6",
    "M0 0L6 6",
    "M3 0V6",
    "M0 3H6M3 0V6",
    "M0 0L6 6M0 6L6 0",
    "M2 2H4V4H2Z",
)
_LETTER = 0.56
"""The average width of a letter in a usual sans-serif font, relative to its size."""

_SWATCH = 12
_BAND = 21


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing before it is put on a sheet.

    Args:
        body: elements of SVG.
        height: in units.
    """

    body: str
    height: int


def fills(uid: str, count: int) -> str:
    """Define the fills of some series; the first is plain, the others have a pattern each."""
    found = [
        f'<pattern id="{uid}-f{at}" width="6" height="6" patternUnits="userSpaceOnUse">'
        f'<rect class="s{at + 1}" width="6" height="6" fill="{COLOURS[at]}"/>'
        f'<path class="hatch" d="{_PATTERNS[at]}" stroke="{PAPER}" stroke-width="1.2" fill="none"/>'
        "</pattern>"
        for at in range(1, min(count, len(COLOURS)))
    ]
    return f"<defs>{''.join(found)}</defs>" if found else ""


def fill(uid: str, at: int) -> str:
    """The attributes of what belongs to a series."""
    at %= len(COLOURS)
    return f'fill="url(#{uid}-f{at})"' if at else f'class="s1" fill="{COLOURS[0]}"'


def units(value: float) -> str:
    """A length, to a tenth of a unit: no screen shows less.

    Example:
        >>> units(11.4166), units(3.0)
        ('11.4', '3')
    """
    return f"{value:.1f}".removesuffix(".0")


def box(x: float, y: float, width: float, height: float, hint: str = "") -> str:
    """A rectangle with a text that pointers show, where it does not stand beside it."""
    shape = f'd="M{units(x)} {units(y)}h{units(width)}v{units(height)}h-{units(width)}z"'
    return f"<path {shape}><title>{escape(hint)}</title></path>" if hint else f"<path {shape}/>"


def text(x: float, y: float, content: str, anchor: str = "start", more: str = "") -> str:
    """A line of text."""
    where = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{units(x)}" y="{units(y)}"{where}{more}>{escape(content)}</text>'


def lines(content: str, width: float, size: float = SIZE) -> list[str]:
    """Break a text into lines that fit a width.

    Example:
        >>> lines("Emergency response and assistance", 150)
        ['Emergency response', 'and assistance']
    """
    return textwrap.wrap(content, max(8, int(width / (size * _LETTER))), break_long_words=True) or [""]


def legend(uid: str, series: Sequence[str]) -> Drawing:
    """Draw the legend of series and fills, in as many bands as needed; empty if no series has a name."""
    if not any(series):
        return Drawing("", 0)
    found, x, y = [], 0.0, 0
    for at, label in enumerate(series):
        width = _SWATCH + 6 + len(label) * SIZE * _LETTER + 16
        if x and x + width > WIDTH:
            x, y = 0.0, y + _BAND
        found.append(
            f'<rect x="{units(x)}" y="{y + 2}" width="{_SWATCH}" height="{_SWATCH}" {fill(uid, at)}/>'
        )
        found.append(text(x + _SWATCH + 6, y + SIZE, label))
        x += width
    return Drawing("".join(found), y + _BAND + 8)


def moved(drawing: Drawing, down: float) -> str:
    """The elements of a drawing, lower by some units."""
    return f'<g transform="translate(0 {units(down)})">{drawing.body}</g>' if drawing.body else ""


def inline(uid: str, drawing: Drawing, title: str, told: str) -> str:
    """A drawing as a part of a page, with its title and description for those who do not see it."""
    return (
        f'<svg class="plot" viewBox="0 0 {WIDTH} {drawing.height}" role="img" '
        f'aria-labelledby="{uid}-t" aria-describedby="{uid}-d" font-size="{SIZE}">'
        f'<title id="{uid}-t">{escape(title)}</title><desc id="{uid}-d">{escape(told)}</desc>'
        f"{drawing.body}</svg>"
    )


def sheet(drawing: Drawing, lang: str, title: str, told: str, below: Sequence[str]) -> str:
    """A drawing as a file of its own, with its title above and its remarks and source below.

    Args:
        drawing: what stands in the middle.
        lang: of its texts.
        title: of the chart.
        told: its description.
        below: remarks, and where it comes from.
    """
    margin, small = 20, 10
    above = lines(title, WIDTH, 16)
    head = "".join(
        text(0, 16 + 21 * at, one, more=' font-size="16" font-weight="bold"') for at, one in enumerate(above)
    )
    top = 21 * len(above) + 12
    small_print = [line for one in below for line in lines(one, WIDTH, small)]
    foot = top + drawing.height + 18
    printed = "".join(
        text(0, foot + 14 * at, one, more=f' font-size="{small}" fill="{QUIET}"')
        for at, one in enumerate(small_print)
    )
    width, height = WIDTH + 2 * margin, foot + 14 * len(small_print) + 2 * margin
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" xml:lang={quoteattr(lang)} '
        f'width="{width}" height="{height}" viewBox="{-margin} {-margin} {width} {height}" '
        'role="img" aria-labelledby="t d" '
        f'font-family="Helvetica, Arial, sans-serif" font-size="{SIZE}" fill="{INK}">\n'
        f'<title id="t">{escape(title)}</title>\n<desc id="d">{escape(told)}</desc>\n'
        f'<rect x="{-margin}" y="{-margin}" width="{width}" height="{height}" fill="{PAPER}"/>\n'
        f"{head}{moved(drawing, top)}{printed}\n</svg>\n"
    )


def ticks(most: Decimal, whole: bool = False) -> list[Decimal]:
    """Round values for an axis, from zero to the first that is not less than the most.

    Args:
        most: the largest value that is drawn.
        whole: whether there are no values between whole numbers.

    Example:
        >>> [str(one) for one in ticks(Decimal(21))], [str(one) for one in ticks(Decimal(2), whole=True)]
        (['0', '10', '20', '30'], ['0', '1', '2'])
        >>> [str(one) for one in ticks(Decimal("455189074.97"))][-1]
        '600000000'
    """
    most = max(most, Decimal(1))
    size = Decimal(10) ** ((most / 4).adjusted())
    step = next(size * one for one in (1, 2, 5, 10) if size * one * 4 >= most)
    if whole:
        step = max(step, Decimal(1))
    count = int((most / step).to_integral_value(ROUND_CEILING))
    return [Decimal(int(step * at)) if step >= 1 else step * at for at in range(count + 1)]
