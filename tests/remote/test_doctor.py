"""Stores of others, examined from outside: what they lack is found, and nothing in them changes."""

from __future__ import annotations

from collections.abc import Callable

from iomgraph.doctor.examination import Diagnosis, Options, examine
from iomgraph.doctor.limits import Limits

from .conftest import Oxigraph, Virtuoso

QUICK = Options(limits=Limits(rate=10_000, samples=2))
DATA = "INSERT DATA { <http://people.example/1> <http://people.example/name> 'Ada' }"


def rules(found: Diagnosis) -> set[str]:
    return {one.rule for one in found.findings}


def test_an_oxigraph_that_anybody_may_update_is_reported_and_stays_as_it_was(oxigraph: Oxigraph) -> None:
    oxigraph.endpoint.update(DATA)
    before = oxigraph.quads()
    found = examine(oxigraph.base, QUICK)
    assert rules(found) == {
        "cors-endpoint",
        "no-catalogue",
        "no-nosniff",
        "no-void",
        "preflight-refused",
        "server-version",
        "update-open",
    }
    assert oxigraph.quads() == before != set()


def test_a_virtuoso_refuses_updates_and_its_departures_from_the_protocol_are_reported(
    start_virtuoso: Callable[[], Virtuoso],
) -> None:
    found = examine(start_virtuoso().address, Options(limits=Limits(rate=10_000, seconds=8)))
    assert found.groups["sparql"].left == 0
    # A query as the content itself is never answered, and ASK with rows; the endpoint names another host.
    assert rules(found) == {
        "ask-result",
        "cors-endpoint",
        "endpoint-differs",
        "no-catalogue",
        "no-nosniff",
        "no-void",
        "preflight-refused",
        "query-direct",
        "server-version",
        "trace-open",
    }
