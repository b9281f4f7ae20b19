"""Titles that break off are found, and titles that are whole are left in peace."""

from __future__ import annotations

import csv
from collections.abc import Callable

import pytest

from iomgraph.claims import endings
from iomgraph.claims.claim import Page
from iomgraph.findings import Finding
from iomgraph.settings import Settings
from iomgraph.sources.tables import Tables

Claimed = Callable[..., tuple[list[Page], list[Finding]]]

TITLES = {
    "en": "Building the Capacity of Cambodia (BECOME)",
    "fr": "Une radio en Albanie, au Bangladesh et au Ghana",
    "es": "Una radio para los que regresan a “La Guajira”",
}
WHOLE = [
    ("en", "The Places They Come From"),
    ("en", "A Study of Hepatitis A"),
    ("en", "Migration: Plan A"),
    ("en", "Roads in Zambia (Phase I)"),
    ("en", "Roads in Zambia."),
    ("en", "Roads of LA"),
    ("fr", "Pacte mondial sur les migrations et Programme 2030"),
    ("fr", "Évaluation de l’environnement (phase I)"),
    ("es", "Gestión de fronteras: medidas preliminares”"),
]


@pytest.fixture(scope="module")
def known(settings: Settings) -> endings.Endings:
    return endings.read(Tables(settings.data))


@pytest.mark.parametrize("lang", TITLES)
def test_a_title_that_ends_in_any_unfinished_word_breaks_off(known: endings.Endings, lang: str) -> None:
    assert not known.is_cut(TITLES[lang], lang)
    assert len(known.words[lang]) >= 8
    for word in known.words[lang]:
        assert known.is_cut(f"{TITLES[lang]} {word}", lang)
        assert known.is_cut(f"{TITLES[lang]} {word} s", lang)
        assert known.is_cut(f"{TITLES[lang]} {word}".upper(), lang)


@pytest.mark.parametrize("lang", TITLES)
@pytest.mark.parametrize(
    "end", ["(", " [pilot", " {x", " «", " “and more", ",", " :", ";", " –", " —", " -", "…", "..."]
)
def test_a_title_with_an_open_bracket_or_mark_breaks_off(known: endings.Endings, lang: str, end: str) -> None:
    assert known.is_cut(TITLES[lang] + end, lang)


@pytest.mark.parametrize("title", ["Des routes vers l’", "Des routes vers l'", "Étude d’"])
def test_an_elided_word_needs_another(known: endings.Endings, title: str) -> None:
    assert known.is_cut(title, "fr")


@pytest.mark.parametrize(("lang", "title"), [*WHOLE, *TITLES.items()])
def test_a_whole_title_does_not_break_off(known: endings.Endings, lang: str, title: str) -> None:
    assert not known.is_cut(title, lang)


def test_three_of_the_real_titles_break_off(known: endings.Endings, settings: Settings) -> None:
    with (settings.data / "idf/pages.csv").open(encoding="utf-8") as file:
        rows = [*csv.DictReader(file)]
    cut = {row["title"][-10:] for row in rows if known.is_cut(row["title"], row["lang"])}
    assert cut == {"en Namibie", "u Ghana et", " dans le s"}
    assert len(rows) >= 234


def test_a_title_that_breaks_off_is_reported_at_its_cell_and_published_as_stated(claimed: Claimed) -> None:
    (page,), findings = claimed(
        {"url": "https://iom.int/fr/node/1", "lang": "fr", "title": "Une radio en Albanie, au Ghana et"}
    )
    (found,) = [found for found in findings if found.rule == "title-cut"]
    assert str(found.place) == "pages.csv:2 (row 1, column title)"
    assert page.says("title@fr") == "Une radio en Albanie, au Ghana et"
