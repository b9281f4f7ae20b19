"""An answer is complete, or it says why it is not; who passes a limit is replaced, the others go on."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from .conftest import Reply, Running, serving
from .wire import LARGE, Wire

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
WIDE = "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?a ?d ?c ?f"
LONG = (
    "SELECT (CONCAT(STR(?s), STR(?p), STR(?o), STR(?s), STR(?o), STR(?s)) AS ?x) "
    "{ VALUES ?z { 1 2 3 4 5 6 7 8 9 } ?s ?p ?o }"
)
QUICK = "ASK {}"


def works(server: Running) -> bool:
    return server.query(QUICK).body.startswith(b'{"head":{},"boolean":true}')


def test_time_is_bounded(strict: Running) -> None:
    before = strict.metric("iomgraph_workers_replaced_total")
    start = time.monotonic()
    told = strict.query(SLOW)
    assert told.status == 504
    assert "seconds" in told.json()["detail"]
    assert time.monotonic() - start < 30
    assert works(strict)
    strict.waits_for(
        lambda: strict.metric("iomgraph_workers_replaced_total") == before + 1, "the replacement", 10
    )
    assert strict.metric("iomgraph_limits_hit_total") >= 1


def test_memory_is_bounded(site_release: Path, tmp_path: Path) -> None:
    # Nothing but memory is narrow, so that nothing else can stop it.
    wide = ("--timeout", "300", "--cpu", "300", "--rows", "1000000000", "--bytes", "1024")
    with serving(site_release, tmp_path / "log", "--memory", "64", *wide) as narrow:
        told = narrow.query(WIDE)
        assert told.status == 413
        assert told.json()["detail"] == f"the answer took more than {64 << 20:,} bytes of memory"
        assert works(narrow)
        assert narrow.metric('iomgraph_limits_hit_total{limit="memory"}') == 1


def test_rows_are_bounded(strict: Running) -> None:
    for accept in ("application/sparql-results+json", "text/csv", "application/sparql-results+xml"):
        told = strict.query("SELECT ?p { ?s ?p ?o } LIMIT 600", accept)
        assert (told.status, told.headers["content-type"]) == (413, "application/problem+json")
        assert told.json()["detail"] == "the answer has more than 500 rows"
        assert strict.query("SELECT ?p { ?s ?p ?o } LIMIT 500", accept).status == 200
    told = strict.query("CONSTRUCT WHERE { ?s ?p ?o }", "text/turtle")
    assert told.json()["detail"] == "the answer has more than 500 statements"


def test_bytes_are_bounded(strict: Running) -> None:
    told = strict.query(LONG)
    assert told.status == 413
    assert told.json()["detail"] == "the answer is too long"
    assert works(strict)


def test_others_go_on_while_one_answer_is_too_slow(strict: Running) -> None:
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(strict.query, SLOW)
        time.sleep(0.3)
        done = 0
        while not slow.done():
            assert works(strict)
            done += 1
        assert slow.result().status == 504
        assert done > 5


def test_past_the_bound_of_the_queue_the_client_is_told_when_to_come_back(strict: Running) -> None:
    with ThreadPoolExecutor(24) as pool:
        asked = [pool.submit(strict.query, f"{SLOW} # {number}") for number in range(24)]
        told: list[Reply] = [one.result() for one in asked]
    assert {one.status for one in told} == {503, 504}
    refused = [one for one in told if one.status == 503]
    assert refused[0].headers["retry-after"] == "5"
    assert works(strict)


def test_a_worker_that_is_killed_by_hand_costs_nobody_an_answer(server: Running) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?c ?d ?e . ?f ?g ?e }"
    expected = server.query(f"{query} # 0").body
    stop = threading.Event()

    def kill() -> None:
        while not stop.wait(0.7):
            for worker in server.processes()[:1]:
                try:
                    os.kill(worker, signal.SIGKILL)
                except ProcessLookupError:
                    continue

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        with ThreadPoolExecutor(2) as pool:
            told = list(pool.map(lambda n: server.query(f"{query} # {n}"), range(1, 30)))
    finally:
        stop.set()
        killer.join()
    answered = [one for one in told if one.status == 200]
    assert all(one.body == expected for one in answered)
    # One that was met twice in a row says so; none hangs, and none is cut.
    assert all(one.status in (200, 500) for one in told)
    assert len(answered) > 20
    server.waits_for(lambda: len(server.processes()) == 2, "two workers")


def test_workers_that_die_before_they_look_at_a_query_have_not_tried_it(server: Running) -> None:
    for number in range(10):
        dead = set(server.processes())
        for worker in dead:
            os.kill(worker, signal.SIGKILL)
        assert server.query(f"ASK {{ }} # nobody looked {number}").status == 200
        server.waits_for(
            lambda dead=dead: len(server.processes()) == 2 and not dead & set(server.processes()),  # type: ignore[misc]
            "two workers",
        )


def test_a_client_that_drops_in_the_middle_frees_its_worker(strict: Running) -> None:
    for _ in range(4):
        with socket.create_connection(("127.0.0.1", strict.port)) as connection:
            query = SLOW.replace(" ", "%20").replace("?", "%3F")
            connection.sendall(f"GET /sparql?query={query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            time.sleep(0.1)
    start = time.monotonic()
    assert works(strict)
    assert time.monotonic() - start < 30


def test_a_large_document_that_nobody_reads_holds_nothing_up(server: Running) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(b"GET /iomgraph.trig HTTP/1.1\r\nHost: x\r\n\r\n" * 3)
        assert works(server)


@pytest.mark.slow
def test_five_hundred_connections_at_once_are_answered(server: Running) -> None:
    open_now = [server.connect() for _ in range(500)]
    for connection in open_now:
        connection.connect()
    for number, connection in enumerate(open_now):
        connection.request("GET", "/healthz" if number % 2 else "/index.html")
    assert {connection.getresponse().status for connection in open_now} == {200}
    for connection in open_now:
        connection.close()


def test_an_answer_that_is_cut_is_logged_as_cut_and_is_not_whole(site_release: Path, tmp_path: Path) -> None:
    with serving(site_release, tmp_path / "log", "--body-timeout", "1") as one:
        with Wire(one.port, 60, buffer=4096) as wire:
            wire.send(f"GET {LARGE} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            one.waits_for(lambda: one.metric("iomgraph_answers_cut_total") >= 1, "the cut")
            status, headers, body = wire.response()
        assert status == 200
        assert len(body) < int(headers["content-length"])
        one.waits_for(lambda: any("cut" in event for event in one.events()), "the line")
        (line,) = (event for event in one.events() if "cut" in event)
        assert (line["cut"], line["bytes"] < int(headers["content-length"])) == ("client does not read", True)
