"""The process that answers: ended in time, held in memory, and unable to open anything."""

from __future__ import annotations

import gzip
import json
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from iomgraph import formats
from iomgraph.errors import OntologyError, QueryError
from iomgraph.queries import library, sandbox
from iomgraph.queries.sandbox import Request
from iomgraph.settings import resources

LINES = "".join(
    f"<https://w3id.org/iomgraph/id/state/S{n}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    " <https://w3id.org/iomgraph/ontology#State> .\n"
    for n in range(300)
)
DEADLY = "SELECT (COUNT(*) AS ?n) { ?a a ?b . ?c a ?d . ?e a ?f . ?g a ?h . ?i a ?j . ?k a ?l }"


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A release of states and nothing else."""
    folder = tmp_path / "dist"
    (folder / "ontology").mkdir(parents=True)
    (folder / "iomgraph.nq.gz").write_bytes(gzip.compress(LINES.encode()))
    shutil.copy(resources() / "ontology/context.jsonld", folder / "ontology")
    return folder


def test_sparql_is_answered_with_the_prefixes_of_the_context_known(release: Path) -> None:
    answer = sandbox.ask(Request(release, "ASK { states:S7 a iom:State }"), 60)
    assert json.loads(answer.body)["boolean"] is True


def test_a_query_is_bound_moved_and_answered(release: Path) -> None:
    for path in (release / "iomgraph.nq.gz", release / "ontology/context.jsonld"):
        packed = path.suffix == ".gz"
        text = gzip.decompress(path.read_bytes()) if packed else path.read_bytes()
        text = library.moved(text.decode(), "http://other.example/").encode()
        path.write_bytes(gzip.compress(text) if packed else text)
    query = library.parse(
        """# title: A
# title@fr: B
# title@es: C
# purpose: Says a thing.
# purpose@fr: Dit une chose.
# purpose@es: Dice una cosa.
# param x states: a state
# column x: the state

PREFIX iom: <https://w3id.org/iomgraph/ontology#>
PREFIX states: <https://w3id.org/iomgraph/id/state/>
SELECT ?x { VALUES ?x { states:GEO } ?x a iom:State }
""",
        Path("a.rq"),
    )
    answer = sandbox.ask(Request(release, query, {"x": "S7"}, formats.find("csv")), 60)
    assert answer.body == b"x\r\nhttps://w3id.org/iomgraph/id/state/S7\r\n"


def test_a_stop_in_the_process_is_the_same_stop_here(release: Path) -> None:
    with pytest.raises(QueryError, match="another endpoint") as stop:
        sandbox.ask(Request(release, "ASK { SERVICE <http://127.0.0.1:9/> { } }"), 60)
    assert stop.value.where == "line 1, SERVICE"
    assert stop.value.step
    (release / "ontology/context.jsonld").unlink()
    with pytest.raises(OntologyError):
        sandbox.ask(Request(release, "ASK { }"), 60)
    with pytest.raises(QueryError, match="there is no release"):
        sandbox.ask(Request(release / "missing", "ASK { }"), 60)


def test_an_answer_that_would_take_for_ever_is_given_up_in_time(release: Path) -> None:
    start = time.monotonic()
    with pytest.raises(QueryError, match=r"longer than 1\.5 seconds") as stop:
        sandbox.ask(Request(release, DEADLY), 1.5)
    assert time.monotonic() - start < 10
    assert "--timeout" in stop.value.step


def _after_giving_up(code: str, memory: int = sandbox.MEMORY) -> subprocess.CompletedProcess[str]:
    whole = f"""
import pyoxigraph as ox
from iomgraph.processes import confine
from iomgraph.queries import execution
store = ox.Store()
store.load({LINES!r}.encode(), format=ox.RdfFormat.N_QUADS)
confine(files=0, memory={memory})
{code}
"""
    command = [sys.executable, "-c", whole]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_the_process_can_not_connect_even_if_a_query_was_not_checked() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        port = server.getsockname()[1]
        query = f"SELECT * {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}"
        done = _after_giving_up(f"""
try:
    list(store.query({query!r}))
except OSError as error:
    print(error)
""")
        assert "Too many open files" in done.stdout
        with pytest.raises(BlockingIOError):
            server.accept()


def test_the_process_can_open_no_file_and_still_answers() -> None:
    done = _after_giving_up("""
try:
    open("/etc/hostname")
except OSError as error:
    print(error.strerror)
print(execution.ask(store, "SELECT (COUNT(*) AS ?n) (RAND() < 2 AS ?r) { ?s ?p ?o }").body.decode())
""")
    assert "Too many open files" in done.stdout
    assert '"value":"300"' in done.stdout


def test_an_answer_that_would_take_all_memory_ends_its_own_process_only() -> None:
    text = "SELECT * { ?a a ?b . ?c a ?d . ?e a ?f } ORDER BY ?e ?c ?a"
    done = _after_giving_up(f"list(store.query({text!r}))", memory=200_000_000)
    assert done.returncode != 0
    assert "memory" in done.stderr.lower()
