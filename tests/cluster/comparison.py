"""A release in parts beside one in a piece."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

from pyarrow import parquet
from rdflib import Graph
from rdflib.compare import isomorphic

from iomgraph.publication import service
from iomgraph.release import manifest
from iomgraph.serving import descriptions
from iomgraph.settings import resources
from iomgraph.sources import rules
from iomgraph.sources.tables import Tables
from iomgraph.verification.verify import verify

RULES = rules.read(Tables(resources() / "data"), "verification")
COUNTS = r"void:(?:triples|entities|classes|properties|distinctSubjects|distinctObjects) \d+"


def parts(release: Path, folder: str) -> Iterator[bytes]:
    for path in sorted((release / folder).iterdir()):
        yield from gzip.decompress(path.read_bytes()).splitlines(keepends=True)


def assert_same(release: Path, local: Path) -> None:
    """Compare a release in parts with one in a piece: statements, findings, tables, counts, checksums."""
    assert b"".join(parts(release, "nquads")) == gzip.decompress((local / "iomgraph.nq.gz").read_bytes())
    told = json.loads((local / "findings.json").read_text(encoding="utf-8"))["findings"]
    found = map(json.loads, parts(release, "findings"))
    assert sorted(map(json.dumps, found)) == sorted(map(json.dumps, told))
    counts = [re.findall(COUNTS, (one / "void.ttl").read_text(encoding="utf-8")) for one in (release, local)]
    assert counts[0] == counts[1] != []
    assert (release / service.FILE).read_bytes() == (local / service.FILE).read_bytes()
    assert_same_tables(release / "tables", local / "tables")
    assert [*verify(release, RULES, quick=True)] == []
    assert len(descriptions.read(release)) > 0, "the server finds the descriptions that it answers with"
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


def assert_same_report(release: Path, local: Path) -> None:
    """Compare the reports of validation as graphs."""
    report = Graph().parse(data=b"".join(parts(release, "report")), format="nt")
    assert isomorphic(report, Graph().parse(local / "report.ttl"))
