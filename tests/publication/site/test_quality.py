"""Findings by rule, beside those of the versions before."""

from __future__ import annotations

from pathlib import Path

import pytest

from iomgraph.findings import Finding, Findings, Severity
from iomgraph.mapping.context import read
from iomgraph.mapping.dataset import Dataset
from iomgraph.publication.site import quality
from iomgraph.publication.site.things import Things
from iomgraph.publication.site.view import View
from iomgraph.release.history import Version
from iomgraph.settings import BASE_IRI, Settings


@pytest.fixture
def view() -> View:
    return View(Things(Dataset(read(Settings().ontology)), BASE_IRI), "en", {})


def finding(rule: str, severity: Severity) -> Finding:
    return Finding(rule, severity, {"en": "wrong"})


def test_each_rule_is_counted_version_by_version_the_gravest_first(view: View) -> None:
    found = Findings([finding("shapes:A", Severity.MAY), *[finding("b", Severity.SHOULD)] * 2])
    versions = [Version("1", "", 0), Version("2", "", 0, findings={"b": 5, "gone": 1}), Version("3", "", 0)]
    shown = quality.shown(view, found, versions)
    assert [(kind.rule.text, kind.page, kind.counts) for kind in shown["kinds"]] == [
        ("b", "", (None, 5, 2)),
        ("A", "rules/may", (None, 0, 1)),
        ("gone", "", (None, 1, 0)),
    ]
    assert shown["kinds"][-1].severity is None


def test_a_release_carries_the_counts_of_the_one_before(site_release: Path) -> None:
    text = (site_release / "site/quality.html").read_text(encoding="utf-8")
    assert text.index("2026.1.0") < text.index("2026.2.0")


def test_a_shape_is_called_by_its_name_in_the_language_and_leads_to_its_place(site: Path) -> None:
    text = (site / "fr/quality.html").read_text(encoding="utf-8")
    assert 'fr/rules/should.html#Concept-prefLabel-es">Libellé espagnol d’un concept</a>' in text
    assert ">Concept-prefLabel-es<" not in text
