"""The places of facts, as they are written and read back."""

from __future__ import annotations

import json
from pathlib import Path

from iomgraph.claims.claim import Page
from iomgraph.claims.pages import spooled
from iomgraph.publication import places


def test_places_are_read_as_they_were_written(
    portfolio_pages: tuple[list[Page], object], tmp_path: Path
) -> None:
    pages, _ = portfolio_pages
    path = tmp_path / places.JSON
    places.write(path, {f"projects:{number}": [page] for number, page in enumerate(spooled(pages))})
    found = places.read(path)
    assert len(found) > 100
    assert {key: json.loads(place) for key, place in found.items()} == json.loads(path.read_text())
