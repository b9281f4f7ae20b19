"""A push is complete or has no effect, whatever happens on the way, and a rerun continues it."""

from __future__ import annotations

import gzip
import json
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from iomgraph.errors import PublicationError, RemoteError
from iomgraph.remote.endpoint import Addresses, Endpoint
from iomgraph.remote.push import AT_ONCE, push

from .conftest import QUICK, Oxigraph, Proxy

MakeProxy = Callable[..., Proxy]
Releases = tuple[Path, Path]

CUTS = [0, 1, 5, 9, 12, 15, 16, 17, 20, 40, 60, 80, 100, 119, 140, 200, 300]
BOTH = pytest.mark.parametrize("at_once", [AT_ONCE, 0], ids=["at once", "loaded beside"])
"""The two ways: changes in one request; or, where they are too large, the release loaded beside first."""


def quads(release: Path) -> set[ox.Quad]:
    with gzip.open(release / "iomgraph.nq.gz") as stream:
        return set(ox.parse(stream.read(), format=ox.RdfFormat.N_QUADS))


@BOTH
def test_the_store_holds_what_the_release_holds(oxigraph: Oxigraph, releases: Releases, at_once: int) -> None:
    done = push(releases[0], oxigraph.endpoint, at_once=at_once)
    assert oxigraph.quads() == quads(releases[0])
    assert (done.quads, done.updates, done.whole, done.facts) == (len(quads(releases[0])), 1, True, "")


@BOTH
def test_a_second_release_takes_the_place_of_the_first(
    oxigraph: Oxigraph, releases: Releases, at_once: int
) -> None:
    for release in releases:
        push(release, oxigraph.endpoint, at_once=at_once)
    assert quads(releases[0]) - quads(releases[1])
    assert oxigraph.quads() == quads(releases[1])


@BOTH
def test_graphs_that_have_not_changed_are_left_as_they_are(
    oxigraph: Oxigraph, proxy: MakeProxy, releases: Releases, at_once: int
) -> None:
    first = push(releases[0], oxigraph.endpoint, at_once=at_once)
    before = proxy(oxigraph.port)
    second = push(releases[1], before.endpoint, at_once=at_once)
    by_graph = [dict[object, set[ox.Triple]](), dict[object, set[ox.Triple]]()]
    for graphs, release in zip(by_graph, releases, strict=True):
        for quad in quads(release):
            graphs.setdefault(quad.graph_name, set()).add(quad.triple)
    same = [graph for graph in by_graph[1] if by_graph[0].get(graph) == by_graph[1][graph]]
    assert (first.kept, second.kept) == (0, len(same))
    assert same
    updates = b"".join(body for _, path, _, body in before.requests if path == "/update")
    # Their digest is noted, and nothing else is said of them.
    assert [graph for graph in same if f"GRAPH {graph}".encode() in updates] == []
    assert oxigraph.quads() == quads(releases[1])


def test_what_has_changed_is_sent_and_nothing_else(
    oxigraph: Oxigraph, proxy: MakeProxy, releases: Releases
) -> None:
    push(releases[0], oxigraph.endpoint)
    before = proxy(oxigraph.port)
    done = push(releases[1], before.endpoint)
    old, new = quads(releases[0]), quads(releases[1])
    assert 0 < done.sent == len(old - new) + len(new - old) < len(new) / 2
    # Before it stands the note that a push has begun; after it, that nothing is left of it.
    assert [path for _, path, _, _ in before.requests].count("/update") <= 4
    assert len(oxigraph.endpoint.sizes("https://w3id.org/iomgraph/graph/")) == len(
        {quad.graph_name for quad in new}
    )


def test_a_change_that_the_store_does_not_hold_is_taken_back(
    oxigraph: Oxigraph, proxy: MakeProxy, releases: Releases
) -> None:
    push(releases[0], oxigraph.endpoint)

    def lose(body: bytes) -> object:
        if b"DELETE DATA" not in body or lost:
            return None
        lost.append(body)
        return body.partition(b"INSERT DATA")[0] + b"INSERT DATA { <urn:a> <urn:p> <urn:b> }"

    lost: list[bytes] = []
    careless = proxy(oxigraph.port, lambda _: lose)
    with pytest.raises(RemoteError, match=r"(?s)does not hold what it was given.*put back"):
        push(releases[1], careless.endpoint)
    [spoilt] = oxigraph.quads() - quads(releases[0])
    assert str(spoilt.subject) == "<urn:a>"
    assert not quads(releases[0]) - oxigraph.quads()
    push(releases[1], oxigraph.endpoint)
    assert oxigraph.quads() == quads(releases[1])


