"""Shares in a project: stated, or equal and said to be assumed; they always add up to the whole."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from iomgraph.publication.shares import ASSUMED, SOLE, STATED, cents, shares

KEN, UGA = "states:KEN", "states:UGA"


def _allocated(*stated: tuple[str, str]) -> dict[str, Any]:
    return {"allocation": [{"allocatedTo": [thing], "percentage": percent} for thing, percent in stated]}


@pytest.mark.parametrize(
    ("record", "term", "expected"),
    [
        ({"benefitingState": [KEN]}, "benefitingState", [(KEN, "1", SOLE)]),
        (
            {"benefitingState": [KEN], "otherBenefitingState": [UGA, KEN]},
            "benefitingState",
            [(KEN, "1/2", ASSUMED), (UGA, "1/2", ASSUMED)],
        ),
        (_allocated((KEN, "100")), "benefitingState", [(KEN, "1", SOLE)]),
        (
            _allocated((KEN, "60"), ("regions:africa", "40")) | {"benefitingState": [KEN, UGA]},
            "benefitingState",
            [(KEN, "3/5", STATED), ("", "2/5", STATED)],
        ),
        (
            _allocated((KEN, "60"), (UGA, "60")),
            "benefitingState",
            [(KEN, "3/5", STATED), (UGA, "3/5", STATED), ("", "-1/5", STATED)],
        ),
        (
            _allocated((KEN, "60")) | {"relatedGoal": ["sdg:8", "sdg:10"]},
            "relatedGoal",
            [("sdg:8", "1/2", ASSUMED), ("sdg:10", "1/2", ASSUMED)],
        ),
    ],
)
def test_percentages_come_before_equal_parts_and_what_they_leave_is_nobodys(
    record: dict[str, Any], term: str, expected: list[tuple[str, str, str]]
) -> None:
    found = shares(record, term)
    assert [(one.thing, str(one.part), one.basis) for one in found] == expected
    assert sum(one.part for one in found) == 1


def test_a_project_without_things_has_no_shares() -> None:
    assert shares({"theme": "themes:return-assistance"}) == ()


def test_thirds_are_exact_until_they_are_written() -> None:
    third = shares({"relatedGoal": ["sdg:1", "sdg:2", "sdg:3"]}, "relatedGoal")[0].of(Decimal("200000.10"))
    assert third == Fraction(2000001, 30)
    assert str(cents(third)) == "66666.70"
