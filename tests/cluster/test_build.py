"""A release that was built on a cluster: the same statements as on one machine."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow
import pytest
from pyarrow import parquet

from iomgraph.cluster.build import build
from iomgraph.cluster.session import ClusterSettings
from iomgraph.errors import UnprocessedError
from iomgraph.settings import Settings
from iomgraph.sources import page_table, tables

from .comparison import assert_same, assert_same_report, parts
from .conftest import Cluster

pytestmark = pytest.mark.slow


def test_with_one_part_the_statements_are_those_of_one_machine(
    some: Path, local: Path, tmp_path: Path, cluster: Cluster
) -> None:
    settings = ClusterSettings(cluster.master, partitions=1, conf=cluster.conf)
    assert build(Settings(data=some, out=tmp_path / "dist"), settings).published
    assert_same(tmp_path / "dist", local)
    assert_same_report(tmp_path / "dist", local)


def test_with_seven_parts_and_a_worker_killed_the_statements_are_the_same(
    some: Path, local: Path, tmp_path: Path, cluster: Cluster
) -> None:
    killed = []

    def say(step: str, done: int = 0, total: int = 0, /) -> None:
        if step == "check":
            cluster.kill_worker()
            killed.append(step)

    settings = ClusterSettings(cluster.master, partitions=7, conf=cluster.conf)
    try:
        assert build(Settings(data=some, out=tmp_path / "dist"), settings, say).published
    finally:
        cluster.start_worker()
    assert killed == ["check"]
    assert_same(tmp_path / "dist", local)
    assert_same_report(tmp_path / "dist", local)


def test_a_record_that_cannot_be_read_is_named_and_left_out(tmp_path: Path, cluster: Cluster) -> None:
    """A table in Parquet, one of whose rows has bytes where a text belongs."""
    data = tmp_path / "data"
    data.mkdir()
    source = Settings().data / "idf/pages.csv"
    rows = [dict(row.cells) for row in tables.read(source, page_table.COLUMNS)][:3]
    columns = {name: pyarrow.array([row[name] for row in rows]) for name in page_table.COLUMNS}
    parquet.write_table(pyarrow.table(columns), data / "good.parquet")
    columns["title"] = pyarrow.array([row["title"].encode() for row in rows])
    parquet.write_table(pyarrow.table(columns).slice(0, 1), data / "poisoned.parquet")
    text = 'title = "T"\nbase_iri = "https://data.example.org/"\ncurrency = "USD"\n[publisher]\nname = "P"\n'
    source_text = '[[sources]]\nkind = "pages"\nfiles = ["*.parquet"]\n'
    (data / "portfolio.toml").write_text(text + source_text, encoding="utf-8")
    settings = ClusterSettings(cluster.master, partitions=2, conf=cluster.conf)
    result = build(Settings(data=data, out=tmp_path / "dist"), settings)
    assert result.published
    told = [
        one for one in map(json.loads, parts(tmp_path / "dist", "findings")) if one["rule"] == "unprocessed"
    ]
    assert [(one["place"]["file"], one["place"]["row"], one["place"]["column"]) for one in told] == [
        ("data/poisoned.parquet", 1, "title")
    ]
    assert result.counts["projects"] >= 1
    (data / "good.parquet").unlink()
    manifest = (tmp_path / "dist/SHA256SUMS").read_bytes()
    with pytest.raises(UnprocessedError, match="1 of 1 projects can’t be processed") as stop:
        build(Settings(data=data, out=tmp_path / "dist"), settings)
    assert stop.value.where == "data/poisoned.parquet (row 1, column title)"
    assert (tmp_path / "dist/SHA256SUMS").read_bytes() == manifest
