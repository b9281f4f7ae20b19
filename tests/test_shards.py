"""Projects made in shards: the same as all in one, and each fails alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from iomgraph import shards, starter
from iomgraph.build import build, gather
from iomgraph.errors import UnprocessedError
from iomgraph.records.grouping import Group
from iomgraph.records.project import Project, Reconciler
from iomgraph.settings import Settings, resources


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portfolio of three projects."""
    folder = tmp_path_factory.mktemp("shards") / "three"
    starter.begin(folder, resources() / "docs/examples/projects.csv")
    return folder


def gathered(data: Path) -> tuple[list[str], list[Any], dict[str, int]]:
    """The statements in the order in which they are made, the findings in theirs, and the counts."""
    found = gather(Settings(data=data))
    return list(found.data.lines()), list(found.findings), found.counts


@pytest.mark.parametrize("least", [1, 2])
def test_any_number_of_slices_gives_the_same(three: Path, monkeypatch: Any, least: int) -> None:
    whole = gathered(three)
    monkeypatch.setattr(shards, "_LEAST", least)
    assert gathered(three) == whole


def test_a_project_that_fails_is_a_finding_and_the_others_are_made(three: Path, monkeypatch: Any) -> None:
    whole = gathered(three)
    project = Reconciler.project

    def fail(self: Reconciler, found: Group, *rest: Any) -> Project:
        if found.key == "A.2":
            raise ValueError("no such day")
        return project(self, found, *rest)

    monkeypatch.setattr(Reconciler, "project", fail)
    _, findings, counts = gathered(three)
    (told,) = (one for one in findings if one.rule == "unprocessed")
    assert (told.value, "ValueError: no such day" in told.text()) == ("A.2", True)
    assert counts["projects"] == whole[2]["projects"] - 1


def test_a_fault_of_every_project_stops_the_build_and_leaves_the_release(
    three: Path, tmp_path: Path, monkeypatch: Any
) -> None:
    settings = Settings(data=three, out=tmp_path / "dist", site=False)
    assert build(settings).published
    before = (settings.out / "SHA256SUMS").read_bytes()

    def fail(self: Reconciler, found: Group, *rest: Any) -> Project:
        raise KeyError(found.key)

    monkeypatch.setattr(Reconciler, "project", fail)
    with pytest.raises(UnprocessedError, match=r"3 of 3 projects can’t be processed.*A\.1.*KeyError") as stop:
        build(settings)
    assert "projects.csv" in stop.value.where
    assert stop.value.step
    assert (settings.out / "SHA256SUMS").read_bytes() == before
