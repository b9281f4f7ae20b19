"""Counts of projects, and sums of money, by the values of a term and by series within them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from iomgraph.publication.amounts import EXACT
from iomgraph.publication.shares import STATES, named
from iomgraph.publication.site.sums import Sums
from iomgraph.records.record import Record

NOTHING = ""
"""The key of projects without a value of the term."""

SEVERAL = "several"

Series = Callable[[Record], str]


class Counts:
    """Counts of projects and sums of their budgets.

    Args:
        sums: sums over the projects.
        by: the term for the rows.
        series: returns the series of a project.
    """

    def __init__(self, sums: Sums, by: str, series: Series = lambda _: NOTHING) -> None:
        self.sums, self.by = sums, by
        self.projects: dict[Any, dict[str, Decimal]] = {}
        self.budget: dict[Any, dict[str, Decimal]] = {}
        for record, amounts in zip(sums.projects, sums.amounts, strict=True):
            within, amount = series(record), amounts.get(sums.currency, Decimal())
            for key in named(record, by) or [NOTHING]:
                _add(self.projects, key, within, Decimal(1))
                _add(self.budget, key, within, amount)

    def of(self, what: str) -> dict[Any, dict[str, Decimal]]:
        """The counts of projects, or the sums of their budgets, by row and series."""
        return self.projects if what == "projects" else self.budget

    def series(self) -> list[str]:
        """The series, those with the most projects first."""
        totals: dict[str, Decimal] = {}
        for row in self.projects.values():
            for within, count in row.items():
                totals[within] = totals.get(within, Decimal()) + count
        return sorted(totals, key=lambda within: (-totals[within], within))

    def shares(self) -> dict[Any, Decimal]:
        """The budget divided among the things that projects name, in whole units of the currency."""
        found = self.sums.divided(self.by)
        alone = Fraction(self.budget.get(NOTHING, {}).get(NOTHING, Decimal()))
        found[NOTHING] = found.get(NOTHING, Fraction()) + alone
        return {key: rounded(part) for key, part in found.items()}


def _add(counts: dict[Any, dict[str, Decimal]], key: Any, within: str, value: Decimal) -> None:
    row = counts.setdefault(key, {})
    row[within] = EXACT.add(row.get(within, Decimal()), value)


def rounded(amount: Fraction) -> Decimal:
    """Round an amount to whole units, a half upwards, as ROUND of SPARQL does.

    Example:
        >>> rounded(Fraction(5, 2)), rounded(Fraction(7, 3))
        (Decimal('3'), Decimal('2'))
    """
    return Decimal(floor(amount + Fraction(1, 2)))


def m49_region(states: Callable[[str], Record | None]) -> Series:
    """Return a function that finds the M49 region with all states of a project.

    Args:
        states: gives the record of a state.

    Example:
        >>> region = m49_region({"states:GEO": {"m49Region": "142"}, "states:FRA": {"m49Region": "150"}}.get)
        >>> region({"benefitingState": ["states:GEO"]}), region({})
        ('142', '')
        >>> region({"benefitingState": ["states:GEO", "states:FRA"]})
        'several'
    """

    def run(record: Record) -> str:
        known = (states(state) for state in named(record, STATES))
        found = {one["m49Region"] for one in known if one and "m49Region" in one}
        return SEVERAL if len(found) > 1 else next(iter(found), NOTHING)

    return run


def of_term(term: str) -> Series:
    """Return a function that finds the one thing that a term of a project names."""
    return lambda record: str(record.get(term, NOTHING))


def parts(row: dict[str, Decimal], series: Sequence[str]) -> tuple[Decimal, ...]:
    """The values of a row, in the order of the series."""
    return tuple(row.get(within, Decimal()) for within in series)
