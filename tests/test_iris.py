"""Keys that end up in IRIs and in the names of files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomgraph import iris

PATHS = st.text(st.characters(codec="utf-8", exclude_characters="\\?#[]"), min_size=1, max_size=600)


@given(PATHS)
def test_the_key_of_a_page_fits_the_name_of_a_file_on_any_system(path: str) -> None:
    key = iris.page_key(f"https://iom.int/{path}")
    assert len(f"{key}.2026-11-27.jsonld".encode()) <= 255
    assert key == key.lower()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Roads", "roads"),
        ("ROADS", "Roads"),
        (f"{'a' * 300}b", f"{'a' * 300}c"),
        (f"{'A' * 300}", f"{'a' * 300}"),
    ],
)
def test_pages_whose_addresses_differ_in_case_or_at_their_end_have_different_keys(
    one: str, other: str
) -> None:
    for key in (iris.page_key, iris.page_slug):
        keys = {key(f"https://iom.int/project/{name}") for name in (one, other)}
        assert len({key.lower() for key in keys}) == 2
