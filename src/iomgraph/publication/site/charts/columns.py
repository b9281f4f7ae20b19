"""Columns over years: stacked by series, or a panel for each measure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from iomgraph.publication.site.charts import marks
from iomgraph.publication.site.charts.figure import Figure, Measure, total, unique

_HIGH, _PANEL, _LEFT, _FOOT = 200, 110, 54, 24
"""Heights of single columns and of panels, and the space for the axis on their left and for years below."""

_GAP = 0.22
_SEEN = 0.5
_LEAST, _APART = 36, 44
"""The space for a value at a column, and from one year to the next."""


def stacked(figure: Figure) -> marks.Drawing:
    """Draw the series of each year on top of each other."""
    uid, measure = unique(figure.name), figure.columns[0].measure
    legend = marks.legend(uid, figure.series)
    unit = marks.text(0, legend.height + marks.SIZE, measure.currency) if measure.currency else ""
    down = legend.height + (marks.SIZE + 4 if unit else 0)
    rows = [(int(row.key), row.parts, row.item.text) for row in figure.drawn]
    plot = _plot(uid, rows, figure.series, measure, _HIGH)
    body = marks.fills(uid, len(figure.series)) + legend.body + unit + marks.moved(plot, down)
    return marks.Drawing(body, down + plot.height)


def panels(figure: Figure) -> marks.Drawing:
    """Draw a panel for each measure, one below the other, with the same years."""
    uid, found, down = unique(figure.name), [], 0
    for at, (column, label) in enumerate(zip(figure.columns, figure.series, strict=True)):
        found.append(marks.text(0, down + marks.SIZE, label, more=' font-weight="bold"'))
        rows = [(int(row.key), row.parts[at : at + 1], row.item.text) for row in figure.drawn]
        plot = _plot(uid, rows, ("",), column.measure, _PANEL)
        found.append(marks.moved(plot, down + 20))
        down += 20 + plot.height + 12
    return marks.Drawing("".join(found), down - 12)


_Year = tuple[int, tuple[Decimal, ...], str]


def _plot(
    uid: str, rows: Sequence[_Year], series: Sequence[str], measure: Measure, high: int
) -> marks.Drawing:
    top = marks.SIZE + 4
    ends = marks.ticks(max((total(parts) for _, parts, _ in rows), default=Decimal()), not measure.currency)
    scale = Decimal(high) / ends[-1]
    first, last = min(year for year, _, _ in rows), max(year for year, _, _ in rows)
    # Few years get columns no wider than those of a dozen.
    pitch = min((marks.WIDTH - _LEFT) / (last - first + 1), (marks.WIDTH - _LEFT) / 10)
    found = [_axis(ends, scale, measure, top + high)]
    bars: list[list[str]] = [[] for _ in series]
    for year, parts, label in rows:
        x, y = _LEFT + (year - first) * pitch, float(top + high)
        for at, part in enumerate(parts):
            if part > 0:
                height = float(part * scale)
                y -= height
                # Columns that are too low to point at need no hint.
                hint = (
                    ""
                    if height < _SEEN
                    else f"{', '.join(filter(None, (label, series[at])))} ({measure.full(part)})"
                )
                bars[at].append(marks.box(x + pitch * _GAP / 2, y, pitch * (1 - _GAP), height, hint))
        if pitch >= _LEAST and total(parts) > 0:
            found.append(marks.text(x + pitch / 2, y - 4, measure.short(total(parts)), "middle"))
    found += [f"<g {marks.fill(uid, at)}>{''.join(some)}</g>" for at, some in enumerate(bars) if some]
    found.append(_years(first, last, pitch, top + high))
    return marks.Drawing("".join(found), top + high + _FOOT)


def _axis(ends: Sequence[Decimal], scale: Decimal, measure: Measure, foot: int) -> str:
    levels = [(end, foot - float(end * scale)) for end in ends]
    grid = "".join(f"M{_LEFT} {marks.units(y)}H{marks.WIDTH}" for _, y in levels)
    labels = "".join(marks.text(_LEFT - 6, y + 4, measure.short(end), "end") for end, y in levels)
    return (
        f'<path class="grid" d="{grid}" stroke="{marks.LINE}" fill="none"/>'
        f'<g class="quiet" fill="{marks.QUIET}">{labels}</g>'
    )


def _years(first: int, last: int, pitch: float, foot: int) -> str:
    step = next(one for one in (1, 2, 5, 10, 20, 50, 100) if one * pitch >= _APART or one == 100)
    shown = [year for year in range(first, last + 1) if step == 1 or year % step == 0]
    middle = "".join(
        marks.text(_LEFT + (year - first + 0.5) * pitch, foot + 17, str(year), "middle") for year in shown
    )
    return f'<g class="quiet" fill="{marks.QUIET}">{middle}</g>'
