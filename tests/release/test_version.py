"""A version is given or is the day of the data, and is in every description of the release."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from rdflib import OWL, Graph, Literal, Namespace, URIRef

from iomgraph.errors import SettingsError
from iomgraph.release import manifest, version

BASE = "https://w3id.org/iomgraph/"
DCAT = Namespace("http://www.w3.org/ns/dcat#")
"""Of version 3; rdflib knows version 2."""


@pytest.mark.parametrize("given", ["../x", "a b", "v1", "1/2", "1..2", "-1", "1" * 65, "1\n", "1>", ".1"])
def test_what_is_not_a_part_of_an_iri_and_of_a_file_name_is_refused(given: str) -> None:
    with pytest.raises(SettingsError, match="not a version"):
        version.of(given, date(2026, 11, 23))


@pytest.mark.parametrize("given", ["2026.11.0", "1", "2026.11.23.1", "1.0-rc1", "1.0+build"])
def test_what_people_call_releases_is_taken_as_it_is(given: str) -> None:
    assert version.of(given, date(2026, 11, 23)) == given


@pytest.mark.parametrize("name", ["dcat.ttl", "void.ttl"])
def test_descriptions_say_the_version_and_the_one_before(releases: tuple[Path, Path], name: str) -> None:
    dataset = URIRef(f"{BASE}dataset")
    first, second = (Graph().parse(folder / name) for folder in releases)
    assert (dataset, DCAT.version, Literal("2026.1.0")) in first
    assert first.value(dataset, DCAT.previousVersion) is None
    assert (dataset, DCAT.version, Literal("2026.2.0")) in second
    assert (dataset, OWL.versionInfo, Literal("2026.2.0")) in second
    assert (dataset, DCAT.previousVersion, URIRef(f"{BASE}dataset/version/2026.1.0")) in second


def test_the_manifest_says_them_too(releases: tuple[Path, Path]) -> None:
    second = manifest.load(releases[1])
    assert (second.version, second.previous) == ("2026.2.0", "2026.1.0")
