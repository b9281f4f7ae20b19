"""A chart before it is drawn: its rows, what is measured, and the tables of the same figures."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from iomgraph.publication.site.sums import Note
from iomgraph.publication.site.view import Item, View

PROJECTS = "projects"

Layout = Literal["columns", "panels", "bars"]
"""Layouts: years side by side, years with a panel for each measure, or bars below each other."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A count of projects, or an amount of money.

    Args:
        view: in the language of the page.
        currency: of the amount; empty for a count.
    """

    view: View
    currency: str = ""

    def full(self, value: Decimal) -> str:
        """A value as tables write it."""
        return self.view.money(value, self.currency) if self.currency and value else self.view.number(value)

    def short(self, value: Decimal) -> str:
        """A value as there is room for at an axis."""
        return self.view.short(value)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table of a chart.

    Args:
        name: in files, the same in every language.
        label: on the page.
        measure: of its values.
    """

    name: str
    label: str
    measure: Measure


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table of a chart.

    Args:
        key: in files, such as an IRI or a year; empty for what is in no row.
        item: on the page.
        cells: a value for each column.
        parts: what is drawn, a value for each series; nothing where the row is in the table alone.
    """

    key: str
    item: Item
    cells: tuple[Decimal, ...]
    parts: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart.

    Args:
        name: of its files.
        title: on the page.
        by: what its rows are called.
        head: name of the first column in files.
        columns: of the table.
        series: labels of what is drawn, in order; one without a label needs no legend.
        rows: all of them, those without a place in the drawing last.
        layout: of the drawing.
        queries: names of those that give the same figures.
        bound: the text of the query where it is about the thing of a page.
        shown: how many rows the drawing and the table on the page have; all if 0.
        notes: what the chart leaves out, and what it counts more than once.
    """

    name: str
    title: str
    by: str
    head: str
    columns: tuple[Column, ...]
    series: tuple[str, ...]
    rows: tuple[Row, ...]
    layout: Layout
    queries: tuple[str, ...] = ()
    bound: str = ""
    shown: int = 0
    notes: tuple[Note, ...] = field(default=())

    @property
    def drawn(self) -> tuple[Row, ...]:
        """The rows that the drawing has."""
        some = tuple(row for row in self.rows if row.parts)
        return some[: self.shown] if self.shown else some

    @property
    def listed(self) -> list[tuple[Item, list[str]]]:
        """The table on the page: the rows that are drawn, and those that can't be; values as text."""
        some = (*self.drawn, *(row for row in self.rows if not row.parts))
        return [
            (
                row.item,
                [column.measure.full(value) for column, value in zip(self.columns, row.cells, strict=True)],
            )
            for row in some
        ]

    def csv(self) -> str:
        """The whole table as CSV (RFC 4180): values without separators, keys beside names."""
        named = any(row.item.text != row.key for row in self.rows if row.key)
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow([self.head, *(["label"] if named else []), *(column.name for column in self.columns)])
        for row in self.rows:
            label = [row.item.text if row.key else ""] if named else []
            writer.writerow([row.key, *label, *(f"{value:f}" for value in row.cells)])
        return text.getvalue()


def unique(name: str) -> str:
    """The name of a chart as the ids of a page can begin with it.

    Example:
        >>> unique("state/GEO")
        'state-GEO'
    """
    return name.replace("/", "-").replace(".", "-")


def total(parts: Sequence[Decimal]) -> Decimal:
    """The sum of the parts of a row."""
    return sum(parts, Decimal())
