"""The money of projects by country and by sector, in amounts that add up for any stated shares.

Each budget and each transaction is repeated for every state, region or sector with a stated share in it, with
its part of the amount; the rest without a share has its own row. The rows of one amount and one way to divide
it (`by`) thus sum to exactly that amount, without counting anything twice. Shares are never invented. If they
exceed 100 percent, the row of the rest is negative.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter
from typing import Any

from iomgraph.mapping.writers import as_list
from iomgraph.publication.amounts import EXACT, budgets
from iomgraph.publication.tables.columns import Column, Kind, each, label
from iomgraph.records.record import Record

NAME = "allocations"
OF = "Project"
"""The class of the records that its rows are made of."""
_COUNTRY, _SECTOR = "country", "sector:dac"
"""The ways to divide every amount: by states and regions together, and by DAC sectors."""
_WHOLE = Decimal(100)
_KINDS = {
    "id": Kind.STRING,
    "project": Kind.STRING,
    "title": Kind.STRING,
    "what": Kind.STRING,
    "of": Kind.STRING,
    "type": Kind.STRING,
    "type_label": Kind.STRING,
    "from": Kind.DATE,
    "to": Kind.DATE,
    "currency": Kind.STRING,
    "value": Kind.NUMBER,
    "by": Kind.STRING,
    "code": Kind.STRING,
    "code_label": Kind.STRING,
    "percentage": Kind.NUMBER,
    "basis": Kind.STRING,
    "amount": Kind.NUMBER,
}
_NUMBERS = [name for name, kind in _KINDS.items() if kind is Kind.NUMBER]

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Share:
    """A share of a whole: its recipient, its percentage, and the basis of that."""

    code: str
    percentage: Decimal
    basis: str


def rows(projects: Iterable[Record], labels: Mapping[str, str]) -> Iterator[Row]:
    """Yield the rows of projects, by column.

    Args:
        projects: their records.
        labels: CURIE to label.

    Example:
        >>> share = {"allocatedTo": "states:KEN", "percentage": "60", "allocationBasis": "bases:stated"}
        >>> budget = {"id": "projects:A/budget", "type": ["MonetaryAmount"], "value": "10", "currency": "USD"}
        >>> project = {"id": "projects:A", "budget": budget, "allocation": [share]}
        >>> [(row["by"], row["code"], row["amount"]) for row in rows([project], {})]
        [('country', 'states:KEN', '6'), ('country', None, '4'), ('sector:dac', None, '10')]
    """
    for record in projects:
        shares = _shares(record)
        head = {"project": record["id"], "title": label(record) or None}
        for budget in budgets(record):
            yield from _parted(head | _money(budget, "budget", "budgetType", labels), shares, labels)
        for transaction in record.get("transaction", ()):
            if "value" in transaction and "currency" in transaction:
                own = shares | _stated(transaction)
                money = _money(transaction, "transaction", "transactionType", labels)
                yield from _parted(head | money, own, labels)


def places(found: Iterable[Row]) -> dict[str, int]:
    """Find the number of decimals in rows, by column; empty without rows.

    Args:
        found: the rows.
    """
    most: dict[str, int] = {}
    for row in found:
        most = most or dict.fromkeys(_NUMBERS, 0)
        for name in _NUMBERS:
            most[name] = max(most[name], len(str(row[name] or "").partition(".")[2]))
    return most


def columns(decimals: Mapping[str, int]) -> tuple[Column, ...]:
    """The columns of the table; empty if it has no rows.

    Args:
        decimals: column of numbers to the number of their decimals.
    """
    return tuple(
        Column(name, kind, False, "", each(itemgetter(name)), decimals.get(name, 0))
        for name, kind in _KINDS.items()
        if decimals
    )


def _money(thing: Record, what: str, kind: str, labels: Mapping[str, str]) -> Row:
    return {
        "what": what,
        "of": thing["id"],
        "type": thing.get(kind),
        "type_label": labels.get(thing.get(kind, "")) or None,
        "from": thing.get("validFrom"),
        "to": thing.get("validThrough"),
        "currency": thing["currency"],
        "value": thing["value"],
    }


def _shares(record: Record) -> dict[str, list[_Share]]:
    """The stated shares of a project, for each way to divide it."""
    found: dict[str, list[_Share]] = {_COUNTRY: [], _SECTOR: []}
    for one in record.get("allocation", ()):
        if "percentage" in one:
            share = _Share(one["allocatedTo"], Decimal(one["percentage"]), one["allocationBasis"])
            found.setdefault(_way(share.code), []).append(share)
    return found


def _stated(transaction: Record) -> dict[str, list[_Share]]:
    """Return the one thing of a kind that receives the whole transaction."""
    found: dict[str, list[_Share]] = {}
    for code in as_list(transaction.get("allocatedTo", ())):
        found.setdefault(_way(code), []).append(_Share(code, _WHOLE, "bases:stated"))
    return {way: shares if len(shares) == 1 else [] for way, shares in found.items()}


def _way(code: str) -> str:
    prefix, _, key = code.partition(":")
    return f"sector:{key.partition('/')[0]}" if prefix == "sectors" else _COUNTRY


def _parted(head: Row, shares: Mapping[str, list[_Share]], labels: Mapping[str, str]) -> Iterator[Row]:
    value = Decimal(head["value"])
    for way, stated in shares.items():
        left, percent = value, _WHOLE
        for number, share in enumerate(stated, 1):
            amount = EXACT.divide(EXACT.multiply(value, share.percentage), _WHOLE)
            left, percent = EXACT.subtract(left, amount), EXACT.subtract(percent, share.percentage)
            yield head | {
                "id": f"{head['of']}/{way}/{number}",
                "by": way,
                "code": share.code,
                "code_label": labels.get(share.code) or None,
                "percentage": _text(share.percentage),
                "basis": share.basis,
                "amount": _text(amount),
            }
        if left or percent or not stated:
            rest = {"code": None, "code_label": None, "percentage": _text(percent), "basis": None}
            yield head | {"id": f"{head['of']}/{way}/rest", "by": way, **rest, "amount": _text(left)}


def _text(number: Decimal) -> str:
    """A number in the canonical form of xsd:decimal."""
    return f"{number.normalize(EXACT):f}" if number else "0"
