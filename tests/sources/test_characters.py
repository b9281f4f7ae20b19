"""The characters that XML 1.0 leaves out are found, and nothing else is."""

from __future__ import annotations

from xml.parsers import expat

from hypothesis import given
from hypothesis import strategies as st

from iomgraph.sources import characters


@given(st.characters(exclude_categories=["Cs"]))
def test_a_parser_of_xml_agrees_on_every_character(character: str) -> None:
    escaped = {"<": "&lt;", "&": "&amp;"}.get(character, character)
    try:
        expat.ParserCreate("utf-8").Parse(f"<a>{escaped}</a>".encode(), True)
        refused = False
    except expat.ExpatError:
        refused = True
    assert bool(characters.forbidden(character)) == refused


@given(st.text())
def test_what_is_escaped_can_be_held_and_other_text_stays(text: str) -> None:
    escaped = characters.escape(text)
    assert characters.forbidden(escaped) == ""
    assert escaped == text or characters.forbidden(text)
