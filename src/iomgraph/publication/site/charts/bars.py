"""Bars with their names above them, so that long names fit on a phone."""

from __future__ import annotations

from decimal import Decimal

from iomgraph.publication.site.charts import marks
from iomgraph.publication.site.charts.figure import Figure, total, unique

_LINE, _THICK, _GAP = 18, 9, 8
_VALUE = 120
"""The width of a value to the right of a name."""


def drawn(figure: Figure) -> marks.Drawing:
    """Draw a bar for each row: the series one after the other, the value of the first named column above."""
    uid = unique(figure.name)
    legend = marks.legend(uid, figure.series)
    most = max((total(row.parts) for row in figure.drawn), default=Decimal()) or Decimal(1)
    measure, at_value = figure.columns[0].measure, _valued(figure)
    names, y = [], 0.0
    bars: list[list[str]] = [[] for _ in figure.series]
    for row in figure.drawn:
        spoken = f' lang="{row.item.lang}"' if row.item.lang else ""
        for line in marks.lines(row.item.text, marks.WIDTH - _VALUE):
            y += _LINE
            names.append(marks.text(0, y - 5, line, more=spoken))
        names.append(marks.text(marks.WIDTH, y - 5, measure.full(row.cells[at_value]), "end"))
        x = 0.0
        for at, part in enumerate(row.parts):
            if part > 0:
                width = float(marks.WIDTH * part / most)
                series = figure.series[at]
                hint = f"{row.item.text}, {series} ({measure.full(part)})" if series else ""
                bars[at].append(marks.box(x, y, width, _THICK, hint))
                x += width
        y += _THICK + _GAP
    body = "".join(f"<g {marks.fill(uid, at)}>{''.join(some)}</g>" for at, some in enumerate(bars) if some)
    plot = marks.Drawing("".join(names) + body, int(y))
    return marks.Drawing(
        marks.fills(uid, len(figure.series)) + legend.body + marks.moved(plot, legend.height),
        legend.height + plot.height,
    )


def _valued(figure: Figure) -> int:
    """The column whose value is shown above a bar: the last one, a total or a share."""
    return len(figure.columns) - 1
