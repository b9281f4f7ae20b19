"""Replicas behind a balancer: one release from each, and a change of release that no reader sees half of."""

from __future__ import annotations

import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from iomgraph.remote.push import push

from ...once import linked
from ...remote.conftest import Oxigraph
from ..conftest import Reply, Running, balanced, serving
from ..test_live import put

PATHS = (
    "/id/state/KEN/membership.ttl",
    "/api/projects-of-state.json?state=KEN",
    "/api/projects-in-year.csv?year=2016",
    "/sparql?query=SELECT%20(COUNT(*)%20AS%20%3Fn)%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D",
    "/reconcile/suggest/entity?prefix=k",
    "/id/state/KEN.ttl",
    "/index.html",
)


@dataclass
class Replica:
    """A server with a store and a folder of its own."""

    store: Oxigraph
    folder: Path
    running: Running


@pytest.fixture
def replicas(site_release: Path, tmp_path: Path) -> Iterator[list[Replica]]:
    with ExitStack() as stack:
        made = []
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            store = Oxigraph(tmp_path / name / "store")
            stack.callback(store.kill)
            push(site_release, store.endpoint)
            folder = linked(site_release, tmp_path / name / "dist")
            arguments = ("--endpoint", f"{store.base}/query", "--kept", "0")
            running = stack.enter_context(serving(folder, tmp_path / name / "log", *arguments))
            made.append(Replica(store, folder, running))
        yield made


class Reader(threading.Thread):
    """Asks for one thing after another until it is told to stop."""

    def __init__(self, server: Running) -> None:
        super().__init__(daemon=True)
        self.server, self.seen, self.stopped = server, list[tuple[str, Reply]](), threading.Event()

    def run(self) -> None:
        while not self.stopped.is_set():
            for path in PATHS:
                self.seen.append((path, self.server.ask(path)))
                time.sleep(0.08)


def bare(reply: Reply) -> tuple[int, str, str, bytes]:
    return reply.status, reply.headers["x-release"], reply.headers["etag"], reply.body


def change(replica: Replica, release: Path) -> None:
    """Put a release into the folder first, then into the store: the server changes with the store."""
    running = replica.running
    before = bare(running.ask(PATHS[1]))
    put(release, replica.folder)
    running.waits_for(lambda: "release waits for the store" in running.log.read_text(), "the wait")
    assert bare(running.ask(PATHS[1])) == before
    push(release, replica.store.endpoint)
    running.waits_for(lambda: running.ask(PATHS[-1]).headers["x-release"] == "2026.3.0", "the change")


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not there")
def test_replicas_change_release_one_by_one_and_no_reader_sees_half_of_it(
    replicas: list[Replica], another: Path, tmp_path: Path
) -> None:
    one, two = replicas
    old = {path: bare(one.running.ask(path)) for path in PATHS}
    assert {path: bare(two.running.ask(path)) for path in PATHS} == old
    with balanced(tmp_path, one.running.port, two.running.port) as front:
        reader = Reader(front)
        reader.start()
        for replica in replicas:
            change(replica, another)
            assert {path: bare(replica.running.ask(path)) for path in PATHS} != old
            # nginx leaves a server that failed alone for five seconds: both must not be out at once.
            time.sleep(5.5)
        reader.stopped.set()
        reader.join()
    new = {path: bare(one.running.ask(path)) for path in PATHS}
    assert {path: bare(two.running.ask(path)) for path in PATHS} == new
    assert all(old[path] != new[path] for path in PATHS)
    told = Counter("old" if bare(seen) == old[path] else "new" for path, seen in reader.seen)
    wrong = [(path, seen) for path, seen in reader.seen if bare(seen) not in (old[path], new[path])]
    assert wrong == []
    assert min(told["old"], told["new"]) > 5
