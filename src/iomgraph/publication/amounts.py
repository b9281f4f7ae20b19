"""The money of a project: the budgets that count, and their totals by currency."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Context, Decimal

from iomgraph.records.record import Record

EXACT = Context(prec=76)
"""Arithmetic that never rounds an amount of money."""

_REVISED = "budget-types:2"


def budgets(record: Record) -> list[Record]:
    """The budgets of a project that count: for a period with revised budgets, only the revised ones.

    Example:
        >>> period = {"currency": "USD", "validFrom": "2021-01-01", "validThrough": "2021-12-31"}
        >>> original = {"value": "5", "budgetType": "budget-types:1"} | period
        >>> revised = {"value": "7", "budgetType": "budget-types:2"} | period
        >>> [one["value"] for one in budgets({"budgets": [original, revised]})]
        ['7']
    """
    found = record.get("budgets") or ([record["budget"]] if "budget" in record else [])
    revised = {_period(one) for one in found if one.get("budgetType") == _REVISED}
    return [one for one in found if one.get("budgetType") == _REVISED or _period(one) not in revised]


def _period(budget: Record) -> tuple[str, str]:
    return budget.get("validFrom", ""), budget.get("validThrough", "")


def totals(record: Record) -> dict[str, Decimal]:
    """The budget of a project by currency, in order of currency, without conversion.

    Example:
        >>> totals({"budget": {"value": "64240", "currency": "USD"}})
        {'USD': Decimal('64240')}
    """
    found: dict[str, Decimal] = {}
    for budget in budgets(record):
        value = Decimal(budget["value"])
        found[budget["currency"]] = EXACT.add(found.get(budget["currency"], Decimal()), value)
    return dict(sorted(found.items()))


def commonest(projects: Iterable[Iterable[str]]) -> str:
    """The currency of most projects, which totals use.

    Args:
        projects: the currencies of each, perhaps with amounts.

    Example:
        >>> commonest([{"EUR": Decimal(5)}, {"EUR": Decimal(1), "USD": Decimal(1)}])
        'EUR'
    """
    counts = Counter(currency for amounts in projects for currency in amounts)
    return min(counts, key=lambda currency: (-counts[currency], currency), default="USD")
