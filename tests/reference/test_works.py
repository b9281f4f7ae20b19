"""The works that reference tables cite are things, each named as its cell names it."""

from __future__ import annotations

from iomgraph.build import gather
from iomgraph.settings import Settings


def test_every_cited_work_has_a_record_and_no_record_is_uncited(settings: Settings) -> None:
    data = gather(settings).data
    cited = {
        work
        for graph in ("", "graphs:provenance")
        for one in data.records(graph)
        for work in one.get("attribution", ())
    }
    works = {one["id"]: one for one in data.records() if one["type"] == ["BibliographicResource"]}
    assert works.keys() == cited
    assert "CIA World Factbook" in {one["title"]["en"][0] for one in works.values()}
