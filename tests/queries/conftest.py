"""The release of the real portfolio, and the questions."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from iomgraph.publication import answers, questions
from iomgraph.publication.questions import Question
from iomgraph.settings import resources


@pytest.fixture(scope="session")
def release(portfolio_release: Path) -> Path:
    return portfolio_release


@pytest.fixture(scope="session")
def store(release: Path) -> ox.Store:
    return answers.open_release(release)


@pytest.fixture(scope="session")
def known() -> dict[str, Question]:
    return questions.read_all(resources() / "queries")
