"""The server is as an examination from outside wants it."""

from __future__ import annotations

from iomgraph.doctor.examination import Options, examine
from iomgraph.doctor.groups import GROUPS
from iomgraph.doctor.limits import Limits

from .conftest import Running


def test_an_examination_finds_nothing(server: Running) -> None:
    found = examine(f"http://127.0.0.1:{server.port}/", Options(limits=Limits(rate=10_000, samples=8)))
    assert [(one.rule, str(one.place), one.text()) for one in found.findings] == []
    assert sum(tally.made for tally in found.groups.values()) == sum(map(len, GROUPS.values())) - 1
    # HSTS is for HTTPS; the IRIs are those of w3id.org; licences and the like are elsewhere.
    assert {one.rule for one in found.notes} == {
        "links-elsewhere",
        "links-sampled",
        "not-heavy",
        "other-space",
        "own-shapes",
        "plain-http",
    }
