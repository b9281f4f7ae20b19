"""A release that was built on a cluster: the same statements as on one machine."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow
import pytest
from pyarrow import parquet
from rdflib import Graph
from rdflib.compare import isomorphic

from iomgraph.cluster.build import build
from iomgraph.cluster.session import ClusterSettings
from iomgraph.release import manifest
from iomgraph.settings import Settings
from iomgraph.sources import page_table, tables

from .conftest import Cluster

pytestmark = pytest.mark.slow
COUNTS = r"void:(?:triples|entities|classes|properties|distinctSubjects|distinctObjects) \d+"


def parts(release: Path, folder: str) -> Iterator[bytes]:
    for path in sorted((release / folder).iterdir()):
        yield from gzip.decompress(path.read_bytes()).splitlines(keepends=True)


def assert_same(release: Path, local: Path) -> None:
    """Compare a release in parts with one in a piece: statements, findings, report, counts, checksums."""
    assert b"".join(parts(release, "nquads")) == gzip.decompress((local / "iomgraph.nq.gz").read_bytes())
    told = json.loads((local / "findings.json").read_text(encoding="utf-8"))["findings"]
    found = map(json.loads, parts(release, "findings"))
    assert sorted(map(json.dumps, found)) == sorted(map(json.dumps, told))
    report = Graph().parse(data=b"".join(parts(release, "report")), format="nt")
    assert isomorphic(report, Graph().parse(local / "report.ttl"))
    counts = [re.findall(COUNTS, (one / "void.ttl").read_text(encoding="utf-8")) for one in (release, local)]
    assert counts[0] == counts[1] != []
    assert_same_tables(release / "tables", local / "tables")
    assert manifest.differences(release) == []
    listed = {entry.name for entry in manifest.read(release)}
    for pattern in ("nquads/*", "tables/*/*.parquet"):
        written = {path.relative_to(release).as_posix() for path in release.glob(pattern)}
        assert written
        assert written <= listed


def assert_same_tables(parted: Path, whole: Path) -> None:
    """Compare tables, each in a folder of parts, with those of one machine: columns, types, rows."""
    names = {path.stem for path in whole.glob("*.parquet")}
    assert {path.name for path in parted.iterdir()} == names
    assert {"Project", "Finding", "State", "allocations"} <= names
    for name in names:
        expected = parquet.read_table(whole / f"{name}.parquet")
        found = [parquet.read_table(path) for path in sorted((parted / name).iterdir())]
        assert {one.schema for one in found} == {expected.schema}, name
        rows = [row for one in found for row in one.to_pylist()]
        assert sorted(map(repr, rows)) == sorted(map(repr, expected.to_pylist())), name


def test_with_one_part_the_statements_are_those_of_one_machine(
    some: Path, local: Path, tmp_path: Path, cluster: Cluster
) -> None:
    settings = ClusterSettings(cluster.master, partitions=1, conf=cluster.conf)
    assert build(Settings(data=some, out=tmp_path / "dist"), settings).published
    assert_same(tmp_path / "dist", local)


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


def test_a_record_that_cannot_be_read_names_itself_and_costs_itself(tmp_path: Path, cluster: Cluster) -> None:
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
