"""Headings of things that no source names."""

from __future__ import annotations

from pathlib import Path

import pytest

from iomgraph.mapping.context import read
from iomgraph.mapping.dataset import Dataset
from iomgraph.publication.site.things import Things
from iomgraph.publication.site.view import View
from iomgraph.records.record import Record
from iomgraph.settings import BASE_IRI, Settings

STATE: Record = {
    "id": "states:SEN",
    "type": ["State"],
    "prefLabel": {"en": "Senegal", "fr": "Sénégal", "es": "Senegal"},
}
KIND: Record = {
    "id": "unit-kinds:regional-office",
    "type": ["Concept"],
    "prefLabel": {"en": "Regional office", "fr": "Bureau régional", "es": "Oficina regional"},
}
UNIT: Record = {
    "id": "units:ro-dakar",
    "type": ["OrganizationalUnit"],
    "classification": KIND["id"],
    "hasSite": ["sites:ro-dakar"],
}
ADDRESS: Record = {
    "id": "sites:ro-dakar/address",
    "type": ["PostalAddress"],
    "addressLocality": "Dakar",
    "addressCountry": STATE["id"],
}
SITE: Record = {"id": "sites:ro-dakar", "type": ["Site"], "siteOf": UNIT["id"], "siteAddress": ADDRESS}
CHANGE: Record = {
    "id": "changes:offices",
    "type": ["ChangeEvent"],
    "originalOrganization": ["units:ro-thies"],
    "resultingOrganization": UNIT["id"],
    "asOfMonth": "2024-03",
}
CAPTURE: Record = {
    "id": "captures:iom.int-node-1.2026-11-23",
    "type": ["Capture", "Entity"],
    "source": ["https://www.iom.int/node/1"],
    "created": "2026-11-23",
    "claimsGraph": "claims:iom.int-node-1.2026-11-23",
}


def view(lang: str, *records: Record) -> View:
    data = Dataset(read(Settings().ontology))
    data.add([STATE, KIND, *records])
    return View(Things(data, BASE_IRI), lang, {})


@pytest.mark.parametrize(
    ("lang", "site", "unit", "change"),
    [
        ("en", "Dakar, Senegal", "Regional office: Dakar", "March 2024: Regional office: Dakar"),
        ("fr", "Dakar, Sénégal", "Bureau régional\xa0: Dakar", "mars 2024\xa0: Bureau régional\xa0: Dakar"),
        ("es", "Dakar, Senegal", "Oficina regional: Dakar", "marzo de 2024: Oficina regional: Dakar"),
    ],
)
def test_sites_units_and_changes_are_headed_in_each_language(
    lang: str, site: str, unit: str, change: str
) -> None:
    shown = view(lang, UNIT, SITE, CHANGE)
    assert shown.name(SITE["id"]).text == site
    assert shown.name(UNIT["id"]).text == unit
    assert shown.name(CHANGE["id"]).text == change


def test_a_site_without_a_city_is_headed_by_its_state() -> None:
    address = {key: value for key, value in ADDRESS.items() if key != "addressLocality"}
    shown = view("fr", UNIT, SITE | {"siteAddress": address})
    assert shown.name(SITE["id"]).text == "Sénégal"
    assert shown.name(UNIT["id"]).text == "Bureau régional\xa0: Sénégal"


def test_a_unit_keeps_the_name_that_a_source_gives_it() -> None:
    named = UNIT | {"prefLabel": {"fr": "Bureau régional de Dakar"}}
    text = view("en", named, SITE).name(UNIT["id"])
    assert (text.text, text.lang) == ("Bureau régional de Dakar", "fr")


def test_a_saved_page_is_headed_by_its_address_and_its_day() -> None:
    assert view("es", CAPTURE).name(CAPTURE["id"]).text == "iom.int/node/1 (23 de noviembre de 2026)"


@pytest.mark.parametrize("changed", [{"source": ["https://d-portal.org/"]}, {"created": None}])
def test_a_file_without_an_address_or_a_day_is_headed_by_its_name(changed: Record) -> None:
    record = {key: value for key, value in (CAPTURE | changed).items() if value}
    assert view("en", record).name(CAPTURE["id"]).text == "iom.int-node-1.2026-11-23"


def test_a_record_that_says_too_little_is_headed_by_its_key() -> None:
    bare = {key: value for key, value in UNIT.items() if key != "hasSite"}
    assert view("en", bare).name(UNIT["id"]).text == "ro-dakar"


def test_what_a_heading_is_made_from_is_noted_for_each_page_that_shows_it() -> None:
    shown = view("en", UNIT, SITE)
    for _ in range(2):
        with shown.things.watch.noting() as seen:
            shown.thing(SITE["id"])
        assert ("record", STATE["id"]) in seen


def test_no_page_of_the_real_portfolio_is_headed_by_its_key(site: Path) -> None:
    keys = [
        path.relative_to(site)
        for kind in ("site", "change", "unit", "capture")
        for path in sorted((site / "id" / kind).glob("*.html"))
        if f"<h1>{path.stem}</h1>" in path.read_text(encoding="utf-8")
    ]
    assert keys == [Path("id/capture/iom_reported_latest.xml.html")]
