"""A store that is down, slow, cut off, redirected or faulty never passes for an answer."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from iomgraph.errors import PublicationError
from iomgraph.mapping import context
from iomgraph.remote.push import push
from iomgraph.serving.elsewhere.tables import TableReader

from ...remote.conftest import Oxigraph, Proxy, oxigraph
from ..conftest import Running, serving

__all__ = ["oxigraph"]

XML = "Content-Type: application/sparql-results+xml\r\n"
EMPTY = '<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head>{}</head><results/></sparql>'
ENTITY = '<!DOCTYPE s [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
SECRETS = (b"127.0.0.1", b"10.0.0.7", b"169.254", b"passwd", b"Traceback")
PATHS = (
    "/sparql?query=SELECT%20*%20%7B%20?s%20?p%20?o%20%7D",
    "/api/projects-of-state.json?state=KEN",
    "/graph/quality.nt",
    "/reconcile/preview?id=https://w3id.org/iomgraph/id/state/KEN",
)


def slow(_: bytes) -> None:
    time.sleep(3)


SPOILS: dict[str, tuple[object, int]] = {
    "nothing": (0, 502),
    "half an answer": (150, 502),
    "a page": ((200, "Content-Type: text/html\r\n", "<html>"), 502),
    "no XML": ((200, XML, "<sparql>"), 502),
    "an entity": (
        (200, XML, '<!DOCTYPE s [<!ENTITY a SYSTEM "file:///etc/passwd">]><sparql>&a;</sparql>'),
        502,
    ),
    "yes": ((200, XML, EMPTY.replace("<results/>", "<boolean>true</boolean>")), 502),
    "another table": ((200, XML, EMPTY.format('<variable name="z"/>')), 502),
    "a part by status": ((206, XML, EMPTY.format("")), 413),
    "a part by its rows": ((200, f"{XML}X-SPARQL-MaxRows: 10\r\n", EMPTY.format("")), 413),
    "a part by its time": ((200, f"{XML}X-SQL-State: S1TAT\r\n", EMPTY.format("")), 413),
    "a file": ((302, "Location: file:///etc/passwd\r\n", ""), 502),
    "a host inside": ((307, "Location: http://169.254.169.254/latest\r\n", ""), 502),
    "an error with an address": ((500, "", "see http://10.0.0.7/secret"), 502),
    "a lock": ((401, 'WWW-Authenticate: Basic realm="x"\r\n', ""), 502),
    "silence": (slow, 504),
}


def is_note(body: bytes) -> bool:
    """Tell a look at which release the store holds from a query."""
    return b"push%3E" in body and b"extent" in body


@pytest.mark.parametrize("spoil", SPOILS)
def test_a_faulty_answer_of_the_store_gets_a_status(spoiled: tuple[Proxy, Running], spoil: str) -> None:
    store, running = spoiled
    trick, status = SPOILS[spoil]
    store.trick = lambda _: None if is_note(store.requests[-1][3]) else trick
    try:
        for path in PATHS:
            found = running.ask(path)
            assert found.status == status, (path, found.body)
            told = found.json()
            assert told["status"] == status
            assert told["next"]
            assert not [word for word in SECRETS if word in found.body]
    finally:
        store.trick = lambda _: None
    assert [running.ask(path).status for path in PATHS] == [200] * len(PATHS)
    assert "answer failed" not in {one.get("event") for one in running.events()}


@pytest.mark.parametrize("spoil", ["nothing", "no XML", "a file", "silence"])
def test_a_store_that_can_not_say_what_it_holds_gives_no_answer(
    spoiled: tuple[Proxy, Running], spoil: str
) -> None:
    store, running = spoiled
    trick, status = SPOILS[spoil]
    store.trick = lambda _: trick
    try:
        running.waits_for(lambda: running.ask("/readyz").status == 503, "the look")
        assert running.ask(PATHS[0]).status == status
        assert running.metric("iomgraph_release_held") == 0
        # Documents need no store, and neither do those that are made of others.
        for path in ("/index.html", "/id/state/KEN.ttl", "/id/state/KEN.csv", "/api/", "/reconcile"):
            assert running.ask(path).status == 200
    finally:
        store.trick = lambda _: None
    running.waits_for(lambda: running.ask("/readyz").status == 200, "the look")
    assert running.ask(PATHS[0]).status == 200
    assert [one["what"] for one in running.events() if one.get("event") == "store unseen"]


def test_a_release_that_is_changed_while_it_is_asked_gives_no_answer(
    spoiled: tuple[Proxy, Running],
) -> None:
    store, running = spoiled
    looks: list[int] = []

    def trick(number: int) -> object:
        if not is_note(store.requests[-1][3]):
            looks.append(number)
            return None
        # The store held the release at the beginning, and does no longer.
        return (200, XML, EMPTY.format('<variable name="p"/><variable name="x"/>')) if looks else None

    time.sleep(1.1)
    store.trick = trick
    try:
        found = running.ask(PATHS[0])
    finally:
        store.trick = lambda _: None
    assert looks
    assert (found.status, found.headers["retry-after"]) == (503, "1")
    assert "another release" in found.json()["detail"]


def test_a_store_of_another_release_is_reported_at_the_start_and_not_queried(
    releases: tuple[Path, Path], site_release: Path, oxigraph: Oxigraph, tmp_path: Path
) -> None:
    push(releases[0], oxigraph.endpoint)
    with serving(site_release, tmp_path / "log", "--endpoint", f"{oxigraph.base}/query") as running:
        (told,) = [one for one in running.events() if one.get("event") == "store holds another release"]
        assert "iomgraph push" in told["step"]
        assert (running.ask("/readyz").status, running.ask("/readyz").body) == (
            503,
            b"the store does not hold the release\n",
        )
        assert {running.ask(path).status for path in PATHS} == {503}
        assert running.ask("/index.html").status == 200
        push(site_release, oxigraph.endpoint)
        running.waits_for(lambda: running.ask("/readyz").status == 200, "the look")
        assert {running.ask(path).status for path in PATHS} == {200}


def test_a_store_that_is_down_is_reported_at_the_start(site_release: Path, tmp_path: Path) -> None:
    with serving(site_release, tmp_path / "log", "--endpoint", "http://127.0.0.1:9/sparql") as running:
        assert "Connection refused" in running.log.read_text()
        assert {running.ask(path).status for path in PATHS} == {502}


def test_a_release_without_tables_is_refused(site_release: Path, tmp_path: Path) -> None:
    known = context.read(site_release / "ontology")
    with pytest.raises(PublicationError, match="no tables"):
        list(TableReader(tmp_path, known).things())
    (tmp_path / "tables").mkdir()
    for text in (
        "{",
        '{"id":"states:KEN"}',
        '{"id":"states:KEN","iri":"x","type":["State"],"region":"no:y z"}',
    ):
        (tmp_path / "tables/State.jsonl").write_text(text + "\n", encoding="utf-8")
        with pytest.raises(PublicationError, match="can't be read"):
            list(TableReader(tmp_path, known).things())
