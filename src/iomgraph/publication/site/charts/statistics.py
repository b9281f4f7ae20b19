"""The charts of the front page and of the page of statistics, with their figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from iomgraph.publication.shares import STATES, named
from iomgraph.publication.site.charts import counts as counted
from iomgraph.publication.site.charts.counts import NOTHING, Counts
from iomgraph.publication.site.charts.figure import PROJECTS, Column, Figure, Measure, Row, total
from iomgraph.publication.site.sums import Note, Sums
from iomgraph.publication.site.things import natural
from iomgraph.publication.site.view import Item, View
from iomgraph.records.record import Record

BUDGET = "budget"
MOST = 15
"""Maximum number of rows of a chart that ranks things."""

FRONT = ("start-year", "state")
"""The charts that the front page shows, too."""

_REGIONS = ("002", "019", "142", "150", "009", counted.SEVERAL, NOTHING)
_CURRENCY = "USD"
"""The currency that the queries add up."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of chart, of which there are two: one of projects, one of money.

    Args:
        name: of its files.
        by: the term that it counts by.
        queries: that give its projects, and those that give its money.
        ranked: whether the largest stand first.
        shared: whether money is divided among the things of a project.
        shown: how many rows are drawn; all if 0.
    """

    name: str
    by: str
    queries: tuple[tuple[str, ...], tuple[str, ...]]
    ranked: bool = True
    shared: bool = False
    shown: int = 0


def _same(*queries: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return queries, queries


KINDS = (
    Kind("start-year", "startYear", _same("budget-by-start-year-and-region"), ranked=False),
    Kind(
        "state",
        STATES,
        (("budget-by-state",), ("budget-by-state", "budget-by-state-shared")),
        True,
        True,
        MOST,
    ),
    Kind("funding-year", "fundingYear", _same("budget-by-year"), ranked=False),
    Kind("region", "region", _same("projects-by-region-and-status")),
    Kind("theme", "theme", _same("budget-by-theme")),
    Kind("goal", "relatedGoal", _same("budget-by-goal"), ranked=False, shared=True),
)


def figures(view: View, projects: Sequence[Record], words: Mapping[str, str]) -> list[Figure]:
    """Make the charts that have something to draw.

    Args:
        view: in the language of the pages.
        projects: all of them.
        words: of the site, in that language.
    """
    sums = Sums(view, projects)
    made = (_Maker(kind, sums, words).made(what) for kind in KINDS for what in (PROJECTS, BUDGET))
    return [figure for figure in made if len(figure.drawn) > 1]


class _Maker:
    """Makes the two charts of a kind."""

    def __init__(self, kind: Kind, sums: Sums, words: Mapping[str, str]) -> None:
        self.kind, self.sums, self.view, self.words = kind, sums, sums.view, words
        self.counts = Counts(sums, kind.by, self._series())

    def _series(self) -> counted.Series:
        if self.kind.name == "start-year":
            return counted.m49_region(self.view.things.records.get)
        return counted.of_term("status") if self.kind.name == "region" else lambda _: NOTHING

    def made(self, what: str) -> Figure:
        measure = Measure(self.view, self.sums.currency if what == BUDGET else "")
        make = self._shared if self.kind.shared and what == BUDGET else self._plain
        columns, series, rows = make(what, measure)
        queries = self.kind.queries[what == BUDGET]
        return Figure(
            name=f"{self.kind.name}-{what}",
            title=self.words[f"chart_{self.kind.name}_{what}"],
            by=self.view.label(self.kind.by),
            head={"startYear": "year", "fundingYear": "year", STATES: "state", "relatedGoal": "goal"}.get(
                self.kind.by, self.kind.by
            ),
            columns=columns,
            series=series,
            rows=tuple(self._ordered(rows)),
            layout="columns" if self.kind.by in ("startYear", "fundingYear") else "bars",
            # In another currency, the queries give other figures.
            queries=queries if what == PROJECTS or self.sums.currency == _CURRENCY else (),
            shown=self.kind.shown,
            notes=tuple(self._notes(what)),
        )

    def _plain(self, what: str, measure: Measure) -> tuple[Any, ...]:
        series = self.counts.series()
        if self.kind.name == "start-year":
            series = [one for one in _REGIONS if one in series]
        labels = tuple(self._label(one) for one in series)
        several = len(series) > 1
        columns = [
            Column(one.partition(":")[2] or one or "none", label, measure)
            for one, label in zip(series, labels, strict=True)
        ]
        summed = Column("total" if several else what, self.words["total" if several else what], measure)
        rows = []
        for key, row in self.counts.of(what).items():
            values = counted.parts(row, series)
            cells = (*values, total(values)) if several else (total(values),)
            rows.append(self._row(key, cells, values))
        return (*columns, summed) if several else (summed,), labels if several else ("",), rows

    def _shared(self, what: str, measure: Measure) -> tuple[Any, ...]:
        """The share of each thing, and what is left of the whole budgets of its projects."""
        columns = (
            Column(BUDGET, self.words["total_whole"], measure),
            Column("share", self.words["divided"], measure),
        )
        shares, wholes = self.counts.shares(), self.counts.of(what)
        rows = []
        for key in {**wholes, **shares}:
            whole = total([*wholes.get(key, {}).values()])
            share = shares.get(key, Decimal())
            rows.append(self._row(key, (whole, share), (share, max(whole - share, Decimal()))))
        return columns, (self.words["divided"], self.words["chart_rest"]), rows

    def _row(self, key: Any, cells: tuple[Decimal, ...], values: tuple[Decimal, ...]) -> Row:
        if key == NOTHING:
            return Row("", Item(self.words["not_known"]), cells)
        if isinstance(key, int):
            return Row(str(key), Item(str(key)), cells, values)
        return Row(self.view.things.context.expand(key), self.view.thing(key), cells, values)

    def _label(self, series: str) -> str:
        if self.kind.name == "start-year":
            if series in (counted.SEVERAL, NOTHING):
                return self.words[f"m49_{series or 'none'}"]
            return self.view.thing(f"iati-regions:m49/{series}").text
        return self.view.thing(series).text if series else self.words["not_known"]

    def _ordered(self, rows: Sequence[Row]) -> list[Row]:
        """Order rows, the one of what is not known last; regions leave it out, as their query does."""
        known = [row for row in rows if row.parts]
        if self.kind.ranked:
            known.sort(key=lambda row: (-row.cells[-1], natural(row.item.text)))
        else:
            known.sort(key=lambda row: natural(row.key))
        return known + [row for row in rows if not row.parts and self.kind.name != "region"]

    def _notes(self, what: str) -> Iterator[Note]:
        if what == BUDGET:
            yield from self.sums.scope()
        yield from self.sums.lacking(self.kind.by)
        yield from self.sums.repeated(self.kind.by, what) if self.kind.by != STATES else self._several(what)
        left = len(self.counts.projects.keys() - {NOTHING}) - self.kind.shown
        if self.kind.shown and left > 0:
            yield Note(
                "note_ranked", {"count": self.view.number(self.kind.shown), "left": self.view.number(left)}
            )

    def _several(self, what: str) -> Iterator[Note]:
        """Note how many projects states share, some of them by percentages that their source states."""
        among = sum(1 for record in self.sums.projects if len(named(record, STATES)) > 1)
        if among:
            key = "note_shared" if what == BUDGET else "note_several"
            yield Note(key, {"count": self.view.number(among)})
