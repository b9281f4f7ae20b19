"""The release of the real portfolio, and the questions."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from iomgraph.build import build
from iomgraph.publication import answers, questions
from iomgraph.publication.questions import Question
from iomgraph.settings import Settings, resources


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release of the real portfolio."""
    out = tmp_path_factory.mktemp("portfolio") / "dist"
    assert build(Settings(out=out)).published
    return out


@pytest.fixture(scope="session")
def store(release: Path) -> ox.Store:
    return answers.open_release(release)


@pytest.fixture(scope="session")
def known() -> dict[str, Question]:
    return questions.read_all(resources() / "queries")