def test_a_push_that_ended_before_it_had_cleared_up_does_so_when_it_is_run_again(
    oxigraph: Oxigraph, releases: Releases
) -> None:
    def stop(step: str, _: int, __: int) -> None:
        if step == "clear":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        push(releases[0], oxigraph.endpoint, at_once=0, say=stop)
    staged = {quad for quad in oxigraph.quads() if "/graph/push/" in str(quad.graph_name)}
    assert staged
    assert oxigraph.quads() - staged == quads(releases[0])
    assert push(releases[0], oxigraph.endpoint).stood
    assert oxigraph.quads() == quads(releases[0])


@BOTH
def test_a_graph_that_somebody_has_changed_is_put_right(
    oxigraph: Oxigraph, releases: Releases, at_once: int
) -> None:
    push(releases[0], oxigraph.endpoint, at_once=at_once)
    graph = next(
        q.graph_name for q in quads(releases[0]) & quads(releases[1]) if "/claims/" in str(q.graph_name)
    )
    oxigraph.endpoint.update(f"INSERT DATA {{ GRAPH {graph} {{ <urn:a> <urn:p> <urn:b> }} }}")
    push(releases[1], oxigraph.endpoint, at_once=at_once)
    assert oxigraph.quads() == quads(releases[1])


def test_a_release_that_the_store_holds_is_not_sent_again(
    oxigraph: Oxigraph, proxy: MakeProxy, releases: Releases
) -> None:
    push(releases[0], oxigraph.endpoint)
    before = proxy(oxigraph.port)
    assert push(releases[0], before.endpoint).stood
    assert [path for _, path, _, _ in before.requests] == ["/query"]


def test_a_dry_run_sends_no_update(oxigraph: Oxigraph, proxy: MakeProxy, releases: Releases) -> None:
    before = proxy(oxigraph.port)
    done = push(releases[0], before.endpoint, dry_run=True)
    assert done.quads == len(quads(releases[0]))
    assert done.updates == 0
    assert {path for _, path, _, _ in before.requests} == {"/query"}


@BOTH
def test_statements_of_others_in_the_default_graph_are_not_lost(
    oxigraph: Oxigraph, releases: Releases, at_once: int
) -> None:
    oxigraph.endpoint.update("INSERT DATA { <urn:a> <urn:p> <urn:b> }")
    with pytest.raises(RemoteError, match=r"(?s)would be lost.*--replace"):
        push(releases[0], oxigraph.endpoint, at_once=at_once)
    assert {str(quad.subject) for quad in oxigraph.quads()} == {"<urn:a>"}
    push(releases[0], oxigraph.endpoint, at_once=at_once, replace=True)
    assert oxigraph.quads() == quads(releases[0])


@BOTH
def test_graphs_of_others_stay(oxigraph: Oxigraph, releases: Releases, at_once: int) -> None:
    oxigraph.endpoint.update("INSERT DATA { GRAPH <urn:theirs> { <urn:a> <urn:p> <urn:b> } }")
    push(releases[0], oxigraph.endpoint, at_once=at_once)
    push(releases[1], oxigraph.endpoint, at_once=at_once)
    theirs = ox.Quad(
        ox.NamedNode("urn:a"), ox.NamedNode("urn:p"), ox.NamedNode("urn:b"), ox.NamedNode("urn:theirs")
    )
    assert oxigraph.quads() == quads(releases[1]) | {theirs}


@BOTH
def test_the_graph_store_protocol_loads_the_same(
    oxigraph: Oxigraph, releases: Releases, at_once: int
) -> None:
    addresses = Addresses(f"{oxigraph.base}/query", graph_store=f"{oxigraph.base}/store")
    push(releases[0], Endpoint(addresses, policy=QUICK), at_once=at_once)
    assert oxigraph.quads() == quads(releases[0])


@BOTH
def test_a_graph_store_that_takes_no_quads_gets_no_more_of_them(
    oxigraph: Oxigraph, proxy: MakeProxy, releases: Releases, at_once: int
) -> None:
    strict = proxy(oxigraph.port)

    def trick(number: int) -> object:
        _, path, _, _ = strict.requests[number]
        return (400, "", "which graph?") if path == "/store" else None

    strict.trick = trick
    addresses = Addresses(f"{strict.url}/query", graph_store=f"{strict.url}/store")
    push(releases[0], Endpoint(addresses, policy=QUICK), at_once=at_once)
    assert oxigraph.quads() == quads(releases[0])
    assert [path for _, path, _, _ in strict.requests].count("/store") == 1


