"""The projects of a part: each fails alone, and all failures are counted."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

from iomgraph import portfolio, starter
from iomgraph.claims import kinds
from iomgraph.cluster.kit import packed
from iomgraph.cluster.reading import Read
from iomgraph.cluster.units import FINDINGS, NOTED, UNITS, ProjectMaker
from iomgraph.records.grouping import Group
from iomgraph.records.project import Project, Reconciler
from iomgraph.settings import Settings, resources
from iomgraph.sources.rules import Reporter


def test_projects_that_fail_are_counted_beside_those_that_are_made(tmp_path: Path, monkeypatch: Any) -> None:
    starter.begin(tmp_path / "three", resources() / "docs/examples/projects.csv")
    settings = Settings(data=tmp_path / "three")
    given = portfolio.read(settings.data)
    kit = packed(settings, given)
    shop, (source,) = kit.workshop(), given.sources
    pages = kinds.pages(shop.reference, given, source, Reporter(shop.rules, []))
    reads = [Read(number, pickle.dumps(page), []) for number, page in enumerate(pages)]
    project = Reconciler.project

    def fail(self: Reconciler, found: Group, *rest: Any) -> Project:
        if found.key != "A.2":
            raise ValueError("no such day")
        return project(self, found, *rest)

    monkeypatch.setattr(Reconciler, "project", fail)
    made: dict[str, list[Any]] = {}
    for one in ProjectMaker(kit)(reads):
        made.setdefault(one.kind, []).extend(one.things())
    assert [unit.name for unit in made[UNITS]] == ["projects:A.2"]
    (noted,) = made[NOTED]
    assert (noted.number, noted.failures.number, noted.failures.first.value) == (1, 2, "A.1")
    assert noted.failures.first in [finding for _, finding in made[FINDINGS]]
