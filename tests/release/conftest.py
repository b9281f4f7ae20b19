"""The small portfolio and its release, as the tests of the writers have them."""

from __future__ import annotations

from ..publication.conftest import context, dataset, graphs, lines, records, release

__all__ = ["context", "dataset", "graphs", "lines", "records", "release"]
