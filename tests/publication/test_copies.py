"""A release carries the ontology, the context in force and the shapes along."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from iomgraph.errors import PublicationError
from iomgraph.mapping.context import read
from iomgraph.publication import copies
from iomgraph.settings import Settings


def test_every_turtle_file_is_copied_to_its_place(tmp_path: Path) -> None:
    settings = Settings()
    copies.write(tmp_path, settings, {})
    for name, source in (("ontology", settings.ontology), ("shapes", settings.shapes)):
        expected = {path.relative_to(source): path.read_bytes() for path in source.rglob("*.ttl")}
        copied = {
            path.relative_to(tmp_path / name): path.read_bytes() for path in (tmp_path / name).rglob("*.ttl")
        }
        assert copied == expected
    assert (tmp_path / "shapes/must/project.ttl").is_file()


def test_the_context_is_the_one_in_force(tmp_path: Path) -> None:
    settings = Settings()
    context = read(settings.ontology, "http://localhost/")
    copies.write(tmp_path, settings, context.document)
    terms = json.loads((tmp_path / "ontology/context.jsonld").read_text(encoding="utf-8"))["@context"]
    assert terms["projects"] == "http://localhost/id/project/"
    assert terms["iom"] == "https://w3id.org/iomgraph/ontology#"


def test_a_link_is_not_followed_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "ontology").mkdir()
    (tmp_path / "ontology" / "secret.ttl").symlink_to("/etc/passwd")
    (tmp_path / "release").mkdir()
    with pytest.raises(PublicationError, match="contains a symbolic link"):
        copies.write(tmp_path / "release", Settings(ontology=tmp_path / "ontology"), {})


def test_sets_of_links_name_our_things_under_the_base_in_force(tmp_path: Path) -> None:
    settings = Settings(base_iri="http://localhost/")
    copies.write(tmp_path, settings, {})
    copied = sorted(path.name for path in (tmp_path / "links").iterdir())
    assert copied == sorted(path.name for path in (settings.data / "links").iterdir())
    text = (tmp_path / "links/states_wikidata.sssom.tsv").read_text(encoding="utf-8")
    assert "#  states: https://w3id.org/iomgraph/id/state/\n" in text
    assert "#mapping_set_id: http://localhost/links/states_wikidata\n" in text
    assert "wd:Q230" in text