def test_a_server_killed_in_the_middle_loses_nothing_and_a_rerun_goes_on(
    oxigraph: Oxigraph, releases: Releases
) -> None:
    push(releases[0], oxigraph.endpoint)

    def kill(step: str, done: int, total: int) -> None:
        if step == "load" and done > total / 2:
            oxigraph.kill()

    with pytest.raises(RemoteError, match="can't be reached"):
        push(releases[1], oxigraph.endpoint, at_once=0, batch=200, say=kill)
    oxigraph.start()
    staged = {quad for quad in oxigraph.quads() if "/graph/push/" in str(quad.graph_name)}
    assert staged
    assert oxigraph.quads() - staged == quads(releases[0])
    done = push(releases[1], oxigraph.endpoint, at_once=0, batch=200)
    assert done.resumed >= len(quads(releases[1])) / 2
    assert oxigraph.quads() == quads(releases[1])


def test_an_abandoned_push_of_another_release_is_cleared_away(oxigraph: Oxigraph, releases: Releases) -> None:
    def stop(step: str, done: int, total: int) -> None:
        if step == "load" and done > total / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        push(releases[0], oxigraph.endpoint, at_once=0, batch=200, say=stop)
    push(releases[1], oxigraph.endpoint)
    assert oxigraph.quads() == quads(releases[1])


def test_what_an_earlier_push_noted_but_did_not_load_is_loaded(
    oxigraph: Oxigraph, releases: Releases
) -> None:
    def stop(step: str, _: int, __: int) -> None:
        if step == "compare":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        push(releases[0], oxigraph.endpoint, at_once=0, say=stop)
    graph = next(quad.graph_name for quad in oxigraph.quads() if str(quad.graph_name).endswith("/facts>"))
    oxigraph.endpoint.update(f"DELETE WHERE {{ GRAPH {graph} {{ ?s a ?type }} }}")
    push(releases[0], oxigraph.endpoint)
    assert oxigraph.quads() == quads(releases[0])


@BOTH
def test_503s_are_waited_out(oxigraph: Oxigraph, proxy: MakeProxy, releases: Releases, at_once: int) -> None:
    busy = proxy(oxigraph.port, lambda n: (503, "Retry-After: 0\r\n", "busy") if n % 3 == 0 else None)
    push(releases[0], busy.endpoint, batch=500, at_once=at_once)
    assert oxigraph.quads() == quads(releases[0])
    assert len(busy.requests) > 8


def test_503s_without_end_are_named_and_nothing_changes(
    oxigraph: Oxigraph, proxy: MakeProxy, releases: Releases
) -> None:
    push(releases[0], oxigraph.endpoint)
    busy = proxy(oxigraph.port, lambda n: (503, "", "busy") if n > 6 else None)
    with pytest.raises(RemoteError, match=r"(?s)not well \(503, busy\).*goes on where it stopped"):
        push(releases[1], busy.endpoint, at_once=0, batch=300)
    assert {q for q in oxigraph.quads() if "/graph/push/" not in str(q.graph_name)} == quads(releases[0])


