"""Shares that the rules of the IATI Standard allow: shares that do not add up to 100 percent are not written.

They are never rounded or scaled, because a share that nobody stated would be false.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

_WHOLE = Decimal(100)

Entry = Mapping[str, str]
"""A recipient or a sector: its code, its vocabulary, and its percentage if one is stated."""


def whole(entries: Sequence[Entry]) -> bool:
    """Tell whether shares make a whole: all stated with a sum of 100 percent, or a single entry.

    Example:
        >>> whole([{"percentage": "25.55"}, {"percentage": "74.45"}]), whole([{}]), whole([{}, {}])
        (True, True, False)
        >>> whole([{"percentage": "99.9"}])
        False
    """
    stated = [Decimal(entry["percentage"]) for entry in entries if entry.get("percentage")]
    if not stated:
        return len(entries) <= 1
    return len(stated) == len(entries) and sum(stated) == _WHOLE


def grouped(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Group entries by their vocabulary, in order of first appearance."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.get("vocabulary", ""), []).append(entry)
    return found


def recipients(
    countries: Sequence[Entry], regions: Sequence[Entry]
) -> tuple[list[Entry], list[Entry], list[str]]:
    """Choose the recipients that can be written.

    Countries and the regions of one vocabulary make a whole together (rule 3.4.2 of the standard).

    Returns:
        countries, regions, and the omitted elements.

    Example:
        >>> half, other = {"code": "KE", "percentage": "50"}, {"code": "UG", "percentage": "50"}
        >>> recipients([half, other], [{"code": "298", "vocabulary": "1", "percentage": "100"}])[2]
        ['recipient-region[@vocabulary=1]']
        >>> recipients([half], [])
        ([], [], ['recipient-country'])
    """
    groups = grouped(regions)
    fitting = {key: group for key, group in groups.items() if whole([*countries, *group])}
    left_out = [f"recipient-region[@vocabulary={key}]" for key in groups if key not in fitting]
    kept = list(countries)
    if countries and not fitting and not whole(countries):
        kept = []
        left_out.insert(0, "recipient-country")
        # Without countries, regions may make a whole by themselves.
        fitting = {key: group for key, group in groups.items() if whole(group)}
        left_out = left_out[:1] + [
            f"recipient-region[@vocabulary={key}]" for key in groups if key not in fitting
        ]
    return kept, [entry for group in fitting.values() for entry in group], left_out


def sectors(entries: Sequence[Entry]) -> tuple[list[Entry], list[str]]:
    """Choose the sectors that can be written, vocabulary by vocabulary, and the omitted elements.

    Example:
        >>> sectors([{"code": "15190", "vocabulary": "1", "percentage": "90"}])
        ([], ['sector[@vocabulary=1]'])
    """
    groups = grouped(entries)
    left_out = [f"sector[@vocabulary={key}]" for key, group in groups.items() if not whole(group)]
    return [entry for group in groups.values() if whole(group) for entry in group], left_out
