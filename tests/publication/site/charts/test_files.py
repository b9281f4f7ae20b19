"""Drawings as files: each stands alone, and no series is told by its colour alone."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from iomgraph.publication.site.charts import marks
from iomgraph.settings import resources

SVG = "{http://www.w3.org/2000/svg}"
CSS = resources() / "templates/site/assets/site.css"


@pytest.fixture(scope="module")
def drawings(site: Path) -> list[Path]:
    """Every drawing of the site, in every language."""
    return sorted(path for folder in ("", "fr/", "es/") for path in (site / f"{folder}charts").rglob("*.svg"))


def test_a_drawing_stands_alone(drawings: list[Path]) -> None:
    assert len(drawings) > 300
    for path in drawings[::7]:
        root = ET.parse(path).getroot()
        assert all(root.findtext(f"{SVG}{name}") for name in ("title", "desc")), path
        assert all(float(root.get(name, 0)) > 200 for name in ("width", "height")), path
        assert not {f"{SVG}{name}" for name in ("style", "script", "image")} & {
            one.tag for one in root.iter()
        }
        ids = {one.get("id") for one in root.iter()}
        for one in root.iter():
            named = re.fullmatch(r"url\(#(.+)\)", one.get("fill", ""))
            assert not named or named[1] in ids, path
            # What the style sheet of the site colours has a colour of its own.
            assert not one.get("class") or one.get("fill") or one.get("stroke"), path


def test_a_drawing_carries_its_scope_and_where_it_comes_from(site: Path) -> None:
    for lang, said, source in (
        ("fr/", "Ces totaux portent sur", "https://w3id.org/iomgraph/fr/statistics.html"),
        ("es/", "Estos totales", "https://w3id.org/iomgraph/es/statistics.html"),
    ):
        text = " ".join(ET.parse(site / f"{lang}charts/state-budget.svg").getroot().itertext())
        assert said in text
        assert source in re.sub(r"\s", "", text)


def test_numbers_in_a_drawing_are_written_as_its_language_does(site: Path) -> None:
    told = {
        lang: " ".join(ET.parse(site / f"{lang}charts/state-budget.svg").getroot().itertext())
        for lang in ("", "fr/", "es/")
    }
    assert re.search(r"\$\d{1,3},\d{3},\d{3}", told[""])
    assert re.search(r"\d{1,3}\u202f\d{3}\u202f\d{3}\xa0\$US", told["fr/"])
    assert re.search(r"\d{1,3}\.\d{3}\.\d{3}\xa0US\$", told["es/"])


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _schemes() -> Iterator[dict[str, str]]:
    """The colours of the style sheet, by day and by night."""
    for block in re.findall(r":root \{(.*?)\}", CSS.read_text(encoding="utf-8")):
        found = dict(re.findall(r"--(\w+): (#\w+)", block))
        yield {
            name: f"#{one[1] * 2}{one[2] * 2}{one[3] * 2}" if len(one) == 4 else one
            for name, one in found.items()
        }


def test_every_fill_stands_out_by_day_and_by_night_and_files_have_those_of_the_day() -> None:
    day, night = _schemes()
    for scheme in (day, night):
        weak = {
            f"s{at}": scheme[f"s{at}"]
            for at in range(1, 9)
            if _contrast(scheme[f"s{at}"], scheme["paper"]) < 3
        }
        assert weak == {}
    assert [day[f"s{at}"] for at in range(1, 9)] == [*marks.COLOURS]


def test_no_two_fills_have_the_same_pattern() -> None:
    defined = marks.fills("a", len(marks.COLOURS))
    patterns = re.findall(r'class="hatch" d="([^"]+)"', defined)
    assert len(set(patterns)) == len(marks.COLOURS) - 1
    assert marks.fills("a", 1) == ""


def test_every_series_is_named_in_its_legend(site: Path, read: Callable[[Path], Any]) -> None:
    root = ET.parse(site / "charts/start-year-projects.svg").getroot()
    texts = {one.text for one in root.iter(f"{SVG}text")}
    assert {"Africa", "Americas", "Asia", "Europe", "Oceania", "Several regions", "No state named"} <= texts


@pytest.mark.parametrize("most", ["1", "2", "7", "21", "203", "455189074.97", "0.4"])
def test_an_axis_reaches_past_the_largest_value(most: str) -> None:
    found = marks.ticks(Decimal(most))
    assert found[0] == 0
    assert found[-2] < Decimal(most) <= found[-1] or most == "0.4"
    assert 2 <= len(found) <= 6


def test_each_chart_on_a_page_has_a_table_files_and_a_query(site: Path, read: Callable[[Path], Any]) -> None:
    for name, count in (("index", 4), ("statistics", 12), ("id/state/GEO", 1)):
        page = read(site / f"es/{name}.html")
        links = [a["href"] for a in page.all("a")]
        assert len([a for a in page.all("svg") if a.get("class") == "plot"]) == count
        assert len([a for a in page.all("table") if a.get("class") == "figures"]) == count
        assert len([one for one in links if one.endswith(".svg")]) == count
        assert len([one for one in links if re.search(r"charts/.*\.csv$", one)]) == count
        assert len([one for one in links if "sparql.html#" in one]) >= count
