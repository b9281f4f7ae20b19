"""A release that is put in place is picked up, a broken one is refused; the old one needs no folder."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from iomgraph.build import Build
from iomgraph.release import manifest

from ..once import linked
from .conftest import Running, children, serving


@pytest.fixture
def place(site_release: Path, tmp_path: Path) -> Path:
    """A folder with a release, which may be replaced."""
    return linked(site_release, tmp_path / "dist")


@pytest.fixture
def running(place: Path, tmp_path: Path) -> Iterator[Running]:
    with serving(place, tmp_path / "log") as one:
        yield one


def put(new: Path, place: Path) -> None:
    """Put a release in the place of another, as a build does."""
    staged = place.with_name(".staging")
    linked(new, staged)
    if place.exists():
        place.rename(place.with_name(".old"))
    staged.rename(place)
    shutil.rmtree(place.with_name(".old"), ignore_errors=True)


def version(server: Running) -> str:
    lines = server.ask("/metrics").body.decode().splitlines()
    (line,) = (line for line in lines if line.startswith("iomgraph_release{"))
    return line.split('"')[1]


@pytest.mark.slow
def test_a_new_release_is_picked_up_and_no_request_is_dropped(
    running: Running, place: Path, another: Path
) -> None:
    failures: list[object] = []
    stop = threading.Event()

    def read() -> None:
        connection = running.connect()
        number = 0
        while not stop.is_set():
            number += 1
            for path in ("/index.html", f"/sparql?query=ASK%7B%7D%23{number}"):
                connection.request(
                    "GET", path, headers={"Accept": "application/sparql-results+json, */*;q=0.1"}
                )
                told = connection.getresponse()
                if told.status != 200 or not told.read():
                    failures.append((path, told.status))

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    assert version(running) == "2026.2.0"
    (old,) = children(running.process.pid)
    put(another, place)
    running.waits_for(lambda: version(running) == "2026.3.0", "the new release")
    running.waits_for(
        lambda: children(running.process.pid) != [old] and len(children(running.process.pid)) == 1,
        "the end of the old",
    )
    stop.set()
    for reader in readers:
        reader.join()
    assert not failures
    assert running.ask("/index.html").body == (another / "site/index.html").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["altered", "missing", "unreadable", "truncated"])
def test_a_broken_release_is_refused_and_the_old_one_goes_on(
    running: Running, place: Path, another: Path, tmp_path: Path, damage: str
) -> None:
    broken = linked(another, tmp_path / "broken")
    page = broken / "site/about.html"
    if damage == "altered":
        page.unlink()
        page.write_bytes(b"something else")
    elif damage == "missing":
        page.unlink()
    elif damage == "unreadable":
        (broken / manifest.NAME).unlink()
        (broken / manifest.NAME).write_text("{")
    else:
        dump = broken / "iomgraph.nq.gz"
        content = dump.read_bytes()
        dump.unlink()
        dump.write_bytes(content[:-100])
    front = running.ask("/index.html").body
    put(broken, place)
    running.waits_for(lambda: running.metric("iomgraph_releases_refused_total") >= 1, "the refusal")
    assert version(running) == "2026.2.0"
    assert running.ask("/index.html").body == front
    assert running.query("ASK {}").status == 200
    assert any(one.get("event") == "release refused" for one in running.events())


def test_a_folder_that_is_removed_is_not_missed(running: Running, place: Path, site_release: Path) -> None:
    shutil.rmtree(place)
    for name in ("index.html", "iomgraph.trig", "about.html"):
        assert running.ask(f"/{name}").body == (site_release / "site" / name).read_bytes()
    assert running.query("SELECT * { ?s ?p ?o } LIMIT 1").status == 200
    for worker in running.processes():
        os.kill(worker, signal.SIGKILL)
    assert running.query("SELECT * { ?s ?p ?o } LIMIT 2").status == 200


def test_a_hangup_loads_the_release_anew(running: Running) -> None:
    before = running.metric("iomgraph_releases_loaded_total")
    running.process.send_signal(signal.SIGHUP)
    running.waits_for(lambda: running.metric("iomgraph_releases_loaded_total") == before + 1, "the new load")


def test_a_loader_that_is_killed_is_replaced(running: Running) -> None:
    (loader,) = children(running.process.pid)
    os.kill(loader, signal.SIGKILL)
    running.waits_for(lambda: children(running.process.pid) not in ([], [loader]), "another loader")
    running.waits_for(lambda: running.metric("iomgraph_releases_loaded_total") == 2, "the new load")
    assert running.query("ASK {}").status == 200


def test_a_loader_that_is_stopped_is_replaced_and_no_query_hangs(running: Running) -> None:
    (loader,) = children(running.process.pid)
    workers = running.processes()
    os.kill(loader, signal.SIGSTOP)
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
    assert running.query("ASK {}").status in (200, 503)
    running.waits_for(lambda: children(running.process.pid) not in ([], [loader]), "another loader")
    running.waits_for(lambda: running.metric("iomgraph_releases_loaded_total") == 2, "the new load")
    assert running.query("ASK {} # later").status == 200


@pytest.mark.slow
def test_a_document_that_is_read_slowly_is_read_to_its_end_on_the_old_release(
    site_build: tuple[Build, Path], tmp_path: Path
) -> None:
    release = site_build[1]
    expected = (release / "site/iomgraph.trig").read_bytes()
    with serving(release, tmp_path / "log") as server, socket.socket() as slow:
        slow.settimeout(60)
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.connect(("127.0.0.1", server.port))
        # More than the system holds for a client that does not read.
        slow.sendall(b"GET /iomgraph.trig HTTP/1.1\r\nHost: x\r\n\r\n" * 6)
        (old,) = children(server.process.pid)
        server.process.send_signal(signal.SIGHUP)
        server.waits_for(
            lambda: len(children(server.process.pid)) == 1 and children(server.process.pid) != [old],
            "the end of the old",
        )
        with slow.makefile("rb") as stream:
            for _ in range(6):
                next(line for line in stream if line == b"\r\n")
                assert stream.read(len(expected)) == expected
