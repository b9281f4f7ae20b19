"""Pages made to mislead: their harvested values, and the messages to the user."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from iomgraph.claims.claim import Page, Part
from iomgraph.findings import Finding
from iomgraph.sources.harvest import Harvest

Harvested = Callable[..., tuple[list[Mapping[str, str]], Harvest]]
Claimed = Callable[..., tuple[list[Page], list[Finding]]]

REFUSED = {
    "two": ("several-pages p.html:24", "'LM.9911' on line 12"),
    "pdftext": ("label-columns p.txt:5", "Start Date                  End Date"),
    "translated": ("machine-translated p.html:2", "Des routes vers des villes inventées"),
}
TOLD = {"noh1": {}, "hidden": {"hidden-field": 1}, "shy": {"invisible-characters": 7}}
SAID = {
    "title@en": "Roads to invented towns",
    "startYear": 2015,
    "endYear": 2017,
    "status": "statuses:completed",
    "theme": "themes:labour-migration",
    "budget": (Part.of(value="200000", currency="USD"),),
    "coverage": "coverages:national",
    "fundingYear": 2015,
    "region": "regions:africa",
    "primaId": "KE10P0099",
    "identifier": "LM.9911",
    "benefitingState": ("states:KEN",),
}


@pytest.fixture(scope="module")
def cases(shared: Path) -> Path:
    return shared / "cases/pages"


@pytest.mark.parametrize("case", REFUSED)
def test_a_page_that_would_mislead_gives_no_row(cases: Path, harvested: Harvested, case: str) -> None:
    rows, done = harvested([cases / case])
    told, words = REFUSED[case]
    assert rows == []
    assert [f"{found.rule} {found.place}" for found in done.findings] == [told]
    assert words in done.findings[0].text()


@pytest.mark.parametrize("case", TOLD)
def test_a_page_with_false_parts_gives_its_true_ones(
    cases: Path, harvested: Harvested, claimed: Claimed, case: str
) -> None:
    rows, done = harvested([cases / case])
    rules = [found.rule for found in done.findings if found.rule != "no-day"]
    assert {rule: rules.count(rule) for rule in rules} == TOLD[case]
    (page,), findings = claimed(*rows)
    assert {key: claim.value for key, claim in page.claims.items()} == SAID
    assert findings == []
