"""Virtuoso loads a release with its own loader, as README says."""

from __future__ import annotations

import gzip
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from iomgraph.remote.endpoint import Addresses, Endpoint
from iomgraph.settings import resources

FACTS = "https://w3id.org/iomgraph/graph/facts"


@pytest.mark.slow
def test_virtuoso_loads_all_graphs_and_the_facts_into_one_of_their_own(
    start_virtuoso: Callable[[], Any], portfolio_release: Path
) -> None:
    server = start_virtuoso()
    (server.folder / "dist").mkdir()
    shutil.copy(portfolio_release / "iomgraph.nq.gz", server.folder / "dist")
    printed = re.search(
        r"```sql\n(.*?)```", (resources() / "docs/use-the-data.md").read_text("utf-8"), re.DOTALL
    )
    assert printed
    server.run(" ".join(printed[1].split()))
    lines = gzip.decompress((portfolio_release / "iomgraph.nt.gz").read_bytes()).splitlines()
    endpoint = Endpoint(Addresses(server.address))
    assert endpoint.count(f"GRAPH <{FACTS}> {{ ?s ?p ?o }}") == len(lines)
    assert endpoint.count(f"GRAPH <{FACTS.replace('facts', 'quality')}> {{ ?s ?p ?o }}") > 1_000
