"""HTML into lines: the visible text, with its kind."""

from __future__ import annotations

import pytest

from iomgraph.sources import html


def _lines(markup: str) -> list[tuple[str, str]]:
    return [(line.text, line.kind) for line in html.read(markup).lines]


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        ("<p>a <b>b</b>\n c</p><p>d", ["a b c", "d"]),
        ("a<br>b<hr/>c", ["a", "b", "c"]),
        ("<ul><li>a<li>b</ul>", ["a", "b"]),
        ("<p>a\u00a0b &nbsp; c</p>", ["a\u00a0b \u00a0 c"]),
        ("<head><title>x</title><meta name=y></head>a", ["a"]),
        (
            "<script>x</script><style>y</style><noscript>z</noscript><template>t</template><svg>s</svg>a",
            ["a"],
        ),
        ("<nav>menu</nav><header>banner</header>a<footer>foot</footer><aside>more</aside>", ["a"]),
        ("<p></p> \n <div> </div>", []),
        ("a</p></div></html>b", ["a", "b"]),
    ],
)
def test_a_block_is_a_line_and_hidden_blocks_are_left_out(markup: str, lines: list[str]) -> None:
    assert [text for text, _ in _lines(markup)] == lines


def test_classes_tell_labels_and_values_and_the_first_heading_the_title() -> None:
    page = (
        "<h1>T</h1><div class='field x'><div class='a field__label b'>L</div>"
        "<div class='field__item'><p>V</p><p>W</p></div></div><p>prose</p>"
    )
    assert _lines(page) == [("T", "title"), ("L", "label"), ("V", "item"), ("W", "item"), ("prose", "")]


def test_a_title_in_the_header_is_kept_and_the_menu_beside_it_is_not() -> None:
    assert _lines("<header><p>menu</p><h1>T</h1></header><p>a") == [("T", "title"), ("a", "")]


def test_lines_know_where_they_start() -> None:
    page = html.read("<p>\n\n a\nb</p>\n<p>c</p>")
    assert [(line.text, line.number) for line in page.lines] == [("a b", 3), ("c", 5)]


def test_the_page_tells_its_language_its_address_its_title_and_its_links() -> None:
    page = html.read(
        "<html lang='fr-CH'><title> A \n B </title><link rel=Canonical href=' https://iom.int/x '>"
        "<nav><a href=https://iom.int/menu>m</a></nav><a href='https://example.org/?a=1&amp;b=2'>l</a><a>none</a>"
    )
    assert (page.lang, page.title, page.canonical) == ("fr", "A B", "https://iom.int/x")
    assert page.links == ["https://example.org/?a=1&b=2", ""]


def test_unclosed_and_crossed_tags_lose_no_text() -> None:
    assert [text for text, _ in _lines("<div><p>a<div><b>b<p>c</b></div>d</x>e")] == ["a", "b", "c", "d", "e"]
