"""A page of a project opens with its main facts, and names its doubts and a contact."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from iomgraph.portfolio import Agent
from iomgraph.publication import templates

PAGE = "id/project/LM.0024.html"


def test_money_years_states_theme_and_the_page_of_iom_come_first_then_doubts_then_claims(site: Path) -> None:
    text = (site / PAGE).read_text(encoding="utf-8")
    order = [
        text.index(one)
        for one in (
            "<h1>",
            "$64,240",
            "2008–2009",
            ">Georgia<",
            ">Labour Migration<",
            'href="https://iom.int/fr/node/176566"',
            'id="doubts"',
            'id="sources"',
            'id="facts"',
            'id="map"',
            'id="report"',
        )
    ]
    assert order == sorted(order)


def test_doubts_about_a_project_are_on_its_page_with_their_cells(site: Path) -> None:
    text = (site / f"fr/{PAGE}").read_text(encoding="utf-8")
    doubts = text[text.index('id="doubts"') : text.index('id="sources"')]
    assert "le titre" in doubts or "titre en espagnol" in doubts
    assert re.search(r"pages\.csv:\d+ \(ligne \d+, colonne end_year\)", doubts)
    assert "shapes:" not in doubts


@pytest.mark.parametrize("folder", ["fr", "es"])
def test_no_english_word_of_a_place_and_no_code_of_a_language_is_on_a_translated_page(
    site: Path, folder: str
) -> None:
    pages = sorted((site / folder / "id/project").glob("*.html"))
    leaks = re.compile(r"\(row \d|, column |(une page|página) en (en|fr|es)\b|Trouvé dans:|shapes:")
    found = [path.name for path in pages if leaks.search(path.read_text(encoding="utf-8"))]
    assert len(pages) > 200
    assert found == []


def test_the_map_of_a_project_shows_its_part_of_the_world_alone(site: Path) -> None:
    text = (site / PAGE).read_text(encoding="utf-8")
    (box,) = re.findall(r'class="map" viewBox="(\d+) (\d+) (\d+) (\d+)"', text)
    assert int(box[2]) <= 250
    (x, y) = re.findall(r'<circle class="dot" cx="(\d+)" cy="(\d+)"', text)[0]
    assert int(box[0]) < int(x) < int(box[0]) + int(box[2])
    assert int(box[1]) < int(y) < int(box[1]) + int(box[3])


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        (Agent("A"), "nobody"),
        (Agent("A", homepage="https://data.example.org/"), "nobody"),
        (Agent("A", email="data@example.org"), "to mailto:data@example.org"),
        (Agent("A", homepage="https://example.org/report"), "to https://example.org/report"),
    ],
)
def test_whom_to_tell_of_an_error_is_the_contact_of_the_portfolio_and_never_the_site(
    agent: Agent, told: str
) -> None:
    environment = templates.of("site")
    words: dict[str, Any] = {"report_to": "to", "report_nobody": "nobody"}
    macros: Any = environment.get_template("macros.html").module
    shown = macros.contact(agent, "https://data.example.org/", lambda one: one, words)
    assert " ".join(re.sub(r'<a href="([^"]*)">[^<]*</a>|</?p>', r"\1", shown).split()) == told


def test_a_page_of_the_portfolio_says_that_it_names_no_contact(site: Path) -> None:
    text = (site / PAGE).read_text(encoding="utf-8")
    assert "The publisher of this dataset names no contact." in text[text.index('id="report"') :]
