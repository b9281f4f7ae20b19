"""The title of a page is what its heading and its element `title` agree upon, up to the site's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product

import pytest

from iomgraph.sources.harvest import Harvest

Harvested = Callable[..., tuple[list[Mapping[str, str]], Harvest]]

FIELDS = "".join(
    f"<dt>{label}</dt><dd>{value}</dd>\n"
    for label, value in {
        "Start Date": "2015",
        "Project Status": "Completed",
        "Projects ID": "LM.9911",
    }.items()
)
TITLES = ["Roads to invented towns", "Roads - Phase 2: more of them", "L’été « en route » | 2030"]
HEADS = [
    "{}",
    "{} | Fund",
    "{} - Fund of Fiction",
    "{} – Fund",
    "{} — Fund | UN",
    "{} :: Fund",
    "{} · Fund",
    "{} » Fund",
]
HEADINGS = [
    "<h1>{}</h1>",
    "<h1>We use cookies</h1><h2>{}</h2>",
    "<div role=dialog><h1>We use cookies</h1></div><h2>{}</h2>",
    "<h1>Fund</h1><h2>{}</h2>",
    "<p>Home</p><h1>{}</h1><p>Share</p>",
    "<p>{}</p><h1>Share this page</h1>",
    "<h2>{}</h2><p>Posted by nobody</p>",
]


def _page(head: str, body: str) -> str:
    return f"<html><head><title>{head}</title></head>\n<body>{body}\n<dl>{FIELDS}</dl><p>Prose.</body></html>"


@pytest.mark.parametrize(("title", "head", "heading"), [*product(TITLES, HEADS, HEADINGS)])
def test_the_heading_that_agrees_is_the_title_whatever_is_around_it(
    harvested: Harvested, title: str, head: str, heading: str
) -> None:
    (row,), _ = harvested({"p.html": _page(head.format(title), heading.format(title))})
    assert row["title"] == title
    assert row["lines"].startswith("title=2 ") or " title=2" in row["lines"]


@pytest.mark.parametrize("head", ["Fund | {}", "Fund: {}", "Fund – {}"])
@pytest.mark.parametrize(
    "heading", ["<h1>{}</h1>", "<p>Fund</p><h1>{}</h1>", "<h1>We use cookies</h1><p>{}</p>"]
)
def test_the_name_of_the_site_may_come_first(harvested: Harvested, head: str, heading: str) -> None:
    (row,), _ = harvested({"p.html": _page(head.format(TITLES[0]), heading.format(TITLES[0]))})
    assert row["title"] == TITLES[0]


@pytest.mark.parametrize(
    ("head", "heading"),
    [
        ("ROADS TO INVENTED TOWNS | Fund", "Roads to invented towns"),
        ("Roads to invented&nbsp;towns", "Roads  to  invented towns"),
        ("L'état de la route", "L’état de la route"),
        ("Roads to invented to… | Fund", "Roads to invented towns"),
        ("Roads to invented...", "Roads to invented towns"),
        ("Roads to “towns”", "Roads to &quot;towns&quot;"),
        ("", "Roads to invented towns"),
    ],
)
def test_typography_and_a_title_cut_short_are_not_disagreement(
    harvested: Harvested, head: str, heading: str
) -> None:
    rows, done = harvested({"p.html": _page(head, f"<h1>{heading}</h1>")})
    assert len(rows) == 1
    assert "title-disagrees" not in {found.rule for found in done.findings}


@pytest.mark.parametrize("head", ["Bridges | Fund", "Home", "Roads to nowhere", "Roads…", "Roads to"])
@pytest.mark.parametrize("heading", ["<h1>Roads to invented towns</h1>", "<h2>Roads to invented towns</h2>"])
def test_a_page_whose_titles_disagree_is_the_only_loss(harvested: Harvested, head: str, heading: str) -> None:
    good = _page("Roads", "<h1>Roads</h1>")
    rows, done = harvested({"p.html": _page(head, heading), "q.html": good})
    assert [row["file"] for row in rows] == ["q.html"]
    (found,) = [found for found in done.findings if found.rule == "title-disagrees"]
    assert (str(found.place), found.value) == ("p.html:2", "Roads to invented towns")
    assert repr(head) in found.text()


@pytest.mark.parametrize(("head", "taken"), [("Labour Migration | Fund", True), ("", False)])
def test_a_title_that_is_the_name_of_a_theme_needs_to_be_confirmed(
    harvested: Harvested, head: str, taken: bool
) -> None:
    rows, _ = harvested({"p.html": _page(head, "<h1>Labour Migration</h1>")})
    assert [row["title"] for row in rows] == ["Labour Migration"] * taken


def test_a_page_without_heading_takes_no_title_from_its_head_alone(harvested: Harvested) -> None:
    rows, done = harvested({"p.html": _page("Roads | Fund", "")})
    assert rows == []
    assert "no-title" in {found.rule for found in done.findings}
