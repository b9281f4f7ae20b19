"""The money of a project for IATI: budgets with their periods, and transactions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from iomgraph.mapping.writers import as_list
from iomgraph.publication.iati import codes
from iomgraph.publication.iati.codes import Code
from iomgraph.publication.iati.omissions import Omissions, Why
from iomgraph.records.record import Record

Coded = Callable[[str], "tuple[str, Code] | None"]
"""A function that gives the kind of a recipient or sector, and its code."""

_ELEMENTS = {"countries": "recipient-country", "regions": "recipient-region", "sectors": "sector"}
_SINGLE = ("countries", "regions")
_BOTH = {"countries": "3.6.2", "regions": "3.6.2", "sectors": "6.6.2"}
"""The rule that forbids recipients or sectors in transactions if the activity has some."""


def currency(record: Record) -> str:
    """The currency of all amounts of a project; empty if there are several currencies or no amounts.

    Example:
        >>> currency({"budget": {"value": "1", "currency": "USD"}})
        'USD'
    """
    found = {one["currency"] for one in (*_budgets(record), *record.get("transaction", ()))}
    return found.pop() if len(found) == 1 else ""


def budgets(record: Record) -> list[dict[str, Any]]:
    """All budgets of a project, both original and revised ones."""
    return [
        {
            "type": codes.plain(one.get("budgetType", "")),
            "status": codes.plain(one.get("budgetStatus", "")),
            "start": one.get("validFrom"),
            "end": one.get("validThrough"),
            **_money(one),
        }
        for one in _budgets(record)
    ]


def transactions(
    record: Record, coded: Coded, placed: tuple[bool, bool], omissions: Omissions
) -> list[dict[str, Any]]:
    """The transactions of a project.

    Args:
        record: the project.
        coded: gives codes.
        placed: the activity has recipients, and sectors, so that its transactions can't have any.
        omissions: takes the omissions.
    """
    taken = {"countries": placed[0], "regions": placed[0], "sectors": placed[1]}
    return [
        {
            "humanitarian": {True: "true", False: "false"}.get(one.get("humanitarian")),
            "type": codes.plain(one.get("transactionType", "")),
            "day": one.get("validFrom"),
            "texts": one.get("description", {}),
            "provider": codes.plain(one.get("provider", "")),
            "provider-names": one.get("providerName", {}),
            "receiver": codes.plain(one.get("receiver", "")),
            "receiver-names": one.get("receiverName", {}),
            **_allocated(one, coded, taken, omissions),
            **_money(one),
        }
        for one in record.get("transaction", ())
    ]


def _allocated(
    transaction: Record, coded: Coded, taken: Mapping[str, bool], omissions: Omissions
) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for name in as_list(transaction.get("allocatedTo", ())):
        named = coded(name)
        if named:
            kind, code = named
            found.setdefault(kind, []).append({"vocabulary": code.vocabulary, "code": code.code})
    for kind, entries in list(found.items()):
        element = f"transaction/{_ELEMENTS[kind]}"
        if taken[kind]:
            omissions.note(element, Why.RULE, _BOTH[kind])
            del found[kind]
        elif kind in _SINGLE and len(entries) > 1:
            omissions.note(element, Why.SEVERAL)
            del found[kind]
    return found


def _money(one: Record) -> dict[str, Any]:
    return {"value": one["value"], "currency": one["currency"], "valued": one.get("valueDate")}


def _budgets(record: Record) -> list[Record]:
    return record.get("budgets") or ([record["budget"]] if "budget" in record else [])
