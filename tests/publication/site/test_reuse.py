"""The files of a site whose checksums are known when its parts were written."""

from __future__ import annotations

from iomgraph.publication.site.reuse import Written
from iomgraph.release.manifest import Entry


def test_the_files_of_the_parts_are_described_as_files_of_the_release() -> None:
    parts = [
        Written({"index.html": (1, "aa")}, reused=2),
        Written({"id/state/GEO.ttl": (2, "bb")}, [Entry("cube.csv", "text/csv", 3, "cc")], 1),
    ]
    joined = Written.joined(parts)
    assert joined.reused == 3
    assert joined.entries == [
        Entry("cube.csv", "text/csv", 3, "cc"),
        Entry("site/cube.csv", "text/csv", 3, "cc"),
        Entry("site/index.html", "text/html", 1, "aa"),
        Entry("site/id/state/GEO.ttl", "text/turtle", 2, "bb"),
    ]
