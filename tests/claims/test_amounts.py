"""Amounts as people type them: what is declared reads back, and what has two readings gives both."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomgraph.claims.amounts import readings, typed

AMOUNTS = st.decimals(min_value=0, max_value=10**12, places=2)


def _written(amount: Decimal, decimal: str, thousands: str) -> str:
    whole, _, part = f"{amount:,.2f}".partition(".")
    return f"{whole.replace(',', thousands)}{decimal}{part}"


@given(AMOUNTS, st.sampled_from([(".", ","), (",", "."), (".", " "), (",", "\u00a0"), (".", "'"), (",", "")]))
def test_an_amount_reads_back_by_the_mark_it_was_written_with(
    amount: Decimal, marks: tuple[str, str]
) -> None:
    text = _written(amount, *marks)
    (value,) = readings(text, marks[0])
    assert Decimal(value) == amount
    assert value in readings(text)


@given(st.text(alphabet="0123456789.,' -+€", max_size=15))
def test_no_text_has_more_than_two_readings_or_one_in_another_form(text: str) -> None:
    found = readings(text)
    assert len(found) <= 2
    assert found == tuple(sorted(set(found), key=Decimal))
    assert all(f"{Decimal(value).normalize():f}" == value or Decimal(value) == 0 for value in found)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1.500", ("1.5", "1500")),
        ("1,500", ("1.5", "1500")),
        ("1.5", ("1.5",)),
        ("0.500", ("0.5",)),
        ("1.500,0", ("1500",)),
        ("12.34.56", ()),
        ("1,50,000", ()),
        ("1 500", ("1500",)),
        ("10000.000", ("10000",)),
        ("٣", ()),
    ],
)
def test_two_readings_are_both_given(text: str, values: tuple[str, ...]) -> None:
    assert readings(text) == values


@given(AMOUNTS, st.sampled_from(["USD", "€", "US$", "CHF", "Fr."]), st.booleans())
def test_the_currency_may_be_on_either_side(amount: Decimal, unit: str, before: bool) -> None:
    text = f"{unit} {amount:.2f}" if before else f"{amount:.2f} {unit}"
    found = typed(text, ".")
    assert found.unit.rstrip(".") == unit.rstrip(".")
    assert Decimal(found.readings[0]) == amount
