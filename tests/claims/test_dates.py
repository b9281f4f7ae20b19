"""Dates as people type them: what is declared reads back, and what has two readings gives both."""

from __future__ import annotations

from datetime import date

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from iomgraph.claims.dates import readings
from iomgraph.settings import LANGUAGES

DAYS = st.dates(date(1951, 1, 1), date(2049, 12, 31))
FORMS = {"dd/mm/yyyy": "%d/%m/%Y", "mm/dd/yyyy": "%m/%d/%Y", "dd.mm.yy": "%d.%m.%y", "yyyymmdd": "%Y%m%d"}


@given(DAYS, st.sampled_from(sorted(FORMS)))
def test_a_day_reads_back_by_the_form_it_was_written_in(day: date, form: str) -> None:
    if "yyyy" in form or day.year > 1950:
        assert readings(day.strftime(FORMS[form]), form) == (day.isoformat(),)


@given(DAYS, st.sampled_from(LANGUAGES), st.sampled_from(["long", "medium"]))
def test_names_of_months_are_read_in_every_language(day: date, lang: str, width: str) -> None:
    assert readings(format_date(day, width, locale=lang)) == (day.isoformat(),)


@given(DAYS)
def test_a_day_in_numbers_has_two_readings_unless_only_one_is_a_day(day: date) -> None:
    found = readings(day.strftime("%d/%m/%Y"))
    assert day.isoformat() in found
    assert len(found) == (2 if day.day <= 12 and day.day != day.month else 1)


@pytest.mark.parametrize(
    "text", ["31/02/2024", "00/01/2024", "1950", "2101", "2024-13", "Febtober 2024", "", "2024-02-01 and on"]
)
def test_what_is_not_a_date_has_no_reading(text: str) -> None:
    assert readings(text) == ()
