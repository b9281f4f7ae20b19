"""The tree of the regions of UN M49 on their pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

_FRENCH = [
    ("Monde", "001"),
    ("Afrique", "002"),
    ("Afrique subsaharienne", "202"),
    ("Afrique occidentale", "011"),
]


def _tree(page: Path) -> str:
    text = page.read_text(encoding="utf-8")
    return text[text.index('<ul class="tree">') : text.rindex("</section>")]


def test_a_region_is_in_the_tree_below_those_that_hold_it(site: Path) -> None:
    tree = _tree(site / "fr/id/iati-region/m49/011.html")
    places = [tree.index(f">{name}</{'strong' if code == '011' else 'a'}>") for name, code in _FRENCH]
    assert places == sorted(places)
    before = tree[: places[-1]]
    assert before.count("<ul") - before.count("</ul>") == 4


@pytest.mark.parametrize("page", ["scheme/iati-region-m49", "iati-region/m49/419"])
def test_the_whole_tree_is_drawn_with_the_page_itself_marked(site: Path, page: str) -> None:
    tree = _tree(site / f"id/{page}.html")
    codes = re.findall(r'<span class="code">(\d{3})</span>', tree)
    assert len(codes) == len({*codes}) == 30
    assert tree.count("aria-current") == page.count("m49/")


def test_a_region_lists_the_projects_that_its_number_in_the_tree_counts(site: Path) -> None:
    text = (site / "id/iati-region/m49/011.html").read_text(encoding="utf-8")
    counted = re.search(r'<span class="code">011</span> – projects: (\d+)', text)
    listed = re.search(r"Projects that benefit states of the region \((\d+)\)", text)
    assert counted
    assert listed
    assert counted[1] == listed[1]
    assert int(listed[1]) > 10


def test_a_state_tells_its_regions_from_the_smallest_on(site: Path) -> None:
    text = (site / "fr/id/state/GHA.html").read_text(encoding="utf-8")
    row = text[text.index("région du monde (M49 de l’ONU)") :]
    names = re.findall(r'<li><a href="[^"]*iati-region/m49/\d+.html">([^<]+)</a>', row[: row.index("</dd>")])
    assert names == [name for name, _ in reversed(_FRENCH)]
    assert "sous-région M49" not in text


@pytest.mark.parametrize("page", ["id/theme/labour-migration", "id/scheme/theme"])
def test_a_flat_scheme_has_no_tree(site: Path, page: str) -> None:
    assert 'class="tree"' not in (site / f"{page}.html").read_text(encoding="utf-8")
