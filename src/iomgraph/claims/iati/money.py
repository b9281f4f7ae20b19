"""Money of an activity: budgets with their periods, and transactions."""

from __future__ import annotations

from lxml import etree

from iomgraph.claims.claim import Part, PartValue
from iomgraph.claims.iati import places, subjects
from iomgraph.claims.iati.activity import Reading


def budgets(reading: Reading) -> tuple[Part, ...]:
    """Read the budgets; those without an amount or a currency are reported and left out."""
    found = []
    for element in reading.elements("budget"):
        money = reading.money(element.find("value"))
        start, end = (reading.day(element.find(tag)) for tag in ("period-start", "period-end"))
        if start and end and end < start:
            reading.report("iati-period", element, f"{start}/{end}")
            start = end = ""
        if not money:
            reading.report("iati-no-amount", element)
            continue
        if money["value"] == "0":
            reading.report("iati-zero", element)
        kind = reading.code(element, "BudgetType", "type")
        status = reading.code(element, "BudgetStatus", "status")
        found.append(
            Part.of(
                reading.place(element),
                validFrom=start,
                validThrough=end,
                budgetType=f"budget-types:{kind}" if kind else "",
                budgetStatus=f"budget-statuses:{status}" if status else "",
                **money,
            )
        )
    return tuple(found)


def transactions(reading: Reading) -> tuple[Part, ...]:
    """Read the transactions; those without an amount or a currency are reported and left out."""
    found = []
    for element in reading.elements("transaction"):
        money = reading.money(element.find("value"))
        if not money:
            reading.report("iati-no-amount", element)
            continue
        kind = reading.code(element.find("transaction-type"), "TransactionType")
        day = reading.day(element.find("transaction-date"))
        if day and reading.today and day > reading.today:
            reading.report("iati-future-date", element, day, today=reading.today)
        found.append(
            Part.of(
                reading.place(element),
                transactionType=f"transaction-types:{kind}" if kind else "",
                date=day,
                humanitarian=_truth(element.get("humanitarian")),
                description=reading.texts(element.find("description")),
                allocatedTo=_named(reading, element),
                **_sides(reading, element),
                **money,
            )
        )
    return tuple(found)


def _sides(reading: Reading, transaction: etree._Element) -> dict[str, PartValue]:
    """The identifiers and names of the giver and the receiver."""
    found: dict[str, PartValue] = {}
    for side in ("provider", "receiver"):
        element = transaction.find(f"{side}-org")
        found[side] = reading.organization(element)
        found[f"{side}Name"] = reading.texts(element)
    return found


def _named(reading: Reading, transaction: etree._Element) -> tuple[str, ...]:
    """The countries, regions and sectors that a transaction itself names."""
    names = [places.country(reading, one) for one in transaction.findall("recipient-country")]
    names += [places.region(reading, one) for one in transaction.findall("recipient-region")]
    names += [subjects.sector(reading, one) for one in transaction.findall("sector")]
    return tuple(dict.fromkeys(name for name in names if name))


def _truth(text: str | None) -> str:
    return {"1": "true", "true": "true", "0": "false", "false": "false"}.get((text or "").strip().lower(), "")
