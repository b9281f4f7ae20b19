"""Invisible characters, and only these, are removed from titles, labels and values, and reported."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iomgraph.sources import invisible
from iomgraph.sources.harvest import Harvest

Harvested = Callable[..., tuple[list[Mapping[str, str]], Harvest]]

INVISIBLE = [
    *"\u00ad\u200b\ufeff\u2060\u061c\u200e\u200f",
    *map(chr, range(0x202A, 0x202F)),
    *map(chr, range(0x2066, 0x206A)),
]
FIELDS = {"Start Date": "2015", "Project Status": "Completed", "Projects ID": "LM.9911"}


def _spoiled(text: str, character: str, at: str) -> str:
    middle = {"start": 0, "middle": len(text) // 2, "end": len(text)}[at]
    return text[:middle] + character + text[middle:]


def _page(suffix: str, title: str, fields: Mapping[str, str]) -> str:
    if suffix == "txt":
        return "\n".join([title, *(f"-\n{label}\n{value}" for label, value in fields.items()), "Prose."])
    field = "<div class=field__label>{}</div>\n<div class=field__item>{}</div>\n"
    return f"<h1>{title}</h1>\n{''.join(field.format(*pair) for pair in fields.items())}<p>Prose."


@pytest.mark.parametrize("character", INVISIBLE, ids=[f"U+{ord(character):04X}" for character in INVISIBLE])
@pytest.mark.parametrize("at", ["start", "middle", "end"])
@pytest.mark.parametrize("suffix", ["txt", "html"])
def test_an_invisible_character_changes_no_fact_and_is_reported_on_each_line(
    harvested: Harvested, suffix: str, at: str, character: str
) -> None:
    spoiled = {
        _spoiled(label, character, at): _spoiled(value, character, at) for label, value in FIELDS.items()
    }
    # A mark at the start of a file is its byte-order mark.
    page = "\n" + _page(suffix, _spoiled("Roads", character, at), spoiled)
    (row,), done = harvested({f"p.{suffix}": page})
    assert [row[name] for name in ("title", "start_year", "status", "project_id")] == [
        "Roads",
        *FIELDS.values(),
    ]
    found = [found for found in done.findings if found.rule == "invisible-characters"]
    assert {finding.value for finding in found} == {"Roads", *FIELDS, *FIELDS.values()}
    assert len({str(finding.place) for finding in found}) == len(found) == 7
    assert all(
        f"U+{ord(character):04X}" in finding.text(lang) for finding in found for lang in ("en", "fr", "es")
    )


@pytest.mark.parametrize("suffix", ["txt", "html"])
def test_what_prose_hides_does_not_matter(harvested: Harvested, suffix: str) -> None:
    _, done = harvested({f"p.{suffix}": _page(suffix, "Roads", FIELDS) + " A long\u00ad word."})
    assert [found.rule for found in done.findings if found.rule == "invisible-characters"] == []


def test_a_character_that_removes_itself_leaves_one_space() -> None:
    assert invisible.clean("Roads \u200b of the \u2060\u200bRegion") == (
        "Roads of the Region",
        "\u200b\u2060",
    )


@given(st.text(max_size=60))
def test_nothing_but_characters_without_width_is_ever_removed(text: str) -> None:
    plain, removed = invisible.clean(text)
    assert not set(plain) & set(removed)
    assert {unicodedata.category(character) for character in removed} <= {"Cf", "Mn", "Lo"}
    assert "".join(plain.split(" ")) == "".join("".join(c for c in text if c not in removed).split(" "))
