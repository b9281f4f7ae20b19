"""One release three times: from memory, from an Oxigraph, and from a Virtuoso."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from iomgraph.remote.endpoint import Addresses, Endpoint
from iomgraph.remote.push import push

from ...remote.conftest import QUICK, Oxigraph, Proxy, proxies, start_virtuoso, virtuoso
from ..conftest import Running, serving

__all__ = ["start_virtuoso", "virtuoso"]


@pytest.fixture(scope="session")
def pushed(site_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oxigraph]:
    """An Oxigraph that holds the release, and that no test changes."""
    store = Oxigraph(tmp_path_factory.mktemp("pushed") / "store")
    push(site_release, store.endpoint)
    yield store
    store.kill()


@pytest.fixture(scope="session")
def relayed(
    pushed: Oxigraph, site_release: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    log = tmp_path_factory.mktemp("relayed") / "log"
    with serving(site_release, log, "--endpoint", f"{pushed.base}/query") as running:
        yield running


@pytest.fixture(scope="session")
def by_virtuoso(
    virtuoso: str, site_release: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    push(site_release, Endpoint(Addresses(virtuoso), policy=QUICK))
    log = tmp_path_factory.mktemp("virtuoso") / "log"
    with serving(site_release, log, "--endpoint", virtuoso) as running:
        yield running


@pytest.fixture(scope="session")
def spoiled(
    pushed: Oxigraph, site_release: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Proxy, Running]]:
    """A server whose store is behind a proxy that spoils answers, once it is told to; it keeps none."""
    log = tmp_path_factory.mktemp("spoiled") / "log"
    with proxies() as make:
        store = make(pushed.port)
        address = ("--endpoint", f"{store.url}/query")
        with serving(site_release, log, *address, "--timeout", "2", "--kept", "0") as running:
            yield store, running
