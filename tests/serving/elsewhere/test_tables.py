"""The index out of a release's tables is that out of its graphs."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from iomgraph.serving.api import choices
from iomgraph.serving.elsewhere.tables import TableReader
from iomgraph.serving.reconciliation import entities, properties
from iomgraph.serving.release import Release

from ...release.parted import parted


def test_things_are_the_same_by_tables_as_by_graphs(loaded: Release, portfolio_release: Path) -> None:
    tables = TableReader(portfolio_release, loaded.context)
    stated = list(entities.stated(loaded.store, loaded.context))
    ours, theirs = (list(entities.read(each, loaded.context)) for each in (tables.things(), stated))
    assert len(ours) > 900
    for one, other in zip(ours, theirs, strict=True):
        assert (one.iri, one.types, one.names) == (other.iri, other.types, other.names)
        assert (sorted(one.others), sorted(one.codes)) == (sorted(other.others), sorted(other.codes))
    by_iri = {one.iri: one for one in theirs}
    found, known = (
        properties.find(each, loaded.context, by_iri, loaded.said["en"]) for each in (tables.things(), stated)
    )
    assert len(found) > 40
    assert found == known
    assert list(found) == list(known)


def test_the_things_that_queries_take_are_the_same_by_tables(
    loaded: Release, portfolio_release: Path
) -> None:
    named = TableReader(portfolio_release, loaded.context).named(loaded.queries)
    release = Release(
        loaded.store, loaded.context, loaded.queries, loaded.said, loaded.terms, loaded.version, named=named
    )
    ours, theirs = choices.read(release), choices.read(loaded)
    assert ours == theirs
    assert sum(map(len, ours.values())) > 250


def test_a_release_in_parts_is_served_and_indexed_as_one_in_a_piece(
    releases: tuple[Path, Path], tmp_path: Path
) -> None:
    parts = parted(releases[1], tmp_path / "dist")
    one, other = (Release.open(release) for release in (releases[1], parts))
    assert isinstance(one.store, ox.Store)
    assert isinstance(other.store, ox.Store)
    assert set(one.store) == set(other.store) != set()
    assert len({one.digest, other.digest, ""}) == 3
    whole, some = (TableReader(release, one.context) for release in (releases[1], parts))
    things, others = (sorted(map(repr, each.things())) for each in (whole, some))
    assert things == others != []
    named, others_named = (set(each.named(one.queries)) for each in (whole, some))
    assert named == others_named != set()
