"""The rules that decide between rival claims, by property; each is explained in `data/reconciliation.md`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from iomgraph.claims.claim import Claim, Page, Value, parts
from iomgraph.immutable import immutable
from iomgraph.records import properties


@immutable
class Rival:
    """One value that sources claim.

    Args:
        value: the value.
        pages: the pages that claim it.
        claims: their claims, in the same order.
        aside: the rule by which all claims are known to be false; empty if they are not.
    """

    value: Value
    pages: tuple[Page, ...]
    claims: tuple[Claim, ...]
    aside: str = ""


Rule = Callable[[Sequence[Rival]], Sequence[Rival]]
"""A rule: takes rivals and returns those that stay, one if it decides, all if it does not apply."""

_STATUSES = ("pipeline", "active", "finalisation", "completed", "closed")
"""The progress of a project by status; cancelled and suspended projects have no place in this order."""
_STATUS_RANK = {f"statuses:{name}": rank for rank, name in enumerate(_STATUSES)}
_KINDS = ("pages", "table", "iati")
_PLANNED = {"startYear": "plannedStartDate", "endYear": "plannedEndDate"}


def rules(term: str) -> Mapping[str, Rule]:
    """The rules for a property, in the order in which they are tried.

    Example:
        >>> list(rules("budget"))
        ['current-site', 'rounded-amount', 'longer-list']
    """
    return _RULES.get(term, _PLAIN)


def _furthest(rivals: Sequence[Rival]) -> Sequence[Rival]:
    ranks = [_STATUS_RANK.get(str(rival.value)) for rival in rivals]
    known = [rank for rank in ranks if rank is not None]
    if len(known) < len(ranks):
        return rivals
    return [rival for rival, rank in zip(rivals, ranks, strict=True) if rank == max(known)]


def _whole(rivals: Sequence[Rival]) -> Sequence[Rival]:
    return [rival for rival in rivals if not str(rival.value).endswith("…")]


def _current(rivals: Sequence[Rival]) -> Sequence[Rival]:
    return [rival for rival in rivals if not all(page.former for page in rival.pages)]


def _first_kind(rivals: Sequence[Rival]) -> Sequence[Rival]:
    """Prefer sources made for human readers to sources made for machines."""
    ranks = [min(_KINDS.index(page.kind) for page in rival.pages) for rival in rivals]
    return [rival for rival, rank in zip(rivals, ranks, strict=True) if rank == min(ranks)]


def _longest(rivals: Sequence[Rival]) -> Sequence[Rival]:
    lists = [Counter[object](rival.value) for rival in rivals if isinstance(rival.value, tuple)]
    if len(lists) < len(rivals):
        return rivals
    return [rival for rival, held in zip(rivals, lists, strict=True) if all(other <= held for other in lists)]


def _done(term: str) -> Rule:
    """Set planned years aside if another source gives the actual year."""

    def rule(rivals: Sequence[Rival]) -> Sequence[Rival]:
        return [rival for rival in rivals if not all(_is_planned(page, term) for page in rival.pages)]

    return rule


def _is_planned(page: Page, term: str) -> bool:
    date, year = properties.DATED[term], page.says(term)
    return date not in page.claims and page.text(_PLANNED[term])[:4] == str(year)


def _exact(rivals: Sequence[Rival]) -> Sequence[Rival]:
    """Prefer the exact or more detailed of two statements of the same amount."""
    left = [rival for rival in rivals if not any(_rounds(rival, other) for other in rivals)]
    return left or rivals


def _rounds(rival: Rival, other: Rival) -> bool:
    """Tell whether one value says less than another: the same sum, rounded or without its periods."""
    mine, theirs = _sum(rival.value), _sum(other.value)
    if rival is other or not mine or not theirs or mine.currency != theirs.currency:
        return False
    if mine.amount == theirs.amount:
        return mine.count == 1 and mine.said < theirs.said
    return mine.count == 1 and mine.amount == theirs.amount.quantize(Decimal(1), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class _Sum:
    amount: Decimal
    currency: str
    count: int
    said: int


def _sum(value: Value) -> _Sum | None:
    """The sum of budgets in one currency; None if there are several currencies."""
    found = parts(value)
    currencies = {str(part.get("currency") or "") for part in found}
    if len(currencies) != 1 or "" in currencies or any(part.get("value") is None for part in found):
        return None
    amount = sum((Decimal(str(part["value"])) for part in found), Decimal())
    return _Sum(amount, currencies.pop(), len(found), sum(len(part.values) for part in found))


_PLAIN: Mapping[str, Rule] = {"current-site": _current}
_LISTS: Mapping[str, Rule] = {**_PLAIN, "longer-list": _longest}
_RULES: Mapping[str, Mapping[str, Rule]] = {
    **dict.fromkeys(
        (
            "benefitingState",
            "otherBenefitingState",
            "sector",
            "statedGoal",
            "statedTarget",
            "reportingOrg",
            *properties.NESTED,
            *properties.RELATIONS,
        ),
        _LISTS,
    ),
    **{term: {"planned-year": _done(term), **_PLAIN} for term in _PLANNED},
    "status": {"status-moves-forward": _furthest, **_PLAIN},
    "title": {"whole-title": _whole, **_PLAIN, "page-text": _first_kind},
    "description": {**_PLAIN, "page-text": _first_kind},
    "budget": {**_PLAIN, "rounded-amount": _exact, "longer-list": _longest},
}
