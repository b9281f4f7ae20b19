"""Numbers, money and days, as each language writes them."""

from __future__ import annotations

import pytest

from iomgraph.mapping.context import read
from iomgraph.mapping.dataset import Dataset
from iomgraph.publication.site.things import Things
from iomgraph.publication.site.view import View
from iomgraph.settings import BASE_IRI, Settings


@pytest.fixture(scope="module")
def things() -> Things:
    return Things(Dataset(read(Settings().ontology)), BASE_IRI)


def spaced(text: str) -> str:
    """A text whose spaces are all the plain one."""
    return text.replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("lang", "whole", "cents"),
    [
        ("en", "$64,240", "$64,240.50"),
        ("fr", "64 240 $US", "64 240,50 $US"),
        ("es", "64.240 US$", "64.240,50 US$"),
    ],
)
def test_money(things: Things, lang: str, whole: str, cents: str) -> None:
    view = View(things, lang, {})
    assert spaced(view.money("64240.00")) == whole
    assert spaced(view.money("64240.5")) == cents


@pytest.mark.parametrize(
    ("lang", "day", "month"),
    [
        ("en", "November 3, 2026", "November 2026"),
        ("fr", "3 novembre 2026", "novembre 2026"),
        ("es", "3 de noviembre de 2026", "noviembre de 2026"),
    ],
)
def test_a_day_a_month_and_a_year(things: Things, lang: str, day: str, month: str) -> None:
    view = View(things, lang, {})
    assert view.date("2026-11-03") == day
    assert view.date("2026-11") == month
    assert view.date("2026") == "2026"


def test_the_parts_of_a_line_keep_their_language_and_their_pages() -> None:
    data = Dataset(read(Settings().ontology))
    sector = {"id": "sectors:dac/72050", "type": ["Concept"], "prefLabel": {"en": "Relief co-ordination"}}
    data.add([sector])
    share = {"type": ["Allocation"], "allocatedTo": sector["id"], "value": "5", "currency": "USD"}
    (item,) = View(Things(data, BASE_IRI), "fr", {}).items("allocation", [share])
    assert spaced(item.text) == "5 $US · Relief co-ordination"
    assert [(part.lang, part.path) for part in item.parts] == [("", ""), ("en", "id/sector/dac/72050")]
