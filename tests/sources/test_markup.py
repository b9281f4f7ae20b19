"""HTML into tags and text as the standard requires, and quickly for any markup."""

from __future__ import annotations

import time

import pytest

from iomgraph.sources import html
from iomgraph.sources.markup import Tag, Text, tokens, unescape


def _texts(markup: str) -> list[str]:
    return [token.text for token in tokens(markup) if isinstance(token, Text)]


def _tags(markup: str) -> list[tuple[str, bool, bool]]:
    return [(token.name, token.opens, token.closes) for token in tokens(markup) if isinstance(token, Tag)]


@pytest.mark.parametrize(
    ("markup", "texts"),
    [
        ("a<!-- <b>b</b> -->c", ["a", "c"]),
        ("a<!-->c", ["a", "c"]),
        ("a<!--->c", ["a", "c"]),
        ("a<!-- never closed <b>c", ["a"]),
        ("a<!DOCTYPE html>c", ["a", "c"]),
        ("a<?xml version='1.0'?>c", ["a", "c"]),
        ("a<![CDATA[ <b> > x ]]>c", ["a", "c"]),
        ("a<![if IE]>c", ["a", "c"]),
        ("a</>c", ["a", "c"]),
        ("a < b > c", ["a < b > c"]),
        ("a<", ["a<"]),
        ("a</", ["a</"]),
        ("a<b c", ["a"]),
        ("a<b c='", ["a"]),
        ("<script>if (a<b) '</p>' </script>c", ["if (a<b) '</p>' ", "c"]),
        ("<style>p::before{content:'<p>'}</style >c", ["p::before{content:'<p>'}", "c"]),
        ("<title>a &amp; <b></title>c", ["a & <b>", "c"]),
        ("<script src=x />c", ["c"]),
        ("<p title='a > b'>c", ["c"]),
        ("", []),
    ],
)
def test_text_is_everything_outside_markup(markup: str, texts: list[str]) -> None:
    assert _texts(markup) == texts


@pytest.mark.parametrize(
    ("markup", "attributes"),
    [
        ("<p CLASS=a>", {"class": "a"}),
        ("<p class='a b' id=\"c\">", {"class": "a b", "id": "c"}),
        ("<p hidden class=a/>", {"hidden": "", "class": "a/"}),
        ("<p class = a >", {"class": "a"}),
        ('<p class="a"">', {"class": "a", '"': ""}),
        ("<p class=a class=b>", {"class": "a"}),
        ("<p title='&eacute;&amp;'>", {"title": "é&"}),
        ("<p =>", {"=": ""}),
        ("<p/>", {}),
    ],
)
def test_attributes_are_read_as_the_standard_says(markup: str, attributes: dict[str, str]) -> None:
    (tag,) = tokens(markup)
    assert isinstance(tag, Tag)
    assert tag.attributes == attributes


def test_tags_open_close_or_both() -> None:
    assert _tags("<P><br/></p x=y>") == [("p", True, False), ("br", True, True), ("p", False, True)]


def test_text_knows_its_line_whatever_the_line_ends() -> None:
    for end in ("\n", "\r\n", "\r"):
        lines = [token.line for token in tokens(f"a{end}<p>{end}<!--{end}-->b") if isinstance(token, Text)]
        assert lines == [1, 2, 4]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("&eacute;&#233;&#xE9;", "ééé"),
        ("&lol; &amp", "&lol; &"),
        ("&#0;&#xD800;&#x110000;", "\ufffd\ufffd\ufffd"),
        ("&#" + "9" * 5000 + ";", "\ufffd"),
        ("&#x" + "F" * 5000 + ";", "\ufffd"),
        ("&#000065;", "A"),
    ],
)
def test_character_references_are_resolved_and_never_raise(text: str, plain: str) -> None:
    assert unescape(text) == plain


HOSTILE = {
    "nested divs": "<div>",
    "nested divs with text": "<div>x",
    "nested links": "<div><a href=x>",
    "ends that close nothing": "<div></p>",
    "open comments": "<!--",
    "open sections": "<![CDATA[",
    "odd declarations": "<![",
    "lone brackets": "<",
    "lone ampersands": "&",
    "open values": '<a x="',
    "open tags": "<a ",
    "open ends": "</",
    "open scripts": "<script>",
    "open titles": "<title>",
    "labels": "<p>Year</p>",
    "spaces": "     ",
    "numbers": "&#9",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hundred_thousand_pieces_of_hostile_markup_are_read_in_seconds(piece: str) -> None:
    # Twice the pieces may not take four times as long, which two hundred thousand would show as minutes.
    start = time.process_time()
    html.read(piece * 100_000)
    assert time.process_time() - start < 5


def test_a_bomb_of_entities_stays_as_small_as_it_came() -> None:
    nested = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 20))
    page = html.read(f'<!DOCTYPE l [<!ENTITY l0 "lol">{nested}]><html><h1>T</h1><p>&l19;</p></html>')
    assert sum(len(line.text) for line in page.lines) < 20
    assert page.lines[-1].text == "&l19;"
