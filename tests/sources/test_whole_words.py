"""Whole words are found as the plain pattern of all of them finds them."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from iomgraph.sources import whole_words

WORDS = st.lists(st.text("ab- .é*", min_size=1, max_size=3), max_size=8)
TEXTS = st.text("ab- .é*", max_size=12)


@given(WORDS, TEXTS)
def test_words_are_found_as_by_the_plain_pattern(words: list[str], text: str) -> None:
    plain = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words)) or '(?!)'})(?!\w)")
    assert whole_words.pattern(words).findall(text) == plain.findall(text)


@given(WORDS, TEXTS)
def test_stars_stand_for_the_rest_of_a_word(words: list[str], text: str) -> None:
    choices = "|".join(re.escape(word).replace(r"\*", r"\w*") for word in words)
    plain = re.compile(rf"(?<!\w)(?:{choices or '(?!)'})(?!\w)")
    assert bool(whole_words.pattern(words, stars=True).search(text)) == bool(plain.search(text))
