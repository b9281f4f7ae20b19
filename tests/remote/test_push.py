"""A push: whole or not at all, whatever happens on the way, and a rerun goes on."""

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
from iomgraph.remote.push import push

from .conftest import QUICK, Oxigraph, Proxy

MakeProxy = Callable[..., Proxy]
Releases = tuple[Path, Path]


def quads(release: Path) -> set[ox.Quad]:
    with gzip.open(release / "iomgraph.nq.gz") as stream:
        return set(ox.parse(stream.read(), format=ox.RdfFormat.N_QUADS))


def test_the_store_holds_what_the_release_holds(oxigraph: Oxigraph, releases: Releases) -> None:
    done = push(releases[0], oxigraph.endpoint)
    assert oxigraph.quads() == quads(releases[0])
    assert (done.quads, done.updates, done.whole, done.facts) == (len(quads(releases[0])), 1, True, "")


def test_a_second_release_takes_the_place_of_the_first(oxigraph: Oxigraph, releases: Releases) -> None:
    for release in releases:
        push(release, oxigraph.endpoint)
    assert quads(releases[0]) - quads(releases[1])
    assert oxigraph.quads() == quads(releases[1])


def test_graphs_that_have_not_changed_are_left_as_they_are(
    oxigraph: Oxigraph, proxy: MakeProxy, releases: Releases
) -> None:
    first = push(releases[0], oxigraph.endpoint)
    before = proxy(oxigraph.port)
    second = push(releases[1], before.endpoint)
    by_graph = [dict[object, set[ox.Triple]](), dict[object, set[ox.Triple]]()]
    for graphs, release in zip(by_graph, releases, strict=True):
        for quad in quads(release):
            graphs.setdefault(quad.graph_name, set()).add(quad.triple)
    same = [graph for graph in by_graph[1] if by_graph[0].get(graph) == by_graph[1][graph]]
    assert (first.kept, second.kept) == (0, len(same))
    assert same
    sent = b"".join(body for *_, body in before.requests)
    staged = {str(graph).rpartition("/")[2].encode() for graph in same}
    assert [name for name in staged if b"MOVE" in sent and b"/claims/" + name[:-1] + b"> TO" in sent] == []
    assert oxigraph.quads() == quads(releases[1])


def test_a_graph_that_somebody_has_changed_is_put_right(oxigraph: Oxigraph, releases: Releases) -> None:
    push(releases[0], oxigraph.endpoint)
    graph = next(
        q.graph_name for q in quads(releases[0]) & quads(releases[1]) if "/claims/" in str(q.graph_name)
    )
    oxigraph.endpoint.update(f"INSERT DATA {{ GRAPH {graph} {{ <urn:a> <urn:p> <urn:b> }} }}")
    push(releases[1], oxigraph.endpoint)
    assert oxigraph.quads() == quads(releases[1])


