"""The patch is RDF Patch as others read it: applied by rdflib, it makes the old release the new one."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from rdflib import Dataset

from iomgraph.publication.changes import comparison
from iomgraph.release import patch

Quads = set[tuple[object, ...]]


def quads(dataset: Dataset) -> Quads:
    """The quads of a dataset of rdflib's."""
    return {(s, p, o, getattr(c, "identifier", c)) for s, p, o, c in dataset.quads()}


def load(release: Path) -> Dataset:
    """The statements of a release, read by rdflib."""
    text = gzip.decompress((release / "iomgraph.nq.gz").read_bytes())
    return Dataset().parse(data=text, format="nquads")


def test_applied_by_rdflib_it_makes_the_old_release_the_new_one(releases: tuple[Path, Path]) -> None:
    old, new = releases
    dataset = load(old)
    assert quads(dataset) != quads(load(new))
    dataset.parse(data="".join(comparison.patch_of(old, new)), format="patch")
    assert quads(dataset) == quads(load(new))


def test_a_release_and_itself_differ_by_an_empty_transaction(releases: tuple[Path, Path]) -> None:
    assert list(comparison.patch_of(releases[0], releases[0])) == ["TX .\n", "TC .\n"]


def test_the_published_patch_names_both_versions(releases: tuple[Path, Path]) -> None:
    rows = gzip.decompress((releases[1] / "changes/2026.2.0.rdfp.gz").read_bytes()).decode().splitlines()
    space = "https://w3id.org/iomgraph/dataset/version/"
    assert rows[:3] == [f"H id <{space}2026.2.0> .", f"H prev <{space}2026.1.0> .", "TX ."]
    assert rows[-1] == "TC ."


@pytest.mark.parametrize("text", ["", "TX .\n", "TX .\nX <urn:s> .\nTC .\n", "PA a <urn:a> .\nTC .\n"])
def test_a_patch_that_is_cut_or_of_another_kind_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="patch"):
        list(patch.changes(text.splitlines(keepends=True)))
