"""Years, amounts and identifiers: read exactly, or not at all."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomgraph import iris
from iomgraph.claims import values


@pytest.mark.parametrize(
    "text",
    [
        "20244",
        "2008.0",
        "２００８",
        "٢٠٠٨",
        "208",
        "-2008",
        "+2008",
        "2 008",
        "2,008",
        "1950",
        "2101",
        "0000",
        "2008-09",
        "MMVIII",
        "",
    ],
)
def test_what_is_not_a_year_is_not_guessed(text: str) -> None:
    assert values.year(text) is None


def test_every_year_from_1951_to_2100_is_one() -> None:
    years = range(values.FIRST_YEAR, values.LAST_YEAR + 1)
    assert [values.year(str(year)) for year in years] == list(years)
    assert len(years) == 150


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("64240.00", "64240"),
        ("64240.50", "64240.5"),
        ("64240.05", "64240.05"),
        ("0.01", "0.01"),
        ("150,000", "150000"),
        ("1,500,000.10", "1500000.1"),
        ("100", "100"),
        ("200\u00a0000.00", "200000"),
        ("1\u202f500\u202f000", "1500000"),
        ("007", "7"),
        ("999999999999.99", "999999999999.99"),
    ],
)
def test_an_amount_takes_its_canonical_form(text: str, amount: str) -> None:
    assert values.amount(text) == amount


@pytest.mark.parametrize(
    "text",
    [
        "abc",
        "-5",
        "+5",
        "1,50,000",
        "15,00",
        "0",
        "0.00",
        "1e9",
        "١٢٣",
        "１２３",
        "1.000.000",
        "1 000",
        "5.",
        ".5",
        "5.123",
        "NaN",
        "Infinity",
        "$5",
        "5 USD",
        "5,",
        ",500",
        "1_000",
        "9" * 13,
        "9" * 100000,
        "",
    ],
)
def test_what_is_not_a_positive_amount_is_not_guessed(text: str) -> None:
    assert values.amount(text) is None


@given(st.decimals(min_value="0.01", max_value="999999999999.99", places=2, allow_nan=False), st.booleans())
def test_every_amount_keeps_its_value(number: Decimal, grouped: bool) -> None:
    printed = f"{number:,.2f}" if grouped else f"{number:.2f}"
    amount = values.amount(printed)
    assert amount is not None
    assert Decimal(amount) == number
    assert "E" not in amount
    assert not amount.endswith(".0")


@pytest.mark.parametrize(
    "text", ["LM.0024", "T97-805", "IMP-800", "GE10P0001", "a", "1", "A-b.C-9", "x" * 40]
)
def test_an_identifier_is_taken_as_printed(text: str) -> None:
    assert values.identifier(text) == text


HOSTILE = [
    "LM.0024> <x",
    "LM 0024",
    "../x",
    "..",
    ".",
    "-",
    "LM..0024",
    "x/y",
    "x%2Fy",
    "LM.0024\u00a0",
    "ЛМ.0024",
    "x" * 300,
    "",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_could_leave_its_place_in_an_iri_is_not_an_identifier(text: str) -> None:
    assert values.identifier(text) is None


@given(st.text(max_size=50))
def test_no_text_makes_an_identifier_that_an_iri_would_escape(text: str) -> None:
    found = values.identifier(text)
    assert found is None or iris.curie("projects", found) == f"projects:{text}"
    assert values.year(text) is None or len(text) == 4
    assert values.amount(text) is None or text.isascii()