def test_what_stands_there_already_is_not_sent_again(
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


def test_statements_of_others_in_the_default_graph_are_not_lost(
    oxigraph: Oxigraph, releases: Releases
) -> None:
    oxigraph.endpoint.update("INSERT DATA { <urn:a> <urn:p> <urn:b> }")
    with pytest.raises(RemoteError, match=r"(?s)would be lost.*--replace"):
        push(releases[0], oxigraph.endpoint)
    assert {str(quad.subject) for quad in oxigraph.quads()} == {"<urn:a>"}
    push(releases[0], oxigraph.endpoint, replace=True)
    assert oxigraph.quads() == quads(releases[0])


def test_graphs_of_others_stay(oxigraph: Oxigraph, releases: Releases) -> None:
    oxigraph.endpoint.update("INSERT DATA { GRAPH <urn:theirs> { <urn:a> <urn:p> <urn:b> } }")
    push(releases[0], oxigraph.endpoint)
    push(releases[1], oxigraph.endpoint)
    theirs = ox.Quad(
        ox.NamedNode("urn:a"), ox.NamedNode("urn:p"), ox.NamedNode("urn:b"), ox.NamedNode("urn:theirs")
    )
    assert oxigraph.quads() == quads(releases[1]) | {theirs}


def test_the_graph_store_protocol_loads_the_same(oxigraph: Oxigraph, releases: Releases) -> None:
    addresses = Addresses(f"{oxigraph.base}/query", graph_store=f"{oxigraph.base}/store")
    push(releases[0], Endpoint(addresses, patience=QUICK))
    assert oxigraph.quads() == quads(releases[0])


def test_a_graph_store_that_takes_no_quads_gets_graphs(
    oxigraph: Oxigraph, proxy: MakeProxy, releases: Releases
) -> None:
    strict = proxy(oxigraph.port)

    def trick(number: int) -> object:
        _, path, _, _ = strict.requests[number]
        return (400, "", "which graph?") if path == "/store" else None

    strict.trick = trick
    addresses = Addresses(f"{strict.url}/query", graph_store=f"{strict.url}/store")
    push(releases[0], Endpoint(addresses, patience=QUICK))
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
        push(releases[1], oxigraph.endpoint, batch=200, say=kill)
    oxigraph.start()
    staged = {quad for quad in oxigraph.quads() if "/graph/push/" in str(quad.graph_name)}
    assert staged
    assert oxigraph.quads() - staged == quads(releases[0])
    done = push(releases[1], oxigraph.endpoint, batch=200)
    assert done.resumed >= len(quads(releases[1])) / 2
    assert oxigraph.quads() == quads(releases[1])


def test_an_abandoned_push_of_another_release_is_cleared_away(oxigraph: Oxigraph, releases: Releases) -> None:
    def stop(step: str, done: int, total: int) -> None:
        if step == "load" and done > total / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        push(releases[0], oxigraph.endpoint, batch=200, say=stop)
    push(releases[1], oxigraph.endpoint)
    assert oxigraph.quads() == quads(releases[1])


def test_what_an_earlier_push_noted_but_did_not_load_is_loaded(
    oxigraph: Oxigraph, releases: Releases
) -> None:
    def stop(step: str, _: int, __: int) -> None:
        if step == "compare":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        push(releases[0], oxigraph.endpoint, say=stop)
    graph = next(quad.graph_name for quad in oxigraph.quads() if str(quad.graph_name).endswith("/facts>"))
    oxigraph.endpoint.update(f"DELETE WHERE {{ GRAPH {graph} {{ ?s a ?type }} }}")
    push(releases[0], oxigraph.endpoint)
    assert oxigraph.quads() == quads(releases[0])


def test_503s_are_waited_out(oxigraph: Oxigraph, proxy: MakeProxy, releases: Releases) -> None:
    busy = proxy(oxigraph.port, lambda n: (503, "Retry-After: 0\r\n", "busy") if n % 3 == 0 else None)
    push(releases[0], busy.endpoint, batch=500)
    assert oxigraph.quads() == quads(releases[0])
    assert len(busy.requests) > 10


def test_503s_without_end_are_named_and_nothing_changes(
    oxigraph: Oxigraph, proxy: MakeProxy, releases: Releases
) -> None:
    push(releases[0], oxigraph.endpoint)
    busy = proxy(oxigraph.port, lambda n: (503, "", "busy") if n > 6 else None)
    with pytest.raises(RemoteError, match=r"(?s)not well \(503, busy\).*goes on where it stopped"):
        push(releases[1], busy.endpoint, batch=300)
    assert {q for q in oxigraph.quads() if "/graph/push/" not in str(q.graph_name)} == quads(releases[0])


def test_a_connection_cut_after_any_number_of_bytes_loses_nothing(
    oxigraph: Oxigraph, proxy: MakeProxy, releases: Releases
) -> None:
    cuts = [0, 1, 5, 9, 12, 15, 16, 17, 20, 40, 60, 80, 100, 119, 140, 200, 300]
    # Every third answer is cut, each time after another number of bytes; the update was carried out.
    trick = proxy(oxigraph.port, lambda n: cuts[n // 3 % len(cuts)] if n % 3 == 1 else None)
    push(releases[0], trick.endpoint, batch=150)
    assert oxigraph.quads() == quads(releases[0])
    assert len(trick.requests) > 3 * len(cuts)


@pytest.mark.parametrize("carried_out", [True, False], ids=["carried out", "not carried out"])
def test_a_swap_whose_answer_is_lost_is_never_done_twice(
    oxigraph: Oxigraph, proxy: MakeProxy, releases: Releases, carried_out: bool
) -> None:
    push(releases[0], oxigraph.endpoint)
    swaps: list[bytes] = []

    def lose(body: bytes) -> object:
        if b"MOVE" not in body:
            return None
        swaps.append(body)
        return None if len(swaps) > 1 else 0 if carried_out else (503, "", "busy")

    unlucky = proxy(oxigraph.port, lambda _: lose)
    assert push(releases[1], unlucky.endpoint).updates == 1
    assert oxigraph.quads() == quads(releases[1])
    assert len(swaps) == (1 if carried_out else 2)


def test_a_store_that_takes_small_requests_gets_small_ones(
    oxigraph: Oxigraph, proxy: MakeProxy, releases: Releases
) -> None:
    def small(_: int) -> object:
        return lambda body: (413, "", "too large") if len(body) > 60_000 else None

    narrow = proxy(oxigraph.port, small)
    push(releases[0], narrow.endpoint)
    assert oxigraph.quads() == quads(releases[0])
    assert max(len(body) for *_, body in narrow.requests) > 60_000


def test_a_reader_sees_the_old_release_or_the_new_one_and_never_a_mixture(
    oxigraph: Oxigraph, releases: Releases
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
    push(releases[1], oxigraph.endpoint, batch=100)
    over.set()
    reader.join()
    last = str(oxigraph.endpoint.rows(text)[0])
    assert first != last
    assert set(seen) <= {first, last}
    assert len(seen) > 10


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
    endpoint = Endpoint(Addresses(virtuoso), patience=QUICK)
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
        assert set(endpoint.graphs("https://w3id.org/iomgraph/graph/")) == named | own
    assert push(releases[1], endpoint).stood
