"""Pages of data that means harm, or is odd."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from iomgraph.mapping.context import read as read_context
from iomgraph.mapping.dataset import DEFAULT, Dataset
from iomgraph.publication.site import overview, points, structured
from iomgraph.publication.site.things import Things
from iomgraph.publication.site.view import Item, View
from iomgraph.settings import BASE_IRI, Settings

MARKUP = '<script>alert(1)</script><img src=x onerror="alert(2)">'
ARABIC = "مشروع بناء القدرات"


LONG = ("Long " * 400).strip()
EMOJI = "🌍 Émoji 🧭"
TITLES = {"bridges": MARKUP, "lamps": f"{ARABIC} {EMOJI}", "900003": LONG}
"""Part of an address to the title that the page says."""


def titled(rows: list[dict[str, str]]) -> None:
    """Give the pages of the tiny portfolio other titles."""
    for row in rows:
        for part, title in TITLES.items():
            if part in row["url"]:
                row["title"] = title


@pytest.fixture(scope="module")
def odd(publish: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release of the tiny portfolio with those titles, with its site."""
    folder: Path = publish(tmp_path_factory.mktemp("odd") / "dist", change=titled, site=True)
    return folder


def page_of(folder: Path, title: str) -> str:
    """The page that shows a title as its heading."""
    found = [
        text
        for path in (folder / "site/id/project").glob("*.html")
        if title in (text := path.read_text(encoding="utf-8"))
    ]
    assert found
    return found[0]


def test_markup_in_a_title_is_shown_and_not_run(odd: Path) -> None:
    text = page_of(odd, "&lt;script&gt;alert(1)&lt;/script&gt;")
    assert MARKUP not in text
    assert "<img" not in text
    (described,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
    assert json.loads(described)["name"]["@value"] == MARKUP


@pytest.mark.parametrize("title", [ARABIC, EMOJI, LONG], ids=["right to left", "emoji", "2,000 characters"])
def test_an_odd_title_is_shown_whole(odd: Path, title: str) -> None:
    assert page_of(odd, title)


@pytest.fixture
def view() -> View:
    data = Dataset(read_context(Settings().ontology))
    data.add(
        [
            {
                "id": "states:XKX",
                "type": ["State"],
                "prefLabel": {"fr": ["Nulle part"]},
                "exactMatch": ["javascript:alert(1)", "https://example.org/x"],
            }
        ],
        DEFAULT,
    )
    return View(Things(data, BASE_IRI), "es", {})


def test_a_link_that_is_not_a_link_of_the_web_is_text(view: View) -> None:
    (row,) = [row for row in view.rows(view.things.records["states:XKX"]) if row.term == "exactMatch"]
    assert row.items == (
        Item("javascript:alert(1)"),
        Item("example.org/x", url="https://example.org/x"),
    )


def test_a_missing_label_falls_back_and_is_marked(view: View) -> None:
    assert view.thing("states:XKX") == Item("Nulle part", "fr", "id/state/XKX")


def test_a_state_without_a_point_is_counted_all_the_same(view: View) -> None:
    ((item, point, count, shade),) = overview.choropleth(view, {"states:XKX": 2}, {})
    assert (item.text, point, count, shade) == ("Nulle part", None, 2, 2)


@pytest.mark.parametrize(("other", "key"), [("USD", "budget"), ("EUR", "budget_alone")])
def test_a_total_says_where_it_leaves_other_currencies_out(view: View, other: str, key: str) -> None:
    projects: list[dict[str, object]] = [
        {"id": f"projects:{number}", "budget": {"value": "5", "currency": currency}}
        for number, currency in enumerate(("USD", "USD", other))
    ]
    assert key in dict(overview.numbers(view, projects, 0))


def test_a_state_is_a_point_on_land_that_tells_no_state_from_another() -> None:
    known = points.read(Settings().data)
    assert len(known.points) == 233
    assert known.points["states:GEO"] == points.Point("607", "123")
    assert known.land.count("z") > 200


def test_a_script_end_in_data_ends_no_script() -> None:
    assert "</script" not in structured.script({"name": "</script><!--"})
