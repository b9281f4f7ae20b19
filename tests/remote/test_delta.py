"""One request that is the whole push: a load where quads only come, an update where some go, too."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from iomgraph.errors import RemoteError
from iomgraph.remote import push as module
from iomgraph.remote.push import push

from .conftest import Oxigraph, Proxy
from .test_push import quads

MakeProxy = Callable[..., Proxy]
Releases = tuple[Path, Path]
THEIRS = ox.Quad(*(ox.NamedNode(f"urn:{name}") for name in ("a", "p", "b", "theirs")))


@pytest.fixture
def shared(oxigraph: Oxigraph) -> Oxigraph:
    """A store that holds a graph of others."""
    oxigraph.endpoint.update("INSERT DATA { GRAPH <urn:theirs> { <urn:a> <urn:p> <urn:b> } }")
    return oxigraph


def loads(before: Proxy) -> list[bytes]:
    return [body for _, path, _, body in before.requests if path.startswith("/store")]


def test_into_an_empty_store_the_release_is_one_load_with_its_notes(
    shared: Oxigraph, proxy: MakeProxy, releases: Releases
) -> None:
    before = proxy(shared.port)
    done = push(releases[0], before.endpoint)
    [body] = loads(before)
    assert done.updates == 1
    assert done.sent == len(quads(releases[0])) < body.count(b"\n")
    assert shared.quads() == quads(releases[0]) | {THEIRS}
    assert push(releases[0], before.endpoint).stood


def test_a_load_may_be_as_large_as_it_is_and_an_update_may_not(
    oxigraph: Oxigraph, proxy: MakeProxy, releases: Releases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 1_000)
    before = proxy(oxigraph.port)
    for release, number in zip(releases, (1, 2), strict=True):
        push(release, before.endpoint, batch=1_000_000)
        # In the second release some quads are gone: it is loaded beside the first.
        assert len(loads(before)) == number
        assert oxigraph.quads() == quads(release)
    swaps = [body for _, path, _, body in before.requests if path == "/update" and b"NOT EXISTS" in body]
    assert len(swaps) == 1


def test_a_load_that_is_refused_and_too_large_for_an_update_goes_beside(
    oxigraph: Oxigraph, proxy: MakeProxy, releases: Releases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 1_000)
    narrow = proxy(
        oxigraph.port, lambda _: lambda body: (413, "", "too large") if len(body) > 60_000 else None
    )
    push(releases[0], narrow.endpoint)
    assert oxigraph.quads() == quads(releases[0])
    assert sum(len(body) <= 60_000 for body in loads(narrow)) > 3


def test_a_server_killed_by_a_load_holds_nothing_of_it_and_a_rerun_completes(
    shared: Oxigraph, proxy: MakeProxy, releases: Releases
) -> None:
    before = proxy(shared.port)

    def kill(number: int) -> object:
        if before.requests[number][1] == "/store":
            shared.kill()
            return 0
        return None

    before.trick = kill
    with pytest.raises(RemoteError, match="can't be reached"):
        push(releases[0], before.endpoint)
    shared.start()
    assert shared.quads() == {THEIRS}
    push(releases[0], shared.endpoint)
    assert shared.quads() == quads(releases[0]) | {THEIRS}


@pytest.mark.parametrize("carried_out", [True, False], ids=["carried out", "not carried out"])
def test_a_load_whose_answer_is_lost_may_be_done_twice(
    oxigraph: Oxigraph, proxy: MakeProxy, releases: Releases, carried_out: bool
) -> None:
    unlucky = proxy(oxigraph.port)

    def lose(number: int) -> object:
        if unlucky.requests[number][1] != "/store" or len(loads(unlucky)) > 1:
            return None
        return 0 if carried_out else (503, "", "busy")

    unlucky.trick = lose
    push(releases[0], unlucky.endpoint)
    first, second = loads(unlucky)
    assert first == second
    assert oxigraph.quads() == quads(releases[0])


def test_a_load_that_breaks_off_at_the_end_of_a_line_loads_nothing(
    oxigraph: Oxigraph, releases: Releases
) -> None:
    body = gzip.decompress((releases[0] / "iomgraph.nq.gz").read_bytes())
    half = body[: body.index(b"\n", len(body) // 2) + 1]
    head = (
        f"POST /store HTTP/1.1\r\nHost: a\r\nContent-Type: application/n-quads\r\nContent-Length: {len(body)}"
    )
    with socket.create_connection(("127.0.0.1", oxigraph.port), timeout=20) as client:
        client.sendall(f"{head}\r\n\r\n".encode() + half)
        client.shutdown(socket.SHUT_WR)
        assert b"500" in client.recv(1000)
    assert oxigraph.quads() == set()
    push(releases[0], oxigraph.endpoint)
    assert oxigraph.quads() == quads(releases[0])


def test_a_load_that_the_store_does_not_hold_is_taken_back(
    shared: Oxigraph, proxy: MakeProxy, releases: Releases
) -> None:
    careless = proxy(shared.port)

    def lose(number: int) -> object:
        if careless.requests[number][1] != "/store":
            return None
        return lambda body: b"".join(body.splitlines(keepends=True)[7:])

    careless.trick = lose
    with pytest.raises(RemoteError, match=r"(?s)does not hold what it was given.*put back"):
        push(releases[0], careless.endpoint)
    assert shared.quads() == {THEIRS}
    push(releases[0], shared.endpoint)
    assert shared.quads() == quads(releases[0]) | {THEIRS}


def test_a_reader_sees_nothing_or_all_of_the_first_release(oxigraph: Oxigraph, releases: Releases) -> None:
    text = """SELECT (COUNT(*) AS ?n)
        { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } FILTER(!STRENDS(STR(?g), "/push")) } }"""
    seen: list[int] = []
    over = threading.Event()

    def read() -> None:
        while not over.is_set():
            seen.append(int(oxigraph.endpoint.rows(text)[0][0].value))

    reader = threading.Thread(target=read)
    reader.start()
    push(releases[0], oxigraph.endpoint)
    over.set()
    reader.join()
    assert set(seen) <= {0, len(quads(releases[0]))}
    assert len(seen) > 3