def test_a_connection_cut_after_any_number_of_bytes_loses_nothing(
    oxigraph: Oxigraph, proxy: MakeProxy, releases: Releases
) -> None:
    # Every third answer is cut, each time after another number of bytes; the update was carried out.
    trick = proxy(oxigraph.port, lambda n: CUTS[n // 3 % len(CUTS)] if n % 3 == 1 else None)
    push(releases[0], trick.endpoint, at_once=0, batch=150)
    assert oxigraph.quads() == quads(releases[0])
    assert len(trick.requests) > 3 * len(CUTS)


@pytest.mark.parametrize("first", [0, 6, 11])
def test_a_change_whose_answers_are_cut_after_any_number_of_bytes_loses_nothing(
    oxigraph: Oxigraph, proxy: MakeProxy, releases: Releases, first: int
) -> None:
    # Every second answer is cut, each time after another number of bytes.
    unlucky = proxy(oxigraph.port, lambda n: CUTS[(first + n // 2) % len(CUTS)] if n % 2 else None)
    for release in releases:
        push(release, unlucky.endpoint)
        assert oxigraph.quads() == quads(release)
    assert len(unlucky.requests) > 2 * len(CUTS)


def test_a_server_killed_by_a_change_holds_the_old_release_and_a_rerun_completes(
    oxigraph: Oxigraph, proxy: MakeProxy, releases: Releases
) -> None:
    push(releases[0], oxigraph.endpoint)

    def kill(body: bytes) -> object:
        if b"DELETE DATA" in body:
            oxigraph.kill()
            return 0
        return None

    before = proxy(oxigraph.port, lambda _: kill)
    with pytest.raises(RemoteError, match="can't be reached"):
        push(releases[1], before.endpoint)
    oxigraph.start()
    assert oxigraph.quads() == quads(releases[0])
    push(releases[1], oxigraph.endpoint)
    assert oxigraph.quads() == quads(releases[1])


@BOTH
@pytest.mark.parametrize("carried_out", [True, False], ids=["carried out", "not carried out"])
def test_an_update_whose_answer_is_lost_may_be_done_twice(
    oxigraph: Oxigraph, proxy: MakeProxy, releases: Releases, carried_out: bool, at_once: int
) -> None:
    push(releases[0], oxigraph.endpoint)
    swaps: list[bytes] = []

    def lose(body: bytes) -> object:
        if b"NOT EXISTS" not in body and b"DELETE DATA" not in body:
            return None
        swaps.append(body)
        return None if len(swaps) > 1 else 0 if carried_out else (503, "", "busy")

    unlucky = proxy(oxigraph.port, lambda _: lose)
    assert push(releases[1], unlucky.endpoint, at_once=at_once).updates == 1
    assert oxigraph.quads() == quads(releases[1])
    assert len(swaps) == 2


def test_a_store_that_takes_small_requests_gets_small_ones(
    oxigraph: Oxigraph, proxy: MakeProxy, releases: Releases
) -> None:
    def small(_: int) -> object:
        return lambda body: (413, "", "too large") if len(body) > 60_000 else None

    narrow = proxy(oxigraph.port, small)
    push(releases[0], narrow.endpoint)
    assert oxigraph.quads() == quads(releases[0])
    assert max(len(body) for *_, body in narrow.requests) > 60_000


@BOTH
def test_a_reader_sees_the_old_release_or_the_new_one_and_never_a_mixture(
    oxigraph: Oxigraph, releases: Releases, at_once: int
) -> None:
    push(releases[0], oxigraph.endpoint)
    text = """SELECT (COUNT(*) AS ?n) (SUM(?year) AS ?years)
        { ?s ?p ?o OPTIONAL { ?s <https://w3id.org/iomgraph/ontology#endYear> ?o BIND(?o AS ?year) } }"""
    seen: list[str] = []
    over = threading.Event()

    def read() -> None:
        while not over.is_set():
            seen.append(str(oxigraph.endpoint.rows(text)[0]))

    reader = threading.Thread(target=read)
    first = str(oxigraph.endpoint.rows(text)[0])
    reader.start()
    push(releases[1], oxigraph.endpoint, at_once=at_once, batch=100)
    over.set()
    reader.join()
    last = str(oxigraph.endpoint.rows(text)[0])
    assert first != last
    assert set(seen) <= {first, last}
    assert len(seen) > 3


ALTERED: dict[str, Callable[[Path], object]] = {
    "missing": lambda release: (release / "void.ttl").unlink(),
    "truncated": lambda release: (release / "iomgraph.nq.gz").write_bytes(
        (release / "iomgraph.nq.gz").read_bytes()[:2000]
    ),
    "altered": lambda release: (release / "iomgraph.ttl").write_text("", encoding="utf-8"),
    "unlisted": lambda release: (release / "more.ttl").write_text("", encoding="utf-8"),
    "newer": lambda release: (release / "manifest.json").write_text(
        json.dumps(json.loads((release / "manifest.json").read_text()) | {"format": 99}), encoding="utf-8"
    ),
}


@pytest.mark.parametrize("how", ALTERED)
def test_of_a_release_that_is_not_as_it_was_published_nothing_is_sent(
    how: str, tmp_path: Path, proxy: MakeProxy, releases: Releases
) -> None:
    release = tmp_path / "release"
    shutil.copytree(releases[0], release)
    ALTERED[how](release)
    before = proxy()
    with pytest.raises(PublicationError):
        push(release, before.endpoint)
    assert before.requests == []


@pytest.mark.slow
def test_virtuoso_holds_the_facts_in_a_graph_of_their_own(virtuoso: str, releases: Releases) -> None:
    endpoint = Endpoint(Addresses(virtuoso), policy=QUICK)
    for release in releases:
        done = push(release, endpoint)
        facts = "https://w3id.org/iomgraph/graph/facts"
        assert (done.facts, done.whole) == (facts, False)
        wanted = sum(1 for quad in quads(release) if isinstance(quad.graph_name, ox.DefaultGraph))
        assert endpoint.count(f"GRAPH <{facts}> {{ ?s ?p ?o }}") == wanted
        named = {
            quad.graph_name.value for quad in quads(release) if isinstance(quad.graph_name, ox.NamedNode)
        }
        own = {facts, "https://w3id.org/iomgraph/graph/push"}
        assert set(endpoint.sizes("https://w3id.org/iomgraph/graph/")) == named | own
    assert push(releases[1], endpoint).stood
