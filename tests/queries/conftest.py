"""The release of the real portfolio, and the queries."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from iomgraph.queries import execution, library
from iomgraph.queries.library import Query
from iomgraph.settings import resources


@pytest.fixture(scope="session")
def release(portfolio_release: Path) -> Path:
    return portfolio_release


@pytest.fixture(scope="session")
def store(release: Path) -> ox.Store:
    return execution.open_release(release)


@pytest.fixture(scope="session")
def known() -> dict[str, Query]:
    return library.read_all(resources() / "queries")
